// A column as dictionary codes: one 32-bit code per row, each distinct value once. Everything the engine does to
// values (folding, splitting, comparing, keying) happens once per distinct value, never once per row.

import type { Role } from "./roles.ts";

/** `codes[row]` is an index into `values`, or -1 where the value is missing. */
export interface Column {
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

/** A column with its role, as loaded. */
export interface RoleColumn {
  readonly name: string;
  readonly role: Role;
  readonly column: Column;
}

/** Code of a missing value. */
export const MISSING = -1;

/** Builds dictionaries value by value; codes are given in order of first appearance. */
export class Interner {
  readonly values: string[] = [];
  readonly #codes = new Map<string, number>();

  /** The code of a value; the empty string is missing. */
  code(value: string): number {
    if (value === "") return MISSING;
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = this.values.length;
    this.values.push(value);
    this.#codes.set(value, code);
    return code;
  }
}

/** Applies `fold` to each distinct value and merges those that become equal; "" becomes missing. */
export function mapColumn(
  column: Column,
  fold: (value: string) => string,
  interner = new Interner(),
): Column {
  const { map, values } = foldValues(column.values, fold, interner);
  return { codes: mapCodes(column.codes, map), values };
}

/** Folded values and, for each value, the code of what it became. */
export interface FoldedValues {
  readonly map: Int32Array;
  readonly values: readonly string[];
}

/** Folds each distinct value once. */
export function foldValues(
  values: readonly string[],
  fold: (value: string) => string,
  interner = new Interner(),
): FoldedValues {
  const map = Int32Array.from(values, (value) => interner.code(fold(value)));
  return { map, values: interner.values };
}

/** Codes through a table of new codes; missing stays missing. */
export function mapCodes(codes: Int32Array, map: Int32Array): Int32Array {
  const mapped = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    mapped[row] = code < 0 ? MISSING : (map[code] as number);
  }
  return mapped;
}

/** Merges several columns into one by a function of their values, called once per distinct combination. */
export function mergeColumns(
  columns: readonly Column[],
  merge: (values: readonly string[]) => string,
): Column {
  const [first, ...others] = columns;
  if (first === undefined) return { codes: new Int32Array(0), values: [] };
  let codes = first.codes.map((code) => code + 1);
  // `parents` and `lasts` spell each combination backwards: the combination before, and the last column's code.
  const spelling: { parents: number[]; lasts: number[] }[] = [];
  for (const column of others) {
    const pairs = new PairInterner(column.values.length + 1);
    const merged = new Int32Array(codes.length);
    for (let row = 0; row < codes.length; row++) {
      merged[row] = pairs.code(codes[row] as number, (column.codes[row] as number) + 1);
    }
    spelling.push({ parents: pairs.lefts, lasts: pairs.rights });
    codes = merged;
  }
  const size = spelling.at(-1)?.parents.length ?? first.values.length + 1;
  const interner = new Interner();
  const map = new Int32Array(size);
  const values = columns.map(() => "");
  for (let combination = 0; combination < size; combination++) {
    let at = combination;
    for (let k = columns.length - 1; k > 0; k--) {
      const code = spelling[k - 1]?.lasts[at] ?? 0;
      values[k] = code === 0 ? "" : (columns[k]?.values[code - 1] ?? "");
      at = spelling[k - 1]?.parents[at] ?? 0;
    }
    values[0] = at === 0 ? "" : (first.values[at - 1] ?? "");
    map[combination] = interner.code(merge(values));
  }
  return { codes: mapCodes(codes, map), values: interner.values };
}

/** Codes for pairs of codes, in order of first appearance. */
class PairInterner {
  readonly lefts: number[] = [];
  readonly rights: number[] = [];
  readonly #width: number;
  readonly #codes = new Map<number, number>();

  constructor(width: number) {
    this.#width = width;
  }

  code(left: number, right: number): number {
    const key = left * this.#width + right;
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    this.#codes.set(key, this.lefts.length);
    this.rights.push(right);
    return this.lefts.push(left) - 1;
  }
}

/** How many rows in [from, to) carry each code. */
export function countCodes(codes: Int32Array, size: number, from = 0, to = codes.length): Int32Array {
  const counts = new Int32Array(size);
  for (let row = from; row < to; row++) {
    const code = codes[row] as number;
    if (code >= 0) counts[code] = (counts[code] as number) + 1;
  }
  return counts;
}
