/**
 * The standard monthly remuneration (標準報酬月額) of the Employees' Pension: grades, their bounds, and the contribution.
 *
 * Pure. The grades are those since September 2020 (Employees' Pension Insurance Act art. 20); the cap rises to 680,000,
 * 710,000 and 750,000 yen in September 2027, 2028 and 2029, which is not in force and not in the table. Older months had
 * other grades: a remuneration that is no grade of today is judged by {@link parseRemuneration} only for plausibility.
 */
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { Yen } from "@kura/kernel/yen.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import type { SourceId } from "./sources.ts";

/** One grade: a monthly pay of at least `fromYen` and less than `belowYen` counts as `standardYen`. */
export interface RemunerationGrade {
  readonly grade: number;
  readonly standardYen: Yen;
  readonly fromYen: Yen;
  /** Absent in the highest grade. */
  readonly belowYen?: Yen;
  readonly source: SourceId;
}

/** The grade a monthly pay falls into; every pay from 0 yen on has one. */
export function gradeOfPay(payYen: Yen): RemunerationGrade {
  return remunerationGrades.findLast((grade) => grade.fromYen <= payYen) ?? lowestGrade;
}

/** The grade whose standard amount is exactly `standardYen`, or `undefined`. */
export function gradeOfStandard(standardYen: number): RemunerationGrade | undefined {
  return remunerationGrades.find((grade) => grade.standardYen === standardYen);
}

/**
 * A standard monthly remuneration of any time: a positive multiple of 1,000 yen up to {@link highestRemunerationYen}.
 *
 * @throws {Fault} `malformed-remuneration`. The message holds no amount.
 */
export function parseRemuneration(value: unknown): Yen {
  const amount = parseYen(value);
  if (amount <= 0 || amount > highestRemunerationYen || amount % 1_000 !== 0) {
    throw new Fault("malformed-remuneration", "not a standard monthly remuneration");
  }
  return amount;
}

/** Whether that standard amount existed in `month`, as far as the table goes: `undefined` before September 2020. */
export function isGradeIn(month: CivilMonth, standardYen: Yen): boolean | undefined {
  return month < firstMonthOfGrades ? undefined : gradeOfStandard(standardYen) !== undefined;
}

/**
 * The whole contribution of a month, both halves, before the rounding of each half: in thousandths of a yen.
 *
 * `undefined` before October 2004 and for schemes with rates of their own (mutual aid, pension funds).
 */
export function contributionMilliYen(month: CivilMonth, standardYen: Yen): number | undefined {
  const rate = contributionRates.findLast((step) => step.from <= month);
  return rate === undefined ? undefined : (standardYen * rate.perHundredThousand) / 100;
}

/** The employee's half to the yen. Payroll may cut where this rounds (50 sen): a yen either way is no error. */
export function employeeHalfYen(month: CivilMonth, standardYen: Yen): Yen | undefined {
  const milliYen = contributionMilliYen(month, standardYen);
  // Half and below 50 sen: "50 sen or less is cut" (Act on Currency Units art. 3) is one less than halves up.
  return milliYen === undefined ? undefined : parseYen(Math.ceil((milliYen - 1_000) / 2_000));
}

/** Above every cap that law has passed (750,000 yen from September 2029). */
export const highestRemunerationYen: Yen = parseYen(750_000);

/** From this month on the 32 grades hold. */
export const firstMonthOfGrades = "2020-09";

/** Whole contribution, parts of 100,000 of the remuneration, by month (art. 81). */
export const contributionRates: readonly { from: string; perHundredThousand: number; source: SourceId }[] = [
  ["2004-10", 13_934],
  ["2005-09", 14_288],
  ["2006-09", 14_642],
  ["2007-09", 14_996],
  ["2008-09", 15_350],
  ["2009-09", 15_704],
  ["2010-09", 16_058],
  ["2011-09", 16_412],
  ["2012-09", 16_766],
  ["2013-09", 17_120],
  ["2014-09", 17_474],
  ["2015-09", 17_828],
  ["2016-09", 18_182],
  ["2017-09", 18_300],
].map(([from, perHundredThousand]) => ({
  from: String(from),
  perHundredThousand: Number(perHundredThousand),
  source: "epa-81",
}));

const lowestGrade: RemunerationGrade = {
  grade: 1,
  standardYen: parseYen(88_000),
  fromYen: parseYen(0),
  belowYen: parseYen(93_000),
  source: "epa-20",
};

/** Standard amount and lower bound, in thousands of yen, from grade 1 up. */
const gradeTable: readonly (readonly [standard: number, from: number])[] = [
  [88, 0],
  [98, 93],
  [104, 101],
  [110, 107],
  [118, 114],
  [126, 122],
  [134, 130],
  [142, 138],
  [150, 146],
  [160, 155],
  [170, 165],
  [180, 175],
  [190, 185],
  [200, 195],
  [220, 210],
  [240, 230],
  [260, 250],
  [280, 270],
  [300, 290],
  [320, 310],
  [340, 330],
  [360, 350],
  [380, 370],
  [410, 395],
  [440, 425],
  [470, 455],
  [500, 485],
  [530, 515],
  [560, 545],
  [590, 575],
  [620, 605],
  [650, 635],
];

/** The 32 grades, lowest first. */
// INVARIANT: "each standard amount lies in the middle of its bounds" in remuneration.test.ts.
export const remunerationGrades: readonly RemunerationGrade[] = gradeTable.map(([standard, from], index) => {
  const next = gradeTable[index + 1];
  return {
    grade: index + 1,
    standardYen: parseYen(standard * 1_000),
    fromYen: parseYen(from * 1_000),
    ...(next === undefined ? {} : { belowYen: parseYen(next[1] * 1_000) }),
    source: index === gradeTable.length - 1 ? "epa-20-2020" : "epa-20",
  };
});
