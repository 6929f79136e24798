/**
 * Orphan records: their months are the owner's own, their errors are what the truth says, their shares are near the target.
 */
import { monthIndex, parseCivilMonth, civilDate } from "@kura/kernel/civil-date.ts";
import { describe, expect, it } from "vitest";
import type { Run } from "./career.ts";
import { drawCareer } from "./career.ts";
import { monthAt } from "./money.ts";
import type { ErrorKind } from "./orphan-errors.ts";
import { errorKinds } from "./orphan-errors.ts";
import type { OrphanRecord } from "./orphan.ts";
import { cutRuns, orphanMaker, orphanShares } from "./orphan.ts";
import type { Day, SamplePerson } from "./person.ts";
import { personMaker } from "./person.ts";
import { Random, streams } from "./random.ts";

interface Owned {
  readonly person: SamplePerson;
  readonly runs: readonly Run[];
  readonly kept: readonly Run[];
  readonly record: OrphanRecord;
}

const seed = 11;
const untilMonth = monthIndex(parseCivilMonth("2026-03") ?? never());
const persons = 60_000;
const { owned, strangers, schemeNumbers } = makeAll();

/** Per hundred owned records, with a quarter of it (at least one) as leeway. */
const targetShares: Readonly<Record<ErrorKind, number>> = {
  "former-surname": 26,
  "new-handbook": 21.5,
  reading: 18,
  "no-name": 7,
  "space-lost": 6,
  "voiced-mark": 5.5,
  "variant-kanji": 5,
  "birth-day-off": 5,
  sex: 4,
  "birth-era": 3,
  "lookalike-kana": 2.7,
  "birth-day-month-swapped": 1.8,
  "small-kana": 1.1,
};

describe("months", () => {
  it("of a record never overlap what is left of the owner's history, nor another record's", () => {
    const taken = new Map<number, Set<number>>();
    for (const { person, kept, record } of owned) {
      const months = taken.get(person.index) ?? new Set();
      expect(monthsOf(record.runs).filter((month) => months.has(month))).toEqual([]);
      for (const month of monthsOf(record.runs)) months.add(month);
      expect(monthsOf(kept).filter((month) => months.has(month))).toEqual([]);
      taken.set(person.index, months);
    }
  });

  it("of record and history together are the owner's whole insured life", () => {
    for (const { person, runs } of owned) {
      const records = owned.filter((other) => other.person === person);
      const parts = [
        ...monthsOf(records.at(-1)?.kept ?? []),
        ...records.flatMap(({ record }) => monthsOf(record.runs)),
      ];
      expect(parts.sort((a, b) => a - b)).toEqual(monthsOf(runs));
    }
  });

  it("of a career are in order and do not overlap", () => {
    for (const { runs } of owned) {
      for (const [at, run] of runs.entries()) {
        expect(run.from).toBeLessThan(run.to);
        expect(run.from).toBeGreaterThanOrEqual(runs[at - 1]?.to ?? monthAt(1961, 4));
      }
    }
  });

  it("are cut without loss", () => {
    const run: Run = {
      from: 10,
      to: 20,
      scheme: "national1",
      kind: "paid",
      remunerationYen: 0,
      additional: false,
    };
    const { inside, outside } = cutRuns([run], 12, 15);
    expect(inside.map(({ from, to }) => [from, to])).toEqual([[12, 15]]);
    expect(outside.map(({ from, to }) => [from, to])).toEqual([
      [10, 12],
      [15, 20],
    ]);
  });
});

describe("errors", () => {
  it.each(errorKinds)("%s has about its target share", (kind) => {
    const share = (100 * owned.filter(({ record }) => record.errors.includes(kind)).length) / owned.length;
    const leeway = Math.max(1, targetShares[kind] / 4);
    expect(Math.abs(share - targetShares[kind])).toBeLessThanOrEqual(leeway);
  });

  it("are in the record as the truth says: each alone changes exactly its own field", () => {
    const alone = owned.filter(({ record }) => record.errors.length === 1);
    for (const kind of errorKinds) {
      const records = alone.filter(({ record }) => record.errors[0] === kind);
      expect(records.length).toBeGreaterThan(0);
      for (const { person, record } of records) expect(differences(person, record)).toEqual(expected[kind]);
    }
  });

  it("of the surname's change stand only on months before the marriage", () => {
    const renamed = owned.filter(({ person }) => person.marriedMonth !== 0);
    for (const { person, record } of renamed) {
      const before = monthsOf(record.runs).every((month) => month < person.marriedMonth);
      expect(record.errors.includes("former-surname")).toBe(before);
    }
    expect(renamed.length).toBeGreaterThan(0);
  });

  it("put no birth date that does not exist", () => {
    for (const { record } of owned) {
      expect(civilDate(record.born.year, record.born.month, record.born.day)).toBeDefined();
    }
  });

  it("move a day by exactly one, and an era by keeping its year", () => {
    const only = (kind: ErrorKind) => owned.filter(({ record }) => record.errors.join() === kind);
    for (const { person, record } of only("birth-day-off")) {
      expect(Math.abs(dayNumber(person.born) - dayNumber(record.born))).toBe(1);
    }
    for (const { person, record } of only("birth-era")) {
      // 昭和 began 14 years after 大正, 平成 63 years after 昭和.
      expect([14, 63]).toContain(person.born.year - record.born.year);
    }
  });
});

