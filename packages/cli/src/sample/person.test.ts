/**
 * The people of the sample: names as Japanese registers write them, numbers that nobody has, a plausible age pyramid.
 */
import { monthIndex, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import { isKana } from "@kura/kernel/kana.ts";
import { parsePensionNumber, parseSchemeNumber } from "@kura/custodian/register/pension-number.ts";
import { describe, expect, it } from "vitest";
import { femaleNames } from "./given-names-female.ts";
import { maleNames } from "./given-names-male.ts";
import type { SamplePerson } from "./person.ts";
import { personMaker } from "./person.ts";
import { municipalities } from "./places.ts";
import { permutation } from "./random.ts";
import { surnames } from "./surnames.ts";
import { hasVariant, otherVariant } from "./variants.ts";
import { Random } from "./random.ts";

const untilMonth = monthIndex(parseCivilMonth("2026-03") ?? unreachable());
const make = personMaker(42, untilMonth);
const people: readonly SamplePerson[] = Array.from({ length: 20_000 }, (_, index) => make(index));
const share = (holds: (person: SamplePerson) => boolean) => people.filter(holds).length / people.length;

describe("the lists", () => {
  it("hold at least 350 surnames, 250 given names for either sex and 150 municipalities, none twice", () => {
    const given = [femaleNames, maleNames].map(
      (periods) => new Set(periods.flat().map((entry) => entry.kanji)),
    );
    expect(surnames.length).toBeGreaterThanOrEqual(350);
    for (const names of given) expect(names.size).toBeGreaterThanOrEqual(250);
    expect(municipalities.length).toBeGreaterThanOrEqual(150);
    expect(new Set(surnames.map((entry) => entry.kanji)).size).toBe(surnames.length);
    expect(new Set(municipalities.map((place) => place.name)).size).toBe(municipalities.length);
  });

  it("give every name one reading at least, all in katakana and none twice", () => {
    for (const { readings } of [...surnames, ...femaleNames.flat(), ...maleNames.flat()]) {
      expect(readings.every((reading) => /^[ァ-ヶー]+$/u.test(reading))).toBe(true);
      expect(new Set(readings).size).toBe(readings.length);
    }
  });

  it("give every municipality a weight and the head of a postal code", () => {
    for (const { postal, weight } of municipalities) {
      expect(postal).toMatch(/^\d{3}$/);
      expect(weight).toBeGreaterThan(0);
    }
  });
});

describe("names", () => {
  it("are written with variant characters by some, also beyond the Basic Multilingual Plane", () => {
    const written = people.map((person) => person.surname.written + person.given.written);
    for (const form of ["髙", "﨑", "邊", "邉", "澤", "濱", "廣", "齋", "斉", "𠮷"]) {
      expect(written.some((name) => name.includes(form))).toBe(true);
    }
    expect(share((person) => hasVariant(person.surname.written))).toBeGreaterThan(0.02);
    expect(share((person) => hasVariant(person.surname.written))).toBeLessThan(0.1);
  });

  it("in the same kanji are read in several ways", () => {
    const readings = new Map<string, Set<string>>();
    for (const { given } of people) {
      readings.set(given.entry.kanji, (readings.get(given.entry.kanji) ?? new Set()).add(given.kana));
    }
    expect(readings.get("裕子")).toEqual(new Set(["ユウコ", "ヒロコ"]));
    for (const { surname, given } of people) expect(isKana(`${surname.kana}　${given.kana}`)).toBe(true);
  });

  it("change by marriage to one that sounds different, mostly for women", () => {
    const changed = people.filter((person) => person.formerSurname !== undefined);
    for (const { surname, formerSurname, marriedMonth } of changed) {
      expect(formerSurname?.kana).not.toBe(surname.kana);
      expect(marriedMonth).toBeLessThan(untilMonth);
    }
    const women = changed.filter((person) => person.female).length;
    expect(women / changed.length).toBeGreaterThan(0.9);
    expect(changed.every((person) => person.marriedMonth > 0)).toBe(true);
  });

  it("keep another form of a variant when it is rewritten, and none when the name has no variant", () => {
    expect(otherVariant("齋藤", new Random(1))).toMatch(/^[斎斉齊]藤$/u);
    expect(otherVariant("𠮷田", new Random(1))).toBe("吉田");
    expect(otherVariant("田中", new Random(1))).toBeUndefined();
  });
});

describe("numbers", () => {
  it("are read by the register, and a person's two numbers differ", () => {
    const numbers = people
      .flatMap((person) => [person.pensionNumber, person.secondNumber ?? ""])
      .filter(Boolean);
    expect(numbers.every((number) => parsePensionNumber(number) !== undefined)).toBe(true);
    expect(new Set(numbers).size).toBe(numbers.length);
    const old = people.flatMap((person) => person.schemeNumbers);
    expect(old.every((number) => parseSchemeNumber(number) !== undefined)).toBe(true);
    expect(new Set(old).size).toBe(old.length);
  });

  it("come from a permutation: no index of the whole range meets another", () => {
    const numberOf = permutation(9, 1);
    const seen = new Set<number>();
    for (let index = 0; index < 100_000_000; index += 997) seen.add(numberOf(index));
    expect(seen.size).toBe(Math.ceil(100_000_000 / 997));
    expect([...seen].every((number) => number >= 0 && number < 100_000_000)).toBe(true);
  });

  it("of telephones start where no subscriber's does, and mail goes to a domain kept for examples", () => {
    for (const { phone, email } of people) {
      expect(phone).toMatch(/^(?:0[79]0-0\d{3}-\d{4})?$/);
      expect(email).toMatch(/^(?:[a-z]+\.[0-9a-z]+@example\.jp)?$/);
    }
  });
});

it("births follow the pyramid: nobody under 20 or over 97, two baby booms, few in 1966", () => {
  const perYear = new Map<number, number>();
  for (const { born } of people) perYear.set(born.year, (perYear.get(born.year) ?? 0) + 1);
  expect(Math.min(...perYear.keys())).toBeGreaterThanOrEqual(1930);
  expect(Math.max(...perYear.keys())).toBeLessThanOrEqual(2006);
  expect(perYear.get(1948)).toBeGreaterThan(perYear.get(1945) ?? 0);
  expect(perYear.get(1972)).toBeGreaterThan(perYear.get(1985) ?? 0);
  expect(perYear.get(1966)).toBeLessThan(perYear.get(1965) ?? 0);
});

it("women are about half, and a few persons have died, all within twenty years", () => {
  expect(Math.abs(share((person) => person.female) - 0.51)).toBeLessThan(0.02);
  const died = people.flatMap((person) => person.died ?? []);
  expect(died.length / people.length).toBeGreaterThan(0.02);
  expect(died.length / people.length).toBeLessThan(0.1);
  expect(died.every((day) => day.year >= 2006)).toBe(true);
});

function unreachable(): never {
  throw new Error("unreachable");
}
