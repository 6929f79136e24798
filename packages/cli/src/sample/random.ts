/**
 * Pseudo-random numbers for the sample agency: xoshiro128** (Blackman and Vigna, 2018), seeded anew for each person.
 *
 * A draw depends on (seed, stream, index) alone, never on what was drawn for another person; therefore the sample's bytes
 * do not depend on how the persons are cut into chunks or shared among threads. Never used for keys or tokens.
 */

/** Streams: independent sequences for one index, so that a new draw in one place moves nothing elsewhere. */
export const streams = { person: 1, career: 2, orphan: 3, stranger: 4, strangerCareer: 5 } as const;
export type Stream = (typeof streams)[keyof typeof streams];

export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 1;
  private readonly seedLow: number;
  private readonly seedHigh: number;

  /** `seed` is a safe integer of at least 0. */
  constructor(seed: number) {
    this.seedLow = seed >>> 0;
    this.seedHigh = Math.floor(seed / 2 ** 32) >>> 0;
  }

  /** Starts the sequence of that stream and index. Returns itself. */
  start(stream: Stream, index: number): this {
    let state = mix(this.seedLow ^ mix(this.seedHigh ^ mix(stream ^ mix(index))));
    state = (state + golden) | 0;
    this.a = mix(state);
    state = (state + golden) | 0;
    this.b = mix(state);
    state = (state + golden) | 0;
    this.c = mix(state);
    // The state must not be all zero.
    this.d = mix((state + golden) | 0) | 1;
    return this;
  }

  /** 0 to 2^32 − 1. */
  next(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }

  /** 0 to `count` − 1; `count` is at most 2^32. The bias of `count` / 2^32 is of no account here. */
  below(count: number): number {
    return Math.floor((this.next() / 2 ** 32) * count);
  }

  /** `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with that probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32;
  }

  /** 0 to just below 1. */
  fraction(): number {
    return this.next() / 2 ** 32;
  }

  /** Near a standard normal: the sum of four uniform draws, scaled; within ±3.5. */
  normal(): number {
    return (this.fraction() + this.fraction() + this.fraction() + this.fraction() - 2) * Math.sqrt(3);
  }

  /** One of `items`, each as likely. */
  oneOf<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }
}

const golden = 0x9e3779b9;

/** A bijection of 32-bit words that leaves no visible order (the finaliser of MurmurHash3). */
export function mix(word: number): number {
  let mixed = (word ^ 0x5bd1e995) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Draws positions in proportion to weights, by binary search in their running sum. */
export class Weighted {
  private readonly sums: Float64Array;

  /** At least one weight above 0. */
  constructor(weights: readonly number[]) {
    this.sums = new Float64Array(weights.length);
    let sum = 0;
    for (const [position, weight] of weights.entries()) {
      sum += weight;
      this.sums[position] = sum;
    }
  }

  draw(random: Random): number {
    const target = random.fraction() * (this.sums[this.sums.length - 1] ?? 0);
    let low = 0;
    let high = this.sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sums[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * A permutation of 0 … 99,999,999, so that running indexes become numbers that look drawn and are yet unique.
 * `purpose` gives each use of it another permutation.
 */
export function permutation(seed: number, purpose: number): (index: number) => number {
  const word = mix(mix(seed >>> 0) ^ mix(purpose) ^ Math.floor(seed / 2 ** 32));
  // Coprime to 10^8 (odd, not divisible by 5) and below 9 × 10^7, so that the product stays an exact integer.
  let factor = 20_000_001 + 10 * (word % 6_000_000);
  if (factor % 3 === 0) factor += 10;
  const shift = mix(word) % permuted;
  return (index) => (((index * factor) % permuted) + shift) % permuted;
}

const permuted = 100_000_000;
