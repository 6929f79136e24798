/**
 * What a month of the National Pension cost and what a full old-age basic pension pays: the tables, nothing else.
 *
 * Pure; anyone may call it. Never guesses: a month or a fiscal year outside a table is `undefined`, and a month whose
 * price depended on age (before July 1970) has none without the age. Each row names its source in `sources.ts`.
 * A fiscal year runs from April to March and is named by the year of its April.
 */
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { monthIndex, monthOf, yearOf } from "@kura/kernel/civil-date.ts";
import type { Yen } from "@kura/kernel/yen.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import type { PremiumKind } from "./entry.ts";
import type { SourceId } from "./sources.ts";

/**
 * The contribution for `month` (art. 87): one rate since July 1970, before that one below and one from 35 years on.
 *
 * `undefined` outside April 1961 – March 2027, and before July 1970 when `ageAtMonth` (whole years) is not given.
 * One array look-up: cheap enough for every month of every person.
 */
export function nationalPremiumYen(month: CivilMonth, ageAtMonth?: number): Yen | undefined {
  const rate = nationalRate(month);
  if (rate === undefined) return undefined;
  if (rate.youngYen === rate.olderYen) return rate.olderYen;
  if (ageAtMonth === undefined) return undefined;
  return ageAtMonth < ageOfHigherRate ? rate.youngYen : rate.olderYen;
}

/** The row of the contribution table that holds in `month`. */
export function nationalRate(month: CivilMonth): NationalRate | undefined {
  return nationalRateOfMonth[monthIndex(month) - firstMonthIndex];
}

/** One step of the contribution table: the price below and from 35 years on, equal since July 1970. */
export interface NationalRate {
  readonly from: string;
  readonly youngYen: Yen;
  readonly olderYen: Yen;
  readonly source: SourceId;
}

/** What is left to pay in a partly exempt month (art. 90-2), or `undefined` where that exemption did not exist yet. */
export function partialPremiumYen(month: CivilMonth, kind: PremiumKind): Yen | undefined {
  const exemption = partialExemptions.find((candidate) => candidate.kind === kind);
  const fullYen = nationalPremiumYen(month);
  if (exemption === undefined || fullYen === undefined || month < exemption.from) return undefined;
  return parseYen(roundHalfUp(fullYen * exemption.payableQuarters, 4 * 10) * 10);
}

/** The partial exemptions: the quarters left to pay and the first month. Half since April 2002, the others since July 2006. */
export const partialExemptions = [
  { kind: "exemptQuarter", payableQuarters: 3, from: "2006-07", source: "npa-90-2" },
  { kind: "exemptHalf", payableQuarters: 2, from: "2002-04", source: "npa-90-2" },
  { kind: "exemptThreeQuarters", payableQuarters: 1, from: "2006-07", source: "npa-90-2" },
] as const satisfies readonly {
  kind: PremiumKind;
  payableQuarters: number;
  from: string;
  source: SourceId;
}[];

/** The additional contribution of `month`: 350 yen from October 1970, 400 yen since January 1974; `undefined` before. */
export function additionalPremiumYen(month: CivilMonth): Yen | undefined {
  return additionalPremiums.findLast((step) => step.from <= month)?.amountYen;
}

export const additionalPremiums: readonly { from: string; amountYen: Yen; source: SourceId }[] = [
  { from: "1970-10", amountYen: parseYen(350), source: "additional-history" },
  { from: "1974-01", amountYen: parseYen(400), source: "additional-history" },
];

/** What one month of additional contribution adds to a year's pension (art. 44). */
export const additionalPensionYen: Yen = parseYen(200);

/** The full yearly amounts of one fiscal year; `older` differs for those born before 2 April 1956 since FY2023. */
export interface FullAmount {
  readonly fiscalYear: number;
  readonly rateThousandths: number;
  readonly amountYen: Yen;
  readonly olderRateThousandths: number;
  readonly olderAmountYen: Yen;
  readonly source: SourceId;
}

