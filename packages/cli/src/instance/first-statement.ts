/**
 * An agency's own first statement: its officers and whoever begins with them, with the usual purposes and budgets
 * (`keeper/src/first-roster.ts`). Drawn up here, signed by the officers wherever they are, taken by the first start
 * (`KURA_GENESIS`). The keeper accepts it only with the signatures of two officers whom it names.
 */
import type { KeyObject } from "node:crypto";
import { createPublicKey } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";
import {
  agencyAtFirst,
  approverPurposes,
  officeBudget,
  officerPurposes,
  operatorPurposes,
  signatureOf,
  usualPurposes,
} from "@kura/keeper/first-roster.ts";
import type { ActorKey } from "@kura/keeper/order-session.ts";
import { decodeAmendRequest, encodeAmendRequest } from "@kura/keeper/protocol/sign-in.ts";
import {
  emptyRoster,
  parseStatement,
  type RosterChange,
  type Statement,
  statementText,
} from "@kura/keeper/orders/roster.ts";

export type Part = "officer" | "operator" | "approver";

/** Somebody who is in the roster from the beginning. */
export interface Beginner {
  readonly actor: string;
  readonly part: Part;
}

/** The public half of a key file. `publicKey`: SubjectPublicKeyInfo in base64. */
export interface PublicHalf {
  readonly actor: string;
  readonly credential: string;
  readonly publicKey: string;
}

const purposesOf: Readonly<Record<Part, readonly string[]>> = {
  // They stop extracts and stand for words about incidents. Whoever changes the roster looks at nobody.
  officer: officerPurposes,
  operator: operatorPurposes,
  approver: approverPurposes,
};

/** The statement, signed by nobody yet. @throws {Fault} `bad-first-roster` */
export function draftFirstStatement(
  office: string,
  people: readonly Beginner[],
  keys: readonly PublicHalf[],
): Uint8Array {
  if (people.filter(({ part }) => part === "officer").length < 2) {
    throw new Fault("bad-first-roster", "two officers are needed: no change of the roster has fewer");
  }
  if (new Set(people.map(({ actor }) => actor)).size < people.length) {
    throw new Fault("bad-first-roster", "one name is given twice; nobody has two parts at the beginning");
  }
  const actors = people.map(({ actor, part }): RosterChange => ({
    part: "actor",
    id: actor,
    value: { office, isOfficer: part === "officer", isJob: false, purposes: purposesOf[part] },
  }));
  const credentials = people.map(({ actor }): RosterChange => {
    const key = keys.find((one) => one.actor === actor);
    if (key === undefined) throw new Fault("bad-first-roster", `nobody has given a key for ${actor}`);
    const { credential, publicKey } = key;
    return { part: "credential", id: credential, value: { kind: "key-file", actor, publicKey } };
  });
  const offices: RosterChange = { part: "office", id: office, value: { budget: officeBudget } };
  const changes = [agencyAtFirst, offices, ...usualPurposes, ...actors, ...credentials];
  const statement: Statement = { v: 1, sequence: 1, previous: emptyRoster.digest, changes };
  return encodeAmendRequest({ text: statementText(statement), signatures: [] });
}

export interface SignedDraft {
  readonly bytes: Uint8Array;
  /** Officers who signed, this one included. */
  readonly signedBy: readonly string[];
}

/** Adds an officer's signature; again by the same one changes nothing. @throws {Fault} `bad-genesis`, `not-an-officer-in-it` */
export function signFirstStatement(draft: Uint8Array, key: ActorKey): SignedDraft {
  const { text, signatures } = readFirstStatement(draft);
  if (!isOfficerIn(parseStatement(text).changes, key)) {
    throw new Fault("not-an-officer-in-it", "the statement names no officer with this key");
  }
  const others = signatures.filter(({ actor }) => actor !== key.actor);
  const signed = [...others, signatureOf(key, text)];
  return {
    bytes: encodeAmendRequest({ text, signatures: signed }),
    signedBy: signed.map(({ actor }) => actor),
  };
}

/** What the file says and who signed it; whether the signatures hold is the keeper's to say. @throws {Fault} `bad-genesis` */
export function readFirstStatement(draft: Uint8Array): ReturnType<typeof decodeAmendRequest> {
  try {
    const read = decodeAmendRequest(draft);
    parseStatement(read.text);
    return read;
  } catch (cause) {
    throw new Fault("bad-genesis", "this is not a first statement", { cause });
  }
}

export function publicHalfOf({ actor, credential, privateKey }: ActorKey): PublicHalf {
  return { actor, credential, publicKey: publicKeyOf(privateKey) };
}

function isOfficerIn(changes: readonly RosterChange[], { actor, credential, privateKey }: ActorKey): boolean {
  const publicKey = publicKeyOf(privateKey);
  const isOfficer = changes.some(
    (change) => change.part === "actor" && change.id === actor && change.value?.isOfficer === true,
  );
  const isKey = changes.some(
    (change) =>
      change.part === "credential" &&
      change.id === credential &&
      change.value?.actor === actor &&
      change.value.publicKey === publicKey,
  );
  return isOfficer && isKey;
}

function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
}
