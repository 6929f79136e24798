/**
 * What is said to the keeper about incidents: an actor's word on a digest, relayed, and whose numbers are exchanged under
 * words that two actors said. The custodian can make none of these words. Called by `incident` and `register` only.
 */
import { encodeReissueRequest, type ReissueRequest } from "@kura/keeper/protocol/incidents.ts";
import { encodeSignedOrder, type SignedOrder } from "@kura/keeper/protocol/orders.ts";
import { type Answer, decodeEventNumber } from "@kura/keeper/protocol/protocol.ts";
import type { KeeperClient } from "./keeper-client.ts";

/** The number of its event; whether it was the second word, the event says. */
export function askResolve(keeper: KeeperClient, order: SignedOrder): Promise<Answer<bigint>> {
  return keeper.ask("resolve", encodeSignedOrder(order), decodeEventNumber);
}

/** The number of the event that tells these persons, each in their own chain. */
export function askReissue(keeper: KeeperClient, request: ReissueRequest): Promise<Answer<bigint>> {
  return keeper.ask("reissue", encodeReissueRequest(request), decodeEventNumber);
}
