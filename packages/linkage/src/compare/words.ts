// Comparison of words: places, categories, addresses, free text. Words are weighted by rarity (idf) and matched softly
// (one edit in a long word still counts), since Fellegi–Sunter needs levels, not raw cosines.

import type { Column } from "../column.ts";
import { MAX_VALUE_CHARS, MAX_VALUE_TOKENS } from "../limits.ts";
import { isOneEditApart, jaroWinkler, lengthOf, packValues, type Packed } from "../similarity.ts";
import { comparisonOf, levelsOf, type Comparison } from "./comparison.ts";

/** Places and categories: names of things, short, with spelling errors. */
export function comparePlaces(name: string, columns: readonly string[], column: Column): Comparison {
  const packed = packValues(column.values, MAX_VALUE_CHARS);
  const levels = levelsOf(["different", 0.2], ["alike", 0.03, 0.3], ["close", 0.07, 0.6], ["same", 0.7, 1]);
  const compare = (a: number, b: number): number => {
    const shortest = Math.min(lengthOf(packed, a), lengthOf(packed, b));
    if (shortest >= 4 && isOneEditApart(packed, a, b)) return 3;
    const similarity = jaroWinkler(packed, a, b);
    return similarity >= 0.92 && shortest >= 4 ? 3 : similarity >= 0.82 ? 2 : 1;
  };
  return comparisonOf(name, columns, column, levels, compare);
}

/** Addresses: shared words by rarity; numbers must be equal to count. */
export function compareAddresses(name: string, columns: readonly string[], column: Column): Comparison {
  const similarity = softOverlap(column.values, false);
  const levels = levelsOf(
    ["different", 0.15],
    ["a quarter", 0.04],
    ["half", 0.06],
    ["most", 0.08, 0.3],
    ["nearly all", 0.1, 0.6],
    ["same", 0.57, 1],
  );
  const compare = (a: number, b: number): number => {
    const share = similarity(a, b);
    return share >= 0.9 ? 5 : share >= 0.7 ? 4 : share >= 0.45 ? 3 : share >= 0.2 ? 2 : 1;
  };
  return comparisonOf(name, columns, column, levels, compare);
}

/** Free text (titles, descriptions, memos): shared words by rarity, or shared pairs of letters in short text. */
export function compareTexts(name: string, columns: readonly string[], column: Column): Comparison {
  const similarity = softOverlap(column.values, true);
  const levels = levelsOf(
    ["different", 0.06],
    ["a fifth", 0.06],
    ["a third", 0.08],
    ["half", 0.1],
    ["two thirds", 0.12],
    ["four fifths", 0.14],
    ["nearly all", 0.14, 0.3],
    ["same", 0.3, 1],
  );
  const bounds = [0.2, 0.35, 0.5, 0.65, 0.8, 0.93];
  const compare = (a: number, b: number): number => {
    const share = similarity(a, b);
    let level = 1;
    for (const bound of bounds) if (share >= bound) level++;
    return level;
  };
  return comparisonOf(name, columns, column, levels, compare);
}

/** Words of a folded text; scripts without spaces give overlapping pairs of characters. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const run of text.split(" ")) {
    if (run === "") continue;
    if (!/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(run)) words.push(run);
    else if (run.length <= 2) words.push(run);
    else for (let k = 0; k + 2 <= run.length; k++) words.push(run.slice(k, k + 2));
  }
  return words.slice(0, MAX_VALUE_TOKENS);
}

interface WordTable {
  readonly packed: Packed;
  readonly idf: Float64Array;
  readonly starts: Int32Array;
  readonly words: Int32Array;
  readonly sums: Float64Array;
  readonly soft: Uint8Array;
}

function tableOf(values: readonly string[]): WordTable {
  const codes = new Map<string, number>();
  const names: string[] = [];
  const holders: number[] = [];
  const lists = values.map((value) => {
    const list = [...new Set(wordsOf(value))].sort().map((word) => {
      const known = codes.get(word);
      if (known !== undefined) return known;
      codes.set(word, names.length);
      holders.push(0);
      return names.push(word) - 1;
    });
    for (const word of list) holders[word] = (holders[word] ?? 0) + 1;
    return list;
  });
  const idf = Float64Array.from(holders, (count) => Math.log(1 + values.length / count));
  const starts = new Int32Array(values.length + 1);
  for (const [v, list] of lists.entries()) starts[v + 1] = (starts[v] as number) + list.length;
  const sums = Float64Array.from(lists, (list) => list.reduce((sum, word) => sum + (idf[word] as number), 0));
  const soft = Uint8Array.from(names, (word) => (word.length >= 4 && !/\d/.test(word) ? 1 : 0));
  return { packed: packValues(names, 32), idf, starts, words: Int32Array.from(lists.flat()), sums, soft };
}

function softOverlap(values: readonly string[], letters: boolean): (a: number, b: number) => number {
  const table = tableOf(values);
  const bigrams = letters ? bigramsOf(values) : undefined;
  return (a, b) => {
    const ordered = (values[a] ?? "") < (values[b] ?? "");
    const words = ordered ? wordShare(table, a, b) : wordShare(table, b, a);
    return bigrams === undefined ? words : Math.max(words, bigramShare(bigrams, a, b));
  };
}

function wordShare(table: WordTable, a: number, b: number): number {
  const { packed, idf, starts, words, sums, soft } = table;
  const [endA, endB] = [starts[a + 1] as number, starts[b + 1] as number];
  const startB = starts[b] as number;
  let shared = 0;
  let used = 0;
  for (let i = starts[a] as number; i < endA; i++) {
    const word = words[i] as number;
    let best = 0;
    let bestAt = -1;
    for (let j = startB; j < endB; j++) {
      const other = words[j] as number;
      if (j - startB < 31 && (used >>> (j - startB)) & 1) continue;
      if (word === other) {
        best = 1;
        bestAt = j;
        break;
      }
      if (best === 0 && soft[word] && soft[other] && isOneEditApart(packed, word, other)) {
        best = 0.85;
        bestAt = j;
      }
    }
    if (bestAt < 0) continue;
    if (bestAt - startB < 31) used |= 1 << (bestAt - startB);
    shared += best * Math.min(idf[word] as number, idf[words[bestAt] as number] as number);
  }
  return (2 * shared) / ((sums[a] as number) + (sums[b] as number) + 1e-9);
}

const SHORT_TEXT_CHARS = 40;

function bigramsOf(values: readonly string[]): readonly (Int32Array | undefined)[] {
  return values.map((value) => {
    if (value.length > SHORT_TEXT_CHARS || value.length < 2) return undefined;
    const pairs = new Int32Array(value.length - 1);
    for (let k = 0; k + 1 < value.length; k++)
      pairs[k] = value.charCodeAt(k) * 65_536 + value.charCodeAt(k + 1);
    return pairs.sort();
  });
}

function bigramShare(bigrams: readonly (Int32Array | undefined)[], a: number, b: number): number {
  const [left, right] = [bigrams[a], bigrams[b]];
  if (left === undefined || right === undefined) return 0;
  let [i, j, shared] = [0, 0, 0];
  while (i < left.length && j < right.length) {
    const gap = (left[i] as number) - (right[j] as number);
    if (gap === 0) shared++;
    if (gap <= 0) i++;
    if (gap >= 0) j++;
  }
  return (2 * shared) / (left.length + right.length);
}
