/**
 * Random bytes in small portions, drawn from the system's generator in bulk: a call for each nonce would cost more
 * than the encryption it is for.
 */
import { copyInto } from "./bulk-cmac.ts";
import type { FillRandom } from "./key-file.ts";

const poolBytes = 64 * 1024;

export class RandomPool {
  readonly #fill: FillRandom;
  readonly #bytes = new Uint8Array(poolBytes);
  #used = poolBytes;

  constructor(fill: FillRandom) {
    this.#fill = fill;
  }

  /** Writes the next `length` bytes, never given out before and nowhere kept, to `target` at `offset`. */
  takeInto(target: Uint8Array, offset: number, length: number): void {
    if (this.#used + length > poolBytes) {
      this.#fill(this.#bytes);
      this.#used = 0;
    }
    copyInto(target, offset, this.#bytes, this.#used, length);
    for (let i = 0; i < length; i++) this.#bytes[this.#used + i] = 0;
    this.#used += length;
  }
}
