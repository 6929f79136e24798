/**
 * `roster` and `amend`: reading who may do what, and changing it by a statement that two officers signed.
 *
 * Reading is free: the roster names staff and their public keys, no person of the register.
 */
import { hash } from "node:crypto";
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { WireReader } from "@kura/kernel/wire.ts";
import { statementMessage } from "../client-side.ts";
import { findPublicKey, verifyProof } from "../orders/credential.ts";
import type { JournalEvent } from "../journal/journal-event.ts";
import { type Keeper, record, type Result } from "../keeper.ts";
import { encodeEventNumber } from "../protocol/protocol.ts";
import { decodeAmendRequest, type Proof, type SignedStatement } from "../protocol/sign-in.ts";
import { decideStatement, type Roster, rosterText, type StatementOutcome } from "../orders/roster.ts";

export function readRoster(keeper: Keeper, payload: Uint8Array): Result {
  new WireReader(payload).end();
  return encodeUtf8(rosterText(keeper.state.roster));
}

/** 1. Decide. 2. Journal, sign: a journal put back by a second must not bring back who was removed. 3. Answer. */
export async function amendRoster(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const signed = decodeAmendRequest(payload);
  const decision = decideAmendment(keeper.state.roster, signed, keeper.state.signCounts);
  if (decision.outcome !== "accepted") return { outcome: "statement-refused", reason: decision.outcome };
  const eventNumber = await record(keeper, decision.event);
  await keeper.log.publish(keeper.journal);
  return encodeEventNumber(BigInt(eventNumber));
}

export type Amendment =
  | { readonly outcome: "accepted"; readonly event: Extract<JournalEvent, { kind: "roster" }> }
  | Exclude<StatementOutcome, { readonly outcome: "accepted" }>;

/** @throws {Fault} `malformed-order` */
export function decideAmendment(
  roster: Roster,
  signed: SignedStatement,
  signCounts: ReadonlyMap<string, number>,
): Amendment {
  const counted = new Map<string, number>();
  const decision = decideStatement(roster, signed, {
    digestOf: (text) => hash("sha256", text, "hex"),
    isUsable: ({ publicKey }) => findPublicKey(Buffer.from(publicKey, "base64")) !== undefined,
    verify: (held, { credential, proof }, text) => {
      const last = counted.get(credential) ?? signCounts.get(credential) ?? 0;
      const verified = verifyProof(held, statementMessage(text), proof, last);
      if (verified.outcome === "verified") counted.set(credential, verified.signCount);
      return verified.outcome === "verified";
    },
  });
  if (decision.outcome !== "accepted") return decision;
  const signatures = signed.signatures.map(({ actor, credential, proof }) => ({
    actor,
    credential,
    signCount: counted.get(credential) ?? 0,
    proof: partsOf(proof),
  }));
  const { sequence, digest } = decision.roster;
  return { outcome: "accepted", event: { kind: "roster", sequence, digest, text: signed.text, signatures } };
}

function partsOf(proof: Proof): string[] {
  const parts =
    proof.kind === "key-file"
      ? [proof.signature]
      : [proof.authenticatorData, proof.clientData, proof.signature];
  return parts.map((part) => Buffer.from(part).toString("base64"));
}