/** The row of `fiscalYear`, or `undefined`: until July 2017 a pension needed 25 years, with exceptions not modelled here. */
export function fullAmountOf(fiscalYear: number): FullAmount | undefined {
  return fullAmounts.find((row) => row.fiscalYear === fiscalYear);
}

/** The full yearly amount for a person born that day (art. 27), or `undefined` for a year outside the table. */
export function fullAmountYen(fiscalYear: number, birthDate: CivilDate): Yen | undefined {
  const row = fullAmountOf(fiscalYear);
  if (row === undefined) return undefined;
  return birthDate < firstBirthOfYoungerGroup ? row.olderAmountYen : row.amountYen;
}

/** Born from this day on: the younger group of FY2023 and later. */
export const firstBirthOfYoungerGroup = "1956-04-02";

/** 780,900 yen: what every full amount is a revision of (art. 27). */
export const statutoryFullAmountYen: Yen = parseYen(780_900);

// INVARIANT: "every full amount is 780,900 yen times its rate, to 100 yen" in rates.test.ts.
export const fullAmounts: readonly FullAmount[] = [
  full(2017, 998, 779_300, 998, 779_300, "full-2017"),
  full(2018, 998, 779_300, 998, 779_300, "full-2017"),
  full(2019, 999, 780_100, 999, 780_100, "full-2017"),
  full(2020, 1001, 781_700, 1001, 781_700, "full-2020"),
  full(2021, 1000, 780_900, 1000, 780_900, "full-2021"),
  full(2022, 996, 777_800, 996, 777_800, "full-2022"),
  full(2023, 1018, 795_000, 1015, 792_600, "full-2023"),
  full(2024, 1045, 816_000, 1042, 813_700, "full-2024"),
  full(2025, 1065, 831_700, 1062, 829_300, "full-2023"),
  full(2026, 1085, 847_300, 1082, 844_900, "full-2026"),
];

/** How a month of each kind counts: `full` up to the 480th month, `beyond` after it (only what was paid itself). */
export interface MonthFraction {
  readonly kind: PremiumKind;
  readonly isBefore2009: boolean;
  readonly full: Fraction;
  readonly beyond: Fraction;
  readonly source: SourceId;
}
export type Fraction = readonly [numerator: number, denominator: number];

/** First month for which the state pays half, not a third (Act No. 104 of 2004, supplementary art. 10). */
export const firstMonthOfHalfSubsidy = "2009-04";

/** In the order of counting, highest share first: art. 27 nos. 2–8, and art. 10 of the 2004 act's supplement for months before 2009. */
export const monthFractions: readonly MonthFraction[] = [
  fraction("exemptQuarter", false, [7, 8], [3, 8], "npa-27"),
  fraction("exemptQuarter", true, [5, 6], [1, 2], "npa-2004-10"),
  fraction("exemptHalf", false, [3, 4], [1, 4], "npa-27"),
  fraction("exemptHalf", true, [2, 3], [1, 3], "npa-2004-10"),
  fraction("exemptThreeQuarters", false, [5, 8], [1, 8], "npa-27"),
  fraction("exemptThreeQuarters", true, [1, 2], [1, 6], "npa-2004-10"),
  fraction("exemptFull", false, [1, 2], [0, 1], "npa-27"),
  fraction("exemptFull", true, [1, 3], [0, 1], "npa-2004-10"),
];

/** Months of a full pension: 480, or what was possible between April 1961 and age 60 for those born before 2 April 1941. */
export function possibleMonths(birthDate: CivilDate): number | undefined {
  if (birthDate < "1926-04-02") return undefined;
  if (birthDate >= "1941-04-02") return fullMonths;
  // A row runs from 2 April to 1 April: "1926-04-02" … "1927-04-01" is 25 years, each later row one more.
  const year = yearOf(birthDate) - (birthDate.slice(5) < "04-02" ? 1 : 0);
  return (25 + year - 1926) * 12;
}

/** Forty years. */
export const fullMonths = 480;

/** The fiscal year a month lies in. */
export function fiscalYearOf(month: CivilMonth | CivilDate): number {
  return yearOf(month) - (monthOf(month) < 4 ? 1 : 0);
}

