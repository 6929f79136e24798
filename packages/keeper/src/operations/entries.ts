/**
 * `entries`: the last signed checkpoint of the log and the entries it holds, for whoever writes tiles of them (`custodian/src/log`).
 *
 * Commitments only (`log-leaf.ts`), the last from memory, those before made again from the journal: whoever is given them learns
 * how many events there were.
 */
import type { Keeper, Result } from "../keeper.ts";
import { parseEvent } from "../journal/journal-record.ts";
import { limits } from "../limits.ts";
import { decodeEntriesRequest, encodeEntriesAnswer } from "../protocol/orders.ts";

export async function listEntries(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { from, limit } = decodeEntriesRequest(payload);
  const { checkpoint, signedEvents, key, leaves, recent } = keeper.log;
  const slice = keeper.slices.begin();
  const entries = recent.list(Number(from) + 1, Math.max(0, Math.min(limit, signedEvents - Number(from))));
  if (entries.length > 0) return encodeEntriesAnswer({ verifierKey: key.verifierKey, checkpoint, entries });
  while (entries.length < limit) {
    const first = Number(from) + entries.length + 1;
    const wanted = Math.min(limit - entries.length, limits.eventsInAnswer);
    const records = await keeper.reader.read(first, wanted, signedEvents, slice);
    if (records.length === 0) break;
    for (const [i, { json }] of records.entries()) {
      const number = first + i;
      entries.push(leaves.entryOf({ event: parseEvent(json, number), number, json }));
      if (slice.spend(limits.termCostBytes * 4)) await slice.next();
    }
  }
  return encodeEntriesAnswer({ verifierKey: key.verifierKey, checkpoint, entries });
}
