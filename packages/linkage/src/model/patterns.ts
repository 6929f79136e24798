// Counts agreement patterns. A pattern is a number in mixed radix (exact up to 2^53); counting keeps first-seen order.

import type { PairLevels } from "../pair-levels.ts";

/** Open-addressed counts by pattern number. */
export class PatternCounter {
  readonly #radix: Float64Array;
  readonly #width: number;
  #keys = new Float64Array(1 << 12);
  #slots = new Int32Array(1 << 12).fill(-1);
  #mask = (1 << 12) - 1;
  readonly #levels: number[] = [];
  readonly #counts: number[] = [];

  constructor(pairs: PairLevels) {
    this.#width = pairs.width;
    this.#radix = new Float64Array(this.#width);
    let factor = 1;
    for (const [c, comparison] of pairs.comparisons.entries()) {
      this.#radix[c] = factor;
      factor *= comparison.levels.length;
    }
  }

  /** Adds one pair with these levels; returns the index of its pattern. */
  add(levels: Uint8Array): number {
    let key = 0;
    for (let c = 0; c < this.#width; c++) key += (this.#radix[c] as number) * (levels[c] as number);
    let slot = hashNumber(key) & this.#mask;
    for (;;) {
      const index = this.#slots[slot] as number;
      if (index < 0) break;
      if (this.#keys[slot] === key) {
        this.#counts[index] = (this.#counts[index] as number) + 1;
        return index;
      }
      slot = (slot + 1) & this.#mask;
    }
    const index = this.#counts.length;
    this.#keys[slot] = key;
    this.#slots[slot] = index;
    this.#counts.push(1);
    for (let c = 0; c < this.#width; c++) this.#levels.push(levels[c] as number);
    if (2 * this.#counts.length > this.#mask) this.#grow();
    return index;
  }

  get counts(): Float64Array {
    return Float64Array.from(this.#counts);
  }

  get levels(): Uint8Array {
    return Uint8Array.from(this.#levels);
  }

  #grow(): void {
    const [keys, slots] = [this.#keys, this.#slots];
    const capacity = 2 * slots.length;
    this.#keys = new Float64Array(capacity);
    this.#slots = new Int32Array(capacity).fill(-1);
    this.#mask = capacity - 1;
    for (const [old, index] of slots.entries()) {
      if (index < 0) continue;
      const key = keys[old] as number;
      let slot = hashNumber(key) & this.#mask;
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & this.#mask;
      this.#keys[slot] = key;
      this.#slots[slot] = index;
    }
  }
}

function hashNumber(key: number): number {
  const low = (key % 4_294_967_296) | 0;
  const high = Math.floor(key / 4_294_967_296) | 0;
  let mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}
