/**
 * From a receipt to belief: whether it is all that the log holds of one person. No network, no clock, no trust in the agency.
 *
 * The argument, in order:
 *   1. the checkpoint is signed by the log of the policy, and cosigned by as many witnesses as the policy asks for
 *   2. each event's link follows from the event and the link before, and its number in the chain from the one before
 *   3. each link is a part of a commitment, and each commitment is in the tree of the checkpoint, at the event's number
 *   4. the last event is a receipt: the log itself says that it is the person's n-th, so there are n and no more
 *   5. premium entries and records are those that the agency stated in that event; what was logged when an entry was
 *      received, or a record was sealed, must hold it too
 *
 * So nothing can be taken out, put in, changed or moved without breaking a hash. What this cannot know: whether something
 * happened after the receipt, and whether the keeper journalled everything; that is for the keeper's own design to keep.
 */
import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { TlogFault } from "@kura/tlog/fault.ts";
import type { Policy } from "@kura/tlog/policy.ts";
import { verifyInclusion } from "@kura/tlog/proof.ts";
import { sha256 } from "@kura/tlog/sha256.ts";
import { type Hash, hashLeaf, type TreeHead } from "@kura/tlog/tree.ts";
import { type VerifiedCheckpoint, verifyCheckpoint } from "@kura/tlog/verify.ts";
import { ReceiptFault } from "./fault.ts";
import { verifyBatchProof } from "./premium-batch.ts";
import { premiumDigest } from "./premium-chain.ts";
import { hashOf, type PersonEntry, type Receipt, type ReceiptBatch, type Stated } from "./receipt.ts";

export interface VerifiedReceipt {
  readonly verified: VerifiedCheckpoint;
  readonly person: string;
  /** All of them, oldest first. */
  readonly events: readonly PersonEntry[];
  /** Milliseconds since 1970, by the keeper's clock: nothing is said about later. */
  readonly asOfMs: number;
  readonly premiumEntries: number;
  /** Those whose batch was logged when they were received. */
  readonly premiumsLogged: number;
  readonly records: number;
  /** Those whose batch was logged when they were sealed. */
  readonly recordsLogged: number;
}

/** @throws {ReceiptFault} with the reason; {TlogFault} for a checkpoint that the policy does not accept. */
export async function verifyReceipt(receipt: Receipt, policy: Policy): Promise<VerifiedReceipt> {
  const verified = await verifyCheckpoint(receipt.checkpoint, policy);
  const tree = verified.checkpoint;
  const { person, premiums, records } = receipt;
  const events = verifyEvents(receipt, tree);
  const last = events.at(-1);
  if (last?.kind !== "receipt" || last.stated === undefined) {
    throw new ReceiptFault(
      "not-ended",
      "the list does not end with the receipt's own event: there may be more",
    );
  }
  const premiumsLogged = verifyPremiums(receipt, last.stated);
  const recordsLogged = verifyRecords(receipt, last.stated);
  verifyBatches(receipt, tree, last.number);
  const counts = { premiumEntries: premiums.length, premiumsLogged, records: records.length, recordsLogged };
  return { verified, person, events, asOfMs: last.timeMs, ...counts };
}

function verifyEvents({ person, events }: Receipt, tree: TreeHead): PersonEntry[] {
  let previous = "0".repeat(64);
  let before = { number: 0, timeMs: 0 };
  for (const [i, { entry, salt, part, parts, path, commitment, proof }] of events.entries()) {
    if (entry.n !== i + 1) {
      throw new ReceiptFault("event-missing", `event ${i + 1} is not there: the next is number ${entry.n}`);
    }
    const isNext =
      entry.previous === previous && entry.number > before.number && entry.timeMs >= before.timeMs;
    if (!isNext || entry.person !== person) {
      throw new ReceiptFault("event-altered", `event ${entry.n} does not continue the one before`);
    }
    const link = sha256(encodeUtf8(`kura/person-event/1\n${encodeCanonical(entry)}`));
    const leaf = hashLeaf(joined(hashOf(salt), link));
    const root = hashOf(commitment);
    // Part 0 is the event itself, of which a receipt shows nobody anything.
    if (part < 1) throw new ReceiptFault("event-altered", `event ${entry.n} is opened in the wrong place`);
    holds("event-altered", `event ${entry.n} is not the one that the log holds`, () => {
      verifyInclusion(BigInt(part), leaf, { size: BigInt(parts), root }, path.map(hashOf));
      verifyInclusion(BigInt(entry.number - 1), hashLeaf(root), tree, proof.map(hashOf));
    });
    previous = encodeHex(link);
    before = entry;
  }
  return events.map(({ entry }) => entry);
}

