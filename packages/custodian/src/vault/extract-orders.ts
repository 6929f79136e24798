/**
 * What is said to the keeper about sealed extracts: orders on their way, and the sealed material of their parts.
 *
 * The custodian relays the orders and can make none of them; `seal-part` needs none, because an approved extract is one.
 * What comes back of a part is encrypted under keys that only a release gives out, sealed to the holder's session.
 * Called by `extracts` only.
 */
import * as extracts from "@kura/keeper/protocol/extracts.ts";
import * as orders from "@kura/keeper/protocol/orders.ts";
import { type Answer, decodeEventNumber } from "@kura/keeper/protocol/protocol.ts";
import type { KeeperClient } from "./keeper-client.ts";

/** Asks for an extract; the number of its event. */
export function askExtract(keeper: KeeperClient, order: orders.SignedOrder): Promise<Answer<bigint>> {
  return keeper.ask("extract", orders.encodeSignedOrder(order), decodeEventNumber);
}

/** Some persons of an extract, masked, for whoever may approve it. */
export function askPreview(
  keeper: KeeperClient,
  request: orders.OpenRequest,
): Promise<Answer<orders.SealedAnswer>> {
  return keeper.ask("preview", extracts.encodePreviewRequest(request), orders.decodeSealedAnswer);
}

export function askApprove(keeper: KeeperClient, order: orders.SignedOrder): Promise<Answer<bigint>> {
  return keeper.ask("approve", orders.encodeSignedOrder(order), decodeEventNumber);
}

/** A revocation, or a holder's word that nothing is left of it. */
export function askEndExtract(keeper: KeeperClient, order: orders.SignedOrder): Promise<Answer<bigint>> {
  return keeper.ask("end-extract", orders.encodeSignedOrder(order), decodeEventNumber);
}

/** Chunks of a part of an approved extract. Its persons are in the journal when this returns. */
export function askSealPart(
  keeper: KeeperClient,
  part: extracts.ExtractPart,
): Promise<Answer<extracts.SealedPart>> {
  return keeper.ask("seal-part", extracts.layExtractPart(part), extracts.decodeSealedPart);
}

/** Keys of some chunks, sealed to the holder's session. */
export function askRelease(
  keeper: KeeperClient,
  order: orders.SignedOrder,
): Promise<Answer<orders.SealedAnswer>> {
  return keeper.ask("release", orders.encodeSignedOrder(order), orders.decodeSealedAnswer);
}
