// Levels of agreement of a pair of rows, each distinct pair of values compared once. Small dictionaries remember in a
// dense table; larger ones in a cache of one slot per hash, where common pairs stay and rare ones are compared again.

import { countCodes } from "./column.ts";
import { COMMONNESS_RECORDS, DEFAULT_COMMONNESS, type Comparison } from "./compare/comparison.ts";
import { CACHE_SLOTS, MAX_DENSE_VALUE_PAIRS } from "./limits.ts";

interface LevelTable {
  level(a: number, b: number): number;
  /** The level without remembering it where remembering is dear. */
  peek(a: number, b: number): number;
}

class Direct implements LevelTable {
  readonly #compare: (a: number, b: number) => number;

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  level(a: number, b: number): number {
    return this.#compare(a, b);
  }

  peek(a: number, b: number): number {
    return this.#compare(a, b);
  }
}

class Dense implements LevelTable {
  readonly #compare: (a: number, b: number) => number;
  readonly #size: number;
  readonly #levels: Uint8Array;

  constructor(compare: (a: number, b: number) => number, size: number) {
    this.#compare = compare;
    this.#size = size;
    this.#levels = new Uint8Array(size * size);
  }

  /** The cells themselves, for the hot loop: row-major, smaller code first, 0 where not compared yet. */
  get cells(): Uint8Array {
    return this.#levels;
  }

  level(a: number, b: number): number {
    // The smaller code first, however the pair came: else a likeness that is not quite symmetric would be that of whichever
    // pair was seen first, and threads see pairs in another order.
    const [low, high] = a < b ? [a, b] : [b, a];
    const cell = low * this.#size + high;
    const known = this.#levels[cell] as number;
    if (known !== 0) return known;
    return (this.#levels[cell] = this.#compare(low, high));
  }

  peek(a: number, b: number): number {
    return this.level(a, b);
  }
}

class Mapped implements LevelTable {
  readonly #compare: (a: number, b: number) => number;
  readonly #settle: (a: number, b: number) => number;
  readonly #keys = new Int32Array(2 * CACHE_SLOTS);
  readonly #levels = new Uint8Array(CACHE_SLOTS);

  constructor(compare: (a: number, b: number) => number, settle: (a: number, b: number) => number) {
    this.#compare = compare;
    this.#settle = settle;
  }

  level(first: number, second: number): number {
    const a = first < second ? first : second;
    const b = first < second ? second : first;
    const settled = this.#settle(a, b);
    if (settled !== 0) return settled;
    const slot = hashPair(a, b) & (CACHE_SLOTS - 1);
    const known = this.#levels[slot] as number;
    if (known !== 0 && this.#keys[2 * slot] === a && this.#keys[2 * slot + 1] === b) return known;
    const level = this.#compare(a, b);
    this.#keys[2 * slot] = a;
    this.#keys[2 * slot + 1] = b;
    this.#levels[slot] = level;
    return level;
  }

  peek(first: number, second: number): number {
    return first < second ? this.#compare(first, second) : this.#compare(second, first);
  }
}

function hashPair(a: number, b: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

/** Given name and surname comparisons whose parts may be exchanged. */
export interface Swap {
  readonly given: number;
  readonly surname: number;
}

/** Computes patterns (one level per comparison) of pairs of rows. Not re-entrant: `levels` is overwritten. */
export class PairLevels {
  readonly comparisons: readonly Comparison[];
  readonly width: number;
  /** Row-major codes: codes[row * width + comparison]. */
  readonly codes: Int32Array;
  /** Levels of the last pair given to `of`. */
  readonly levels: Uint8Array;
  readonly #tables: readonly LevelTable[];
  /** Cells and sizes of dense tables; size 0 for the others. */
  readonly #cells: readonly Uint8Array[];
  readonly #sizes: Int32Array;
  readonly #same: Uint8Array;
  readonly #sameLevels: readonly (Uint8Array | undefined)[];
  readonly swap: Swap | undefined;
  #frequencies: readonly Float32Array[] | undefined;

  constructor(comparisons: readonly Comparison[], swap: Swap | undefined) {
    this.comparisons = comparisons;
    this.width = comparisons.length;
    const rows = comparisons[0]?.codes.length ?? 0;
    this.codes = new Int32Array(rows * this.width);
    for (const [c, comparison] of comparisons.entries()) {
      for (let row = 0; row < rows; row++) this.codes[row * this.width + c] = comparison.codes[row] as number;
    }
    this.levels = new Uint8Array(this.width);
    this.#same = Uint8Array.from(comparisons, (comparison) => comparison.same);
    this.#sameLevels = comparisons.map((comparison) => comparison.sameLevels);
    this.#tables = comparisons.map((comparison) => tableFor(comparison));
    this.#cells = this.#tables.map((table) => (table instanceof Dense ? table.cells : new Uint8Array(0)));
    this.#sizes = Int32Array.from(this.#tables, (table, c) =>
      table instanceof Dense ? (comparisons[c]?.values.length ?? 0) : 0,
    );
    this.swap = swap;
  }

  /** log2 share of each value, by comparison: counted once, for all models that weigh these records. */
  get frequencies(): readonly Float32Array[] {
    this.#frequencies ??= this.comparisons.map(({ codes, values, commonness }) =>
      logFrequencies(codes, values.length, commonness),
    );
    return this.#frequencies;
  }

