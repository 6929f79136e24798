/**
 * Which tokens were certainly never recorded: a Bloom filter (Bloom 1970) over those that an import has added.
 *
 * Sound only while this import is the register's one writer and the register was empty when it began: then whatever the
 * filter does not know is not in the database either, and need not be looked up. Tokens are a pseudorandom function's output, so
 * parts of one serve as its hash functions.
 */

/** 2^27 bits, 16 MiB: one token in 3,000 is looked up for nothing behind a million, one in 14 behind twenty million. */
const indexBits = 27;

export class TokenFilter {
  readonly #words = new Uint32Array(2 ** (indexBits - 5));

  /** The halves of a token, in either order but always the same. */
  add(high: number, low: number): void {
    this.#set(high);
    this.#set(low);
  }

  /** `false` only for a token that was never added. */
  mayHave(high: number, low: number): boolean {
    return this.#has(high) && this.#has(low);
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
