// Rules that blocking could use, with the number of pairs each would make. Counting works on a sample of the rows
// (they are in an order of content hash, so every n-th row is a random sample) and on hashed buckets: fast and close enough.

import { countPossiblePairs, type PairSpace } from "../model/chance.ts";
import { hashRule, type Rule } from "./groups.ts";
import type { BlockingKey } from "./keys.ts";

export interface Candidate {
  readonly rule: Rule;
  /** Estimated number of pairs. */
  readonly pairs: number;
}

const SAMPLE_ROWS = 10_000;
const BUCKETS = 1 << 20;
const MAX_TRIPLES = 160;

const isDisjoint = (a: readonly string[], b: readonly string[]): boolean =>
  !a.some((column) => b.includes(column));

/** All single keys and all pairs of keys of different columns, and triples where pairs are too many. */
export function listCandidates(keys: readonly BlockingKey[], space: PairSpace, budget: number): Candidate[] {
  const counter = new PairCounter(keys, space);
  const singles = keys.map((_, k) => ({ indexes: [k], pairs: counter.count([k]) }));
  const pairs: { indexes: number[]; pairs: number }[] = [];
  for (const [a, left] of keys.entries()) {
    for (let b = a + 1; b < keys.length; b++) {
      const right = keys[b];
      if (right !== undefined && isDisjoint(left.columns, right.columns))
        pairs.push({ indexes: [a, b], pairs: counter.count([a, b]) });
    }
  }
  const large = pairs.filter((pair) => pair.pairs > budget / 20).sort((a, b) => a.pairs - b.pairs);
  const triples = largeTriples(keys, large, counter);
  return [...singles, ...pairs, ...triples].map(({ indexes, pairs: count }) => ({
    rule: { keys: indexes.flatMap((k) => keys[k] ?? []) },
    pairs: count,
  }));
}

function largeTriples(
  keys: readonly BlockingKey[],
  large: readonly { indexes: number[] }[],
  counter: PairCounter,
): { indexes: number[]; pairs: number }[] {
  const triples: { indexes: number[]; pairs: number }[] = [];
  const seen = new Set<string>();
  for (const { indexes } of large) {
    for (const [c, key] of keys.entries()) {
      if (!indexes.every((k) => isDisjoint(keys[k]?.columns ?? [], key.columns))) continue;
      const all = [...indexes, c].sort((a, b) => a - b);
      if (seen.has(all.join()) || triples.length >= MAX_TRIPLES) continue;
      seen.add(all.join());
      triples.push({ indexes: all, pairs: counter.count(all) });
    }
  }
  return triples;
}

/** Counts the pairs that conjunctions of keys would make. */
class PairCounter {
  readonly #keys: readonly BlockingKey[];
  readonly #space: PairSpace;
  readonly #sampled: PairSpace;
  readonly #buckets = new Int32Array(BUCKETS);

  constructor(keys: readonly BlockingKey[], space: PairSpace) {
    const share = Math.min(1, SAMPLE_ROWS / Math.max(1, space.rowCount));
    const split = Math.ceil(space.split * share);
    const second = Math.ceil((space.rowCount - space.split) * share);
    this.#space = space;
    this.#sampled = { rowCount: split + second, split };
    this.#keys =
      share === 1
        ? keys
        : keys.map((key) => ({ ...key, codes: sampleRows(key.codes, split, space.split, second) }));
  }

  count(indexes: readonly number[]): number {
    const { rowCount, split } = this.#sampled;
    const hashes = hashRule({ keys: indexes.flatMap((k) => this.#keys[k] ?? []) }, rowCount);
    const buckets = this.#buckets.fill(0);
    const [pairs, first, second] =
      split === 0 ? countWithin(hashes, buckets) : countAcross(hashes, buckets, split);
    const collisions = split === 0 ? (first * first) / 2 / BUCKETS : (first * second) / BUCKETS;
    const scale = countPossiblePairs(this.#space) / Math.max(1, countPossiblePairs(this.#sampled));
    return Math.max(0, pairs - collisions) * scale;
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

function countWithin(hashes: Int32Array, buckets: Int32Array): [number, number, number] {
  let [pairs, rows] = [0, 0];
  for (const hash of hashes) {
    if (hash === 0) continue;
    const bucket = hash & (BUCKETS - 1);
    const before = buckets[bucket] as number;
    pairs += before;
    buckets[bucket] = before + 1;
    rows++;
  }
  return [pairs, rows, rows];
}

function countAcross(hashes: Int32Array, buckets: Int32Array, split: number): [number, number, number] {
  let [pairs, first, second] = [0, 0, 0];
  for (let row = 0; row < split; row++) {
    const hash = hashes[row] as number;
    if (hash === 0) continue;
    const bucket = hash & (BUCKETS - 1);
    buckets[bucket] = (buckets[bucket] as number) + 1;
    first++;
  }
  for (let row = split; row < hashes.length; row++) {
    const hash = hashes[row] as number;
    if (hash === 0) continue;
    pairs += buckets[hash & (BUCKETS - 1)] as number;
    second++;
  }
  return [pairs, first, second];
}
