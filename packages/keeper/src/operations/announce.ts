/**
 * `announce`: an order read ahead, while the custodian still fetches the sealed material that is to come with it.
 *
 * To parse an order and verify its signature is half of what a look costs the keeper, and waits for nothing but the order.
 * What is learned is a fact about a key, a text and a signature; whether the session stands, the order is fresh and may is
 * decided when the order itself comes, in one piece with the record (`admit.ts`). Nothing is changed, journalled or
 * answered, so whoever announces gains nothing, and what never comes gives way to what is announced later.
 *
 * INVARIANT: an order that was announced is admitted as one that was not (operations/announce.abuse.test.ts).
 */
import { codeOf } from "@kura/kernel/fault.ts";
import type { ReadOrder } from "../orders/announced-orders.ts";
import { type Order, orderMessage } from "../client-side.ts";
import { verifySignature } from "../orders/credential.ts";
import type { Keeper } from "../keeper.ts";
import { parseOrder } from "../orders/order.ts";
import { decodeSignedOrder, type SignedOrder } from "../protocol/orders.ts";

/** @throws {Fault} `malformed-frame` */
export function announce({ state, announced }: Keeper, payload: Uint8Array): void {
  const signed = decodeSignedOrder(payload);
  const order = findOrder(signed.text);
  const key = order === undefined ? undefined : state.sessions.find(order.session)?.signingKey;
  if (order === undefined || key === undefined) return;
  const isSigned = verifySignature(key, orderMessage(signed.text), signed.signature);
  announced.put(signed, { order, verified: { key, isSigned } });
}

/** The order, read ahead or now. @throws {Fault} `malformed-order` */
export function readOrder({ announced }: Keeper, signed: SignedOrder): ReadOrder {
  return announced.take(signed) ?? { order: parseOrder(signed.text) };
}

/** `undefined` for a malformed one: the order itself will be told so. */
function findOrder(text: string): Order | undefined {
  try {
    return parseOrder(text);
  } catch (error) {
    if (codeOf(error) === "malformed-order") return undefined;
    throw error;
  }
}