  /** Fills `levels` like `of`, without remembering: for random pairs, which hardly ever come again. */
  ofRandom(i: number, j: number): void {
    const { width, codes, levels } = this;
    for (let c = 0; c < width; c++) {
      const [a, b] = [codes[i * width + c] as number, codes[j * width + c] as number];
      if (a < 0 || b < 0 || a === b) levels[c] = this.level(c, a, b);
      else levels[c] = (this.#tables[c] as LevelTable).peek(a, b);
    }
    if (this.swap !== undefined) this.#markExchanged(this.swap, i * width, j * width);
  }

  /** Fills `levels` with the pattern of rows i and j. */
  of(i: number, j: number): void {
    const { width, codes, levels } = this;
    const [cells, sizes] = [this.#cells, this.#sizes];
    const left = i * width;
    const right = j * width;
    for (let c = 0; c < width; c++) {
      const a = codes[left + c] as number;
      const b = codes[right + c] as number;
      if (a < 0 || b < 0) {
        levels[c] = 0;
      } else if (a === b) {
        levels[c] = this.#sameLevels[c]?.[a] ?? (this.#same[c] as number);
      } else {
        const size = sizes[c] as number;
        const known =
          size === 0 ? 0 : ((cells[c] as Uint8Array)[a < b ? a * size + b : b * size + a] as number);
        levels[c] = known === 0 ? (this.#tables[c] as LevelTable).level(a, b) : known;
      }
    }
    if (this.swap !== undefined) this.#markExchanged(this.swap, left, right);
  }

  /** Levels of one comparison for the pairs at `places`, into `levels` by place. */
  ofColumn(
    c: number,
    first: Int32Array,
    second: Int32Array,
    places: Int32Array,
    count: number,
    levels: Uint8Array,
  ): void {
    const { width, codes } = this;
    const size = this.#sizes[c] as number;
    const cells = this.#cells[c] as Uint8Array;
    const table = this.#tables[c] as LevelTable;
    const same = this.#same[c] as number;
    const sameLevels = this.#sameLevels[c];
    for (let k = 0; k < count; k++) {
      const place = places[k] as number;
      const a = codes[(first[place] as number) * width + c] as number;
      const b = codes[(second[place] as number) * width + c] as number;
      if (a < 0 || b < 0) levels[place] = 0;
      else if (a === b) levels[place] = sameLevels === undefined ? same : (sameLevels[a] as number);
      else {
        const known = size === 0 ? 0 : (cells[a < b ? a * size + b : b * size + a] as number);
        levels[place] = known === 0 ? table.level(a, b) : known;
      }
    }
  }

  /** Marks exchanged names among the first `count` pairs, whose name levels stand in `levels`. */
  markExchangedPairs(
    swap: Swap,
    { first, second }: { readonly first: Int32Array; readonly second: Int32Array },
    levels: readonly Uint8Array[],
    count: number,
  ): void {
    const [given, surname] = [levels[swap.given] as Uint8Array, levels[swap.surname] as Uint8Array];
    const { width } = this;
    for (let k = 0; k < count; k++) {
      if ((given[k] as number) > 2 || (surname[k] as number) > 2) continue;
      if (!this.#isExchanged(swap, (first[k] as number) * width, (second[k] as number) * width)) continue;
      given[k] = (this.comparisons[swap.given]?.levels.length ?? 1) - 1;
      surname[k] = 0;
    }
  }

  /** The level of two values of one comparison. */
  level(comparison: number, a: number, b: number): number {
    if (a < 0 || b < 0) return 0;
    return a === b
      ? (this.#same[comparison] as number)
      : (this.#tables[comparison] as LevelTable).level(a, b);
  }

  #markExchanged(swap: Swap, left: number, right: number): void {
    const { levels } = this;
    if ((levels[swap.given] as number) > 2 || (levels[swap.surname] as number) > 2) return;
    if (!this.#isExchanged(swap, left, right)) return;
    levels[swap.given] = (this.comparisons[swap.given]?.levels.length ?? 1) - 1;
    levels[swap.surname] = 0;
  }

  #isExchanged(swap: Swap, left: number, right: number): boolean {
    const { codes } = this;
    const givenA = codes[left + swap.given] as number;
    const surnameA = codes[left + swap.surname] as number;
    const givenB = codes[right + swap.given] as number;
    const surnameB = codes[right + swap.surname] as number;
    if (givenA < 0 || surnameA < 0 || givenB < 0 || surnameB < 0) return false;
    const first = givenA === surnameB;
    const second = surnameA === givenB;
    if (!first && !second) return false;
    const close = (this.#same[swap.given] as number) - 2;
    if (!first && this.level(swap.given, givenA, surnameB) < close) return false;
    return second || this.level(swap.given, surnameA, givenB) >= close;
  }
}

function tableFor(comparison: Comparison): LevelTable {
  if (comparison.cheap) return new Direct(comparison.compare);
  const size = comparison.values.length;
  return size * size <= MAX_DENSE_VALUE_PAIRS
    ? new Dense(comparison.compare, size)
    : new Mapped(comparison.compare, comparison.settle ?? (() => 0));
}

/** log2 of the share of records that carry each code, drawn towards the usual share where records are few. */
export function logFrequencies(
  codes: Int32Array,
  size: number,
  commonness = DEFAULT_COMMONNESS,
): Float32Array {
  const counts = countCodes(codes, size);
  const present = counts.reduce((sum, count) => sum + count, 0);
  const usual = COMMONNESS_RECORDS * commonness;
  return Float32Array.from(counts, (count) =>
    Math.log2((Math.max(0.5, count) + usual) / (Math.max(1, present) + COMMONNESS_RECORDS)),
  );
}
