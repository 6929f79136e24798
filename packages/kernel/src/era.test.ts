import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilDate } from "./civil-date.ts";
import type { CivilDate } from "./civil-date.ts";
import { dateOfEra, eraOf, eras, renderEraDate } from "./era.ts";
import type { Era } from "./era.ts";

function era(name: string): Era {
  const found = eras.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no era ${name}`);
  return found;
}

function day(text: string): CivilDate {
  const date = civilDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)));
  if (date === undefined) throw new Error(`no day ${text}`);
  return date;
}

describe("an era's date", () => {
  it.each([
    ["昭和", 30, 1, 2, "1955-01-02"],
    ["昭和", 1, 12, 25, "1926-12-25"],
    ["昭和", 64, 1, 7, "1989-01-07"],
    ["平成", 1, 1, 8, "1989-01-08"],
    ["平成", 31, 4, 30, "2019-04-30"],
    ["令和", 1, 5, 1, "2019-05-01"],
    ["大正", 1, 7, 30, "1912-07-30"],
    ["大正", 15, 12, 24, "1926-12-24"],
    ["明治", 45, 7, 29, "1912-07-29"],
    ["明治", 6, 1, 1, "1873-01-01"],
  ])("%s %i-%i-%i is %s", (name, year, month, dayOfMonth, date) => {
    expect(dateOfEra(era(name), year, month, dayOfMonth)).toEqual({ kind: "date", date });
  });

  it.each([
    ["昭和", 65, 1, 1],
    ["昭和", 64, 1, 8],
    ["昭和", 1, 12, 24],
    ["平成", 1, 1, 7],
    ["平成", 31, 5, 1],
    ["令和", 1, 4, 30],
    ["大正", 15, 12, 25],
    ["明治", 45, 7, 30],
  ])("%s %i-%i-%i lies outside its era", (name, year, month, dayOfMonth) => {
    expect(dateOfEra(era(name), year, month, dayOfMonth)).toEqual({ kind: "outside-era" });
  });

  it.each([
    ["昭和", 30, 2, 29],
    ["昭和", 30, 13, 1],
    ["昭和", 0, 1, 1],
    ["昭和", -1, 1, 1],
    ["昭和", 999, 1, 1],
  ])("%s %i-%i-%i is no day", (name, year, month, dayOfMonth) => {
    expect(dateOfEra(era(name), year, month, dayOfMonth)).toEqual({ kind: "no-such-day" });
  });

  it("read back from what is shown is the same day, and every day has one era", () => {
    const days = fc.tuple(
      fc.integer({ min: 1873, max: 2199 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
    );
    fc.assert(
      fc.property(days, ([year, month, dayOfMonth]) => {
        const date = civilDate(year, month, dayOfMonth);
        if (date === undefined) return;
        const shown = /^(\D+?)(\d+|元)年(\d+)月(\d+)日$/u.exec(renderEraDate(date));
        const yearOfEra = shown?.[2] === "元" ? 1 : Number(shown?.[2]);
        expect(dateOfEra(era(shown?.[1] ?? ""), yearOfEra, Number(shown?.[3]), Number(shown?.[4]))).toEqual({
          kind: "date",
          date,
        });
      }),
    );
  });
});

describe("an era", () => {
  it("begins on its first day, the day before belongs to the one before", () => {
    expect(
      ["2019-05-01", "2019-04-30", "1989-01-08", "1989-01-07", "1926-12-25", "1926-12-24"].map(
        (text) => eraOf(day(text))?.letter,
      ),
    ).toEqual(["R", "H", "H", "S", "S", "T"]);
  });

  it("does not exist before Meiji, and such a day is shown in the Gregorian form", () => {
    expect(eraOf(day("1868-01-24"))).toBeUndefined();
    expect(renderEraDate(day("1868-01-24"))).toBe("1868-01-24");
  });

  it("has a first year shown as 元年", () => {
    expect(renderEraDate(day("2019-05-01"))).toBe("令和元年5月1日");
    expect(renderEraDate(day("1955-01-02"))).toBe("昭和30年1月2日");
  });

  it("has a letter and a first day of its own, newest first", () => {
    expect(new Set(eras.map(({ letter }) => letter)).size).toBe(eras.length);
    const firstDays = eras.map(({ firstDay }) => firstDay);
    expect([...firstDays].sort().reverse()).toEqual(firstDays);
    for (const { firstDay, firstYear } of eras) expect(Number(firstDay.slice(0, 4))).toBe(firstYear);
  });
});
