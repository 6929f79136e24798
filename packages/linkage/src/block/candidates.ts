// Rules that blocking could use, with the number of pairs each would make. Counting works on a sample of the rows
// (they are in an order of content hash, so every n-th row is a random sample): fast and close enough.

import { countPossiblePairs, type PairSpace } from "../model/chance.ts";
import { hashCode, type Rule } from "./groups.ts";
import type { BlockingKey } from "./keys.ts";

export interface Candidate {
  readonly rule: Rule;
  /** Estimated number of pairs. */
  readonly pairs: number;
  /** Estimated number of rows of its largest block. */
  readonly largestBlock: number;
}

const SAMPLE_ROWS = 10_000;
const MAX_TRIPLES = 160;

const isDisjoint = (a: readonly string[], b: readonly string[]): boolean =>
  !a.some((column) => b.includes(column));

/** All single keys and all pairs of keys of different columns, and triples where pairs are too many. */
export function listCandidates(keys: readonly BlockingKey[], space: PairSpace, budget: number): Candidate[] {
  const counter = new PairCounter(keys, space);
  const singles = keys.map((_, k) => ({ indexes: [k], ...counter.count([k]) }));
  const pairs: Counted[] = [];
  for (const [a, left] of keys.entries()) {
    for (let b = a + 1; b < keys.length; b++) {
      const right = keys[b];
      if (right !== undefined && isDisjoint(left.columns, right.columns))
        pairs.push({ indexes: [a, b], ...counter.count([a, b]) });
    }
  }
  const large = pairs.filter((pair) => pair.pairs > budget / 20).sort((a, b) => a.pairs - b.pairs);
  const triples = largeTriples(keys, large, counter);
  return [...singles, ...pairs, ...triples].map(({ indexes, ...counted }) => ({
    rule: { keys: indexes.flatMap((k) => keys[k] ?? []) },
    ...counted,
  }));
}

export type BlockCount = Omit<Candidate, "rule">;

interface Counted extends BlockCount {
  readonly indexes: readonly number[];
}

function largeTriples(
  keys: readonly BlockingKey[],
  large: readonly Counted[],
  counter: PairCounter,
): Counted[] {
  const triples: Counted[] = [];
  const seen = new Set<string>();
  for (const { indexes } of large) {
    for (const [c, key] of keys.entries()) {
      if (!indexes.every((k) => isDisjoint(keys[k]?.columns ?? [], key.columns))) continue;
      const all = [...indexes, c].sort((a, b) => a - b);
      if (seen.has(all.join()) || triples.length >= MAX_TRIPLES) continue;
      seen.add(all.join());
      triples.push({ indexes: all, ...counter.count(all) });
    }
  }
  return triples;
}

/** Counts the pairs that conjunctions of keys make among sampled rows, and scales them up. */
class PairCounter {
  readonly #space: PairSpace;
  readonly #sampled: PairSpace;
  /** For each key, a hash of its value by sampled row; 0 where it is missing. */
  readonly #hashes: readonly Int32Array[];
  readonly #joint: Int32Array;
  readonly #counts: HashCounts;

  constructor(keys: readonly BlockingKey[], space: PairSpace) {
    const share = Math.min(1, SAMPLE_ROWS / Math.max(1, space.rowCount));
    const split = Math.ceil(space.split * share);
    const second = Math.ceil((space.rowCount - space.split) * share);
    this.#space = space;
    this.#sampled = { rowCount: split + second, split };
    this.#hashes = keys.map(({ codes }, k) =>
      (share === 1 ? codes.slice() : sampleRows(codes, split, space.split, second)).map((code) =>
        code < 0 ? 0 : hashCode(code, k) || 1,
      ),
    );
    this.#joint = new Int32Array(split + second);
    this.#counts = new HashCounts(split + second);
  }

  count(indexes: readonly number[]): BlockCount {
    const { rowCount, split } = this.#sampled;
    const joint = this.#join(indexes);
    const counts = this.#counts;
    counts.clear();
    const end = split === 0 ? rowCount : split;
    let [pairs, largest] = [0, 0];
    for (let row = 0; row < end; row++) {
      const hash = joint[row] as number;
      if (hash === 0) continue;
      const before = counts.add(hash);
      if (split === 0) pairs += before;
      if (before >= largest) largest = before + 1;
    }
    for (let row = end; row < rowCount; row++) {
      const hash = joint[row] as number;
      if (hash !== 0) pairs += counts.of(hash);
    }
    const scale = countPossiblePairs(this.#space) / Math.max(1, countPossiblePairs(this.#sampled));
    const rows = this.#space.rowCount / Math.max(1, rowCount);
    return { pairs: pairs * scale, largestBlock: largest * rows };
  }

  /** Hash of the keys together by sampled row; 0 where one is missing. */
  #join(indexes: readonly number[]): Int32Array {
    const [first = 0, ...others] = indexes;
    const joint = this.#joint;
    joint.set(this.#hashes[first] as Int32Array);
    for (const k of others) {
      const hashes = this.#hashes[k] as Int32Array;
      for (let row = 0; row < joint.length; row++) {
        const [left, right] = [joint[row] as number, hashes[row] as number];
        joint[row] = left === 0 || right === 0 ? 0 : left ^ right || 1;
      }
    }
    return joint;
  }
}

/** Open-addressed counts by hash: small enough for the processor's cache, for hundreds of countings in a row. */
class HashCounts {
  readonly #keys: Int32Array;
  readonly #counts: Int32Array;
  readonly #mask: number;

  constructor(most: number) {
    const slots = 1 << Math.ceil(Math.log2(2 * Math.max(2, most)));
    this.#keys = new Int32Array(slots);
    this.#counts = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  clear(): void {
    this.#counts.fill(0);
  }

  /** Counts one more; returns how many there were. */
  add(hash: number): number {
    const slot = this.#slotOf(hash);
    const before = this.#counts[slot] as number;
    this.#keys[slot] = hash;
    this.#counts[slot] = before + 1;
    return before;
  }

  of(hash: number): number {
    return this.#counts[this.#slotOf(hash)] as number;
  }

  #slotOf(hash: number): number {
    let slot = hash & this.#mask;
    while (this.#counts[slot] !== 0 && this.#keys[slot] !== hash) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

/** Rows at even distances in each input: neighbours have like content, so a run of rows would hold too many equals. */
function sampleRows(codes: Int32Array, first: number, split: number, second: number): Int32Array {
  const sampled = new Int32Array(first + second);
  for (let k = 0; k < first; k++) sampled[k] = codes[Math.floor((k * split) / first)] as number;
  const step = (codes.length - split) / second;
  for (let k = 0; k < second; k++) sampled[first + k] = codes[split + Math.floor(k * step)] as number;
  return sampled;
}
