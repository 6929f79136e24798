/**
 * Rows of the blind index on their way in, in columns: a batch has some thirty thousand. Made by whoever adds facts of persons, written
 * by `appendTokens` of `store.ts`. Knows tokens and who they are of, never a term.
 */
import { BinaryCopy } from "../db/binary-copy.ts";

/** Bytes of a person's key, and of a row in the copy's format. */
const keyBytes = 16;
const tokenRowBytes = 40;

export class TokenRows {
  /** Each token in two halves, the upper first. */
  readonly #halves: Int32Array;
  readonly #kinds: Uint8Array;
  /** The accepted line that each token is from. */
  readonly #lines: Int32Array;
  #count = 0;

  /** @param tokens at most so many are added. */
  constructor(tokens: number) {
    this.#halves = new Int32Array(2 * tokens);
    this.#kinds = new Uint8Array(tokens);
    this.#lines = new Int32Array(tokens);
  }

  /** The token as the signed halves of its 64 bits. @throws {RangeError} for more tokens than stated. */
  add(kind: number, high: number, low: number, line: number): void {
    const i = this.#count;
    if (i === this.#kinds.length) throw new RangeError("more tokens than stated");
    this.#halves[2 * i] = high;
    this.#halves[2 * i + 1] = low;
    this.#kinds[i] = kind;
    this.#lines[i] = line;
    this.#count += 1;
  }

  /**
   * In the order of the tokens, so that neighbours in the tree are written together: it halves the server's work.
   *
   * @param keys of the lines' persons, side by side.
   */
  inOrder(keys: Uint8Array): BinaryCopy {
    const rows = new BinaryCopy(this.#count * tokenRowBytes);
    for (const i of this.order()) {
      const key = (this.#lines[i] ?? 0) * keyBytes;
      rows
        .row(3)
        .halves(this.#halves[2 * i] ?? 0, this.#halves[2 * i + 1] ?? 0)
        .int2(this.#kinds[i] ?? 0)
        .span(keys, key, key + keyBytes);
    }
    return rows;
  }

  /**
   * Places by the upper halves of their tokens, which is near enough. Each key is that half and the place in one double,
   * because doubles are sorted without a call for every comparison.
   */
  order(): Float64Array {
    const count = this.#count;
    const step = 2 ** Math.ceil(Math.log2(count + 1));
    // 32 bits, and a place of at most 21: whole numbers that a double holds.
    const keys = new Float64Array(count);
    for (let i = 0; i < count; i++) keys[i] = (this.#halves[2 * i] ?? 0) * step + i;
    keys.sort();
    for (let i = 0; i < count; i++) keys[i] = (keys[i] ?? 0) - Math.floor((keys[i] ?? 0) / step) * step;
    return keys;
  }
}
