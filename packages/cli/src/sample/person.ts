/**
 * One person of the sample agency, made from (seed, index) alone. They do not exist: office numbers 99xx, telephone
 * numbers that start 070-0 or 090-0 and mail at example.jp are given to nobody.
 *
 * Called for the register's own persons and for strangers, who only left premiums behind. Births follow a rough age
 * pyramid of 2026 with those who died lately; marriage, second numbers and old scheme numbers follow the shares below.
 */
import { daysInMonth } from "@kura/kernel/civil-date.ts";
import { drawGivenName } from "./given-names.ts";
import type { Place } from "./places.ts";
import { drawPlace } from "./places.ts";
import { permutation, Random, streams, Weighted } from "./random.ts";
import type { NameEntry } from "./surnames.ts";
import { drawSurname } from "./surnames.ts";
import { drawVariant } from "./variants.ts";

export interface NamePart {
  readonly entry: NameEntry;
  /** In kanji as this person writes it. */
  readonly written: string;
  /** The reading this person uses. */
  readonly kana: string;
}

export interface Day {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  readonly day: number;
}

export interface SamplePerson {
  readonly index: number;
  /** `99NN-NNNNNN`. */
  readonly pensionNumber: string;
  /** A second number given by mistake at a change of employer, with the name of then. */
  readonly secondNumber?: string;
  readonly surname: NamePart;
  readonly given: NamePart;
  readonly formerSurname?: NamePart;
  /** Months since year 0; when the surname changed, or 0. */
  readonly marriedMonth: number;
  readonly female: boolean;
  readonly born: Day;
  readonly died?: Day;
  readonly place: Place;
  /** May be empty. */
  readonly phone: string;
  readonly email: string;
  /** Old handbook numbers the register knows. */
  readonly schemeNumbers: readonly string[];
}

/** Shares of the sample, by which `sample.test.ts` measures it. */
export const personShares = {
  secondNumber: 0.004,
  phone: 0.9,
  womenChangingSurname: 0.96,
} as const;

/** Makes the persons of one seed; `untilMonth` counts months since year 0. Reuses one generator: not for two threads. */
export function personMaker(
  seed: number,
  untilMonth: number,
): (index: number, stranger?: boolean) => SamplePerson {
  const random = new Random(seed);
  const numberOf = permutation(seed, 1);
  const oldNumberOf = permutation(seed, 2);
  // A permutation below 5 × 10^7, so that the two numbers of a person have no constant distance.
  const secondOf = (index: number) => (index * 27_182_819) % firstSecondNumber;
  return (index, stranger = false) => {
    random.start(stranger ? streams.stranger : streams.person, index);
    const female = random.chance(0.51);
    const born = drawBirth(random, untilMonth);
    const own = drawNamePart(drawSurname(random), random);
    const given = drawNamePart(drawGivenName(female, born.year, random), random);
    const marriedMonth = drawMarriage(female, born, untilMonth, random);
    const married = marriedMonth === 0 ? undefined : drawOtherSurname(own, random);
    const died = drawDeath(female, born, untilMonth, random);
    const hasSecond = random.chance(personShares.secondNumber);
    return {
      index,
      pensionNumber: digits(99, numberOf(index)),
      ...(hasSecond ? { secondNumber: digits(99, numberOf(firstSecondNumber + secondOf(index))) } : {}),
      surname: married ?? own,
      given,
      ...(married === undefined ? {} : { formerSurname: own }),
      marriedMonth,
      female,
      born,
      ...(died === undefined ? {} : { died }),
      place: drawPlace(random),
      phone: random.chance(personShares.phone) ? drawPhone(random) : "",
      email: drawEmail(born, random, index),
      schemeNumbers: drawSchemeNumbers(born, random, (item) =>
        oldNumberOf(index * oldNumbersPerPerson + item),
      ),
    };
  };
}

/** Old numbers 0 and 1 may be in the register; 2 to 5 are of handbooks it does not know. */
export const oldNumbersPerPerson = 6;
/** At most this many persons: second numbers and old numbers need their part of 10^8. */
export const maxPersons = 10_000_000;

/** `99NN-NNNNNN` from a number below 10^8; the head stays within 9900–9999, which no pension office has. */
export function digits(head: number, number: number): string {
  const text = String(number).padStart(8, "0");
  return `${head}${text.slice(0, 2)}-${text.slice(2)}`;
}

/** Above every person's own index. */
const firstSecondNumber = 50_000_000;

