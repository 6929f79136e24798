/**
 * What goes into a person's receipt besides what the keeper opens: their premium entries and batches, digests of their sealed
 * records, and the numbers of their events. Reads only; everything here is checked by whoever is given the receipt.
 */
import { hash } from "node:crypto";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import type { ReceiptRecord } from "@kura/receipt/receipt.ts";
import type { Database } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { ReceiptClaims } from "../disclosure/receipt.ts";
import * as disclosures from "../disclosure/store.ts";
import * as batches from "../premiums/batches/store.ts";
import * as premiums from "../premiums/store.ts";
import type { RecordBatchRow } from "../register/sealed-batches/record-batch.ts";
import { listRecordBatches } from "../register/sealed-batches/store.ts";

export type PremiumBatch = Awaited<ReturnType<typeof batches.listPremiumBatches>>[number];

export interface ReceiptMaterial {
  readonly claims: ReceiptClaims;
  readonly entries: readonly premiums.StoredEntry[];
  /** In the order of the first of `claims.batches`. */
  readonly batches: readonly PremiumBatch[];
  /** In the order of those behind them. */
  readonly recordBatches: readonly RecordBatchRow[];
  readonly records: readonly Omit<ReceiptRecord, "batch">[];
}

/** Events of one person in a receipt, as the keeper has it. */
const eventsMax = 10_000;

/** @param register with the journal's copy up to date (`projectJournal`). */
export async function readReceiptMaterial(
  register: Database,
  personKey: Uint8Array,
): Promise<ReceiptMaterial> {
  const [events, entries, noted, sealed, recordBatches] = await Promise.all([
    disclosures.listOfPerson(register, personKey, eventsMax),
    premiums.listEntries(register, "person", personKey),
    batches.listPremiumBatches(register, personKey),
    disclosures.listRecords(register, [renderUuid(personKey)]),
    listRecordBatches(register, personKey),
  ]);
  const records = (sealed.get(renderUuid(personKey)) ?? []).map(({ recordNo, kind, sealed: bytes }) => ({
    recordNo,
    kind,
    digest: hash("sha256", bytes, "hex"),
  }));
  const stated = {
    premiumEntries: entries.length,
    premiumHead: encodeHex(entries.at(-1)?.digest ?? new Uint8Array(32)),
    records: records.length,
    recordsDigest: digestOf(records),
  };
  const claims = {
    stated,
    events: events.map(({ eventNumber }) => eventNumber).toReversed(),
    batches: [...noted, ...recordBatches].map(({ eventNumber }) => eventNumber),
  };
  return { claims, entries, batches: noted, recordBatches, records };
}

function digestOf(records: ReceiptMaterial["records"]): string {
  const wire = new WireWriter(64 * records.length + 1);
  for (const { recordNo, kind, digest } of records)
    wire.u32(recordNo).u8(kind).raw(Buffer.from(digest, "hex"));
  return hash("sha256", wire.finish(), "hex");
}
