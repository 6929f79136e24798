/**
 * `index`: tokens for terms, under an ingest ticket. Not journalled one by one: the ticket's event has their number.
 *
 * A caller that was taken over can try terms against stolen tokens here, as many as its tickets allow: the reason that
 * tickets are signed, bounded and summed over the day, and that low-entropy values are indexed in compounds only.
 */
import { isRefusal, type Keeper, type Result } from "../keeper.ts";
import { limits } from "../limits.ts";
import { decodeIndexRequest, tokenBytes } from "../protocol/protocol.ts";
import { spendTicket } from "./ticket.ts";

export async function indexTerms(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { ticket, count, runs } = decodeIndexRequest(payload);
  const spent = spendTicket(keeper, ticket, "ingest", { terms: count, records: 0 });
  if (isRefusal(spent)) return spent;
  const slice = keeper.slices.begin();
  const tokens = Buffer.alloc(count * tokenBytes);
  let offset = 0;
  for (const run of runs) {
    tokens.set(keeper.index.tokens(run), offset);
    offset += run.kinds.length * tokenBytes;
    if (slice.spend(run.lengths.reduce((sum, length) => sum + limits.termCostBytes + length, 0)))
      await slice.next();
  }
  return tokens;
}
