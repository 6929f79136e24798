/**
 * The roster: who may ask, with which credential, for which purposes, how much. Pure: no clock, no disk, no key.
 *
 * It changes by statements only: a text that names its number, the digest of the statement before it and the changes,
 * signed by two different officers of the roster as it stands (of itself, for the first, the genesis). A keeper knows
 * no other way in. Every statement is an event of the journal, from which the roster is built anew at every start.
 *
 * INVARIANT: no change without two different officers (roster.test.ts, operations/sign-in.abuse.test.ts).
 */
import { encodeBase64 } from "@kura/kernel/bytes.ts";
import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";
import { assertNever } from "@kura/kernel/fault.ts";
import type { OrderKind } from "../client-side.ts";
import { limits } from "../limits.ts";
import { fieldsIn, orderKinds } from "./order.ts";
import type { SignedStatement } from "../protocol/sign-in.ts";
import { choiceFrom, type Members, parseSignedText, textFrom } from "./signed-text.ts";

/** Distinct persons within each window; a warning from `softPercent` of any of them on. */
export interface Budget {
  readonly hour: number;
  readonly day: number;
  readonly days30: number;
  readonly softPercent: number;
}

export interface Office {
  readonly budget: Budget;
}

export interface Purpose {
  /** Kinds of orders it serves. */
  readonly kinds: readonly OrderKind[];
  /** Fields a look for it may ask for. */
  readonly fields: readonly number[];
}

export interface Actor {
  readonly office: string;
  /** May sign roster statements. */
  readonly isOfficer: boolean;
  /** A program, not a human being. */
  readonly isJob: boolean;
  readonly purposes: readonly string[];
  /** The agency's `actorBudget` when absent. */
  readonly budget?: Budget;
}

/** `publicKey`: SubjectPublicKeyInfo in base64; P-256, or Ed25519 in a key file. */
export type Credential =
  | { readonly kind: "key-file"; readonly actor: string; readonly publicKey: string }
  | {
      readonly kind: "passkey";
      readonly actor: string;
      readonly publicKey: string;
      readonly rpId: string;
      readonly origin: string;
    };

/** Rows of approved extracts within each window. */
export interface ExtractBudgets {
  /** Of each actor who holds extracts. */
  readonly holder: Budget;
  /** Of each office that asks for them. */
  readonly office: Budget;
  readonly agency: Budget;
}

export interface Agency {
  readonly budget: Budget;
  /** Of an actor without a budget of their own. */
  readonly actorBudget: Budget;
  /** What all ingest tickets of a day may allow together. */
  readonly ingestTermsPerDay: number;
  readonly ingestRecordsPerDay: number;
  /** No extract is approved where there are none. */
  readonly extracts?: ExtractBudgets;
}

export interface Roster {
  /** Number of the last statement; 0 when there is none yet. */
  readonly sequence: number;
  /** SHA-256 of the last statement's text in hexadecimal; zeros before the first. */
  readonly digest: string;
  readonly agency: Agency;
  readonly offices: ReadonlyMap<string, Office>;
  readonly purposes: ReadonlyMap<string, Purpose>;
  readonly actors: ReadonlyMap<string, Actor>;
  /** By the credential's id; of a passkey the base64url that WebAuthn names it by. */
  readonly credentials: ReadonlyMap<string, Credential>;
}

/** Puts `value` in the place of what the roster has under `id`, or takes it out. */
export type RosterChange =
  | { readonly part: "agency"; readonly id: "agency"; readonly value: Agency }
  | { readonly part: "office"; readonly id: string; readonly value: Office | null }
  | { readonly part: "purpose"; readonly id: string; readonly value: Purpose | null }
  | { readonly part: "actor"; readonly id: string; readonly value: Actor | null }
  | { readonly part: "credential"; readonly id: string; readonly value: Credential | null };

export interface Statement {
  readonly v: 1;
  readonly sequence: number;
  /** `Roster.digest` of the roster it changes. */
  readonly previous: string;
  readonly changes: readonly RosterChange[];
}

