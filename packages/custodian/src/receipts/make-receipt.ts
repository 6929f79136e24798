/**
 * Puts a receipt together: what the keeper opened, what the register holds, and proofs from the published tiles.
 *
 * Proves nothing by itself; whoever makes one verifies it before handing it on (`@kura/receipt/verify-receipt.ts`).
 */
import { encodeHex, equalBytes } from "@kura/kernel/bytes.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { OpenedBatch, OpenedReceipt } from "@kura/keeper/protocol-receipt.ts";
import { findBatchProof } from "@kura/receipt/premium-batch.ts";
import type { Receipt, ReceiptBatch, ReceiptPremium } from "@kura/receipt/receipt.ts";
import { decodeBundle } from "@kura/tlog/entry-bundle.ts";
import { tileWidth } from "@kura/tlog/limits.ts";
import { leafTile, type TileReader } from "@kura/tlog/tile-reader.ts";
import type { LogFolder } from "../log/log-folder.ts";
import { kindNumbers, schemeNumbers } from "../premiums/entry.ts";
import type { StoredEntry } from "../premiums/store.ts";
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
  { entries, batches, records }: ReceiptMaterial,
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
  const { checkpoint } = log;
  return { format: "kura-receipt/1", person, checkpoint, events, batches: proven, premiums, records };
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
  const all = Array.from({ length: digests.length / 32 }, (_, i) => digests.subarray(32 * i, 32 * (i + 1)));
  const proof = head === undefined ? undefined : findBatchProof(all, head.digest);
  if (opened === undefined || proof === undefined) {
    throw new Breach("a batch of premiums does not hold the entries that it was noted for", {
      event: eventNumber,
    });
  }
  return {
    ...opened,
    digests: proof.digests.map(encodeHex),
    group: proof.group,
    groups: proof.groups,
    path: proof.path.map(encodeHex),
    proof: await prove(Number(eventNumber), log),
  };
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
