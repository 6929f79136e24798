/**
 * A witness (c2sp.org/tlog-witness): for each log it remembers one tree head, and signs only what that head is a part of.
 * An HTTP server hands the body in and the response out; the store and the clock are parameters; nothing else is touched.
 *
 * The order of the checks is the specification's, and so is their answer:
 *
 *     400  the body or the checkpoint's text is malformed; or the old size is above the checkpoint's
 *     404  the log is not known
 *     403  no trusted key of the log signed, or one's signature does not verify, or the signature lines are malformed
 *     409  the old size is not the size last cosigned; the body says which that is
 *     422  a size-0 checkpoint without the empty root, a proof from size 0, a proof that fails, a second root for one size
 *     200  the head was stored, and these are the cosignatures
 *
 * The signatures are made, then stored together with the head in one atomic step, then answered: a cosignature never
 * leaves before the head is durable, and two requests that both passed the checks cannot roll the head back, because only
 * one finds the size it was checked against.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { TlogFault, verdictOf } from "./fault.ts";
import type { NoteSignature, OpenedNote } from "./note.ts";
import { encodeNote, encodeSignatureLines, openNote, splitNote } from "./note.ts";
import { verifyConsistency } from "./proof.ts";
import type { Signer } from "./signer.ts";
import { signText } from "./signer.ts";
import type { Subtle } from "./subtle.ts";
import { platformSubtle } from "./subtle.ts";
import type { TreeHead } from "./tree.ts";
import { emptyRoot, equalHashes } from "./tree.ts";
import type { VerifierKey } from "./verifier-key.ts";
import type { AddCheckpoint } from "./witness-message.ts";
import { originHash, parseAddCheckpoint, sizeContentType } from "./witness-message.ts";

/** Where a witness remembers. One row for each origin. */
export interface WitnessStore {
  /** The head last cosigned for the log; `undefined` when none ever was. */
  findHead(origin: string): Promise<TreeHead | undefined>;
  /**
   * In one atomic and durable step: if the size stored for `origin` is `oldSize` (0 where nothing is stored), stores
   * `next` and answers true; otherwise changes nothing and answers false.
   */
  replaceHead(origin: string, oldSize: bigint, next: CosignedHead): Promise<boolean>;
  /** The note stored with the head of the log whose origin has this hash. */
  findNote(originHash: string): Promise<string | undefined>;
}

export interface CosignedHead extends TreeHead {
  /** SHA-256 of the origin in hex, for {@link WitnessStore.findNote}. */
  readonly originHash: string;
  /** The checkpoint with the log's verified signatures and the witness's own: what monitors are served. */
  readonly note: string;
}

export interface Witness {
  /** The keys trusted for the log with this origin; `undefined` when the log is not known. */
  readonly findLogKeys: (origin: string) => Promise<readonly VerifierKey[] | undefined>;
  readonly store: WitnessStore;
  /** With keys of type 0x04 or 0x06; at least one. */
  readonly cosigners: readonly Signer[];
  /** Seconds since 1970, above 0. */
  readonly clock: () => bigint;
  readonly subtle?: Subtle;
}

export interface WitnessResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers `POST <submission prefix>/add-checkpoint`. Throws only what the store, the signers or the platform throw. */
export async function addCheckpoint(body: Uint8Array, witness: Witness): Promise<WitnessResponse> {
  const read = readRequest(body);
  if (read === undefined) return refuse(400, "malformed request");
  const { request, checkpoint } = read;
  const keys = await witness.findLogKeys(checkpoint.origin);
  if (keys === undefined) return refuse(404, "unknown log");
  const opened = await openAs(keys, request.checkpoint, witness.subtle);
  if (opened === undefined) return refuse(403, "no valid signature by a trusted key of the log");
  if (request.oldSize > checkpoint.size) return refuse(400, "old size is above the checkpoint's size");
  const head = await witness.store.findHead(checkpoint.origin);
  if (request.oldSize !== (head?.size ?? 0n)) return conflict(head);
  const problem = findInconsistency(request, checkpoint, head);
  if (problem !== undefined) return refuse(422, problem);
  return await cosign(request.oldSize, checkpoint, opened, witness);
}

