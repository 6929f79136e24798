// Blocking keys: small facts derived from a column, two records that share one may be compared. A rule joins keys.
// A missing value never blocks. Which keys and rules are used is learned (learn.ts); this module only offers them.

import { countCodes, foldValues, mapCodes, type Column, type FoldedValues } from "../column.ts";
import { postalArea, postalDistrict } from "../compare/code.ts";
import { wordsOf } from "../compare/words.ts";

export interface BlockingKey {
  readonly name: string;
  /** Input columns it is derived from. */
  readonly columns: readonly string[];
  /** -1 where there is no key. */
  readonly codes: Int32Array;
  readonly values: readonly string[];
  /** Name of the key that is the whole folded value, and how this key follows from it (for records that come later). */
  readonly origin: string;
  readonly derive: (value: string) => string;
}

type Derive = (value: string) => string;

/** Keys derived already from the same values, by suffix: columns that share a dictionary share them. */
export type FoldedKeys = Map<string, FoldedValues>;

/** The whole value as a key, and keys derived from it. */
export function keysOf(
  columns: readonly string[],
  label: string,
  column: Column,
  derive: Readonly<Record<string, Derive>>,
  folded: FoldedKeys = new Map(),
): BlockingKey[] {
  const derived = Object.entries(derive).map(([suffix, fold]) => {
    const known = folded.get(suffix) ?? foldValues(column.values, fold);
    folded.set(suffix, known);
    return {
      name: `${label} ${suffix}`,
      columns,
      origin: label,
      derive: fold,
      codes: mapCodes(column.codes, known.map),
      values: known.values,
    };
  });
  return [{ name: label, columns, origin: label, derive: (value) => value, ...column }, ...derived];
}

const SOUND: Readonly<Record<string, string>> = {
  b: "1",
  f: "1",
  p: "1",
  v: "1",
  c: "2",
  g: "2",
  j: "2",
  k: "2",
  q: "2",
  s: "2",
  x: "2",
  z: "2",
  d: "3",
  t: "3",
  l: "4",
  m: "5",
  n: "5",
  r: "6",
};

/** Sound of a Latin name: first letter and consonant classes (after Russell and Odell 1918); others unchanged. */
export function soundOf(value: string): string {
  if (!/^[a-z]/.test(value)) return value;
  let code = value.slice(0, 1);
  let last = SOUND[code] ?? "";
  for (const letter of value.slice(1)) {
    const sound = SOUND[letter] ?? "";
    if (sound !== "" && sound !== last) code += sound;
    if (letter !== "h" && letter !== "w") last = sound;
    if (code.length === 4) break;
  }
  return code;
}

const head =
  (length: number): Derive =>
  (value) =>
    value.length >= length ? value.slice(0, length) : "";
const tail =
  (length: number): Derive =>
  (value) =>
    value.length > length ? value.slice(-length) : "";

/** Keys of one part of a name; `folded` joins parts that share a dictionary. */
export const nameKeys = (
  columns: readonly string[],
  label: string,
  column: Column,
  folded?: FoldedKeys,
): BlockingKey[] =>
  keysOf(
    columns,
    label,
    column,
    {
      "first letter": head(1),
      "first 3": head(3),
      "first 4": head(4),
      "last 3": tail(3),
      sound: (value) => soundOf(value.split(" ")[0] ?? ""),
    },
    folded,
  );

/** Keys of a birth date (YYYYMMDD with 00 for unknown parts). */
export const birthDateKeys = (columns: readonly string[], label: string, column: Column): BlockingKey[] =>
  keysOf(columns, label, column, {
    year: (value) => value.slice(0, 4),
    "month and day": (value) => (value.slice(4) === "0000" ? "" : value.slice(4)),
    "year and month": (value) => (value.slice(4, 6) === "00" ? "" : value.slice(0, 6)),
    "year and day": (value) => (value.slice(6) === "00" ? "" : value.slice(0, 4) + value.slice(6)),
  });

