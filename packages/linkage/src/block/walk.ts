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

/** One of so many shares of a rule's blocks. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Share = { index: 0, of: 1 };

export interface WalkOptions {
  readonly share?: Share;
  /** Only one in so many blocks. */
  readonly oneIn?: number;
  /** Hash of the rule per row, where the caller has it; overwritten. */
  readonly hashes?: Int32Array;
}

/**
 * Calls `see` once for each candidate pair of a rule (i < j; in linking i is of the first input), or of a share of its blocks.
 * `order` is asked for where a block is cut to a window: in most runs none is.
 */
export function walkRule(
  rule: Rule,
  space: PairSpace,
  order: () => Int32Array,
  see: (i: number, j: number) => void,
  { share = WHOLE, oneIn = 1, hashes = hashRule(rule, space.rowCount) }: WalkOptions = {},
): WalkCount {
  const isWhole = rule.keys.length === 0;
  if (oneIn > 1) keepShare(hashes, { index: 0, of: oneIn });
  if (share.of > 1 && !isWhole) keepShare(hashes, share);
  const groups = sortByHash(hashes);
  const sorted = groups.rows;
  let [pairs, cut, largestBlock] = [0, 0, 0];
  eachGroup(groups, (from, to) => {
    const all = countGroupPairs(sorted, from, to, space);
    largestBlock = Math.max(largestBlock, to - from);
    if (isWhole) pairs += walkAll(sorted, space, see, share);
    else if (all <= MAX_BLOCK_PAIRS) {
      walkGroup(sorted, from, to, space, see);
      pairs += all;
    } else {
      const walked = walkWindow(sorted, from, to, space, order(), see);
      pairs += walked;
      cut += all - walked;
    }
  });
  return { pairs, cut, largestBlock };
}

/** Leaves only a share of the blocks, each whole: a share costs no sorting of the others. */
function keepShare(hashes: Int32Array, { index, of }: Share): void {
  for (let row = 0; row < hashes.length; row++) {
    if ((Math.imul(hashes[row] as number, 0x2c1b3c6d) >>> 4) % of !== index) hashes[row] = 0;
  }
}

/** All pairs there are, or every so many-th row of the first with all of its partners. */
function walkAll(
  rows: Int32Array,
  { split }: PairSpace,
  see: (i: number, j: number) => void,
  { index, of }: Share,
): number {
  const last = split === 0 ? rows.length : split;
  let pairs = 0;
  for (let i = index; i < last; i += of) {
    for (let j = split === 0 ? i + 1 : split; j < rows.length; j++, pairs++) see(i, j);
  }
  return pairs;
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
  const spread = [...keys.values()].sort((a, b) => b.values.length - a.values.length);
  for (const { codes } of spread.slice(0, 2)) {
    for (let row = 0; row < rowCount; row++)
      order[row] = Math.imul(order[row] as number, 8191) + (codes[row] as number);
  }
  return order;
}
