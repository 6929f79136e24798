// Comparison of words: places, categories, addresses, free text. Words are weighted by rarity (idf) and matched softly
// (one edit in a long word still counts), since Fellegi–Sunter needs levels, not raw cosines.

import type { Column } from "../column.ts";
import { MAX_VALUE_CHARS, MAX_VALUE_TOKENS } from "../limits.ts";
import {
  isOneEditApart,
  jaroWinkler,
  lengthOf,
  mostJaroWinkler,
  packValues,
  type Packed,
} from "../similarity.ts";
import { comparisonOf, levelsOf, type Comparison } from "./comparison.ts";

/** Places and categories: names of things, short, with spelling errors. */
export function comparePlaces(name: string, columns: readonly string[], column: Column): Comparison {
  const packed = packValues(column.values, MAX_VALUE_CHARS);
  const levels = levelsOf(["different", 0.2], ["alike", 0.03, 0.3], ["close", 0.07, 0.6], ["same", 0.7, 1]);
  const compare = (a: number, b: number): number => {
    const shortest = Math.min(lengthOf(packed, a), lengthOf(packed, b));
    if (shortest >= 4 && isOneEditApart(packed, a, b)) return 3;
    const similarity = mostJaroWinkler(packed, a, b) < 0.82 ? 0 : jaroWinkler(packed, a, b);
    return similarity >= 0.92 && shortest >= 4 ? 3 : similarity >= 0.82 ? 2 : 1;
  };
  const settle = (a: number, b: number): number =>
    mostJaroWinkler(packed, a, b) < 0.82 && !isOneEditApart(packed, a, b) ? 1 : 0;
  return comparisonOf(name, columns, column, levels, compare, { settle });
}

/** Weights of words by name of the comparison, from an earlier plan. */
export type WordWeights = (comparison: string) => ReadonlyMap<string, number> | undefined;

/** Addresses: shared words by rarity; numbers must be equal to count. */
export function compareAddresses(
  name: string,
  columns: readonly string[],
  column: Column,
  known?: WordWeights,
): Comparison {
  const { similarity, wordWeights } = softOverlap(column.values, known?.(name));
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
  return { ...comparisonOf(name, columns, column, levels, compare), wordWeights };
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
  readonly names: readonly string[];
  readonly packed: Packed;
  readonly idf: Float64Array;
  readonly starts: Int32Array;
  readonly words: Int32Array;
  readonly sums: Float64Array;
  readonly soft: Uint8Array;
}

function tableOf(values: readonly string[], known: ReadonlyMap<string, number> | undefined): WordTable {
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
    return list.sort((left, right) => left - right);
  });
  const idf = Float64Array.from(
    holders,
    (count, word) => known?.get(names[word] ?? "") ?? Math.log(1 + (known?.size ?? values.length) / count),
  );
  const starts = new Int32Array(values.length + 1);
  for (const [v, list] of lists.entries()) starts[v + 1] = (starts[v] as number) + list.length;
  const sums = Float64Array.from(lists, (list) => list.reduce((sum, word) => sum + (idf[word] as number), 0));
  const soft = Uint8Array.from(names, (word) => (word.length >= 4 && !/\d/.test(word) ? 1 : 0));
  return {
    names,
    packed: packValues(names, 32),
    idf,
    starts,
    words: Int32Array.from(lists.flat()),
    sums,
    soft,
  };
}

interface SoftOverlap {
  readonly similarity: (a: number, b: number) => number;
  readonly wordWeights: ReadonlyMap<string, number>;
}

function softOverlap(values: readonly string[], known: ReadonlyMap<string, number> | undefined): SoftOverlap {
  const table = tableOf(values, known);
  const similarity = (a: number, b: number): number => {
    const ordered = (values[a] ?? "") < (values[b] ?? "");
    return ordered ? wordShare(table, a, b) : wordShare(table, b, a);
  };
  return {
    similarity,
    wordWeights: new Map(table.names.map((word, code) => [word, table.idf[code] as number])),
  };
}

/** Words that remain on each side for soft matching; longer texts are compared by whole words only. */
const MAX_SOFT_WORDS = 10;

/** Share of the words' weight that two values have in common; lists are in order of code. */
function wordShare(table: WordTable, a: number, b: number): number {
  const { idf, starts, words, sums } = table;
  const [endA, endB] = [starts[a + 1] as number, starts[b + 1] as number];
  let [i, j, shared] = [starts[a] as number, starts[b] as number, 0];
  const isShort = endA - i <= MAX_SOFT_WORDS && endB - j <= MAX_SOFT_WORDS;
  let [matchedA, matchedB] = [0, 0];
  const [startA, startB] = [i, j];
  while (i < endA && j < endB) {
    const gap = (words[i] as number) - (words[j] as number);
    if (gap === 0) {
      shared += idf[words[i] as number] as number;
      if (isShort) {
        matchedA |= 1 << (i - startA);
        matchedB |= 1 << (j - startB);
      }
    }
    if (gap <= 0) i++;
    if (gap >= 0) j++;
  }
  if (isShort) shared += softShare(table, a, b, matchedA, matchedB);
  return (2 * shared) / ((sums[a] as number) + (sums[b] as number) + 1e-9);
}

function softShare(table: WordTable, a: number, b: number, matchedA: number, matchedB: number): number {
  const { packed, idf, starts, words, soft } = table;
  const [startA, endA, startB, endB] = [starts[a], starts[a + 1], starts[b], starts[b + 1]] as [
    number,
    number,
    number,
    number,
  ];
  let [shared, used] = [0, matchedB];
  for (let i = startA; i < endA; i++) {
    const word = words[i] as number;
    if ((matchedA >>> (i - startA)) & 1 || !soft[word]) continue;
    for (let j = startB; j < endB; j++) {
      const other = words[j] as number;
      if ((used >>> (j - startB)) & 1 || !soft[other] || !isOneEditApart(packed, word, other)) continue;
      used |= 1 << (j - startB);
      shared += 0.85 * Math.min(idf[word] as number, idf[other] as number);
      break;
    }
  }
  return shared;
}
