// What a comparison is: ordered levels of agreement between two values of one dictionary-coded column. A merged
// comparison (kanji and kana, given name and surname swapped) is one column of combinations, so that fields that
// depend on each other count once. Level 0 is "missing", 1 is "different", the last is "the same".

import type { Column } from "../column.ts";

export interface Level {
  readonly label: string;
  /** Share of true matches expected at this level before anything is learned: the prior of m. */
  readonly expected: number;
  /** How much rarity of the value counts at this level: 1 fully, 0 not at all. */
  readonly rarity: number;
}

export interface Comparison {
  readonly name: string;
  /** Names of the input columns this comparison speaks for; blocking on one of them hides it from training. */
  readonly columns: readonly string[];
  readonly codes: Int32Array;
  readonly values: readonly string[];
  /** levels[0] is "missing". */
  readonly levels: readonly Level[];
  /** The level of two equal codes. */
  readonly same: number;
  /** Level of two equal codes by code, where it depends on the value (kana only, kanji only); overrides `same`. */
  readonly sameLevels?: Uint8Array;
  /** Weights of words, for comparisons of words: so that records that come later are weighed alike. */
  readonly wordWeights?: ReadonlyMap<string, number>;
  /** By level, where rarity is not that of the whole value. */
  readonly rarities?: readonly (Rarity | undefined)[];
  /** True where a better level never speaks less for a match than a worse one: what is learned is put in order. */
  readonly isOrdered?: boolean;
  /**
   * How common a value of this kind usually is (chance that two people share it). Counts in small files, whose own
   * frequencies say little; default DEFAULT_COMMONNESS.
   */
  readonly commonness?: number;
  /** True where comparing is cheaper than remembering. */
  readonly cheap: boolean;
  /** The level of two different codes where it is cheap to see, otherwise 0: spares the memory of compared values. */
  readonly settle?: (a: number, b: number) => number;
  /** The level of two different codes, 1 … levels.length - 1. In linking, `a` is from the first input. */
  readonly compare: (a: number, b: number) => number;
}

/** About that of a surname. */
export const DEFAULT_COMMONNESS = 0.003;
/** Records that the usual commonness of a value is worth beside those of the file. */
export const COMMONNESS_RECORDS = 200;

/** How common the part of a value is that a level is about. */
export interface Rarity {
  /** The part of each value, by code. */
  readonly signs: readonly string[];
  /** log2 share of rows, by code. */
  readonly shares: Float32Array;
  /** log2 chance that two rows agree on that part; undefined for levels of mere likeness. */
  readonly usual: number | undefined;
}

/** The labels, priors and rarity weights of levels, from worst to best, with "missing" put in front. */
export function levelsOf(...levels: readonly (readonly [string, number, number?])[]): Level[] {
  const total = levels.reduce((sum, [, expected]) => sum + expected, 0);
  const named = levels.map(([label, expected, rarity]) => ({
    label,
    expected: expected / total,
    rarity: rarity ?? 0,
  }));
  return [{ label: "missing", expected: 0, rarity: 0 }, ...named];
}

/** Numbers for texts, equal for equal texts: comparing numbers is many times cheaper. */
export function numbersOf(texts: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(texts, (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  });
}

/** A comparison over one column; the last level is that of equal values unless `same` says otherwise. */
export function comparisonOf(
  name: string,
  columns: readonly string[],
  column: Column,
  levels: readonly Level[],
  compare: (a: number, b: number) => number,
  options: {
    readonly cheap?: boolean;
    readonly same?: number;
    readonly settle?: (a: number, b: number) => number;
  } = {},
): Comparison {
  return {
    ...(options.settle === undefined ? {} : { settle: options.settle }),
    name,
    columns,
    codes: column.codes,
    values: column.values,
    levels,
    same: options.same ?? levels.length - 1,
    cheap: options.cheap ?? false,
    compare,
  };
}
