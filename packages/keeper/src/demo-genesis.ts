/**
 * A first roster for demonstrations and tests: two officers, an operator and some others with key files, their offices,
 * the usual purposes.
 *
 * An agency writes its own statement and signs it with its officers' own keys; whoever has the files made here can do
 * all that these may. The keeper itself never imports this.
 */
import { encodeAmendRequest } from "./protocol-sign-in.ts";
import { statementMessage } from "./client-side.ts";
import { type ActorKey, generateActorKey, signMessage } from "./order-session.ts";
import { type Budget, emptyRoster, type RosterChange, type Statement, statementText } from "./roster.ts";

export interface DemoGenesis {
  /** For `keeper init --genesis`. */
  readonly genesis: Uint8Array;
  readonly officers: readonly [ActorKey, ActorKey];
  readonly operator: ActorKey;
  /** Second actor of extracts. */
  readonly approver: ActorKey;
  /** A printing house, for whom extracts are made. */
  readonly recipient: ActorKey;
  /** At a counter and in a call centre: few purposes, small budgets. */
  readonly counter: readonly [ActorKey, ActorKey];
}

const generous: Budget = { hour: 500, day: 2_000, days30: 20_000, softPercent: 80 };
const whole: Budget = { hour: 5_000, day: 20_000, days30: 200_000, softPercent: 80 };
const small: Budget = { hour: 60, day: 300, days30: 3_000, softPercent: 80 };
const everyField = Array.from({ length: 13 }, (_, i) => i + 1);

/** Purposes of looks and searches, with the fields of `custodian/src/register/field.ts` that each may show. */
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

const workPurposes: RosterChange[] = [
  { part: "purpose", id: "ingest", value: { kinds: ["ingest"], fields: [] } },
  { part: "purpose", id: "matching", value: { kinds: ["match"], fields: [] } },
  { part: "purpose", id: "keys", value: { kinds: ["rotate", "rewrap"], fields: [] } },
  { part: "purpose", id: "erasure", value: { kinds: ["erase"], fields: [] } },
  { part: "purpose", id: "receipt", value: { kinds: ["receipt"], fields: [] } },
  { part: "purpose", id: "honey", value: { kinds: ["honey"], fields: [] } },
  { part: "purpose", id: "mailing", value: { kinds: ["extract", "revoke"], fields: [1, 3, 4, 7, 9, 10] } },
  {
    part: "purpose",
    id: "bulk-matching",
    value: { kinds: ["extract", "revoke"], fields: [1, 2, 3, 4, 5, 6, 7, 8, 10] },
  },
];
const approvalPurpose: RosterChange = {
  part: "purpose",
  id: "extract-approval",
  value: { kinds: ["preview", "approve", "revoke"], fields: [] },
};
const receiptPurpose: RosterChange = {
  part: "purpose",
  id: "extract-receipt",
  value: { kinds: ["release", "attest-destroyed"], fields: [] },
};
/** In rows: every person of a large agency once a month, and not twice on one day. */
const extracts = {
  holder: { hour: 1_500_000, day: 1_500_000, days30: 3_000_000, softPercent: 80 },
  office: { hour: 1_500_000, day: 2_000_000, days30: 6_000_000, softPercent: 80 },
  agency: { hour: 2_000_000, day: 4_000_000, days30: 12_000_000, softPercent: 80 },
};

const officesOf: Readonly<Record<string, string>> = {
  recipient: "printing-house",
  clerk: "pension-office",
  "call-taker": "call-centre",
};
const counterPurposes: Readonly<Record<string, readonly string[]>> = {
  clerk: ["claim", "contribution-inquiry", "address-change", "annual-statement"],
  "call-taker": ["call-centre-inquiry", "annual-statement"],
};

/** @param more put behind the usual changes; one of the same part and id replaces it. */
export function makeDemoGenesis(more: readonly RosterChange[] = []): DemoGenesis {
  const make = (id: string): ReturnType<typeof generateActorKey> => generateActorKey(id, `${id}-key`);
  const [first, second, operator] = [make("officer-1"), make("officer-2"), make("operator")];
  const [approver, recipient] = [make("approver"), make("recipient")];
  const [clerk, callTaker] = [make("clerk"), make("call-taker")];
  const people = [first, second, operator, approver, recipient, clerk, callTaker];
  const purposes: RosterChange[] = Object.entries(lookPurposes).map(([id, fields]) => ({
    part: "purpose",
    id,
    value: { kinds: ["look", "search"], fields },
  }));
  const held = [...purposes, ...workPurposes].map(({ id }) => id);
  const purposesOf: Readonly<Record<string, readonly string[]>> = {
    operator: held,
    approver: [approvalPurpose.id, "record-matching"],
    recipient: [receiptPurpose.id],
    ...counterPurposes,
  };
  const actors: RosterChange[] = people.map(({ key: { actor } }) => {
    const value = {
      office: officesOf[actor] ?? "head-office",
      isOfficer: actor.startsWith("officer"),
      isJob: false,
      purposes: purposesOf[actor] ?? [],
      ...(actor in counterPurposes && { budget: small }),
    };
    return { part: "actor", id: actor, value };
  });
  const credentials: RosterChange[] = people.map(({ key, publicKey }) => ({
    part: "credential",
    id: key.credential,
    value: { kind: "key-file", actor: key.actor, publicKey },
  }));
  const agency: RosterChange = {
    part: "agency",
    id: "agency",
    value: {
      budget: whole,
      actorBudget: generous,
      ingestTermsPerDay: 400_000_000,
      ingestRecordsPerDay: 40_000_000,
      extracts,
    },
  };
  const offices: RosterChange[] = ["head-office", ...Object.values(officesOf)].map((id) => ({
    part: "office",
    id,
    value: { budget: whole },
  }));
  const extractPurposes = [approvalPurpose, receiptPurpose];
  const changes = [
    agency,
    ...offices,
    ...purposes,
    ...workPurposes,
    ...extractPurposes,
    ...actors,
    ...credentials,
    ...more,
  ];
  const statement: Statement = { v: 1, sequence: 1, previous: emptyRoster.digest, changes };
  const officers = [first.key, second.key] as const;
  const counter = [clerk.key, callTaker.key] as const;
  const others = { operator: operator.key, approver: approver.key, recipient: recipient.key, counter };
  return { genesis: signStatement(statement, officers), officers, ...others };
}

/** A statement signed by key files, as `amend` and `init` take it. */
export function signStatement(statement: Statement, signers: readonly ActorKey[]): Uint8Array {
  const text = statementText(statement);
  const signatures = signers.map(({ actor, credential, privateKey }) => {
    const signature = signMessage(privateKey, statementMessage(text));
    return { actor, credential, proof: { kind: "key-file", signature } as const };
  });
  return encodeAmendRequest({ text, signatures });
}
