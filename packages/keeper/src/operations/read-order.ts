/**
 * An order read ahead of its admission: in a crowd signatures are verified beside each other, on the thread pool.
 *
 * A verification is half of what a look costs the keeper's thread. A call alone is not read ahead: to go to another thread
 * and come back takes as long. What is learned here is a fact about a key, a text and a signature, and nothing about a
 * session: whether it stands, is fresh and may is decided behind it, in one piece with the record (`admit.ts`).
 * Orders are given back in the order in which they came, or a session's second one would make its first a replay.
 */
import type { KeyObject } from "node:crypto";
import { type Order, orderMessage } from "../client-side.ts";
import { verifySignatureAside } from "../credential.ts";
import type { Keeper } from "../keeper.ts";
import { parseOrder } from "../order.ts";
import type { SignedOrder } from "../protocol-orders.ts";

export interface ReadOrder {
  readonly order: Order;
  /** Whether the key signed the text. Says nothing of any other key. */
  readonly verified?: { readonly key: KeyObject; readonly isSigned: boolean };
}

/** `undefined` for a call alone. @throws {Fault} `malformed-order` */
export function readOrder(keeper: Keeper, signed: SignedOrder): Promise<ReadOrder> | undefined {
  if (keeper.callsUnderWay < 2) return undefined;
  const order = parseOrder(signed.text);
  const key = keeper.state.sessions.find(order.session)?.signingKey;
  if (key === undefined) return keeper.turns.inTurn(Promise.resolve({ order }));
  const verifying = verifySignatureAside(key, orderMessage(signed.text), signed.signature);
  return keeper.turns.inTurn(verifying.then((isSigned) => ({ order, verified: { key, isSigned } })));
}

/** Orders that came in one turn of the loop go on together, those of the turn before first: a crowd stays a crowd. */
export class Turns {
  #last: Promise<unknown> | undefined;
  #gathering: Promise<unknown>[] = [];

  /** Until whoever came before has gone on; `undefined` when nobody waits. */
  get before(): Promise<unknown> | undefined {
    return this.#last;
  }

  async inTurn<T>(work: Promise<T>): Promise<T> {
    this.#gathering.push(work);
    if (this.#gathering.length === 1) this.#last = this.#afterAll(this.#last, this.#gathering);
    const turn = this.#last;
    await turn;
    if (this.#last === turn) this.#last = undefined;
    return work;
  }

  async #afterAll(before: Promise<unknown> | undefined, works: readonly Promise<unknown>[]): Promise<void> {
    // Behind whoever asks before this turn ends.
    await Promise.resolve();
    this.#gathering = [];
    await Promise.allSettled([before, ...works]);
  }
}
