// Groups rows by a 32-bit hash of a rule's keys and walks the pairs inside groups. Grouping and the test "would an
// earlier rule have made this pair" use the same hash, so every pair is made exactly once, by its first rule, without
// a table of pairs (the idea of exclusive rules is Splink's). A collision adds a candidate; it never loses one.

import type { PairSpace } from "../model/chance.ts";
import type { BlockingKey } from "./keys.ts";

/** A conjunction of keys: two records are candidates when they agree on all of them. */
export interface Rule {
  readonly keys: readonly BlockingKey[];
}

export const nameOfRule = (rule: Rule): string => rule.keys.map((key) => key.name).join(" + ");

/** Hash of a rule's keys per row; 0 where a key is missing. */
export function hashRule(rule: Rule, rowCount: number): Int32Array {
  const hashes = new Int32Array(rowCount).fill(FIRST_HASH);
  for (const { codes } of rule.keys) {
    for (let row = 0; row < rowCount; row++) {
      const code = codes[row] as number;
      const hash = hashes[row] as number;
      if (hash !== 0) hashes[row] = code < 0 ? 0 : mixInto(hash, code) || 1;
    }
  }
  return hashes;
}

const FIRST_HASH = 0x1e3779b9;

/** A hash of one key's code, unlike for equal codes of different keys: hashes of several keys can be joined by XOR. */
export const hashCode = (code: number, key: number): number =>
  mixInto(Math.imul(key + 1, 0x9e3779b1) ^ FIRST_HASH, code);

function mixInto(hash: number, code: number): number {
  let mixed = Math.imul(code + 0x7f4a7c15, 0x85ebca6b) ^ hash;
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

/** Rows with a key in order of hash, within one hash in row order; and their hashes. */
export interface SortedRows {
  readonly rows: Int32Array;
  readonly hashes: Int32Array;
}

/** Sorts rows by hash, eleven bits at a time; the hashes move along, so that reading stays in order. */
export function sortByHash(hashes: Int32Array): SortedRows {
  let count = 0;
  for (let row = 0; row < hashes.length; row++) if (hashes[row] !== 0) count++;
  let [rows, keys] = [new Int32Array(count), new Int32Array(count)];
  let [nextRows, nextKeys] = [new Int32Array(count), new Int32Array(count)];
  for (let row = 0, k = 0; row < hashes.length; row++) {
    const hash = hashes[row] as number;
    if (hash === 0) continue;
    rows[k] = row;
    keys[k++] = hash;
  }
  const starts = new Int32Array(2049);
  for (const shift of [0, 11, 22]) {
    starts.fill(0);
    for (let k = 0; k < count; k++) {
      const digit = ((keys[k] as number) >>> shift) & 2047;
      starts[digit + 1] = (starts[digit + 1] as number) + 1;
    }
    for (let digit = 0; digit < 2048; digit++)
      starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
    for (let k = 0; k < count; k++) {
      const key = keys[k] as number;
      const digit = (key >>> shift) & 2047;
      const place = starts[digit] as number;
      starts[digit] = place + 1;
      nextRows[place] = rows[k] as number;
      nextKeys[place] = key;
    }
    [rows, nextRows] = [nextRows, rows];
    [keys, nextKeys] = [nextKeys, keys];
  }
  return { rows, hashes: keys };
}

/** Calls `visit` with the bounds of every group of at least two rows in sorted order. */
export function eachGroup({ hashes }: SortedRows, visit: (from: number, to: number) => void): void {
  let from = 0;
  for (let k = 1; k <= hashes.length; k++) {
    if (k < hashes.length && hashes[k] === hashes[from]) continue;
    if (k - from > 1) visit(from, k);
    from = k;
  }
}

/** Number of pairs that a group of sorted rows makes. */
export function countGroupPairs(sorted: Int32Array, from: number, to: number, { split }: PairSpace): number {
  const size = to - from;
  if (split === 0) return (size * (size - 1)) / 2;
  const border = firstOfSecondInput(sorted, from, to, split);
  return (border - from) * (to - border);
}

/** Index of the first row of the second input within a group (rows are in row order). */
export function firstOfSecondInput(sorted: Int32Array, from: number, to: number, split: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < split) low = middle + 1;
    else high = middle;
  }
  return low;
}