export function statementText(statement: Statement): string {
  return encodeCanonical(statement as unknown as Canonical);
}

const nothing: Budget = { hour: 0, day: 0, days30: 0, softPercent: 100 };

export const emptyRoster: Roster = {
  sequence: 0,
  digest: "0".repeat(64),
  agency: { budget: nothing, actorBudget: nothing, ingestTermsPerDay: 0, ingestRecordsPerDay: 0 },
  offices: new Map(),
  purposes: new Map(),
  actors: new Map(),
  credentials: new Map(),
};

/** In order of precedence. */
export type StatementOutcome =
  | { readonly outcome: "accepted"; readonly roster: Roster }
  | {
      readonly outcome:
        | "other-sequence"
        | "other-previous"
        | "inconsistent"
        | "not-two-officers"
        | "bad-signature";
    };

export interface StatementParts {
  /** Whether a credential's public key is one that can be verified with. */
  isUsable(credential: Credential): boolean;
  digestOf(text: string): string;
  /** Whether the credential's holder said yes to this statement. */
  verify(credential: Credential, signature: SignedStatement["signatures"][number], text: string): boolean;
}

/** @throws {Fault} `malformed-order` for a text that is no statement. */
export function decideStatement(
  roster: Roster,
  signed: SignedStatement,
  parts: StatementParts,
): StatementOutcome {
  const statement = parseStatement(signed.text);
  if (statement.sequence !== roster.sequence + 1) return { outcome: "other-sequence" };
  if (statement.previous !== roster.digest) return { outcome: "other-previous" };
  const changed = { ...withChanges(roster, statement), digest: parts.digestOf(signed.text) };
  const isUsable = changed.credentials.values().every((credential) => parts.isUsable(credential));
  if (!isUsable || !isConsistent(changed)) return { outcome: "inconsistent" };
  const signing = roster.sequence === 0 ? changed : roster;
  const signers = signed.signatures.map(({ actor, credential }) => ({
    actor,
    credential: signing.credentials.get(credential),
  }));
  const officers = signers.filter(
    ({ actor, credential }) => credential?.actor === actor && signing.actors.get(actor)?.isOfficer === true,
  );
  if (officers.length !== signers.length || new Set(officers.map(({ actor }) => actor)).size < 2) {
    return { outcome: "not-two-officers" };
  }
  const isSigned = signed.signatures.every((signature, i) => {
    const credential = signers[i]?.credential;
    return credential !== undefined && parts.verify(credential, signature, signed.text);
  });
  return isSigned ? { outcome: "accepted", roster: changed } : { outcome: "bad-signature" };
}

/** The roster after a statement that was accepted before. */
export function withStatement(roster: Roster, text: string, digest: string): Roster {
  return { ...withChanges(roster, parseStatement(text)), digest };
}

/** For whoever is to draw up the next statement: the whole roster as canonical JSON. */
export function rosterText(roster: Roster): string {
  const { sequence, digest, agency } = roster;
  const parts = { sequence, digest, agency } as unknown as { [key: string]: Canonical };
  for (const part of ["offices", "purposes", "actors", "credentials"] as const) {
    parts[part] = Object.fromEntries<Canonical>(roster[part] as ReadonlyMap<string, never>);
  }
  return encodeCanonical(parts);
}

function withChanges(roster: Roster, statement: Statement): Roster {
  const parts = {
    office: new Map(roster.offices),
    purpose: new Map(roster.purposes),
    actor: new Map(roster.actors),
    credential: new Map(roster.credentials),
  };
  let { agency } = roster;
  for (const change of statement.changes) {
    if (change.part === "agency") agency = change.value;
    else if (change.value === null) parts[change.part].delete(change.id);
    else (parts[change.part] as Map<string, unknown>).set(change.id, change.value);
  }
  return {
    sequence: statement.sequence,
    digest: "",
    agency,
    offices: parts.office,
    purposes: parts.purpose,
    actors: parts.actor,
    credentials: parts.credential,
  };
}

