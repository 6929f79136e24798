/**
 * A session of the keeper in this tab: signs the orders, seals what goes to the keeper, opens what comes back.
 *
 * Orders reach the keeper in the order in which they were signed, or are refused: one is signed when the one before has
 * been answered. HPKE (RFC 9180) is `@hpke/core`; the suite and what is bound to what are those of `client-side.ts`.
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { concatBytes, decodeBase64, encodeBase64 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import {
  answerAad,
  answerInfo,
  answerKeyContext,
  answerNonce,
  type Order,
  type OrderKind,
  orderMessage,
  orderText,
  toKeeperAad,
  toKeeperInfo,
} from "@kura/keeper/client-side.ts";
import { type SessionKeys, signWith } from "./session-keys.ts";

/** As the API takes it. */
export interface SignedOrder {
  readonly text: string;
  readonly signature: string;
}

/** As the API gives it. */
export interface SealedAnswer {
  readonly enc: string;
  readonly sealed: string;
}

/** The part of an order that is its own; the session adds the rest. */
export type OrderContent = Order extends infer One
  ? One extends Order
    ? Omit<One, "v" | "session" | "number" | "atMs">
    : never
  : never;

export class OrderSession {
  readonly session: string;
  readonly #keys: SessionKeys;
  readonly #keeperKey: Uint8Array<ArrayBuffer>;
  readonly #now: () => number;
  #number = 0;
  #last: Promise<unknown> = Promise.resolve();
  #answers: { readonly enc: string; readonly key: CryptoKey } | undefined;

  /** @param keeperKey the keeper's point, in base64: search terms are sealed to it, and answers must come from it. */
  constructor(session: string, keys: SessionKeys, keeperKey: string, now: () => number) {
    this.session = session;
    this.#keys = keys;
    this.#keeperKey = decodeBase64(keeperKey);
    this.#now = now;
  }

  /** Signs what `make` gives and sends it, after every earlier order has been answered. */
  async perform<T>(
    make: (number: number) => OrderContent | Promise<OrderContent>,
    send: (order: SignedOrder) => Promise<T>,
  ): Promise<T> {
    const turn = this.#last.then(async () => {
      this.#number += 1;
      const content = await make(this.#number);
      const head = { v: 1 as const, session: this.session, number: this.#number, atMs: this.#now() };
      const text = orderText({ ...content, ...head });
      const signature = await signWith(this.#keys.signing.privateKey, orderMessage(text));
      return send({ text, signature: encodeBase64(signature) });
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Seals what nobody but the keeper may read into the order of that kind and number. */
  async seal(kind: OrderKind, number: number, plaintext: Uint8Array<ArrayBuffer>): Promise<string> {
    const recipientPublicKey = await suite.kem.deserializePublicKey(exact(this.#keeperKey));
    const sender = await suite.createSenderContext({ recipientPublicKey, info: exact(toKeeperInfo) });
    const aad = toKeeperAad(kind, this.session, number);
    const ciphertext = await sender.seal(exact(plaintext), exact(aad));
    return encodeBase64(concatBytes(new Uint8Array(sender.enc), new Uint8Array(ciphertext)));
  }

  /** @throws {Fault} `does-not-open` unless the keeper, and nobody else, sealed it in answer to that very order of this session. */
  async open({ text }: SignedOrder, answer: SealedAnswer): Promise<Uint8Array<ArrayBuffer>> {
    const { number } = JSON.parse(text) as { number: number };
    try {
      const key = await this.#answerKey(answer.enc);
      const [iv, additionalData] = [answerNonce(number), answerAad(text)];
      const sealed = decodeBase64(answer.sealed);
      return new Uint8Array(
        await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed),
      );
    } catch (cause) {
      throw new Fault("does-not-open", "the answer was not sealed to this order of this session", { cause });
    }
  }

  async #answerKey(enc: string): Promise<CryptoKey> {
    if (this.#answers?.enc === enc) return this.#answers.key;
    const context = await suite.createRecipientContext({
      recipientKey: this.#keys.hpke,
      senderPublicKey: await suite.kem.deserializePublicKey(exact(this.#keeperKey)),
      enc: exact(decodeBase64(enc)),
      info: exact(answerInfo(this.session)),
    });
    const raw = await context.export(exact(answerKeyContext), 32);
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    this.#answers = { enc, key };
    return key;
  }
}

/** The bytes alone: a view's buffer may be longer than the view. */
function exact(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.slice().buffer;
}

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
