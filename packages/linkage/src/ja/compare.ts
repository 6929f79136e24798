// Comparison of one part of a Japanese name by kanji and kana together. Each official relaxation (voiced marks, small
// kana, similar shapes, another reading of the same kanji) is a level with its own m and u, not a rule.

import type { Column } from "../column.ts";
import { countCodes } from "../column.ts";
import { comparisonOf, levelsOf, numbersOf, type Comparison, type Rarity } from "../compare/comparison.ts";
import { MAX_VALUE_CHARS } from "../limits.ts";
import { isOneEditApart, jaroWinkler, lengthOf, mostJaroWinkler, packValues } from "../similarity.ts";
import { confuseKana, roundKana } from "./kana.ts";
import type { JapaneseLists } from "./lists.ts";

/** Stands between kanji and kana in a merged value. */
export const SEPARATOR = "\u0000";

const LEVELS = levelsOf(
  ["different", 0.08],
  ["alike", 0.02, 0.3],
  ["one sign differs", 0.05, 0.5],
  ["similar shapes of kana", 0.02, 0.7],
  ["another reading of the kanji", 0.03, 0.7],
  ["kanji can be read so", 0.05, 0.7],
  ["same kanji, other kana", 0.05, 1],
  ["same kana but for voicing and size, other kanji", 0.01, 0.8],
  ["same kana but for voicing and size", 0.08, 1],
  ["same kana, other kanji", 0.02, 1],
  ["same kana", 0.25, 1],
  ["same kanji", 0.1, 1],
  ["same kanji and kana", 0.25, 1],
);
const [
  ALIKE,
  ONE_SIGN,
  SHAPES,
  OTHER_READING,
  READABLE,
  KANJI_ONLY,
  ROUNDED_OTHER,
  ROUNDED,
  KANA_OTHER,
  KANA,
  KANJI,
  BOTH,
] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];

/** Levels whose rarity is that of the kana, and of the kanji; the last is that of both together. */
const BY_KANA = [ALIKE, ONE_SIGN, SHAPES, OTHER_READING, READABLE, ROUNDED_OTHER, ROUNDED, KANA_OTHER, KANA];
const BY_KANJI = [KANJI_ONLY, KANJI];

/** Compares merged values "kanji NUL kana". */
export function compareJapaneseNames(
  name: string,
  columns: readonly string[],
  column: Column,
  lists: JapaneseLists,
): Comparison {
  const kanji = column.values.map((value) => value.split(SEPARATOR)[0] ?? "");
  const kana = column.values.map((value) => value.split(SEPARATOR)[1] ?? "");
  const rounded = kana.map(roundKana);
  const packedKana = packValues(rounded, MAX_VALUE_CHARS);
  const packedKanji = packValues(kanji, MAX_VALUE_CHARS);
  const [kanjiOf, kanaOf, roundedOf, shapeOf] = [kanji, kana, rounded, kana.map(confuseKana)].map(
    numbersOf,
  ) as [Int32Array, Int32Array, Int32Array, Int32Array];
  const hasKanji = Uint8Array.from(kanji, (signs) => (signs === "" ? 0 : 1));
  const hasKana = Uint8Array.from(kana, (signs) => (signs === "" ? 0 : 1));
  const others = otherReadings(lists, rounded);
  const isAlone = (a: number, b: number): boolean => {
    const [left, right] = [kanji[a] || kanji[b] || "", kana[a] || kana[b] || ""];
    return canRead(lists, left, right);
  };
  const compare = (a: number, b: number): number => {
    const bothKanji = hasKanji[a] === 1 && hasKanji[b] === 1;
    const bothKana = hasKana[a] === 1 && hasKana[b] === 1;
    if (bothKanji && kanjiOf[a] === kanjiOf[b])
      return bothKana ? (kanaOf[a] === kanaOf[b] ? BOTH : KANJI_ONLY) : KANJI;
    if (bothKana && kanaOf[a] === kanaOf[b]) return bothKanji ? KANA_OTHER : KANA;
    if (bothKana && roundedOf[a] === roundedOf[b]) return bothKanji ? ROUNDED_OTHER : ROUNDED;
    if (!bothKana && !bothKanji) return isAlone(a, b) ? READABLE : 1;
    if (bothKana && others(a, b)) return OTHER_READING;
    if (bothKana && shapeOf[a] === shapeOf[b] && (rounded[a] ?? "").length > 1) return SHAPES;
    const signs = bothKana ? packedKana : packedKanji;
    if (Math.min(lengthOf(signs, a), lengthOf(signs, b)) >= 2 && isOneEditApart(signs, a, b)) return ONE_SIGN;
    if (mostJaroWinkler(signs, a, b) < 0.8) return 1;
    return jaroWinkler(signs, a, b) >= 0.8 ? ALIKE : 1;
  };
  const settle = (a: number, b: number): number => {
    const bothKanji = hasKanji[a] === 1 && hasKanji[b] === 1;
    const bothKana = hasKana[a] === 1 && hasKana[b] === 1;
    if (!bothKana && !bothKanji) return 0;
    if (bothKanji && kanjiOf[a] === kanjiOf[b])
      return bothKana ? (kanaOf[a] === kanaOf[b] ? BOTH : KANJI_ONLY) : KANJI;
    if (bothKana && kanaOf[a] === kanaOf[b]) return bothKanji ? KANA_OTHER : KANA;
    return 0;
  };
  const sameLevels = Uint8Array.from(column.values, (_, v) =>
    kanji[v] === "" ? KANA : kana[v] === "" ? KANJI : BOTH,
  );
  return {
    ...comparisonOf(name, columns, column, LEVELS, compare, { settle }),
    sameLevels,
    rarities: raritiesByLevel(column, kanji, kana),
  };
}

