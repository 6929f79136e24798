/**
 * Notes a batch of premium entries in the keeper's journal before it is written: one event, whatever the batch's size.
 *
 * Called by posting and by operations on the ledger, which commit the row this gives together with the entries.
 * CRASH: an event for entries that nobody wrote. The batch is noted again when it is written after all.
 */
import { concatBytes } from "@kura/kernel/bytes.ts";
import { batchRoot } from "@kura/receipt/premium-batch.ts";
import type { Database } from "../../db/database.ts";
import { parseUuid, renderUuid } from "../../db/uuid.ts";
import { premiumLimits } from "../limits.ts";
import * as premiums from "../store.ts";
import type { Ledger, StoredEntry } from "../store.ts";
import * as store from "./store.ts";
import type { PremiumBatchRow } from "./store.ts";

/** What notes a batch: the keeper's client. */
export interface PremiumNoter {
  notePremiums(batch: {
    readonly source: string;
    readonly entries: number;
    readonly accounts: number;
    readonly root: Uint8Array;
  }): Promise<bigint>;
}

export interface PostedEntry {
  readonly ledger: Ledger;
  readonly accountKey: Uint8Array;
  readonly entry: StoredEntry;
}

/** The row to be committed with the entries; `undefined` when there are none. @param entries in their order. */
export async function noteBatch(
  noter: PremiumNoter,
  sourceId: Uint8Array,
  batchNo: number,
  entries: readonly PostedEntry[],
): Promise<PremiumBatchRow | undefined> {
  if (entries.length === 0) return undefined;
  const last = new Map<string, Uint8Array>();
  for (const { ledger, accountKey, entry } of entries)
    last.set(`${ledger} ${hexOf(accountKey)}`, entry.digest);
  const digests = [...last.values()];
  const eventNumber = await noter.notePremiums({
    source: `${renderUuid(sourceId)} batch ${batchNo}`,
    entries: entries.length,
    accounts: digests.length,
    root: batchRoot(digests),
  });
  return { sourceId, batchNo, eventNumber, entries: entries.length, digests: concatBytes(...digests) };
}

/**
 * Notes what operations without a noter wrote: their entries stand, and are in the log from now on. How many it were.
 *
 * Called by a running custodian every few seconds (a `Beat` of `main.ts`) and by imports. CRASH: noted once more; both events name the
 * same entries.
 */
export async function noteOperations(register: Database, noter: PremiumNoter): Promise<number> {
  for (let noted = 0; ;) {
    const operations = await store.listUnnotedOperations(register, premiumLimits.operationsPage);
    for (const sourceId of operations) {
      const entries: PostedEntry[] = [];
      for (const ledger of ["person", "suspense"] as const) {
        const rows = await premiums.listEntriesOfOperation(register, ledger, sourceId);
        for (const { accountKey, entry } of rows) {
          entries.push({ ledger, accountKey: parseUuid(accountKey), entry });
        }
      }
      const row = await noteBatch(noter, sourceId, 0, entries);
      if (row !== undefined) await register.transact((tx) => store.appendPremiumBatch(tx, row));
      noted += 1;
    }
    if (operations.length < premiumLimits.operationsPage) return noted;
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
