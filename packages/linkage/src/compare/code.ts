// Comparison of codes: identifiers, telephone numbers, postal codes, e-mail addresses, numbers, sex.
// Errors in codes are edits and lost ends, not sounds.

import type { Column } from "../column.ts";
import {
  commonPrefix,
  editDistance,
  isOneEditApart,
  jaroWinkler,
  lengthOf,
  packValues,
} from "../similarity.ts";
import { comparisonOf, levelsOf, numbersOf, type Comparison } from "./comparison.ts";

const MAX_CODE_CHARS = 64;

/** Identifiers (national numbers, account numbers): one or two edits are likely typing errors. */
export function compareIdentifiers(name: string, columns: readonly string[], column: Column): Comparison {
  const packed = packValues(column.values, MAX_CODE_CHARS);
  const rows = new Int32Array(3 * (MAX_CODE_CHARS + 1));
  const levels = levelsOf(["different", 0.05], ["two edits", 0.03], ["one edit", 0.07], ["same", 0.85, 1]);
  const compare = (a: number, b: number): number => {
    if (isOneEditApart(packed, a, b)) return 3;
    if (Math.min(lengthOf(packed, a), lengthOf(packed, b)) < 6) return 1;
    return editDistance(packed, a, b, 2, rows) === 2 ? 2 : 1;
  };
  return comparisonOf(name, columns, column, levels, compare, { cheap: true });
}

/** Telephone numbers: the last six digits survive a changed prefix. */
export function comparePhones(name: string, columns: readonly string[], column: Column): Comparison {
  const packed = packValues(column.values, MAX_CODE_CHARS);
  const ends = numbersOf(column.values.map((value) => value.slice(-6)));
  const levels = levelsOf(
    ["different", 0.25],
    ["same last six", 0.02],
    ["one edit", 0.05],
    ["same", 0.68, 1],
  );
  const compare = (a: number, b: number): number =>
    isOneEditApart(packed, a, b) ? 3 : ends[a] === ends[b] ? 2 : 1;
  return comparisonOf(name, columns, column, levels, compare, { cheap: true });
}

/** Head of a postal code that names a larger area: letters of a British code, the first digits of others. */
export function postalArea(value: string): string {
  const british = /^([a-z]{1,2})\d[a-z\d]?\d[a-z]{2}$/.exec(value);
  return british?.[1] ?? value.slice(0, 2);
}

/** Head of a postal code that names a district: the outward part of a British code, three or all but one of others. */
export function postalDistrict(value: string): string {
  const british = /^([a-z]{1,2}\d[a-z\d]?)\d[a-z]{2}$/.exec(value);
  if (british?.[1] !== undefined) return british[1];
  return value.slice(0, value.length >= 5 ? 3 : Math.max(1, value.length - 1));
}

/** Postal codes: edits, then district, then area. */
export function comparePostcodes(name: string, columns: readonly string[], column: Column): Comparison {
  const packed = packValues(column.values, MAX_CODE_CHARS);
  const areas = numbersOf(column.values.map(postalArea));
  const districts = numbersOf(column.values.map(postalDistrict));
  const levels = levelsOf(
    ["different", 0.15],
    ["same area", 0.04],
    ["same district", 0.05, 0.3],
    ["one edit", 0.06, 0.5],
    ["same", 0.7, 1],
  );
  const compare = (a: number, b: number): number => {
    if (isOneEditApart(packed, a, b)) return 4;
    if (districts[a] === districts[b]) return 3;
    return areas[a] === areas[b] ? 2 : 1;
  };
  return comparisonOf(name, columns, column, levels, compare, { cheap: true });
}

/** E-mail addresses: the part before @ carries the person. */
export function compareEmails(name: string, columns: readonly string[], column: Column): Comparison {
  const packed = packValues(column.values, MAX_CODE_CHARS);
  const locals = numbersOf(column.values.map((value) => value.split("@")[0] ?? ""));
  const levels = levelsOf(
    ["different", 0.15],
    ["alike", 0.05],
    ["same before @", 0.05, 0.5],
    ["one edit", 0.07, 0.5],
    ["same", 0.68, 1],
  );
  const compare = (a: number, b: number): number => {
    if (isOneEditApart(packed, a, b)) return 4;
    if (locals[a] === locals[b]) return 3;
    return jaroWinkler(packed, a, b) >= 0.9 && commonPrefix(packed, a, b) >= 2 ? 2 : 1;
  };
  return comparisonOf(name, columns, column, levels, compare);
}

/** House numbers, years, other short numbers. */
export function compareNumbers(name: string, columns: readonly string[], column: Column): Comparison {
  const packed = packValues(column.values, MAX_CODE_CHARS);
  const levels = levelsOf(["different", 0.12], ["one edit", 0.08, 0.3], ["same", 0.8, 1]);
  const compare = (a: number, b: number): number => {
    const longest = Math.max(lengthOf(packed, a), lengthOf(packed, b));
    return longest >= 2 && isOneEditApart(packed, a, b) ? 2 : 1;
  };
  return comparisonOf(name, columns, column, levels, compare, { cheap: true });
}

/** Sex: equal or not. */
export function compareSexes(name: string, columns: readonly string[], column: Column): Comparison {
  const levels = levelsOf(["different", 0.05], ["same", 0.95]);
  return comparisonOf(name, columns, column, levels, () => 1, { cheap: true });
}
