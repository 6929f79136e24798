/**
 * Changes of the keeper's roster on their way: drawn up here, signed by officers elsewhere, handed to the keeper.
 *
 * Nothing here changes who may do what: the keeper accepts a statement that two different officers signed and nothing
 * else. A proposal names the roster it changes; once another statement was accepted, it is too late for this one.
 */
import * as v from "valibot";
import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import {
  decodeAmendRequest,
  encodeAmendRequest,
  type StatementSignature,
} from "@kura/keeper/protocol/sign-in.ts";
import type { Database, Reader } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { askAmend } from "../vault/orders.ts";
import { disclosureLimits } from "./limits.ts";
import { readRoster } from "./roster-view.ts";
import * as store from "./store.ts";

export interface ProposalParts {
  readonly register: Database;
  readonly keeper: KeeperClient;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

export interface Proposal {
  /** A UUID. */
  readonly proposalId: string;
  readonly sequence: number;
  /** What officers sign, as canonical JSON. */
  readonly text: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  /** Officers who signed. */
  readonly signedBy: readonly string[];
}

/** Officers whom the keeper wants under a statement. */
const signaturesNeeded = 2;

const anyCanonical = v.custom<Canonical>(isCanonical);
const changes = v.pipe(
  v.array(
    v.strictObject({
      part: v.picklist(["agency", "office", "purpose", "actor", "credential"]),
      id: v.pipe(v.string(), v.minLength(1), v.maxLength(400)),
      value: anyCanonical,
    }),
  ),
  v.minLength(1),
  v.maxLength(200),
);
export type ProposedChanges = v.InferOutput<typeof changes>;
/** What a proposal may hold; whether it makes sense is the keeper's to say. */
export const proposedChanges: v.GenericSchema<unknown, ProposedChanges> = changes;

export type ProposeOutcome =
  | { readonly outcome: "proposed"; readonly proposal: Proposal }
  | { readonly outcome: "malformed-changes" };

/** Draws up the statement that follows the roster as it is now. */
export async function proposeChanges(
  { register, keeper, now, makeId }: ProposalParts,
  proposedBy: string,
  given: unknown,
): Promise<ProposeOutcome> {
  const parsed = v.safeParse(changes, given);
  if (!parsed.success) return { outcome: "malformed-changes" };
  const { sequence: last, digest: previous } = await readRoster(keeper);
  const sequence = last + 1;
  const text = encodeCanonical({ v: 1, sequence, previous, changes: parsed.output });
  if (Buffer.byteLength(text) > disclosureLimits.statementBytes) return { outcome: "malformed-changes" };
  const proposal = { proposalId: renderUuid(makeId()), sequence, text, proposedBy, proposedAt: now() };
  await store.appendProposal(register, proposal);
  return { outcome: "proposed", proposal: { ...proposal, signedBy: [] } };
}

export type SignOutcome =
  /** One signature more; `accepted` has the number of the journal's event. */
  | { readonly outcome: "signed" }
  | { readonly outcome: "accepted"; readonly eventNumber: bigint }
  | { readonly outcome: "unknown-proposal" | "signed-before" }
  /** With the reason of the keeper, a constant: `other-sequence`, `bad-signature`, … */
  | { readonly outcome: "statement-refused"; readonly reason: string };

/** Adds an officer's signature; with enough of them the keeper is asked. */
export async function signProposal(
  { register, keeper, now }: ProposalParts,
  proposalId: string,
  signature: StatementSignature,
): Promise<SignOutcome> {
  const proposal = await findProposal(register, proposalId);
  if (proposal === undefined) return { outcome: "unknown-proposal" };
  const { actor, credential } = signature;
  const proof = encodeAmendRequest({ text: "", signatures: [signature] });
  const isNew = await store
    .appendSignature(register, { proposalId, actor, credential, proof, at: now() })
    .then(() => true, isKnownSignature);
  if (!isNew) return { outcome: "signed-before" };
  // The newest ones: a signature that is none must not spoil those of the others.
  const proofs = (await store.listSignatures(register, proposalId)).slice(-signaturesNeeded);
  if (proofs.length < signaturesNeeded) return { outcome: "signed" };
  const signatures = proofs.flatMap((bytes) => decodeAmendRequest(bytes).signatures);
  const answer = await askAmend(keeper, { text: proposal.text, signatures });
  if (answer.outcome === "ok") return { outcome: "accepted", eventNumber: answer.value };
  const reason = answer.outcome === "statement-refused" ? answer.reason : answer.outcome;
  return { outcome: "statement-refused", reason };
}

export async function findProposal(reader: Reader, proposalId: string): Promise<Proposal | undefined> {
  return (await store.listProposals(reader, 1, proposalId))[0];
}

/** Newest first. */
export async function listProposals(reader: Reader): Promise<Proposal[]> {
  return store.listProposals(reader, disclosureLimits.listed, undefined);
}

function isKnownSignature(fault: unknown): false {
  if (codeOf(fault) === "sql-23505") return false;
  throw fault;
}

function isCanonical(value: unknown): boolean {
  try {
    encodeCanonical(value as Canonical);
    return true;
  } catch (fault) {
    if (codeOf(fault) === "not-canonical" || fault instanceof TypeError) return false;
    throw fault;
  }
}
