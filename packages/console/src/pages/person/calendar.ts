/** A statement as a calendar: fiscal years across, April to March down. Pure; what a cell looks like is one word. */
import { addMonths, type CivilMonth, civilMonth } from "@kura/kernel/civil-date.ts";
import { fiscalYearOf } from "@kura/custodian/premiums/rates.ts";
import type { Statement, StatementMonth } from "@kura/custodian/premiums/statement.ts";

export interface Cell {
  readonly month: CivilMonth;
  /** Absent where the statement says nothing: before the first and after the last month. */
  readonly found: StatementMonth | undefined;
}

export interface Calendar {
  readonly years: readonly number[];
  /** Twelve rows, April first; a cell for each year. */
  readonly rows: readonly (readonly Cell[])[];
}

export function calendarOf({ period, months, gaps }: Statement): Calendar {
  // A gap may lie before the first entry: from the age of twenty on something should be there.
  const start = gaps[0] !== undefined && gaps[0].from < period.from ? gaps[0].from : period.from;
  const [first, last] = [fiscalYearOf(start), fiscalYearOf(period.to)];
  const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const known = new Map(months.map((month) => [month.month, month]));
  const isGap = (month: CivilMonth): boolean => gaps.some(({ from, to }) => from <= month && month <= to);
  const cellOf = (month: CivilMonth): Cell => {
    const found = known.get(month);
    return { month, found: found ?? (isGap(month) ? { month, statuses: [], isGap: true } : undefined) };
  };
  const rows = Array.from({ length: 12 }, (_, row) =>
    years.flatMap((year) => {
      const april = civilMonth(year, 4);
      const month = april === undefined ? undefined : addMonths(april, row);
      return month === undefined ? [] : [cellOf(month)];
    }),
  );
  return { years, rows };
}

/** How a cell looks; each has a colour, a pattern or a sign of its own, never a colour alone (WCAG 1.4.1). */
export type CellLook =
  | "paid"
  | "employees"
  | "national3"
  | "exempt"
  | "partial"
  | "student"
  | "deferred"
  | "unpaid"
  | "gap"
  | "outside";

export const glyphs: Readonly<Record<CellLook, string>> = {
  paid: "",
  employees: "",
  national3: "3",
  exempt: "免",
  partial: "½",
  student: "学",
  deferred: "猶",
  unpaid: "×",
  gap: "",
  outside: "",
};

export function lookOf({ found }: Cell): CellLook {
  const [status] = found?.statuses ?? [];
  if (status === undefined) return found?.isGap === true ? "gap" : "outside";
  switch (status.kind) {
    case "unpaid":
    case "student":
    case "deferred":
      return status.kind;
    case "exemptFull":
      return "exempt";
    case "exemptThreeQuarters":
    case "exemptHalf":
    case "exemptQuarter":
      return "partial";
    case "paid":
    case "prepaid":
    case "paidLate":
    case undefined:
      break;
  }
  if (status.scheme === "national3") return "national3";
  const isEmployed = ["employees", "seamen", "mutual"].includes(status.scheme);
  return isEmployed ? "employees" : "paid";
}