/** How many entries were logged with their batch. */
function verifyPremiums({ person, premiums }: Receipt, stated: Stated): number {
  let digest: Uint8Array = new Uint8Array(32);
  for (const [i, entry] of premiums.entries()) {
    if (entry.entryNo !== i + 1) {
      throw new ReceiptFault("premium-missing", `premium entry ${i + 1} is not there`);
    }
    digest = premiumDigest(digest, person, entry);
  }
  if (premiums.length !== stated.premiumEntries) {
    const counts = `${premiums.length} of ${stated.premiumEntries}`;
    throw new ReceiptFault("premium-missing", `only ${counts} premium entries are here`);
  }
  if (encodeHex(digest) !== stated.premiumHead) {
    throw new ReceiptFault("premium-altered", "the premium entries are not those that the log holds");
  }
  return premiums.filter(({ batch }) => batch >= 0).length;
}

/** Every batch that an entry or a record names is there, holds it, and is in the log; no other is there. */
function verifyBatches(receipt: Receipt, tree: TreeHead, asOf: number): void {
  const { batches } = receipt;
  const held = { premiums: premiumHeads(receipt), sealed: recordDigests(receipt) };
  for (const [i, batch] of batches.entries()) {
    const event = batchEventOf(batch.text);
    verifyBatch(batch, event, held[event.kind].get(i) ?? [], tree, asOf);
  }
  const named = [...held.premiums.keys(), ...held.sealed.keys()];
  if (named.length !== batches.length || named.some((i) => i >= batches.length)) {
    throw new ReceiptFault("batch-altered", "a batch is named that is not here, or for two things");
  }
}

/** By batch, the digest of the person's last entry in it. */
function premiumHeads({ person, premiums }: Receipt): Map<number, string[]> {
  let digest: Uint8Array = new Uint8Array(32);
  const heads = new Map<number, string[]>();
  for (const entry of premiums) {
    digest = premiumDigest(digest, person, entry);
    if (entry.batch >= 0) heads.set(entry.batch, [encodeHex(digest)]);
  }
  return heads;
}

/** By batch, the digests of the person's records in it. */
function recordDigests({ records }: Receipt): Map<number, string[]> {
  const digests = new Map<number, string[]>();
  for (const { batch, digest } of records)
    if (batch >= 0) digests.set(batch, [...(digests.get(batch) ?? []), digest]);
  return digests;
}

function verifyBatch(
  batch: ReceiptBatch,
  { number, root }: BatchEvent,
  held: readonly string[],
  tree: TreeHead,
  asOf: number,
): void {
  const why = `the batch of event ${number} is not the one that the log holds`;
  if (number < 1 || number > asOf) throw new ReceiptFault("batch-altered", why);
  const commitment = hashLeaf(joined(hashOf(batch.salt), encodeUtf8(batch.text)));
  holds("batch-altered", why, () => {
    verifyInclusion(BigInt(number - 1), hashLeaf(commitment), tree, batch.proof.map(hashOf));
    const { group, groups } = batch;
    const proof = { digests: batch.digests.map(hashOf), group, groups, path: batch.path.map(hashOf) };
    verifyBatchProof(root, proof);
  });
  if (held.length === 0 || !held.every((digest) => batch.digests.includes(digest))) {
    throw new ReceiptFault(
      "batch-altered",
      `the batch of event ${number} does not hold the person's entries or records`,
    );
  }
}

interface BatchEvent {
  readonly kind: "premiums" | "sealed";
  readonly number: number;
  readonly root: Hash;
}

function batchEventOf(text: string): BatchEvent {
  const event = parseObject(text);
  const { kind, number, root } = event;
  if (
    (kind === "premiums" || kind === "sealed") &&
    Number.isSafeInteger(number) &&
    typeof root === "string" &&
    /^[0-9a-f]{64}$/.test(root)
  ) {
    return { kind, number: Number(number), root: hashOf(root) };
  }
  throw new ReceiptFault("batch-altered", "the event of a batch is of another kind");
}

function parseObject(text: string): { kind?: unknown; number?: unknown; root?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ReceiptFault("batch-altered", "the event of a batch is no event", { cause });
  }
}

/** How many were logged with their batch. */
function verifyRecords({ records }: Receipt, stated: Stated): number {
  const wire = new WireWriter(64 * records.length + 1);
  for (const { recordNo, kind, digest } of records) wire.u32(recordNo).u8(kind).raw(hashOf(digest));
  if (records.length !== stated.records || encodeHex(sha256(wire.finish())) !== stated.recordsDigest) {
    throw new ReceiptFault("records-altered", "the sealed records are not those that the log holds");
  }
  return records.filter(({ batch }) => batch >= 0).length;
}

function holds(code: "event-altered" | "batch-altered", why: string, prove: () => void): void {
  try {
    prove();
  } catch (cause) {
    if (!(cause instanceof TlogFault)) throw cause;
    throw new ReceiptFault(code, why, { cause });
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
