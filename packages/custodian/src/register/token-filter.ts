/**
 * Which tokens were certainly never recorded: a Bloom filter (Bloom 1970) over those that an import has added.
 *
 * Sound only while this import is the register's one writer and the register was empty when it began: then whatever the
 * filter does not know is not in the database either, and need not be looked up. Tokens are a pseudorandom function's output, so
 * parts of one serve as its hash functions.
 */
import type { Token } from "../vault/terms.ts";

/** 2^27 bits, 16 MiB: one token in 3,000 is looked up for nothing behind a million, one in 14 behind twenty million. */
const indexBits = 27;

export class TokenFilter {
  readonly #words = new Uint32Array(2 ** (indexBits - 5));
  readonly #token = new BigInt64Array(1);
  readonly #halves = new Uint32Array(this.#token.buffer);

  add(token: Token): void {
    this.#token[0] = token;
    this.#set(this.#halves[0] ?? 0);
    this.#set(this.#halves[1] ?? 0);
  }

  /** `false` only for a token that was never added. */
  mayHave(token: Token): boolean {
    this.#token[0] = token;
    return this.#has(this.#halves[0] ?? 0) && this.#has(this.#halves[1] ?? 0);
  }

  #set(half: number): void {
    const bit = half >>> (32 - indexBits);
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  #has(half: number): boolean {
    const bit = half >>> (32 - indexBits);
    return ((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }
}
