/**
 * Opening, widening and closing of cases, and the questions about them. Whoever calls has found out who the actor is.
 *
 * A case that is closed stays closed. Events of one case are written one after another: two writers of the same number
 * cannot both succeed, and the second decides again on what is there then.
 */
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import type { Database, Reader } from "../db/database.ts";
import { parseUuid, renderUuid } from "../db/uuid.ts";
import { type Case, type CaseActor, type CaseEvent, type CaseKind, foldCase } from "./case.ts";
import { caseLimits } from "./limits.ts";
import * as store from "./store.ts";

export interface Opening {
  readonly by: CaseActor;
  readonly kind: CaseKind;
  readonly reason: string;
  /** Person keys as UUIDs; may be none, when the case is to find out who is meant. */
  readonly persons: readonly string[];
}

/** In order of precedence. */
export type CaseOutcome =
  | { readonly outcome: "done"; readonly case: Case }
  | {
      readonly outcome:
        | "malformed-case"
        | "unknown-case"
        | "case-closed"
        | "too-many-persons"
        | "unknown-person";
    };

/** Times and ids are given, so that tests can fix them. */
export interface CaseParts {
  readonly register: Database;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

export async function openCase({ register, now, makeId }: CaseParts, opening: Opening): Promise<CaseOutcome> {
  const { by, kind: caseKind, reason, persons } = opening;
  if (!isReason(reason) || !persons.every(isUuid)) return { outcome: "malformed-case" };
  if (persons.length > caseLimits.persons) return { outcome: "too-many-persons" };
  if ((await store.listUnregistered(register, persons)).length > 0) return { outcome: "unknown-person" };
  const caseId = renderUuid(makeId());
  const event: CaseEvent = { kind: "opened", caseKind, persons, reason, ...named(by), at: now() };
  await store.appendEvent(register, caseId, 0, event);
  return { outcome: "done", case: foldCase(caseId, [event]) };
}

/** From now on the case is about these persons too. */
export async function addPersons(
  parts: CaseParts,
  caseId: string,
  by: CaseActor,
  persons: readonly string[],
  reason: string,
): Promise<CaseOutcome> {
  if (!isReason(reason) || persons.length === 0 || !persons.every(isUuid))
    return { outcome: "malformed-case" };
  return appendTo(parts, caseId, async (before) => {
    if (new Set([...before.persons, ...persons]).size > caseLimits.persons) return "too-many-persons";
    if ((await store.listUnregistered(parts.register, persons)).length > 0) return "unknown-person";
    return { kind: "persons-added", persons, reason, ...named(by), at: parts.now() };
  });
}

export async function closeCase(
  parts: CaseParts,
  caseId: string,
  by: CaseActor,
  reason: string,
): Promise<CaseOutcome> {
  if (!isReason(reason)) return { outcome: "malformed-case" };
  return appendTo(parts, caseId, async () => ({ kind: "closed", reason, ...named(by), at: parts.now() }));
}

export async function findCase(database: Database, caseId: string): Promise<Case | undefined> {
  if (!isUuid(caseId)) return undefined;
  const events = await store.listEvents(database, caseId);
  return events.length === 0 ? undefined : foldCase(caseId, events);
}

/** Newest first; at most `caseLimits.listed`. */
export async function listCases(reader: Reader, filter: store.CaseFilter): Promise<Case[]> {
  const found = await store.listCases(reader, filter, caseLimits.listed);
  return [...found].map(([caseId, events]) => foldCase(caseId, events));
}

type Refusal = Exclude<CaseOutcome["outcome"], "done">;

async function appendTo(
  { register }: CaseParts,
  caseId: string,
  decide: (before: Case) => Promise<CaseEvent | Refusal>,
): Promise<CaseOutcome> {
  for (let attempt = 0; attempt < caseLimits.attempts; attempt++) {
    const before = await findCase(register, caseId);
    if (before === undefined) return { outcome: "unknown-case" };
    if (!before.isOpen) return { outcome: "case-closed" };
    // Room for the closing is always left.
    if (before.events >= caseLimits.events - 1) return { outcome: "too-many-persons" };
    const event = await decide(before);
    if (typeof event === "string") return { outcome: event };
    if (await isWritten(store.appendEvent(register, before.caseId, before.events, event))) {
      const events = await store.listEvents(register, before.caseId);
      return { outcome: "done", case: foldCase(before.caseId, events) };
    }
  }
  throw new Fault("case-contended", "others kept writing to this case");
}

/** Whether the number was still free. */
async function isWritten(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (fault) {
    if (codeOf(fault) === "sql-23505") return false;
    throw fault;
  }
}

function named({ actor, office }: CaseActor): CaseActor {
  return { actor, office };
}

function isReason(text: string): boolean {
  return text.trim() !== "" && text.length <= caseLimits.reasonLength && !/\p{Cc}/u.test(text);
}

function isUuid(text: string): boolean {
  try {
    return renderUuid(parseUuid(text)) === text;
  } catch (fault) {
    if (codeOf(fault) === "malformed-uuid") return false;
    throw fault;
  }
}