describe("owners", () => {
  it("are in the register for about three records in four", () => {
    const share = owned.length / (owned.length + strangers.length);
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.82);
    expect(strangers.every((record) => record.owner === "")).toBe(true);
  });

  it("are not given away by an old number: the register knows none of the records'", () => {
    const numbers = [...owned.map((one) => one.record), ...strangers].map((record) =>
      record.schemeNumber.slice(1),
    );
    expect(numbers.filter((number) => schemeNumbers.has(number))).toEqual([]);
    expect(numbers.filter((number) => number !== "").length).toBeGreaterThan(0);
  });

  it("keep a handbook number on the record in about the target share", () => {
    const share = owned.filter(({ record }) => record.schemeNumber !== "").length / owned.length;
    expect(Math.abs(share - orphanShares.schemeNumberKept)).toBeLessThan(0.06);
  });

  it("have records whose references are all different", () => {
    const references = [...owned.map((one) => one.record), ...strangers].map((record) => record.reference);
    expect(new Set(references).size).toBe(references.length);
  });
});

/** What differs between owner and record, where kanji are on the record. */
function differences(person: SamplePerson, record: OrphanRecord): string[] {
  const found: string[] = [];
  const kana = `${person.surname.kana}　${person.given.kana}`;
  const written = `${person.surname.written}　${person.given.written}`;
  const former = person.formerSurname;
  if (record.kana === "") found.push("kana missing");
  else if (former !== undefined && record.kana === `${former.kana}　${person.given.kana}`)
    found.push("kana former");
  else if (record.kana === kana.replace("　", "")) found.push("space");
  else if (record.kana !== kana) found.push("kana");
  if (
    record.name !== "" &&
    record.name !== written &&
    !found.includes("space") &&
    !found.includes("kana former")
  ) {
    found.push("kanji");
  }
  if (dayNumber(record.born) !== dayNumber(person.born)) found.push("born");
  if (record.female !== person.female) found.push("sex");
  return found;
}

const expected: Readonly<Record<ErrorKind, readonly string[]>> = {
  "new-handbook": [],
  "former-surname": ["kana former"],
  reading: ["kana"],
  "variant-kanji": ["kanji"],
  "no-name": ["kana missing"],
  "space-lost": ["space"],
  "voiced-mark": ["kana"],
  "lookalike-kana": ["kana"],
  "small-kana": ["kana"],
  "birth-day-off": ["born"],
  "birth-day-month-swapped": ["born"],
  "birth-era": ["born"],
  sex: ["sex"],
};

function makeAll(): { owned: Owned[]; strangers: OrphanRecord[]; schemeNumbers: Set<string> } {
  const makePerson = personMaker(seed, untilMonth);
  const make = orphanMaker(seed, untilMonth, makePerson);
  const random = new Random(seed);
  const owned: Owned[] = [];
  const strangers: OrphanRecord[] = [];
  const schemeNumbers = new Set<string>();
  for (let index = 0; index < persons; index += 1) {
    const person = makePerson(index);
    for (const number of person.schemeNumbers) schemeNumbers.add(number.slice(1));
    const runs = drawCareer(person, untilMonth, random.start(streams.career, index));
    const { kept, records } = make.owned(person, runs);
    owned.push(...records.map((record) => ({ person, runs, kept, record })));
    strangers.push(...make.strangers(index));
  }
  return { owned, strangers, schemeNumbers };
}

function monthsOf(runs: readonly Run[]): number[] {
  return runs.flatMap((run) => Array.from({ length: run.to - run.from }, (_, at) => run.from + at));
}

function dayNumber(day: Day): number {
  return Date.UTC(day.year, day.month - 1, day.day) / 86_400_000;
}

function never(): never {
  throw new Error("unreachable");
}
