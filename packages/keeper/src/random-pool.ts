/**
 * Random bytes in small portions, drawn from the system's generator in bulk: a call for each nonce would cost more
 * than the encryption it is for.
 */
import type { FillRandom } from "./key-file.ts";

const poolBytes = 64 * 1024;

export class RandomPool {
  readonly #fill: FillRandom;
  readonly #bytes = new Uint8Array(poolBytes);
  #used = poolBytes;

  constructor(fill: FillRandom) {
    this.#fill = fill;
  }

  /**
   * The next `length` bytes, never given out before. A view: copy it, and wipe it if it is a key, before the next take.
   */
  take(length: number): Uint8Array {
    if (this.#used + length > poolBytes) {
      this.#fill(this.#bytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    return this.#bytes.subarray(start, start + length);
  }
}
