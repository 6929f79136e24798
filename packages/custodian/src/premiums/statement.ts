/**
 * The annual statement (ねんきん定期便): what a person's ledger holds, month by month and in sums, for the person to check.
 *
 * Pure and free of personal data: no key, no name, no birth date in it or in its text. Sums run from the first entry to the
 * end of the period, months only over the period, as the postcard does (last year) and the letter (whole history). It shows
 * what is doubtful beside what is sure: gaps, overlaps and doubts are never smoothed.
 */
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { addMonths, monthIndex } from "@kura/kernel/civil-date.ts";
import { assert } from "@kura/kernel/fault.ts";
import type { Yen } from "@kura/kernel/yen.ts";
import { addYen, zeroYen } from "@kura/kernel/yen.ts";
import type { LedgerEntry, Scheme } from "./entry.ts";
import { schemes } from "./entry.ts";
import { foldMonths, isPaidKind, listGaps, listOverlaps } from "./month-status.ts";
import type { MonthRange, MonthStatus, StatusKind } from "./month-status.ts";

export interface StatementOrder {
  /** All entries of one person, in the order of their numbers. */
  readonly entries: readonly LedgerEntry[];
  /** For the ages between which a month must be recorded. */
  readonly birthDate: CivilDate;
  /** The months shown one by one, both ends included. */
  readonly period: MonthRange;
  /** The last month that had to be recorded if it is before the end of the period: that of death. */
  readonly lastMonth?: CivilMonth;
}

export interface Statement {
  readonly period: MonthRange;
  /** One row per scheme with a month, in the order of scheme numbers; up to the end of the period. */
  readonly perScheme: readonly SchemeTotal[];
  readonly total: { readonly months: number; readonly paidYen: Yen; readonly additionalYen: Yen };
  /** Every month of the period, also those with nothing. */
  readonly months: readonly StatementMonth[];
  /** Of the whole record up to the end of the period. */
  readonly gaps: readonly MonthRange[];
  readonly overlaps: readonly { readonly month: CivilMonth; readonly schemes: readonly Scheme[] }[];
  /** Months and schemes with a doubt. */
  readonly doubtful: readonly MonthStatus[];
}

export interface SchemeTotal {
  readonly scheme: Scheme;
  /** Months recorded, whatever their kind. */
  readonly months: number;
  readonly paidMonths: number;
  readonly perKind: Readonly<Partial<Record<StatusKind, number>>>;
  readonly additionalMonths: number;
  readonly paidYen: Yen;
  readonly additionalYen: Yen;
}

export interface StatementMonth {
  readonly month: CivilMonth;
  /** Empty where nothing is recorded. */
  readonly statuses: readonly MonthStatus[];
  /** Nothing is recorded although the person was between 20 and 60 and alive. */
  readonly isGap: boolean;
}

/** The statement of one person. O(n log n) in entries, O(n) in months. */
// INVARIANT: "adds up to the yen of the entries" in statement.test.ts.
export function statementOf(order: StatementOrder): Statement {
  const { period, entries, birthDate } = order;
  assert(period.from <= period.to, "a period does not end before it begins");
  const statuses = foldMonths(entries).filter((status) => status.month <= period.to);
  const lastMonth =
    order.lastMonth !== undefined && order.lastMonth < period.to ? order.lastMonth : period.to;
  const gaps = listGaps(statuses, birthDate, lastMonth);
  const perScheme = schemes.flatMap((scheme) => totalOf(scheme, statuses) ?? []);
  return {
    period,
    perScheme,
    total: {
      months: new Set(statuses.map((status) => status.month)).size,
      paidYen: sumYen(perScheme.map((row) => row.paidYen)),
      additionalYen: sumYen(perScheme.map((row) => row.additionalYen)),
    },
    months: monthsOf(period, statuses, gaps),
    gaps,
    overlaps: listOverlaps(statuses),
    doubtful: statuses.filter((status) => status.doubts.length > 0),
  };
}

/** The months of a range, in order. */
export function listMonths(range: MonthRange): CivilMonth[] {
  const length = monthIndex(range.to) - monthIndex(range.from) + 1;
  return Array.from({ length }, (_, i) => addMonths(range.from, i)).filter((month) => month !== undefined);
}

function totalOf(scheme: Scheme, statuses: readonly MonthStatus[]): SchemeTotal | undefined {
  const own = statuses.filter((status) => status.scheme === scheme);
  if (own.length === 0) return undefined;
  const perKind: Partial<Record<StatusKind, number>> = {};
  for (const { kind } of own) if (kind !== undefined) perKind[kind] = (perKind[kind] ?? 0) + 1;
  return {
    scheme,
    months: own.length,
    paidMonths: own.filter((status) => isPaidKind(status.kind)).length,
    perKind,
    additionalMonths: own.filter((status) => status.hasAdditional).length,
    paidYen: sumYen(own.map((status) => status.paidYen)),
    additionalYen: sumYen(own.map((status) => status.additionalYen)),
  };
}

function monthsOf(
  period: MonthRange,
  statuses: readonly MonthStatus[],
  gaps: readonly MonthRange[],
): StatementMonth[] {
  const byMonth = Map.groupBy(statuses, (status) => status.month);
  return listMonths(period).map((month) => ({
    month,
    statuses: byMonth.get(month) ?? [],
    isGap: gaps.some((gap) => gap.from <= month && month <= gap.to),
  }));
}

function sumYen(amounts: readonly Yen[]): Yen {
  return amounts.length === 0 ? zeroYen : addYen(...amounts);
}
