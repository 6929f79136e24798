/**
 * What is said to the keeper about screens: orders on their way, and the sealed material of the candidates' parts.
 *
 * The custodian relays the orders and can make none of them; `screen-part` needs none, because a screen that was agreed upon is
 * one. What comes back is one bit for each candidate. Called by `screens` only.
 */
import * as orders from "@kura/keeper/protocol/orders.ts";
import * as screens from "@kura/keeper/protocol/screens.ts";
import { type Answer, decodeEventNumber } from "@kura/keeper/protocol/protocol.ts";
import type { KeeperClient } from "./keeper-client.ts";

/** Asks for a screen; the number of its event. */
export function askScreen(keeper: KeeperClient, order: orders.SignedOrder): Promise<Answer<bigint>> {
  return keeper.ask("screen", orders.encodeSignedOrder(order), decodeEventNumber);
}

/** A second actor's yes to it. */
export function askAgree(keeper: KeeperClient, request: screens.AgreeRequest): Promise<Answer<bigint>> {
  return keeper.ask("agree", screens.encodeAgreeRequest(request), decodeEventNumber);
}

/** Who of a part meets the criterion. All of them are in the journal when this returns. */
export function askScreenPart(
  keeper: KeeperClient,
  part: screens.ScreenPart,
): Promise<Answer<screens.ScreenedPart>> {
  return keeper.ask("screen-part", screens.encodeScreenPart(part), screens.decodeScreenedPart);
}
