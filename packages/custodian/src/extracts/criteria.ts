/**
 * Who is selected: by what stands in clear or as tokens (dates, sources, premiums, numbers, worklists), never by opening. What
 * needs plaintext is asked of the keeper beforehand: a screen, whose answer is one of the criteria.
 *
 * All criteria that are given must hold. An erased person is never selected. Kept as JSON beside the extract, so that an
 * approver reads what was asked; numbers are never in it, only how many there were and their digest.
 */
import * as v from "valibot";
import { Fault } from "@kura/kernel/fault.ts";
import { extractLimits } from "./limits.ts";

const day = v.pipe(v.string(), v.isoDate());
const month = v.pipe(v.string(), v.regex(/^\d{4}-(?:0[1-9]|1[0-2])$/));
const uuid = v.pipe(v.string(), v.uuid());
const months = v.strictObject({ from: month, to: month });

export const criteriaSchema = v.pipe(
  v.strictObject({
    /** Everybody: the only criterion that may stand alone without narrowing. */
    all: v.optional(v.literal(true)),
    /** First recorded on or after, before or on. */
    registeredFrom: v.optional(day),
    registeredTo: v.optional(day),
    /** First recorded from this file (its import). */
    source: v.optional(uuid),
    /** Has an entry for one of these months. */
    premiumsIn: v.optional(months),
    /** Has no entry for any of these months. */
    noPremiumsIn: v.optional(months),
    persons: v.optional(v.pipe(v.array(uuid), v.minLength(1), v.maxLength(extractLimits.namedPersons))),
    /** Persons of a worklist, and among them those with this result. */
    worklist: v.optional(v.strictObject({ id: uuid, result: v.optional(v.string()) })),
    /** Meets the criterion of a screen that was worked off to its end (`screens`); of one that was not, nobody. */
    screen: v.optional(uuid),
    /** Stands in a list of letters to exposed persons (`notification`); made there, and nowhere else. */
    letters: v.optional(uuid),
    /** Has one of the pension numbers of a file: what is kept of the file. */
    numbers: v.optional(v.strictObject({ count: v.number(), digest: v.string() })),
  }),
  v.check((given) => Object.values(given).some((value) => value !== undefined), "nobody is selected"),
);

export type Criteria = v.InferOutput<typeof criteriaSchema>;

/** @throws {Fault} `bad-criteria` */
export function parseCriteria(value: unknown): Criteria {
  const parsed = v.safeParse(criteriaSchema, value);
  if (parsed.success) return parsed.output;
  const where = parsed.issues.map((issue) => v.getDotPath(issue) ?? "").join(", ");
  throw new Fault("bad-criteria", `this does not select anybody: ${where === "" ? "say whom" : where}`);
}