/** Everything named exists, and two officers remain who can sign the next statement. */
function isConsistent({ offices, purposes, actors, credentials }: Roster): boolean {
  const holders = new Set(credentials.values().map(({ actor }) => actor));
  const officers = [...actors].filter(([id, { isOfficer }]) => isOfficer && holders.has(id));
  return (
    officers.length >= 2 &&
    actors
      .values()
      .every((actor) => offices.has(actor.office) && actor.purposes.every((id) => purposes.has(id))) &&
    holders.keys().every((id) => actors.has(id)) &&
    new Set(credentials.values().map(({ publicKey }) => publicKey)).size === credentials.size
  );
}

/** @throws {Fault} `malformed-order` */
export function parseStatement(text: string): Statement {
  const members = parseSignedText(text);
  members.integer("v", 1, 1);
  const statement: Statement = {
    v: 1,
    sequence: members.integer("sequence", 1, Number.MAX_SAFE_INTEGER),
    previous: members.hex("previous", 32),
    changes: members.objects("changes", limits.statementChanges, changeIn),
  };
  members.end();
  return statement;
}

function changeIn(members: Members): RosterChange {
  const part = members.oneOf("part", ["agency", "office", "purpose", "actor", "credential"]);
  if (part === "agency") {
    return { part, id: members.oneOf("id", ["agency"]), value: members.object("value", agencyIn) };
  }
  const id = members.text("id", part === "credential" ? limits.credentialBytes : limits.nameBytes);
  switch (part) {
    case "office":
      return {
        part,
        id,
        value: members.nullable("value", (value) => ({ budget: value.object("budget", budgetIn) })),
      };
    case "purpose":
      return { part, id, value: members.nullable("value", purposeIn) };
    case "actor":
      return { part, id, value: members.nullable("value", actorIn) };
    case "credential":
      return { part, id, value: members.nullable("value", credentialIn) };
    default:
      return assertNever(part, "part of the roster");
  }
}

function agencyIn(members: Members): Agency {
  return {
    budget: members.object("budget", budgetIn),
    actorBudget: members.object("actorBudget", budgetIn),
    ingestTermsPerDay: members.integer("ingestTermsPerDay", 0, limits.budgetMax),
    ingestRecordsPerDay: members.integer("ingestRecordsPerDay", 0, limits.budgetMax),
    ...(members.has("extracts") && { extracts: members.object("extracts", extractBudgetsIn) }),
  };
}

function extractBudgetsIn(members: Members): ExtractBudgets {
  return {
    holder: members.object("holder", budgetIn),
    office: members.object("office", budgetIn),
    agency: members.object("agency", budgetIn),
  };
}

function budgetIn(members: Members): Budget {
  return {
    hour: members.integer("hour", 0, limits.budgetMax),
    day: members.integer("day", 0, limits.budgetMax),
    days30: members.integer("days30", 0, limits.budgetMax),
    softPercent: members.integer("softPercent", 1, 100),
  };
}

function purposeIn(members: Members): Purpose {
  const kinds = members.list("kinds", orderKinds.length, kindFrom);
  return { kinds, fields: fieldsIn(members) };
}

function actorIn(members: Members): Actor {
  return {
    office: members.text("office", limits.nameBytes),
    isOfficer: members.truth("isOfficer"),
    isJob: members.truth("isJob"),
    purposes: members.list("purposes", limits.rosterNames, (value, name) =>
      textFrom(value, name, limits.nameBytes),
    ),
    ...(members.has("budget") && { budget: members.object("budget", budgetIn) }),
  };
}

function credentialIn(members: Members): Credential {
  const kind = members.oneOf("kind", ["key-file", "passkey"]);
  const actor = members.text("actor", limits.nameBytes);
  const publicKey = encodeBase64(members.base64("publicKey", limits.publicKeyBytes));
  if (kind === "key-file") return { kind, actor, publicKey };
  const rpId = members.text("rpId", limits.noteBytes);
  return { kind, actor, publicKey, rpId, origin: members.text("origin", limits.noteBytes) };
}

const kindFrom = (value: unknown, name: string): OrderKind => choiceFrom(value, name, orderKinds);