/** Answers `GET <monitoring prefix>/<origin hash>/checkpoint`. */
export async function getCheckpoint(hash: string, store: WitnessStore): Promise<WitnessResponse> {
  const note = /^[0-9a-f]{64}$/.test(hash) ? await store.findNote(hash) : undefined;
  return note === undefined
    ? refuse(404, "never cosigned")
    : { status: 200, headers: textHeaders, body: note };
}

async function cosign(
  oldSize: bigint,
  checkpoint: Checkpoint,
  opened: OpenedNote,
  witness: Witness,
): Promise<WitnessResponse> {
  const { origin, size, root } = checkpoint;
  const timestamp = witness.clock();
  if (timestamp <= 0n) throw new Breach("a witness's cosignature has a time above 0", { timestamp });
  const cosignatures: NoteSignature[] = [];
  for (const cosigner of witness.cosigners)
    cosignatures.push(await signText(opened.text, cosigner, timestamp));
  const note = encodeNote({
    text: opened.text,
    signatures: [...opened.verified.map(({ line }) => line), ...cosignatures],
  });
  // INVARIANT: no cosignature leaves before its head is durable, and none for a head that lost the race
  // (witness.test.ts, "a witness").
  // CRASH: before this step nothing has left and nothing is stored; after it the log asks again with the new size.
  const isStored = await witness.store.replaceHead(origin, oldSize, {
    size,
    root,
    note,
    originHash: originHash(origin),
  });
  if (!isStored) return conflict(await witness.store.findHead(origin));
  return { status: 200, headers: textHeaders, body: encodeSignatureLines(cosignatures) };
}

function readRequest(body: Uint8Array): { request: AddCheckpoint; checkpoint: Checkpoint } | undefined {
  try {
    const request = parseAddCheckpoint(body);
    return { request, checkpoint: parseCheckpoint(splitNote(request.checkpoint).text) };
  } catch (error) {
    if (verdictOf(error) !== "malformed") throw error;
    return undefined;
  }
}

async function openAs(
  keys: readonly VerifierKey[],
  note: string,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<OpenedNote | undefined> {
  try {
    return await openNote(note, keys, subtle);
  } catch (error) {
    if (!(error instanceof TlogFault) || !signatureFaults.has(error.code)) throw error;
    return undefined;
  }
}

/** Lines that cannot be parsed hold no trusted signature either; what they are on was parsed before. */
const signatureFaults: ReadonlySet<string> = new Set(["bad-signature", "malformed-note", "unknown-signer"]);

function findInconsistency(
  { oldSize, proof }: AddCheckpoint,
  checkpoint: Checkpoint,
  head: TreeHead | undefined,
): string | undefined {
  if (checkpoint.size === 0n && !equalHashes(checkpoint.root, emptyRoot()))
    return "an empty tree has the empty root";
  // Every tree begins with the empty one: there is nothing to prove, and no proof to be had.
  if (oldSize === 0n || head === undefined)
    return proof.length === 0 ? undefined : "a proof from size 0 is not empty";
  try {
    verifyConsistency(head, checkpoint, proof);
    return undefined;
  } catch (error) {
    if (!(error instanceof TlogFault) || error.code !== "bad-consistency") throw error;
    return "the consistency proof does not verify";
  }
}

function conflict(head: TreeHead | undefined): WitnessResponse {
  return { status: 409, headers: { "content-type": sizeContentType }, body: `${head?.size ?? 0n}\n` };
}

function refuse(status: number, why: string): WitnessResponse {
  return { status, headers: textHeaders, body: `${why}\n` };
}

const textHeaders = { "content-type": "text/plain; charset=utf-8" };
