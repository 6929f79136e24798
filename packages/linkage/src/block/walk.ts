// Walks the pairs of one rule, with a bound on every block. A block that would make more pairs than the bound is put
// in the order of its records' other keys and compared within a window: a million equal names cost a million pairs,
// not half a trillion. What a bound cuts off is counted and reported.

import { MAX_BLOCK_PAIRS } from "../limits.ts";
import type { PairSpace } from "../model/chance.ts";
import { countGroupPairs, eachGroup, firstOfSecondInput, hashRule, sortByHash, type Rule } from "./groups.ts";

export interface WalkCount {
  readonly pairs: number;
  /** Pairs of oversize blocks that the window left out. */
  readonly cut: number;
  readonly largestBlock: number;
}

/** Calls `see` once for each candidate pair of a rule (i < j; in linking i is of the first input), or of one in so many blocks. */
export function walkRule(
  rule: Rule,
  space: PairSpace,
  order: Int32Array,
  see: (i: number, j: number) => void,
  oneIn = 1,
): WalkCount {
  const hashes = hashRule(rule, space.rowCount);
  if (oneIn > 1) keepOneIn(hashes, oneIn);
  const sorted = sortByHash(hashes);
  const isWhole = rule.keys.length === 0;
  let [pairs, cut, largestBlock] = [0, 0, 0];
  eachGroup(sorted, hashes, (from, to) => {
    const all = countGroupPairs(sorted, from, to, space);
    largestBlock = Math.max(largestBlock, to - from);
    if (all <= MAX_BLOCK_PAIRS || isWhole) {
      walkGroup(sorted, from, to, space, see);
      pairs += all;
    } else {
      const walked = walkWindow(sorted, from, to, space, order, see);
      pairs += walked;
      cut += all - walked;
    }
  });
  return { pairs, cut, largestBlock };
}

/** Leaves only one in so many blocks, whole: a sample of blocks costs no sorting of the others. */
function keepOneIn(hashes: Int32Array, oneIn: number): void {
  for (let row = 0; row < hashes.length; row++) {
    if ((Math.imul(hashes[row] as number, 0x2c1b3c6d) >>> 4) % oneIn !== 0) hashes[row] = 0;
  }
}

function walkGroup(
  sorted: Int32Array,
  from: number,
  to: number,
  { split }: PairSpace,
  see: (i: number, j: number) => void,
): void {
  if (split === 0) {
    for (let x = from; x < to; x++) {
      const i = sorted[x] as number;
      for (let y = x + 1; y < to; y++) see(i, sorted[y] as number);
    }
    return;
  }
  const border = firstOfSecondInput(sorted, from, to, split);
  for (let x = from; x < border; x++) {
    const i = sorted[x] as number;
    for (let y = border; y < to; y++) see(i, sorted[y] as number);
  }
}

function walkWindow(
  sorted: Int32Array,
  from: number,
  to: number,
  { split }: PairSpace,
  order: Int32Array,
  see: (i: number, j: number) => void,
): number {
  const rows = Int32Array.from(sorted.subarray(from, to)).sort(
    (a, b) => (order[a] as number) - (order[b] as number) || a - b,
  );
  const window = Math.max(1, Math.floor(MAX_BLOCK_PAIRS / rows.length));
  let pairs = 0;
  for (let x = 0; x < rows.length; x++) {
    const end = Math.min(rows.length, x + 1 + window);
    for (let y = x + 1; y < end; y++) {
      const [a, b] = [rows[x] as number, rows[y] as number];
      const [i, j] = a < b ? [a, b] : [b, a];
      if (split > 0 && (i >= split || j < split)) continue;
      see(i, j);
      pairs++;
    }
  }
  return pairs;
}

/** An order of rows in which records that agree on many keys stand near each other, for windows. */
export function windowOrder(rules: readonly Rule[], rowCount: number): Int32Array {
  const order = new Int32Array(rowCount);
  const keys = new Map(rules.flatMap((rule) => rule.keys).map((key) => [key.name, key]));
  const spread = [...keys.values()].sort((a, b) => b.codes.reduce(maximum, -1) - a.codes.reduce(maximum, -1));
  const finest = spread.slice(0, 2);
  for (let row = 0; row < rowCount; row++) {
    let place = 0;
    for (const key of finest) place = Math.imul(place, 8191) + (key.codes[row] as number);
    order[row] = place;
  }
  return order;
}

const maximum = (a: number, b: number): number => (a > b ? a : b);
