import { describe, expect, it } from "vitest";
import { parseCivilDate, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import {
  additionalPremiumYen,
  fiscalYearOf,
  fullAmounts,
  fullAmountYen,
  monthFractions,
  nationalPremiumYen,
  nationalRate,
  partialPremiumYen,
  possibleMonths,
  roundHalfUp,
  statutoryFullAmountYen,
} from "./rates.ts";
import type { PremiumKind } from "./entry.ts";

const month = (text: string) => parseCivilMonth(text) as CivilMonth;
const date = (text: string) => parseCivilDate(text) as CivilDate;

describe("the contribution of a month", () => {
  it.each`
    at           | age          | yen
    ${"1961-03"} | ${20}        | ${undefined}
    ${"1961-04"} | ${undefined} | ${undefined}
    ${"1961-04"} | ${20}        | ${100}
    ${"1961-04"} | ${34}        | ${100}
    ${"1961-04"} | ${35}        | ${150}
    ${"1966-12"} | ${35}        | ${150}
    ${"1967-01"} | ${35}        | ${250}
    ${"1970-06"} | ${34}        | ${250}
    ${"1970-06"} | ${35}        | ${300}
    ${"1970-07"} | ${undefined} | ${450}
    ${"1970-07"} | ${20}        | ${450}
    ${"1973-12"} | ${undefined} | ${550}
    ${"1974-01"} | ${undefined} | ${900}
    ${"1986-03"} | ${undefined} | ${6740}
    ${"1986-04"} | ${undefined} | ${7100}
    ${"1998-03"} | ${undefined} | ${12800}
    ${"2005-03"} | ${undefined} | ${13300}
    ${"2005-04"} | ${undefined} | ${13580}
    ${"2017-04"} | ${undefined} | ${16490}
    ${"2026-03"} | ${undefined} | ${17510}
    ${"2026-04"} | ${undefined} | ${17920}
    ${"2027-03"} | ${undefined} | ${17920}
    ${"2027-04"} | ${undefined} | ${undefined}
  `("was $yen yen in $at at age $age", ({ at, age, yen }) => {
    expect(nationalPremiumYen(month(at), age)).toBe(yen);
  });

  // Keyed a second time, from the research file's table: two readings must agree.
  it("is, in each April since 1976, what a second reading of the history says", () => {
    const history = `
      1976  1400  2200  2730  3300  3770  4500  5220  5830  6220  6740
      1986  7100  7400  7700  8000  8400  9000  9700 10500 11100 11700
      1996 12300 12800 13300 13300 13300 13300 13300 13300 13300 13580
      2006 13860 14100 14410 14660 15100 15020 14980 15040 15250 15590
      2016 16260 16490 16340 16410 16540 16610 16590 16520 16980 17510
      2026 17920`;
    for (const line of history.trim().split("\n")) {
      const [first = 0, ...premiums] = line.trim().split(/\s+/).map(Number);
      const years = premiums.map((_, i) => first + i);
      expect(years.map((year) => nationalPremiumYen(month(`${year}-04`)))).toEqual(premiums);
      expect(years.map((year) => nationalPremiumYen(month(`${year + 1}-03`)))).toEqual(premiums);
    }
  });

  // The years whose rate of revision is printed consistently in the source; it misprints those of FY2013 and FY2017.
  it("is, since FY2010, the statutory amount times the rate of revision, to 10 yen", () => {
    const published: [string, number, number][] = [
      ["2010-04", 14_980, 1008],
      ["2011-04", 15_260, 984],
      ["2012-04", 15_540, 964],
      ["2014-04", 16_100, 947],
      ["2015-04", 16_380, 952],
      ["2016-04", 16_660, 976],
      ["2018-04", 16_900, 967],
      ["2019-04", 17_000, 965],
      ["2021-04", 17_000, 977],
    ];
    for (const [from, statutory, thousandths] of published) {
      expect([from, nationalPremiumYen(month(from))]).toEqual([
        from,
        roundHalfUp(statutory * thousandths, 10_000) * 10,
      ]);
    }
  });

  it("names its source in every row", () => {
    expect(nationalRate(month("1961-04"))?.source).toBe("premiums-1961");
    expect(nationalRate(month("2026-11"))?.source).toBe("premiums-2020");
  });
});

describe("the contribution of a partly exempt month", () => {
  it.each`
    at           | kind                     | yen
    ${"2002-03"} | ${"exemptHalf"}          | ${undefined}
    ${"2002-04"} | ${"exemptHalf"}          | ${6650}
    ${"2006-06"} | ${"exemptQuarter"}       | ${undefined}
    ${"2006-07"} | ${"exemptQuarter"}       | ${10400}
    ${"2024-04"} | ${"exemptQuarter"}       | ${12740}
    ${"2024-04"} | ${"exemptHalf"}          | ${8490}
    ${"2024-04"} | ${"exemptThreeQuarters"} | ${4250}
    ${"2025-04"} | ${"exemptThreeQuarters"} | ${4380}
    ${"2026-04"} | ${"exemptQuarter"}       | ${13440}
    ${"2026-04"} | ${"exemptFull"}          | ${undefined}
    ${"2026-04"} | ${"paid"}                | ${undefined}
  `("was $yen yen for $kind in $at", ({ at, kind, yen }: { at: string; kind: PremiumKind; yen: number }) => {
    expect(partialPremiumYen(month(at), kind)).toBe(yen);
  });
});

describe("the additional contribution", () => {
  it.each`
    at           | yen
    ${"1970-09"} | ${undefined}
    ${"1970-10"} | ${350}
    ${"1973-12"} | ${350}
    ${"1974-01"} | ${400}
    ${"2026-04"} | ${400}
  `("was $yen yen in $at", ({ at, yen }) => {
    expect(additionalPremiumYen(month(at))).toBe(yen);
  });
});

describe("the full amount of the old-age basic pension", () => {
  it("every full amount is 780,900 yen times its rate, to 100 yen", () => {
    for (const row of fullAmounts) {
      const revised = (thousandths: number) =>
        roundHalfUp(statutoryFullAmountYen * thousandths, 100_000) * 100;
      expect(row).toMatchObject({
        amountYen: revised(row.rateThousandths),
        olderAmountYen: revised(row.olderRateThousandths),
      });
    }
  });

  it("has a row for each fiscal year from 2017 to 2026", () => {
    expect(fullAmounts.map((row) => row.fiscalYear)).toEqual(Array.from({ length: 10 }, (_, i) => 2017 + i));
  });

  it.each`
    year    | born            | yen
    ${2016} | ${"1950-01-01"} | ${undefined}
    ${2022} | ${"1950-01-01"} | ${777800}
    ${2023} | ${"1956-04-01"} | ${792600}
    ${2023} | ${"1956-04-02"} | ${795000}
    ${2026} | ${"1956-04-01"} | ${844900}
    ${2026} | ${"1956-04-02"} | ${847300}
    ${2027} | ${"1956-04-02"} | ${undefined}
  `("is $yen yen in FY$year for one born $born", ({ year, born, yen }) => {
    expect(fullAmountYen(year, date(born))).toBe(yen);
  });

  it("is the published month of FY2026, to the yen, in both age groups", () => {
    const row = fullAmounts.find((each) => each.fiscalYear === 2026);
    expect([row?.amountYen, row?.olderAmountYen].map((yen) => Math.floor((yen ?? 0) / 12))).toEqual([
      70_608, 70_408,
    ]);
  });
});

describe("the months of a full pension", () => {
  it.each`
    born            | months
    ${"1926-04-01"} | ${undefined}
    ${"1926-04-02"} | ${300}
    ${"1927-04-01"} | ${300}
    ${"1927-04-02"} | ${312}
    ${"1938-04-02"} | ${444}
    ${"1939-04-01"} | ${444}
    ${"1941-04-01"} | ${468}
    ${"1941-04-02"} | ${480}
    ${"1990-01-01"} | ${480}
  `("are $months for one born $born", ({ born, months }) => {
    expect(possibleMonths(date(born))).toBe(months);
  });
});

describe("the fractions of exempt months", () => {
  it("stand in the order of counting, highest share first", () => {
    const shares = monthFractions.map(({ full: [n, d] }) => n / d);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  });

  it("beyond the limit lose exactly the state's share: a half since April 2009, a third before", () => {
    for (const { full: share, beyond, isBefore2009 } of monthFractions) {
      const lost = (share[0] * 24) / share[1] - (beyond[0] * 24) / beyond[1];
      expect(lost).toBe(isBefore2009 ? 8 : 12);
    }
  });
});

describe("a fiscal year", () => {
  it.each([
    ["2026-03", 2025],
    ["2026-04", 2026],
    ["2026-12", 2026],
    ["2027-01", 2026],
  ])("of %s is %i", (at, year) => {
    expect(fiscalYearOf(month(at))).toBe(year);
  });
});