function raritiesByLevel(
  column: Column,
  kanji: readonly string[],
  kana: readonly string[],
): (Rarity | undefined)[] {
  const [byKana, byKanji] = [rarityOf(column, kana), rarityOf(column, kanji)];
  const both = rarityOf(
    column,
    column.values.map((value, v) => (kanji[v] === "" || kana[v] === "" ? "" : value)),
  );
  return LEVELS.map((_, level) => {
    if (level === BOTH) return both;
    if (BY_KANJI.includes(level)) return byKanji;
    if (!BY_KANA.includes(level)) return undefined;
    return level <= SHAPES ? { ...byKana, usual: undefined } : byKana;
  });
}

/** Share of rows that have the same signs as each value, among the rows that have any. */
function rarityOf(column: Column, signs: readonly string[]): Rarity {
  const counts = countCodes(column.codes, column.values.length);
  const bySign = new Map<string, number>();
  let total = 0;
  for (const [v, sign] of signs.entries()) {
    if (sign === "") continue;
    bySign.set(sign, (bySign.get(sign) ?? 0) + (counts[v] ?? 0));
    total += counts[v] ?? 0;
  }
  const equal =
    [...bySign.values()].reduce((sum, count) => sum + count * count, 0) / Math.max(1, total * total);
  return {
    signs,
    shares: Float32Array.from(signs, (sign) =>
      Math.log2(Math.max(0.5, bySign.get(sign) ?? 0.5) / Math.max(1, total)),
    ),
    usual: Math.log2(Math.max(equal, 1e-12)),
  };
}

function canRead(lists: JapaneseLists, kanji: string, kana: string): boolean {
  const readings = lists.readings.get(kanji);
  return readings?.some((reading) => roundKana(reading) === roundKana(kana)) ?? false;
}

/** A test whether the rounded kana of two values are readings of one kanji. */
function otherReadings(lists: JapaneseLists, rounded: readonly string[]): (a: number, b: number) => boolean {
  const writers = new Map<string, Set<string>>();
  for (const [kanji, readings] of lists.readings) {
    for (const reading of readings) {
      const sounds = roundKana(reading);
      const set = writers.get(sounds);
      if (set === undefined) writers.set(sounds, new Set([kanji]));
      else set.add(kanji);
    }
  }
  if (writers.size === 0) return () => false;
  const writersOf = rounded.map((sounds) => writers.get(sounds));
  return (a, b) => {
    const [left, right] = [writersOf[a], writersOf[b]];
    if (left === undefined || right === undefined) return false;
    const [small, large] = left.size < right.size ? [left, right] : [right, left];
    for (const kanji of small) if (large.has(kanji)) return true;
    return false;
  };
}
