// Comparison of one part of a person's name in an alphabet: edits, sound-alikes, initials, short forms, compound names.
// Thresholds of Jaro–Winkler follow common practice (0.92, 0.88, 0.80); what each level is worth is learned.

import type { Column } from "../column.ts";
import { MAX_VALUE_CHARS } from "../limits.ts";
import {
  firstUnit,
  isOneEditApart,
  jaroWinkler,
  lengthOf,
  mostJaroWinkler,
  packValues,
} from "../similarity.ts";
import { comparisonOf, levelsOf, type Comparison } from "./comparison.ts";
import { NICKNAME_GROUPS } from "./nicknames.ts";

const LEVELS = levelsOf(
  ["different", 0.06],
  ["alike", 0.03, 0.3],
  ["initial", 0.01],
  ["short form or part", 0.03, 0.5],
  ["close", 0.06, 0.5],
  ["one edit", 0.11, 0.8],
  ["same", 0.7, 1],
);
/** Level of given name and surname exchanged; never returned by `compare`, set by the scorer from both parts. */
export const SWAPPED_LEVEL = LEVELS.length;
const SWAPPED = { label: "exchanged", expected: 0.02, rarity: 0 };

/** Compares given names, middle names and surnames; `swappable` adds the level for exchanged parts. */
export function compareNames(
  name: string,
  columns: readonly string[],
  column: Column,
  swappable: boolean,
): Comparison {
  const packed = packValues(column.values, MAX_VALUE_CHARS);
  const groups = column.values.map((value) => NICKNAME_GROUPS.get(value));
  const compound = Uint8Array.from(column.values, (value) => (value.includes(" ") ? 1 : 0));
  const isPlain = Uint8Array.from(column.values, (value, v) =>
    value.length > 1 && groups[v] === undefined && !compound[v] ? 1 : 0,
  );
  const compare = (a: number, b: number): number => {
    const [lengthA, lengthB] = [lengthOf(packed, a), lengthOf(packed, b)];
    if (lengthA === 1 || lengthB === 1) return firstUnit(packed, a) === firstUnit(packed, b) ? 3 : 1;
    if (Math.min(lengthA, lengthB) >= 3 && isOneEditApart(packed, a, b)) return 6;
    const similarity = mostJaroWinkler(packed, a, b) < 0.8 ? 0 : jaroWinkler(packed, a, b);
    if (similarity >= 0.92) return 5;
    if (groups[a] !== undefined && groups[b] !== undefined && groups[a].some((g) => groups[b]?.includes(g)))
      return 4;
    if ((compound[a] || compound[b]) && sharesWord(column.values[a] ?? "", column.values[b] ?? "")) return 4;
    if (similarity >= 0.88) return 5;
    return similarity >= 0.8 ? 2 : 1;
  };
  // Below 0.8 nothing but one edit is left for two plain names.
  const settle = (a: number, b: number): number =>
    isPlain[a] && isPlain[b]
      ? mostJaroWinkler(packed, a, b) < 0.8 && !isOneEditApart(packed, a, b)
        ? 1
        : 0
      : 0;
  const levels = swappable ? [...LEVELS, SWAPPED] : LEVELS;
  return comparisonOf(name, columns, column, levels, compare, { same: LEVELS.length - 1, settle });
}

function sharesWord(a: string, b: string): boolean {
  const words = new Set(a.split(" ").filter((word) => word.length > 2));
  return b.split(" ").some((word) => words.has(word));
}
