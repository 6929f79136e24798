/**
 * What somebody signed, on its way to the keeper: sign-ins, looks, searches, roster statements; and the keeper's journal.
 *
 * The custodian relays these and can make none of them: it has no session key. What comes back of a look or a search is
 * sealed to the session that ordered it. Refusals are returned as the keeper gave them.
 */
import { decodeUtf8 } from "@kura/kernel/bytes.ts";
import * as orders from "@kura/keeper/protocol/orders.ts";
import * as receipts from "@kura/keeper/protocol/receipt.ts";
import * as signIn from "@kura/keeper/protocol/sign-in.ts";
import { type Answer, decodeEventNumber } from "@kura/keeper/protocol/protocol.ts";
import type { KeeperClient } from "./keeper-client.ts";

const nothing = new Uint8Array(0);

/** A nonce that a sign-in must name, once and soon. */
export function askChallenge(keeper: KeeperClient): Promise<Answer<signIn.Challenge>> {
  return keeper.ask("challenge", nothing, signIn.decodeChallenge);
}

export function askSignIn(
  keeper: KeeperClient,
  request: signIn.SignInRequest,
): Promise<Answer<signIn.SignedIn>> {
  return keeper.ask("sign-in", signIn.encodeSignInRequest(request), signIn.decodeSignedIn);
}

export function askSignOut(keeper: KeeperClient, order: orders.SignedOrder): Promise<Answer<bigint>> {
  return keeper.ask("sign-out", orders.encodeSignedOrder(order), decodeEventNumber);
}

/** That this order is about to come: the keeper reads it meanwhile, and does nothing else. Called by `disclosure` only. */
export function tellOrder(keeper: KeeperClient, order: orders.SignedOrder): Promise<void> {
  return keeper.tell("announce", orders.encodeSignedOrder(order));
}

/** A look. The event is durable in the keeper's journal before anything is decrypted. Called by `disclosure` only. */
export function askOpen(
  keeper: KeeperClient,
  request: orders.OpenRequest,
): Promise<Answer<orders.SealedAnswer>> {
  return keeper.ask("open", orders.encodeOpenRequest(request), orders.decodeSealedAnswer);
}

/** Tokens of the sealed terms, and a name for {@link askReveal}. Called by `disclosure` only. */
export function askSearch(
  keeper: KeeperClient,
  order: orders.SignedOrder,
): Promise<Answer<orders.SearchTokens>> {
  return keeper.ask("search", orders.encodeSignedOrder(order), orders.decodeSearchTokens);
}

/** The candidates' sealed material; shown to the session, masked, is who really has every term. Called by `disclosure` only. */
export function askReveal(
  keeper: KeeperClient,
  request: orders.RevealRequest,
): Promise<Answer<orders.SealedAnswer>> {
  return keeper.ask("reveal", orders.encodeRevealRequest(request), orders.decodeSealedAnswer);
}

/** Persons who do not exist, sealed to the keeper. */
export function askHoney(keeper: KeeperClient, order: orders.SignedOrder): Promise<Answer<bigint>> {
  return keeper.ask("honey", orders.encodeSignedOrder(order), decodeEventNumber);
}

/** The roster as canonical JSON. */
export function askRoster(keeper: KeeperClient): Promise<Answer<string>> {
  return keeper.ask("roster", nothing, decodeUtf8);
}

/** A roster statement with the officers' signatures; the number of its event. */
export function askAmend(keeper: KeeperClient, statement: signIn.SignedStatement): Promise<Answer<bigint>> {
  return keeper.ask("amend", signIn.encodeAmendRequest(statement), decodeEventNumber);
}

/** Durable events of the journal, from number `from` on. */
export function askEvents(
  keeper: KeeperClient,
  request: orders.EventsRequest,
): Promise<Answer<orders.EventsAnswer>> {
  return keeper.ask("events", orders.encodeEventsRequest(request), orders.decodeEventsAnswer);
}

/** The log's signed checkpoint, and its entries from index `from` on. Called by `log` only. */
export function askEntries(
  keeper: KeeperClient,
  request: orders.EntriesRequest,
): Promise<Answer<orders.EntriesAnswer>> {
  return keeper.ask("entries", orders.encodeEntriesRequest(request), orders.decodeEntriesAnswer);
}

/** Everything that opens the log for one person, sealed to the session. Called by `disclosure` only. */
export function askReceipt(
  keeper: KeeperClient,
  request: receipts.ReceiptRequest,
): Promise<Answer<orders.SealedAnswer>> {
  return keeper.ask("receipt", receipts.encodeReceiptRequest(request), orders.decodeSealedAnswer);
}
