/**
 * Puts a receipt together: what the keeper opened, what the register holds, and proofs from the published tiles.
 *
 * Proves nothing by itself; whoever makes one verifies it before handing it on (`@kura/receipt/verify-receipt.ts`).
 */
import { decodeHex, encodeHex, equalBytes } from "@kura/kernel/bytes.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { OpenedBatch, OpenedReceipt } from "@kura/keeper/protocol/receipt.ts";
import { type BatchProof, findBatchProof } from "@kura/receipt/premium-batch.ts";
import type { Receipt, ReceiptBatch, ReceiptPremium } from "@kura/receipt/receipt.ts";
import { decodeBundle } from "@kura/tlog/entry-bundle.ts";
import { tileWidth } from "@kura/tlog/limits.ts";
import { leafTile, type TileReader } from "@kura/tlog/tile-reader.ts";
import type { LogFolder } from "../log/log-folder.ts";
import { kindNumbers, schemeNumbers } from "../premiums/entry.ts";
import type { StoredEntry } from "../premiums/store.ts";
import type { RecordBatchRow } from "../register/sealed-batches/record-batch.ts";
import type { PremiumBatch, ReceiptMaterial } from "./receipt-material.ts";

export interface PublishedLog {
  readonly folder: LogFolder;
  /** Of the checkpoint's tree. */
  readonly reader: TileReader;
  readonly checkpoint: string;
}

/** @throws {Fault} `log-behind` when the checkpoint does not hold the receipt's event yet. */
export async function makeReceipt(
  person: string,
  opened: OpenedReceipt,
  { entries, batches, recordBatches, records }: ReceiptMaterial,
  log: PublishedLog,
): Promise<Receipt> {
  const last = opened.events.at(-1)?.entry.number ?? 0;
  if (log.reader.head.size < BigInt(last)) {
    throw new Fault("log-behind", "the published log does not hold the receipt yet: try again");
  }
  const events = [];
  for (const event of opened.events) {
    const { number } = event.entry;
    events.push({ ...event, commitment: await commitmentOf(number, log), proof: await prove(number, log) });
  }
  const premiums = entries.map((entry) => premiumOf(entry, batches));
  const proven: ReceiptBatch[] = [];
  for (const [i, batch] of batches.entries()) {
    const head = entries.findLast((_, at) => premiums[at]?.batch === i);
    proven.push(await batchOf(batch, opened.batches[i], head, log));
  }
  const found = records.map((record) => findRecordBatch(record, recordBatches));
  /** By batch and group, the place in the receipt. */
  const places = new Map<string, number>();
  for (const one of found) {
    if (one === undefined || places.has(one.key)) continue;
    places.set(one.key, proven.length);
    proven.push(await recordBatchOf(one, opened.batches[batches.length + one.batch], recordBatches, log));
  }
  const placed = records.map((record, i) => ({ ...record, batch: places.get(found[i]?.key ?? "") ?? -1 }));
  const { checkpoint } = log;
  return { format: "kura-receipt/1", person, checkpoint, events, batches: proven, premiums, records: placed };
}

interface FoundBatch {
  readonly key: string;
  /** Its place among the batches of records. */
  readonly batch: number;
  readonly proof: BatchProof;
}

/** Where a record is in the batch that it was sealed in; `undefined` for one of before batches of records were kept. */
function findRecordBatch(
  { digest }: { readonly digest: string },
  batches: readonly RecordBatchRow[],
): FoundBatch | undefined {
  for (const [batch, { digests }] of batches.entries()) {
    const proof = findBatchProof(splitDigests(digests), decodeHex(digest));
    if (proof !== undefined) return { key: `${batch} ${proof.group}`, batch, proof };
  }
  return undefined;
}

async function recordBatchOf(
  { batch, proof }: FoundBatch,
  opened: OpenedBatch | undefined,
  batches: readonly RecordBatchRow[],
  log: PublishedLog,
): Promise<ReceiptBatch> {
  const event = Number(batches[batch]?.eventNumber ?? 0n);
  if (opened === undefined) throw new Breach("a batch of records was not opened", { event });
  return withProof(opened, proof, event, log);
}

function premiumOf(entry: StoredEntry, batches: readonly PremiumBatch[]): ReceiptPremium {
  return {
    entryNo: entry.entryNo,
    month: entry.month,
    scheme: schemeNumbers[entry.scheme],
    kind: kindNumbers[entry.kind],
    amountYen: entry.amountYen,
    remunerationYen: entry.remunerationYen ?? 0,
    reverses: entry.reverses ?? 0,
    sourceId: encodeHex(entry.sourceId),
    sourceLine: entry.sourceLine,
    batch: batches.findIndex(
      ({ sourceId, firstLine, lastLine }) =>
        equalBytes(sourceId, entry.sourceId) && firstLine <= entry.sourceLine && entry.sourceLine <= lastLine,
    ),
  };
}

async function batchOf(
  { eventNumber, digests }: PremiumBatch,
  opened: OpenedBatch | undefined,
  head: StoredEntry | undefined,
  log: PublishedLog,
): Promise<ReceiptBatch> {
  const proof = head === undefined ? undefined : findBatchProof(splitDigests(digests), head.digest);
  if (opened === undefined || proof === undefined) {
    throw new Breach("a batch of premiums does not hold the entries that it was noted for", {
      event: eventNumber,
    });
  }
  return withProof(opened, proof, Number(eventNumber), log);
}

async function withProof(
  opened: OpenedBatch,
  { digests, group, groups, path }: BatchProof,
  eventNumber: number,
  log: PublishedLog,
): Promise<ReceiptBatch> {
  const proof = await prove(eventNumber, log);
  return { ...opened, digests: digests.map(encodeHex), group, groups, path: path.map(encodeHex), proof };
}

function splitDigests(digests: Uint8Array): Uint8Array[] {
  return Array.from({ length: digests.length / 32 }, (_, i) => digests.subarray(32 * i, 32 * (i + 1)));
}

async function prove(number: number, { reader }: PublishedLog): Promise<string[]> {
  return (await reader.proveInclusion(BigInt(number - 1))).map(encodeHex);
}

/** The log's entry of an event, out of its bundle. */
async function commitmentOf(number: number, { folder, reader }: PublishedLog): Promise<string> {
  const index = BigInt(number - 1);
  const id = { ...leafTile(index, reader.head.size), level: "entries" } as const;
  const full = { ...id, width: tileWidth };
  const exact = await folder.findTile(id);
  const bundle = exact ?? (await folder.findTile(full));
  const width = exact === undefined ? tileWidth : id.width;
  const entry =
    bundle === undefined ? undefined : decodeBundle(bundle, width)[Number(index % BigInt(tileWidth))];
  if (entry === undefined) throw new Fault("log-behind", "the published log lacks entries: try again");
  return encodeHex(entry);
}
