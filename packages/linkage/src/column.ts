// A column as dictionary codes: one 32-bit code per row, each distinct value once. Everything the engine does to
// values (folding, splitting, comparing, keying) happens once per distinct value, never once per row.

/** `codes[row]` is an index into `values`, or -1 where the value is missing. */
export interface Column {
  readonly codes: Int32Array;
  readonly values: readonly string[];
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
  const map = Int32Array.from(column.values, (value) => interner.code(fold(value)));
  return { codes: mapCodes(column.codes, map), values: interner.values };
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
  let codes = Int32Array.from(first.codes, (code) => code + 1);
  const parts: number[][] = [[], ...first.values.map((_, code) => [code + 1])];
  parts[0] = [0];
  let combinations = parts;
  for (const column of others) {
    const seen = new Map<number, number>();
    const next: number[][] = [];
    const size = column.values.length + 1;
    const merged = new Int32Array(codes.length);
    for (let row = 0; row < codes.length; row++) {
      const left = codes[row] as number;
      const right = (column.codes[row] as number) + 1;
      const key = left * size + right;
      let code = seen.get(key);
      if (code === undefined) {
        code = next.length;
        next.push([...(combinations[left] ?? []), right]);
        seen.set(key, code);
      }
      merged[row] = code;
    }
    codes = merged;
    combinations = next;
  }
  const interner = new Interner();
  const map = Int32Array.from(combinations, (combination) =>
    interner.code(
      merge(combination.map((code, k) => (code === 0 ? "" : (columns[k]?.values[code - 1] ?? "")))),
    ),
  );
  return { codes: mapCodes(codes, map), values: interner.values };
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
