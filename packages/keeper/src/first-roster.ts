/**
 * What a first roster holds before an agency makes it its own: budgets, and the usual purposes with the fields of
 * `custodian/src/register/field.ts` that each may show. For demonstrations and `kura init`; two officers change all of it.
 *
 * The keeper itself never imports this: it knows the roster that was signed, and nothing usual.
 */
import { statementMessage } from "./client-side.ts";
import { type ActorKey, signMessage } from "./order-session.ts";
import { encodeAmendRequest, type StatementSignature } from "./protocol/sign-in.ts";
import { type Budget, type RosterChange, type Statement, statementText } from "./orders/roster.ts";

/** Of persons looked at. */
const generous: Budget = { hour: 500, day: 2_000, days30: 20_000, softPercent: 80 };
export const officeBudget: Budget = { hour: 5_000, day: 20_000, days30: 200_000, softPercent: 80 };
/** In rows: every person of a large agency once a month, and not twice on one day. */
const extracts = {
  holder: { hour: 1_500_000, day: 1_500_000, days30: 3_000_000, softPercent: 80 },
  office: { hour: 1_500_000, day: 2_000_000, days30: 6_000_000, softPercent: 80 },
  agency: { hour: 2_000_000, day: 4_000_000, days30: 12_000_000, softPercent: 80 },
};

export const agencyAtFirst: RosterChange = {
  part: "agency",
  id: "agency",
  value: {
    budget: officeBudget,
    actorBudget: generous,
    ingestTermsPerDay: 400_000_000,
    ingestRecordsPerDay: 40_000_000,
    extracts,
  },
};

const everyField = Array.from({ length: 13 }, (_, i) => i + 1);

/** Purposes of looks and searches, with the fields that each may show. */
const lookPurposes: Readonly<Record<string, readonly number[]>> = {
  claim: everyField,
  "contribution-inquiry": [1, 2, 3, 4, 5, 6, 7, 13],
  "address-change": [1, 3, 4, 7, 9, 10, 11, 12],
  "record-matching": [1, 2, 3, 4, 5, 6, 7, 8, 10],
  "call-centre-inquiry": [1, 2, 3, 4, 5, 6, 7, 13],
  "incident-response": everyField,
  audit: [1, 2, 3, 4, 5, 6, 7, 8, 13],
  "annual-statement": [7, 13],
};

/** Purposes in which lists of persons are worked off (`custodian/src/worklists/worklist.ts`). */
const screenPurposes: ReadonlySet<string> = new Set([
  "contribution-inquiry",
  "address-change",
  "record-matching",
]);

const workPurposes: readonly PurposeChange[] = [
  { part: "purpose", id: "ingest", value: { kinds: ["ingest"], fields: [] } },
  { part: "purpose", id: "registration", value: { kinds: ["ingest"], fields: [] } },
  { part: "purpose", id: "matching", value: { kinds: ["match"], fields: [] } },
  { part: "purpose", id: "keys", value: { kinds: ["rotate", "rewrap"], fields: [] } },
  { part: "purpose", id: "erasure", value: { kinds: ["erase"], fields: [] } },
  { part: "purpose", id: "receipt", value: { kinds: ["receipt"], fields: [] } },
  { part: "purpose", id: "honey", value: { kinds: ["honey"], fields: [] } },
  {
    part: "purpose",
    id: "mailing",
    value: { kinds: ["extract", "revoke", "screen"], fields: [1, 3, 4, 7, 9, 10] },
  },
  {
    part: "purpose",
    id: "bulk-matching",
    value: { kinds: ["extract", "revoke", "screen"], fields: [1, 2, 3, 4, 5, 6, 7, 8, 10] },
  },
];
const approvalPurpose: PurposeChange = {
  part: "purpose",
  id: "extract-approval",
  value: { kinds: ["preview", "approve", "revoke", "agree"], fields: [] },
};
const receiptPurpose: PurposeChange = {
  part: "purpose",
  id: "extract-receipt",
  value: { kinds: ["release", "attest-destroyed"], fields: [] },
};
/** Officers stop what somebody else let out. */
const stopPurpose: PurposeChange = {
  part: "purpose",
  id: "extract-stop",
  value: { kinds: ["revoke"], fields: [] },
};

/** Stand for something about an incident: an approval, a closing, a proof, an exchange of numbers. */
const decisionPurpose: PurposeChange = {
  part: "purpose",
  id: "incident-decision",
  value: { kinds: ["resolve"], fields: [] },
};

type PurposeChange = Extract<RosterChange, { part: "purpose" }>;

const ofOperators: readonly PurposeChange[] = [
  ...Object.entries(lookPurposes).map(([id, fields]): PurposeChange => ({
    part: "purpose",
    id,
    value: { kinds: screenPurposes.has(id) ? ["look", "search", "screen"] : ["look", "search"], fields },
  })),
  ...workPurposes,
];

export const usualPurposes: readonly RosterChange[] = [
  ...ofOperators,
  approvalPurpose,
  receiptPurpose,
  stopPurpose,
  decisionPurpose,
];

/** Looks, searches and the work of jobs; not the approval of extracts, which takes somebody else. */
export const operatorPurposes: readonly string[] = [...ofOperators.map(({ id }) => id), decisionPurpose.id];
/** The second actor of extracts and of matching. */
export const approverPurposes: readonly string[] = [
  approvalPurpose.id,
  decisionPurpose.id,
  "record-matching",
];
export const officerPurposes: readonly string[] = [stopPurpose.id, decisionPurpose.id];
/** Somebody outside, for whom extracts are made. */
export const recipientPurposes: readonly string[] = [receiptPurpose.id];

/** A statement signed by key files, as `amend` and `init` take it. */
export function signStatement(statement: Statement, signers: readonly ActorKey[]): Uint8Array {
  const text = statementText(statement);
  return encodeAmendRequest({ text, signatures: signers.map((key) => signatureOf(key, text)) });
}

/** An officer's yes to a statement. @param text `statementText` */
export function signatureOf({ actor, credential, privateKey }: ActorKey, text: string): StatementSignature {
  const signature = signMessage(privateKey, statementMessage(text));
  return { actor, credential, proof: { kind: "key-file", signature } };
}