/** Keys of identifiers and telephone numbers: each half survives an error in the other. */
export const codeKeys = (columns: readonly string[], label: string, column: Column): BlockingKey[] =>
  keysOf(columns, label, column, {
    "first half": (value) => (value.length >= 6 ? value.slice(0, value.length >> 1) : ""),
    "second half": (value) => (value.length >= 6 ? value.slice(value.length >> 1) : ""),
  });

/** Keys of postal codes. */
export const postcodeKeys = (columns: readonly string[], label: string, column: Column): BlockingKey[] =>
  keysOf(columns, label, column, { district: postalDistrict, area: postalArea });

/** Keys of e-mail addresses. */
export const emailKeys = (columns: readonly string[], label: string, column: Column): BlockingKey[] =>
  keysOf(columns, label, column, { "before @": (value) => value.split("@")[0] ?? "", "first 5": head(5) });

/** Keys of places and categories. */
export const placeKeys = (columns: readonly string[], label: string, column: Column): BlockingKey[] =>
  keysOf(columns, label, column, { "first 4": head(4) });

/** Only the value itself. */
export const plainKeys = (columns: readonly string[], label: string, column: Column): BlockingKey[] =>
  keysOf(columns, label, column, {});

/** Keys of addresses and texts: beginnings and rarest words. */
export function textKeys(columns: readonly string[], label: string, column: Column): BlockingKey[] {
  const holders = countWords(column);
  const total = column.codes.length;
  const rarest = (value: string, rank: number): string => {
    const words = [...new Set(wordsOf(value))].filter(
      (word) => (holders.get(word) ?? 0) >= 2 && (holders.get(word) ?? 0) < total,
    );
    words.sort((a, b) => (holders.get(a) ?? 0) - (holders.get(b) ?? 0) || (a < b ? -1 : 1));
    return words[rank] ?? "";
  };
  const cached = new Map<string, readonly string[]>();
  const rank =
    (k: number): Derive =>
    (value) => {
      const known = cached.get(value) ?? [rarest(value, 0), rarest(value, 1), rarest(value, 2)];
      cached.set(value, known);
      return known[k] ?? "";
    };
  return keysOf(columns, label, column, {
    "first 4": head(4),
    "first 8": head(8),
    "rarest word": rank(0),
    "second rarest word": rank(1),
    "two rarest words": (value) => {
      const pair = [rank(0)(value), rank(1)(value)];
      return pair[1] === "" ? "" : pair.sort().join(" ");
    },
    "two rarest but one": (value) => {
      const pair = [rank(1)(value), rank(2)(value)];
      return pair[1] === "" ? "" : pair.sort().join(" ");
    },
  });
}

function countWords(column: Column): Map<string, number> {
  const rows = countCodes(column.codes, column.values.length);
  const holders = new Map<string, number>();
  for (const [v, value] of column.values.entries()) {
    for (const word of new Set(wordsOf(value))) holders.set(word, (holders.get(word) ?? 0) + (rows[v] ?? 0));
  }
  return holders;
}

/** Keys of amounts: bins of about 5 %, once more shifted by half a bin. */
export function amountKeys(columns: readonly string[], label: string, column: Column): BlockingKey[] {
  const bin =
    (shift: number): Derive =>
    (value) => {
      const amount = Number(value);
      return amount === 0
        ? "0"
        : `${Math.sign(amount)}${Math.floor(Math.log(Math.abs(amount)) / 0.05 + shift)}`;
    };
  return keysOf(columns, label, column, { "within 5 %": bin(0), "within 5 %, shifted": bin(0.5) });
}

/** Keys of dates given as day numbers: weeks and months, once more shifted by half. */
export function eventDateKeys(
  columns: readonly string[],
  label: string,
  column: Column,
  day: (value: string) => number,
): BlockingKey[] {
  const bin =
    (days: number, shift: number): Derive =>
    (value) =>
      String(Math.floor((day(value) + shift) / days));
  return keysOf(columns, label, column, {
    week: bin(7, 0),
    "week, shifted": bin(7, 3),
    month: bin(30, 0),
    "month, shifted": bin(30, 15),
  });
}
