/**
 * `index`: tokens for terms. Not journalled: a token tells its asker nothing that it did not bring.
 *
 * A caller that was taken over can, however, try terms against stolen tokens here, one call at a time: the reason that
 * low-entropy values are indexed in compounds only.
 */
import { WireReader } from "@kura/kernel/wire.ts";
import type { Keeper, Result } from "../keeper.ts";
import { limits } from "../limits.ts";
import { decodeIndexRequest, tokenBytes } from "../protocol.ts";

export async function indexTerms(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const slice = keeper.slices.begin();
  const tokens = Buffer.alloc(new WireReader(payload).count(limits.terms) * tokenBytes);
  let offset = 0;
  for (const { kind, text } of decodeIndexRequest(payload)) {
    keeper.index.writeToken(kind, text, tokens, offset);
    offset += tokenBytes;
    if (slice.spend(limits.termCostBytes + text.length)) await slice.next();
  }
  keeper.index.wipe();
  return tokens;
}
