import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addMonths,
  civilDate,
  dayOf,
  daysInMonth,
  monthIndex,
  monthOf,
  monthOfDate,
  parseCivilDate,
  parseCivilMonth,
  yearOf,
} from "./civil-date.ts";
import type { CivilDate, CivilMonth } from "./civil-date.ts";

const dayMs = 86_400_000;
/** Days since 1800-01-01 as the platform counts them: an oracle that shares no code with ours. */
const days = fc
  .integer({ min: Date.UTC(1800, 0, 1) / dayMs, max: Date.UTC(2199, 11, 31) / dayMs })
  .map((day) => new Date(day * dayMs));
const months = fc.tuple(fc.integer({ min: 1800, max: 2199 }), fc.integer({ min: 1, max: 12 }));

describe("a civil date", () => {
  it("exists exactly for the days of the Gregorian calendar, in one form", () => {
    fc.assert(
      fc.property(days, (day) => {
        const iso = day.toISOString().slice(0, 10);
        const date = civilDate(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate());
        expect(date).toBe(iso);
        expect(parseCivilDate(iso)).toBe(iso);
        const known = iso as CivilDate;
        expect([yearOf(known), monthOf(known), dayOf(known)]).toEqual([
          day.getUTCFullYear(),
          day.getUTCMonth() + 1,
          day.getUTCDate(),
        ]);
        expect(monthOfDate(known)).toBe(iso.slice(0, 7));
      }),
    );
  });

  it.each([
    "1955-02-29",
    "1900-02-29",
    "2023-04-31",
    "2023-00-01",
    "2023-13-01",
    "2023-01-00",
    "2023-01-32",
    "1799-12-31",
    "2200-01-01",
    "2023-1-1",
    "20230101",
    " 2023-01-01",
    "2023-01-01\n",
    "２０２３-01-01",
    "",
  ])("is not %j", (text) => expect(parseCivilDate(text)).toBeUndefined());

  it.each([
    [2000, true],
    [1900, false],
    [2024, true],
    [2023, false],
    [2100, false],
  ])("knows whether %i has a 29 February", (year, isLeap) => {
    expect(civilDate(year, 2, 29) !== undefined).toBe(isLeap);
    expect(daysInMonth(year, 2)).toBe(isLeap ? 29 : 28);
  });

  it("is not made of fractions or of nothing", () => {
    expect(civilDate(2023.5, 1, 1)).toBeUndefined();
    expect(civilDate(2023, 1.5, 1)).toBeUndefined();
    expect(civilDate(2023, 1, 1.5)).toBeUndefined();
    expect(civilDate(Number.NaN, 1, 1)).toBeUndefined();
  });

  it("sorts as text in the order of time", () => {
    fc.assert(
      fc.property(days, days, (a, b) => {
        const texts = [a, b].map((day) => day.toISOString().slice(0, 10));
        expect(Math.sign((texts[0] ?? "").localeCompare(texts[1] ?? ""))).toBe(
          Math.sign(a.getTime() - b.getTime()),
        );
      }),
    );
  });
});

describe("a civil month", () => {
  it.each(["2024-00", "2024-13", "2024-5", "202405", "1799-12", "2200-01", "2024-05-01", ""])(
    "is not %j",
    (text) => expect(parseCivilMonth(text)).toBeUndefined(),
  );

  it("moved by a number of months is as many months away", () => {
    fc.assert(
      fc.property(months, fc.integer({ min: -6000, max: 6000 }), ([year, month], distance) => {
        const start = `${year}-${String(month).padStart(2, "0")}` as CivilMonth;
        const index = year * 12 + month - 1 + distance;
        const isKnown = index >= 1800 * 12 && index <= 2199 * 12 + 11;
        const moved = addMonths(start, distance);
        expect(moved === undefined ? undefined : monthIndex(moved)).toBe(isKnown ? index : undefined);
        expect(moved === undefined ? undefined : parseCivilMonth(moved)).toBe(moved);
      }),
    );
  });

  it("of December is followed by January", () => {
    expect(monthIndex("2024-01" as CivilMonth) - monthIndex("2023-12" as CivilMonth)).toBe(1);
  });
});