/** `numerator / denominator` to the nearest integer, halves up; both positive or zero, exact in safe integers. */
export function roundHalfUp(numerator: number, denominator: number): number {
  return Math.floor((2 * numerator + denominator) / (2 * denominator));
}

const ageOfHigherRate = 35;

const nationalRates: readonly NationalRate[] = [
  twoRates("1961-04", 100, 150),
  twoRates("1967-01", 200, 250),
  twoRates("1969-01", 250, 300),
  ...steps("premiums-1961", {
    "1970-07": 450,
    "1972-07": 550,
    "1974-01": 900,
    "1975-01": 1_100,
    "1976-04": 1_400,
    "1977-04": 2_200,
    "1978-04": 2_730,
    "1979-04": 3_300,
    "1980-04": 3_770,
    "1981-04": 4_500,
    "1982-04": 5_220,
    "1983-04": 5_830,
    "1984-04": 6_220,
    "1985-04": 6_740,
    "1986-04": 7_100,
    "1987-04": 7_400,
    "1988-04": 7_700,
    "1989-04": 8_000,
    "1990-04": 8_400,
    "1991-04": 9_000,
    "1992-04": 9_700,
    "1993-04": 10_500,
    "1994-04": 11_100,
    "1995-04": 11_700,
    "1996-04": 12_300,
    "1997-04": 12_800,
    "1998-04": 13_300,
  }),
  ...steps("premiums-2003", {
    "2003-04": 13_300,
    "2005-04": 13_580,
    "2006-04": 13_860,
    "2007-04": 14_100,
    "2008-04": 14_410,
    "2009-04": 14_660,
  }),
  ...steps("premiums-2010", {
    "2010-04": 15_100,
    "2011-04": 15_020,
    "2012-04": 14_980,
    "2013-04": 15_040,
    "2014-04": 15_250,
    "2015-04": 15_590,
    "2016-04": 16_260,
    "2017-04": 16_490,
    "2018-04": 16_340,
    "2019-04": 16_410,
  }),
  ...steps("premiums-2020", {
    "2020-04": 16_540,
    "2021-04": 16_610,
    "2022-04": 16_590,
    "2023-04": 16_520,
    "2024-04": 16_980,
    "2025-04": 17_510,
    "2026-04": 17_920,
  }),
];

/** The last month whose price is law: the end of the last fiscal year in the table. */
export const lastRatedMonth = "2027-03";
/** The first month of the contributory National Pension. */
export const firstNationalMonth = "1961-04";

const firstMonthIndex = 1961 * 12 + 3;
const lastMonthIndex = 2027 * 12 + 2;

/** The table spread over its months, so that a look-up is one index. Built once, never changed. */
const nationalRateOfMonth: readonly (NationalRate | undefined)[] = Array.from(
  { length: lastMonthIndex - firstMonthIndex + 1 },
  (_, offset) => {
    const index = firstMonthIndex + offset;
    const month = `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
    return nationalRates.findLast((rate) => rate.from <= month);
  },
);

function twoRates(from: string, young: number, older: number): NationalRate {
  return { from, youngYen: parseYen(young), olderYen: parseYen(older), source: "premiums-1961" };
}

function steps(source: SourceId, table: Readonly<Record<string, number>>): NationalRate[] {
  return Object.entries(table).map(([from, yen]) => ({
    from,
    youngYen: parseYen(yen),
    olderYen: parseYen(yen),
    source,
  }));
}

function full(
  fiscalYear: number,
  rateThousandths: number,
  yen: number,
  olderRateThousandths: number,
  olderYen: number,
  source: SourceId,
): FullAmount {
  return {
    fiscalYear,
    rateThousandths,
    amountYen: parseYen(yen),
    olderRateThousandths,
    olderAmountYen: parseYen(olderYen),
    source,
  };
}

function fraction(
  kind: PremiumKind,
  isBefore2009: boolean,
  share: Fraction,
  beyond: Fraction,
  source: SourceId,
): MonthFraction {
  return { kind, isBefore2009, full: share, beyond, source };
}
