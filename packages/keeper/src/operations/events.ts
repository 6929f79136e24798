/**
 * `events`: the journal as it was written, for whoever copies it (the custodian, into its database; a log builder).
 *
 * Only durable events, in order, from a number on. Nothing is skipped: who asks for n gets n or nothing. Events name
 * persons by their random keys only.
 */
import { WireWriter } from "@kura/kernel/wire.ts";
import type { Keeper, Result } from "../keeper.ts";
import { decodeEventsRequest } from "../protocol/orders.ts";

export async function listEvents(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { from, limit } = decodeEventsRequest(payload);
  const durable = keeper.journal.durable.events;
  const slice = keeper.slices.begin();
  const records = await keeper.reader.read(Number(from), limit, durable, slice);
  const writer = new WireWriter(64 * 1024).u64(BigInt(durable)).u32(records.length);
  for (const { chainHash, json } of records) writer.raw(chainHash).bytes(json);
  return writer.finish();
}
