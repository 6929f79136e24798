/** Shapes of the API's requests and answers. Bytes are base64, 64-bit numbers are decimal text, times are ISO 8601. */
import * as v from "valibot";
import { decodeBase64, encodeBase64, encodeHex } from "@kura/kernel/bytes.ts";
import type { SealedAnswer, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Proof } from "@kura/keeper/protocol/sign-in.ts";
import { type Case, caseKinds } from "../cases/case.ts";
import type { Decision } from "../disclosure/policy.ts";
import type { Alarm, Disclosure } from "../disclosure/store.ts";
import { fieldOfNumber } from "../register/field.ts";

const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
export const base64 = (maxLength: number) =>
  v.pipe(v.string(), v.maxLength(maxLength), v.regex(base64Pattern));
export const uuid = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
export const decimal = v.pipe(v.string(), v.regex(/^[0-9]{1,20}$/));
export const hex = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})*$/));
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
export const time = v.pipe(v.string(), v.isoTimestamp());
export const integer = v.pipe(v.number(), v.safeInteger());
export const reason = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
export const persons = v.pipe(v.array(uuid), v.maxLength(50));

// Above these the keeper hangs up, on everybody who shares the connection: they are refused here.

/** A text that somebody signed: 24 KB of UTF-8. */
export const signedText = v.pipe(
  v.string(),
  v.minLength(2),
  v.maxLength(24 * 1024),
  v.check(isWithin(24 * 1024)),
);
/** 64 bytes. */
const signature64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{86}==$/));
/** WebAuthn's ids are at most 1,023 bytes; the keeper takes 400. */
export const credentialId = v.pipe(v.string(), v.minLength(1), v.maxLength(400), v.check(isWithin(400)));
/** At most 4,095 bytes. */
const proofPart = base64(5_460);

export const signedOrder = v.strictObject({ text: signedText, signature: signature64 });

export const proof = v.variant("kind", [
  v.strictObject({ kind: v.literal("key-file"), signature: base64(200) }),
  v.strictObject({
    kind: v.literal("passkey"),
    authenticatorData: proofPart,
    clientData: proofPart,
    signature: proofPart,
  }),
]);

export const caseShape = v.strictObject({
  caseId: uuid,
  kind: v.picklist(caseKinds),
  isOpen: v.boolean(),
  openedBy: name,
  office: v.string(),
  reason: v.string(),
  openedAt: time,
  closedAt: v.optional(time),
  persons: v.array(uuid),
});

export const sealedAnswer = v.strictObject({
  eventNumber: decimal,
  isNearBudget: v.boolean(),
  enc: v.string(),
  sealed: v.string(),
  /** The policies that allowed it, and the SHA-256 of the whole set. */
  policies: v.array(v.string()),
  policyDigest: hex,
});

export const disclosureShape = v.strictObject({
  person: uuid,
  personEventNo: integer,
  eventNumber: decimal,
  kind: v.string(),
  at: time,
  actor: v.string(),
  office: v.string(),
  purpose: v.string(),
  case: v.string(),
  caseKind: v.string(),
  fields: v.array(v.string()),
});

export const alarmShape = v.strictObject({
  /** Absent for what the custodian refused before the keeper was asked. */
  eventNumber: v.optional(decimal),
  kind: v.string(),
  outcome: v.string(),
  at: time,
  actor: v.string(),
  office: v.string(),
  purpose: v.string(),
  case: v.string(),
});

export function orderFrom({ text, signature }: v.InferOutput<typeof signedOrder>): SignedOrder {
  return { text, signature: decodeBase64(signature) };
}

export function proofFrom(given: v.InferOutput<typeof proof>): Proof {
  if (given.kind === "key-file") return { kind: "key-file", signature: decodeBase64(given.signature) };
  return {
    kind: "passkey",
    authenticatorData: decodeBase64(given.authenticatorData),
    clientData: decodeBase64(given.clientData),
    signature: decodeBase64(given.signature),
  };
}

export function renderCase(found: Case): v.InferInput<typeof caseShape> {
  const { caseId, kind, isOpen, openedBy, office, reason: why, openedAt, closedAt } = found;
  return {
    caseId,
    kind,
    isOpen,
    openedBy,
    office,
    reason: why,
    openedAt: openedAt.toISOString(),
    ...(closedAt !== undefined && { closedAt: closedAt.toISOString() }),
    persons: [...found.persons],
  };
}

export function renderSealed(answer: SealedAnswer, decision: Decision): v.InferInput<typeof sealedAnswer> {
  return {
    eventNumber: answer.eventNumber.toString(),
    isNearBudget: answer.isNearBudget,
    enc: encodeBase64(answer.enc),
    sealed: Buffer.from(answer.sealed).toString("base64"),
    policies: [...decision.policies],
    policyDigest: encodeHex(decision.policyDigest),
  };
}

export function renderDisclosure(row: Disclosure): v.InferInput<typeof disclosureShape> {
  return {
    person: row.personKey,
    personEventNo: row.personEventNo,
    eventNumber: row.eventNumber.toString(),
    kind: row.kind,
    at: row.at.toISOString(),
    actor: row.actor,
    office: row.office,
    purpose: row.purpose,
    case: row.caseId,
    caseKind: row.caseKind,
    fields: row.fields.map((field) => fieldOfNumber(field) ?? String(field)),
  };
}

export function renderAlarm(row: Alarm): v.InferInput<typeof alarmShape> {
  return {
    ...(row.eventNumber !== undefined && { eventNumber: row.eventNumber.toString() }),
    kind: row.kind,
    outcome: row.outcome,
    at: row.at.toISOString(),
    actor: row.actor,
    office: row.office,
    purpose: row.purpose,
    case: row.caseId,
  };
}

function isWithin(bytesMax: number): (text: string) => boolean {
  return (text) => Buffer.byteLength(text) <= bytesMax;
}
