/**
 * The words that actors stand for, and the digest that they sign. Pure.
 *
 * The digest is SHA-256 of `kura/incident-words/1`, a newline, and canonical JSON of the incident and the words: whoever
 * has the words can check what was signed in the journal. Of a revision they name its own digest, and with it every
 * count and person. Never personal data but a person's random key.
 */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { incidentLimits } from "../limits.ts";

const note = v.pipe(v.string(), v.minLength(1), v.maxLength(incidentLimits.noteLength));
const revision = {
  revision: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  revisionDigest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
};
const uuid = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

export const wordsSchema = v.variant("subject", [
  v.strictObject({ subject: v.literal("revision"), ...revision }),
  v.strictObject({ subject: v.literal("closing"), reason: note }),
  v.strictObject({ subject: v.literal("proof"), person: uuid, proof: note }),
  v.strictObject({
    subject: v.literal("reissue"),
    ...revision,
    persons: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    /** First four digits of the new numbers, from and to. */
    block: v.pipe(v.string(), v.regex(/^\d{4}-\d{4}$/)),
  }),
]);

export type Words = v.InferOutput<typeof wordsSchema>;

/** In hexadecimal. */
export function wordsDigest(incidentId: string, words: Words): string {
  const text = encodeCanonical({ incident: incidentId, words: { ...words } });
  return createHash("sha256").update(`kura/incident-words/1\n${text}`).digest("hex");
}

export function wordsText(words: Words): string {
  return encodeCanonical({ ...words });
}

/** @throws {Fault} `malformed-words` */
export function parseWords(value: unknown): Words {
  const parsed = v.safeParse(wordsSchema, value);
  if (!parsed.success) throw new Fault("malformed-words", "these are no words about an incident");
  return parsed.output;
}

/** What a revision's approver signs. */
export function revisionWords(revisionNo: number, digest: Uint8Array): Words {
  return { subject: "revision", revision: revisionNo, revisionDigest: encodeHex(digest) };
}
