/**
 * The old-age basic pension (老齢基礎年金) a record is worth: an estimate in exact integers, every step with its source.
 *
 * Pure. Law: National Pension Act arts. 26, 27, 44, 17; Act No. 34 of 1985, supplementary arts. 8 and 13; Act No. 104 of
 * 2004, supplementary art. 10. Not modelled, and said so to the clerk: early or late start, the employees' part, the spouse's
 * supplement, shorter qualifying periods of the older, the 4/3 of seamen and miners (eligibility only). All fractions are
 * twenty-fourths, so nothing is rounded before the last step.
 */
import type { CivilDate } from "@kura/kernel/civil-date.ts";
import { monthIndex } from "@kura/kernel/civil-date.ts";
import type { Yen } from "@kura/kernel/yen.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import type { PremiumKind } from "./entry.ts";
import { firstNationalIndex, isPaidKind, isPartial, lacksRest, reachesAgeIndex } from "./month-status.ts";
import type { MonthStatus } from "./month-status.ts";
import {
  additionalPensionYen,
  firstMonthOfHalfSubsidy,
  fullAmountOf,
  fullAmountYen,
  monthFractions,
  possibleMonths,
  roundHalfUp,
} from "./rates.ts";
import type { Fraction } from "./rates.ts";
import type { SourceId } from "./sources.ts";

/** The months of a record by what they are worth; each month of the calendar at most once. */
export interface CountedMonths {
  readonly paid: number;
  /** One number per row of {@link monthFractions}, in its order. */
  readonly exempt: readonly number[];
  readonly student: number;
  readonly deferred: number;
  /** Months with an additional contribution that earns pension. */
  readonly additional: number;
  /** Empty periods (合算対象期間) the ledger itself shows: employees' months before 20, from 60, or before April 1961. */
  readonly empty: number;
}

export interface EstimateOrder {
  readonly birthDate: CivilDate;
  /** The terms of this fiscal year (April to March) are used, whenever the pension begins. */
  readonly fiscalYear: number;
  readonly months: CountedMonths;
  /** Further empty periods that are proved outside the ledger (abroad, spouse of an employee before 1986 …). */
  readonly otherEmptyMonths?: number;
}

/** One line a clerk can show: what was counted, at which share, by which rule. */
export interface EstimateStep {
  readonly rule: StepRule;
  readonly months: number;
  readonly fraction: Fraction;
  readonly source: SourceId;
  /** Present where the step is about one kind of exemption. */
  readonly kind?: PremiumKind;
}
export type StepRule =
  | "qualifying"
  | "paid"
  | "exempt"
  | "exempt-beyond-limit"
  | "student-not-counted"
  | "deferred-not-counted"
  | "limit"
  | "amount"
  | "additional";

/** In the order in which they are decided. */
export type Estimate =
  | { readonly kind: "year-unknown"; readonly fiscalYear: number }
  /** Born before 2 April 1926: the pensions of the law before 1986 apply. */
  | { readonly kind: "older-law" }
  | { readonly kind: "not-qualified"; readonly months: number; readonly monthsShort: number }
  /** Long enough, but with nothing except student, deferred and empty months (art. 26). */
  | { readonly kind: "nothing-counts"; readonly months: number }
  | {
      readonly kind: "estimated";
      /** Basic and additional pension together, a year. */
      readonly yearlyYen: Yen;
      readonly basicYen: Yen;
      readonly additionalYen: Yen;
      readonly fullYen: Yen;
      /** What counted: `creditTwentyFourths / 24` months of `possibleMonths`. */
      readonly creditTwentyFourths: number;
      readonly possibleMonths: number;
      readonly steps: readonly EstimateStep[];
    };

/** The estimate, or the reason why there is none. */
export function estimateBasicPension(order: EstimateOrder): Estimate {
  const { birthDate, fiscalYear, months } = order;
  const fullYen = fullAmountYen(fiscalYear, birthDate);
  if (fullYen === undefined) return { kind: "year-unknown", fiscalYear };
  const possible = possibleMonths(birthDate);
  if (possible === undefined) return { kind: "older-law" };

  const counted = months.paid + sum(months.exempt);
  const qualifying =
    counted + months.student + months.deferred + months.empty + (order.otherEmptyMonths ?? 0);
  if (qualifying < qualifyingMonths) {
    return { kind: "not-qualified", months: qualifying, monthsShort: qualifyingMonths - qualifying };
  }
  if (counted === 0) return { kind: "nothing-counts", months: qualifying };

  const credits = creditSteps(months, possible);
  const credit = Math.min(sum(credits.map(twentyFourthsOf)), possible * 24);
  const basicYen = parseYen(roundHalfUp(fullYen * credit, possible * 24));
  const additionalYen = parseYen(additionalPensionYen * months.additional);
  return {
    kind: "estimated",
    yearlyYen: parseYen(basicYen + additionalYen),
    basicYen,
    additionalYen,
    fullYen,
    creditTwentyFourths: credit,
    possibleMonths: possible,
    steps: [
      { rule: "qualifying", months: qualifying, fraction: [1, 1], source: "npa-26" },
      ...credits,
      ...uncountedSteps(months),
      { rule: "limit", months: possible, fraction: [credit, possible * 24], source: limitSource(possible) },
      { rule: "amount", months: possible, fraction: [credit, possible * 24], source: yearSource(fiscalYear) },
      ...(months.additional === 0
        ? []
        : [{ rule: "additional", months: months.additional, fraction: [1, 1], source: "npa-44" } as const]),
    ],
  };
}

