/** Orders that were read ahead of what is to come with them (`operations/announce.ts`). Bounded, and of no effect by themselves. */
import type { KeyObject } from "node:crypto";
import { equalBytes } from "@kura/kernel/bytes.ts";
import type { Order } from "../client-side.ts";
import { limits } from "../limits.ts";
import type { SignedOrder } from "../protocol/orders.ts";

export interface ReadOrder {
  readonly order: Order;
  /** Whether the key signed the text. Says nothing of any other key. */
  readonly verified?: { readonly key: KeyObject; readonly isSigned: boolean };
}

/** Orders that were announced and have not come; the oldest gives way. */
export class AnnouncedOrders {
  readonly #byText = new Map<string, { readonly signature: Uint8Array; readonly read: ReadOrder }>();

  put({ text, signature }: SignedOrder, read: ReadOrder): void {
    this.#byText.delete(text);
    this.#byText.set(text, { signature: signature.slice(), read });
    const [oldest] = this.#byText.keys();
    if (this.#byText.size > limits.ordersAnnounced && oldest !== undefined) this.#byText.delete(oldest);
  }

  /** Once, and for this very signature. */
  take({ text, signature }: SignedOrder): ReadOrder | undefined {
    const known = this.#byText.get(text);
    this.#byText.delete(text);
    return known !== undefined && equalBytes(known.signature, signature) ? known.read : undefined;
  }
}
