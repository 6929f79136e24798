/**
 * What one month costs in the sample: National Pension by the ledger's own table, employees' pension by grade and rate.
 *
 * The employees' premium is the whole of it, the employer's half included. Rates before October 2004 and the lowest and
 * highest grades before September 2020 are from general knowledge and are plausible, not authoritative; the ledger takes no
 * rule from here. Source of 18.3 %: Employees' Pension Insurance Act art. 81(4), steps of 0.354 points since October 2004.
 */
import { addMonths, civilMonth } from "@kura/kernel/civil-date.ts";
import { assertNever } from "@kura/kernel/fault.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import {
  additionalPremiumYen,
  nationalPremiumYen,
  partialPremiumYen,
} from "@kura/custodian/premiums/rates.ts";
import type { PremiumKind } from "@kura/custodian/premiums/entry.ts";

/** Months since year 0. */
export function monthAt(year: number, month: number): number {
  return year * 12 + month - 1;
}

/** What is paid for that month of the National Pension; 0 for kinds that pay nothing. `month` counts since year 0. */
export function nationalYen(month: number, kind: PremiumKind, ageYears: number): number {
  const civil = civilMonth(Math.floor(month / 12), (month % 12) + 1);
  if (civil === undefined) return 0;
  const fullYen = fullPremiumYen(civil, ageYears);
  switch (kind) {
    case "paid":
    case "paidLate":
      return fullYen;
    case "prepaid":
      // A year paid ahead is about two per cent cheaper.
      return Math.round((fullYen * 0.982) / 10) * 10;
    case "exemptQuarter":
    case "exemptHalf":
    case "exemptThreeQuarters":
      return partialPremiumYen(civil, kind) ?? 0;
    case "additional":
      return additionalPremiumYen(civil) ?? 0;
    case "unpaid":
    case "exemptFull":
    case "student":
    case "deferred":
      return 0;
    default:
      return assertNever(kind, "premium kind");
  }
}

/** The whole employees' premium of a month on that standard monthly remuneration. */
export function employeesYen(month: number, remunerationYen: number): number {
  return Math.round((remunerationYen * (ratesByMonth[month - firstMonth] ?? 18_300)) / 100_000);
}

/** The standard monthly remuneration (標準報酬月額) for pay of that much in that month. */
export function gradeOf(month: number, payYen: number): number {
  const bounds = boundsByMonth[month - firstMonth] ?? gradeBounds[gradeBounds.length - 1];
  const pay = Math.min(bounds?.highest ?? 0, Math.max(bounds?.lowest ?? 0, payYen / 1000));
  // The first grade that is nearer than the next one.
  const at = grades.findIndex((grade, rank) => grade + (grades[rank + 1] ?? grade) >= 2 * pay);
  return (grades[at] ?? 0) * 1000;
}

/** The level of wages in that month against 2025. */
export function wageLevel(month: number): number {
  return wageLevels[month - firstMonth] ?? 1;
}

/** Beyond the law's last month the last price goes on, so that a sample may end later than the table. */
function fullPremiumYen(month: CivilMonth, ageYears: number): number {
  return (
    nationalPremiumYen(month, ageYears) ?? nationalPremiumYen(addMonths(month, -12) ?? month, ageYears) ?? 0
  );
}

const wages: readonly (readonly [year: number, level: number])[] = [
  [1955, 0.04],
  [1961, 0.06],
  [1970, 0.18],
  [1975, 0.42],
  [1980, 0.6],
  [1985, 0.75],
  [1990, 0.88],
  [1997, 1],
  [2010, 0.93],
  [2020, 0.97],
  [2026, 1.04],
];

/** Thousands of yen. From 88 on the 32 grades of today; below them, grades of earlier decades. */
const grades = (
  "7 8 9 10 12 14 16 18 20 22 24 26 28 30 33 36 39 42 45 48 52 56 60 64 68 72 76 80 " +
  "88 98 104 110 118 126 134 142 150 160 170 180 190 200 220 240 260 280 300 320 340 " +
  "360 380 410 440 470 500 530 560 590 620 650"
)
  .split(" ")
  .map(Number);

const gradeBounds: readonly { readonly from: number; readonly lowest: number; readonly highest: number }[] = [
  { from: 0, lowest: 7, highest: 60 },
  { from: monthAt(1969, 11), lowest: 10, highest: 98 },
  { from: monthAt(1971, 11), lowest: 10, highest: 134 },
  { from: monthAt(1973, 11), lowest: 20, highest: 200 },
  { from: monthAt(1976, 8), lowest: 30, highest: 320 },
  { from: monthAt(1980, 10), lowest: 45, highest: 410 },
  { from: monthAt(1985, 10), lowest: 68, highest: 470 },
  { from: monthAt(1989, 12), lowest: 80, highest: 530 },
  { from: monthAt(1994, 11), lowest: 88, highest: 590 },
  { from: monthAt(2000, 10), lowest: 98, highest: 620 },
  { from: monthAt(2016, 10), lowest: 88, highest: 620 },
  { from: monthAt(2020, 9), lowest: 88, highest: 650 },
];

const employeeRates: readonly { readonly from: number; readonly perHundredThousand: number }[] = [
  { from: 0, perHundredThousand: 3_500 },
  { from: monthAt(1965, 5), perHundredThousand: 5_500 },
  { from: monthAt(1969, 11), perHundredThousand: 6_200 },
  { from: monthAt(1971, 11), perHundredThousand: 6_400 },
  { from: monthAt(1973, 11), perHundredThousand: 7_600 },
  { from: monthAt(1976, 8), perHundredThousand: 9_100 },
  { from: monthAt(1980, 10), perHundredThousand: 10_600 },
  { from: monthAt(1985, 10), perHundredThousand: 12_400 },
  { from: monthAt(1990, 1), perHundredThousand: 14_300 },
  { from: monthAt(1991, 1), perHundredThousand: 14_500 },
  { from: monthAt(1994, 11), perHundredThousand: 16_500 },
  { from: monthAt(1996, 10), perHundredThousand: 17_350 },
  { from: monthAt(2003, 4), perHundredThousand: 13_580 },
  { from: monthAt(2004, 10), perHundredThousand: 13_934 },
  ...Array.from({ length: 12 }, (_, year) => ({
    from: monthAt(2005 + year, 9),
    perHundredThousand: 14_288 + 354 * year,
  })),
  { from: monthAt(2017, 9), perHundredThousand: 18_300 },
];

/** The steps above spread over months: a look-up is one index, which tens of millions of lines need. */
const firstMonth = monthAt(1955, 1);
const months = Array.from({ length: monthAt(2030, 1) - firstMonth }, (_, at) => firstMonth + at);
const wageLevels: readonly number[] = months.map(interpolateWage);
const boundsByMonth = months.map((month) => gradeBounds.findLast((step) => step.from <= month));
const ratesByMonth = months.map(
  (month) => employeeRates.findLast((step) => step.from <= month)?.perHundredThousand,
);

function interpolateWage(month: number): number {
  const year = month / 12;
  const step = wages.findIndex(([later]) => year <= later);
  const [laterYear, laterLevel] = wages[step] ?? [year, wages.at(-1)?.[1] ?? 1];
  const [earlierYear, earlierLevel] = wages[step - 1] ?? [laterYear - 1, laterLevel];
  return earlierLevel + ((laterLevel - earlierLevel) * (year - earlierYear)) / (laterYear - earlierYear);
}