function drawNamePart(entry: NameEntry, random: Random): NamePart {
  // Two bearers in three use the commonest reading.
  const other = entry.readings.length > 1 && random.chance(0.33);
  const kana = other
    ? (entry.readings[random.between(1, entry.readings.length - 1)] ?? entry.readings[0])
    : entry.readings[0];
  return { entry, written: drawVariant(entry.kanji, random), kana };
}

/** A surname that sounds different: who marries a namesake has no former surname. */
function drawOtherSurname(own: NamePart, random: Random): NamePart {
  for (;;) {
    const other = drawNamePart(drawSurname(random), random);
    if (!own.entry.readings.some((reading) => reading === other.kana)) return other;
  }
}

/** Persons in the register by year of birth from 1930, relative, so that 1947–49 and 1971–74 stand out and 1966 lacks. */
const birthWeights = new Weighted(
  (
    "18 21 24 27 32 36 40 44 48 50 52 54 58 60 62 48 62 106 110 112 98 92 86 82 80 79 78 77 80 82 " +
    "80 82 84 86 90 95 70 100 98 98 102 106 108 110 111 104 100 98 96 95 94 91 88 86 86 86 85 83 80 78 " +
    "74 72 71 71 70 69 69 69 70 69 70 69 69 68 67 65 62"
  )
    .split(" ")
    .map(Number),
);
const firstBirthYear = 1930;

function drawBirth(random: Random, untilMonth: number): Day {
  // Nobody is in the register before 20; a sample that ends earlier is the same pyramid, moved.
  const shift = Math.min(0, Math.floor(untilMonth / 12) - 2026);
  const year = firstBirthYear + birthWeights.draw(random) + shift;
  const month = random.between(1, 12);
  return { year, month, day: random.between(1, daysInMonth(year, month)) };
}

/** The month the surname changed, or 0: most women who married took the husband's name, few men the wife's. */
function drawMarriage(female: boolean, born: Day, untilMonth: number, random: Random): number {
  const marries = female ? Math.max(0.35, 0.93 - Math.max(0, born.year - 1950) * 0.008) : 0.9;
  const changes = random.chance(marries * (female ? personShares.womenChangingSurname : 0.035));
  const typicalAge = 24 + Math.max(0, Math.min(6, (born.year - 1945) / 8));
  const age = Math.max(18, typicalAge + random.normal() * 3);
  const month = born.year * 12 + born.month - 1 + Math.round(age * 12);
  return changes && month < untilMonth ? month : 0;
}

/** Deaths still held by the register: of the last twenty years, the likelier the older. */
function drawDeath(female: boolean, born: Day, untilMonth: number, random: Random): Day | undefined {
  const age = Math.floor(untilMonth / 12) - born.year;
  const probability = Math.min(0.5, 0.004 + (female ? 0.7 : 1) * 0.03 * Math.exp((age - 65) / 12));
  const dies = random.chance(probability);
  const monthsAgo = 1 + Math.floor(random.fraction() ** 1.3 * Math.min(240, Math.max(1, (age - 21) * 12)));
  const index = untilMonth - monthsAgo;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  const day = random.between(1, daysInMonth(year, month));
  return dies ? { year, month, day } : undefined;
}

/** 070-0 and 090-0: mobile numbers never go on with 0, which is kept for other services (0800 is free-dial). */
function drawPhone(random: Random): string {
  const head = random.oneOf(["070", "090"]);
  const number = String(random.below(10_000_000)).padStart(7, "0");
  return `${head}-0${number.slice(0, 3)}-${number.slice(3)}`;
}

function drawEmail(born: Day, random: Random, index: number): string {
  const share = born.year < 1945 ? 0.08 : born.year < 1965 ? 0.35 : 0.7;
  const word = random.oneOf([
    "sakura",
    "fuji",
    "kaede",
    "hinata",
    "sora",
    "yuki",
    "mori",
    "umi",
    "tsuki",
    "haru",
  ]);
  return random.chance(share) ? `${word}.${index.toString(36)}@example.jp` : "";
}

/** Handbooks from before 1997: whoever worked by then may hold one or two beside the number of today. */
function drawSchemeNumbers(born: Day, random: Random, numberOf: (item: number) => number): string[] {
  const first = random.chance(0.55);
  const second = random.chance(0.2);
  const kind = random.oneOf(["厚", "厚", "国"]);
  if (born.year > 1976 || !first) return [];
  const numbers = [`${kind}${digits(99, numberOf(0))}`];
  if (second) numbers.push(`厚${digits(99, numberOf(1))}`);
  return numbers;
}
