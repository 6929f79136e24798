/**
 * How a name or a birth date went wrong between paper, punch card and computer. Pure; each slip says when it cannot happen.
 *
 * Sources: the causes and matching rules of the 2007 repair (general readings of kanji, voiced marks, look-alike kana,
 * the space between names, the era of the birth date).
 */
import { civilDate, daysInMonth } from "@kura/kernel/civil-date.ts";
import { eraOf, eras } from "@kura/kernel/era.ts";
import type { Day, NamePart } from "./person.ts";
import type { Random } from "./random.ts";
import { otherVariant } from "./variants.ts";

/** The same kanji read as somebody else reads them. */
export function misread(part: NamePart, random: Random): NamePart | undefined {
  const others = part.entry.readings.filter((reading) => reading !== part.kana);
  const kana = others[random.below(others.length)];
  return kana === undefined ? undefined : { ...part, kana };
}

/** The same name with another form of one character. */
export function rewrite(part: NamePart, random: Random): NamePart | undefined {
  const written = otherVariant(part.written, random);
  return written === undefined ? undefined : { ...part, written };
}

/** ソ and ン, シ and ツ, ク and ワ taken for each other. */
export function confuseKana(part: NamePart, random: Random): NamePart | undefined {
  return replaceOne(part, lookalikes, random);
}

/** A voiced mark lost or put: カ and ガ, ハ and バ. */
export function slipVoicing(part: NamePart, random: Random): NamePart | undefined {
  return replaceOne(part, voicings, random);
}

/** ョ as ヨ, ッ as ツ. */
export function enlargeKana(part: NamePart, random: Random): NamePart | undefined {
  return replaceOne(part, smallKana, random);
}

/** The day before or after. */
export function shiftDay(born: Day, random: Random): Day {
  const up = random.chance(0.5);
  if (up && born.day < daysInMonth(born.year, born.month)) return { ...born, day: born.day + 1 };
  if (born.day > 1) return { ...born, day: born.day - 1 };
  return { ...born, day: 2 };
}

/** Day and month exchanged. */
export function swapDayAndMonth(born: Day): Day | undefined {
  if (born.day > 12 || born.day === born.month) return undefined;
  return { year: born.year, month: born.day, day: born.month };
}

/** The year of the era kept, the era taken for its neighbour: 昭和10年 as 大正10年. Only days that era has. */
export function shiftEra(born: Day): Day | undefined {
  const date = civilDate(born.year, born.month, born.day);
  const era = date === undefined ? undefined : eraOf(date);
  const older = era === undefined ? undefined : eras[eras.indexOf(era) + 1];
  if (era === undefined || older === undefined) return undefined;
  const year = older.firstYear + (born.year - era.firstYear);
  const shifted = civilDate(year, born.month, born.day);
  return shifted !== undefined && eraOf(shifted) === older ? { ...born, year } : undefined;
}

function replaceOne(
  part: NamePart,
  table: ReadonlyMap<string, string>,
  random: Random,
): NamePart | undefined {
  const kana = Array.from(part.kana);
  const places = kana.flatMap((letter, place) => (table.has(letter) ? [place] : []));
  const place = places[random.below(places.length)];
  if (place === undefined) return undefined;
  kana[place] = table.get(kana[place] ?? "") ?? "";
  return { ...part, kana: kana.join("") };
}

const lookalikes: ReadonlyMap<string, string> = bothWays("ソン シツ クワ");
const voicings: ReadonlyMap<string, string> = bothWays(
  "カガ キギ クグ ケゲ コゴ サザ シジ スズ セゼ タダ チヂ ツヅ テデ トド ハバ ヒビ フブ ヘベ ホボ",
);
const smallKana: ReadonlyMap<string, string> = new Map([
  ["ャ", "ヤ"],
  ["ュ", "ユ"],
  ["ョ", "ヨ"],
  ["ッ", "ツ"],
]);

function bothWays(pairs: string): Map<string, string> {
  return new Map(
    pairs.split(" ").flatMap((pair) => {
      const [one = "", other = ""] = pair;
      return [
        [one, other],
        [other, one],
      ] as const;
    }),
  );
}