/**
 * The months of a record by what they are worth. A month that several schemes claim counts once, with its best share;
 * such overlaps are listed by the statement and are to be cleared first.
 */
export function countMonths(statuses: readonly MonthStatus[], birthDate: CivilDate): CountedMonths {
  const counted = { paid: 0, student: 0, deferred: 0, additional: 0, empty: 0 };
  const exempt = monthFractions.map(() => 0);
  for (const sameMonth of Map.groupBy(statuses, (status) => status.month).values()) {
    const worth = Math.min(...sameMonth.map((status) => worthOf(status, birthDate)));
    if (worth === worths.paid) counted.paid += 1;
    else if (worth === worths.student) counted.student += 1;
    else if (worth === worths.deferred) counted.deferred += 1;
    else if (worth === worths.empty) counted.empty += 1;
    else if (worth < worths.student)
      exempt[worth - worths.firstExempt] = (exempt[worth - worths.firstExempt] ?? 0) + 1;
    if (sameMonth.some((status) => status.hasAdditional)) counted.additional += 1;
  }
  return { ...counted, exempt };
}

/** Ten years (art. 26, since August 2017). */
export const qualifyingMonths = 120;

/** No month of any kind. */
export const noMonths: CountedMonths = {
  paid: 0,
  exempt: monthFractions.map(() => 0),
  student: 0,
  deferred: 0,
  additional: 0,
  empty: 0,
};

/** What a month is worth, best first: paid, the exempt rows in their order, then what only opens the pension. */
const worths = {
  paid: 0,
  firstExempt: 1,
  student: 1 + monthFractions.length,
  deferred: 2 + monthFractions.length,
  empty: 3 + monthFractions.length,
  nothing: 4 + monthFractions.length,
} as const;

function worthOf(status: MonthStatus, birthDate: CivilDate): number {
  const { kind, scheme } = status;
  if (isPaidKind(kind)) {
    const isEmployee = scheme === "employees" || scheme === "seamen" || scheme === "mutual";
    return isEmployee && !isWithinEmployeesAges(status, birthDate) ? worths.empty : worths.paid;
  }
  if (kind === "student") return worths.student;
  if (kind === "deferred") return worths.deferred;
  const isBefore2009 = status.month < firstMonthOfHalfSubsidy;
  const row = monthFractions.findIndex((each) => each.kind === kind && each.isBefore2009 === isBefore2009);
  return row < 0 || (kind !== undefined && isPartial(kind) && lacksRest(status))
    ? worths.nothing
    : worths.firstExempt + row;
}

/** Act No. 34 of 1985, supplementary art. 8: from reaching 20 to the month before reaching 60, since April 1961. */
function isWithinEmployeesAges(status: MonthStatus, birthDate: CivilDate): boolean {
  const index = monthIndex(status.month);
  return (
    index >= firstNationalIndex &&
    index >= reachesAgeIndex(birthDate, 20) &&
    index < reachesAgeIndex(birthDate, 60)
  );
}

/**
 * Paid months, then each kind of exempt month in the order of law. The limit takes months as they are, not their shares
 * (art. 27 no. 2: "480 less the paid months"): a kind fills what is left of it, and only its own excess counts `beyond`.
 */
function creditSteps(months: CountedMonths, possible: number): EstimateStep[] {
  const steps: EstimateStep[] = [{ rule: "paid", months: months.paid, fraction: [1, 1], source: "npa-27" }];
  let left = Math.max(0, possible - months.paid);
  for (const [row, { kind, full, beyond, source }] of monthFractions.entries()) {
    const all = months.exempt[row] ?? 0;
    const within = Math.min(all, left);
    left -= within;
    if (within > 0) steps.push({ rule: "exempt", kind, months: within, fraction: full, source });
    if (all > within) {
      steps.push({ rule: "exempt-beyond-limit", kind, months: all - within, fraction: beyond, source });
    }
  }
  return steps;
}

function uncountedSteps(months: CountedMonths): EstimateStep[] {
  const steps: EstimateStep[] = [];
  if (months.student > 0) {
    steps.push({ rule: "student-not-counted", months: months.student, fraction: [0, 1], source: "npa-27" });
  }
  if (months.deferred > 0) {
    steps.push({
      rule: "deferred-not-counted",
      months: months.deferred,
      fraction: [0, 1],
      source: "npa-2004-10",
    });
  }
  return steps;
}

/** Exact: every denominator of {@link monthFractions} divides 24 (kept by a test). */
function twentyFourthsOf(step: EstimateStep): number {
  return (step.months * step.fraction[0] * 24) / step.fraction[1];
}

function limitSource(possible: number): SourceId {
  return possible === 480 ? "npa-27" : "npa-1985-13";
}

function yearSource(fiscalYear: number): SourceId {
  return fullAmountOf(fiscalYear)?.source ?? "npa-27";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
