/**
 * Dates and months as senders write them, to civil ones. The text is folded before it comes here.
 *
 * Known without a stated format: 1955-01-02, 1955/1/2, 1955.1.2, 19550102, 1955年1月2日, a midnight behind any of them;
 * 昭和30年1月2日, 昭和30.1.2, S30.1.2, S300102, 元年; for months 2024-05, 2024/5, 202405, 2024年5月, 令和6年5月, R6.5, R0605.
 * Day before month is never guessed: that takes a format in the map file. An era's year beyond its end is refused
 * (昭和65年 may be a slip of the year). Eras: `kernel/era.ts`.
 */
import {
  civilDate,
  civilMonth,
  monthOfDate,
  parseCivilDate,
  parseCivilMonth,
} from "@kura/kernel/civil-date.ts";
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { dateOfEra, eras } from "@kura/kernel/era.ts";
import type { Era } from "@kura/kernel/era.ts";
import { isRefusal, refusal } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";
import type { DateParts } from "./date-format.ts";

const dateForm = refusal(
  "date-form",
  "This is not a date in a known form; write it as 1955-01-02 or 昭和30年1月2日.",
);
const noSuchDay = refusal("no-such-day", "This day does not exist in the calendar.");
const monthForm = refusal(
  "month-form",
  "This is not a month in a known form; write it as 2024-05 or 令和6年5月.",
);
const monthRange = refusal(
  "month-out-of-range",
  "The month is not 1 to 12, or the year is not 1800 to 2199.",
);
const eraRange = refusal(
  "era-year-out-of-range",
  "The era had ended, or not begun, at this date; check era and year.",
);

const gregorianDate =
  /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年 ?(\d{1,2})月 ?(\d{1,2})日)(?: 0?0:00(?::00)?|T00:00(?::00)?)?$/u;
const compactDate = /^(\d{4})(\d{2})(\d{2})$/;
const eraDate =
  /^(明治|大正|昭和|平成|令和|[MTSHR明大昭平令])[. ]?(\d{1,2}|元)(?:([-/.])(\d{1,2})\3(\d{1,2})|年 ?(\d{1,2})月 ?(\d{1,2})日?)$/iu;
const compactEraDate = /^([MTSHR])(\d{2})(\d{2})(\d{2})$/i;
const gregorianMonth = /^(\d{4})(?:[-/.](\d{1,2})|年 ?(\d{1,2})月分?)$/u;
const compactMonth = /^(\d{4})(\d{2})$/;
const eraMonth =
  /^(明治|大正|昭和|平成|令和|[MTSHR明大昭平令])[. ]?(\d{1,2}|元)(?:[-/.](\d{1,2})|年 ?(\d{1,2})月分?)$/iu;
const compactEraMonth = /^([MTSHR])(\d{2})(\d{2})$/i;

/** The day. `read` is the reader of a stated format, with which nothing else is tried. */
export function parseDateCell(
  text: string,
  read?: (text: string) => DateParts | undefined,
): CellOutcome<CivilDate> {
  if (read !== undefined) {
    const parts = read(text);
    return parts === undefined ? dateForm : (civilDate(parts.year, parts.month, parts.day) ?? noSuchDay);
  }
  const iso = parseCivilDate(text);
  if (iso !== undefined) return iso;
  const western = gregorianDate.exec(text) ?? compactDate.exec(text);
  if (western !== null) {
    const [year, month, day] = numbersOf(western);
    return civilDate(year ?? 0, month ?? 0, day ?? 0) ?? noSuchDay;
  }
  const japanese = eraDate.exec(text) ?? compactEraDate.exec(text);
  return japanese === null ? dateForm : dateOfMatch(japanese);
}

/** The month. */
export function parseMonthCell(
  text: string,
  read?: (text: string) => DateParts | undefined,
): CellOutcome<CivilMonth> {
  if (read !== undefined) {
    const parts = read(text);
    return parts === undefined ? monthForm : (civilMonth(parts.year, parts.month) ?? monthRange);
  }
  const iso = parseCivilMonth(text);
  if (iso !== undefined) return iso;
  const western = gregorianMonth.exec(text) ?? compactMonth.exec(text);
  if (western !== null) {
    const [year, month] = numbersOf(western);
    return civilMonth(year ?? 0, month ?? 0) ?? monthRange;
  }
  const japanese = eraMonth.exec(text) ?? compactEraMonth.exec(text);
  if (japanese !== null) return monthOfMatch(japanese);
  const day = parseDateCell(text);
  return isRefusal(day) ? monthForm : monthOfDate(day);
}

/** The groups that matched and are numbers, in order; 元 is 1. */
function numbersOf(match: RegExpExecArray): number[] {
  return match
    .slice(1)
    .filter((group) => group !== undefined && /^(?:\d+|元)$/u.test(group))
    .map((group) => (group === "元" ? 1 : Number(group)));
}

function dateOfMatch(match: RegExpExecArray): CellOutcome<CivilDate> {
  const era = findEra(match[1] ?? "");
  const [year, month, day] = numbersOf(match);
  if (era === undefined) return dateForm;
  const outcome = dateOfEra(era, year ?? 0, month ?? 0, day ?? 0);
  if (outcome.kind === "date") return outcome.date;
  return outcome.kind === "no-such-day" && (year ?? 0) > 0 ? noSuchDay : eraRange;
}

/** A month belongs to an era when its last or its first day does: 平成31年4月 and 令和元年5月, but also 昭和64年1月. */
function monthOfMatch(match: RegExpExecArray): CellOutcome<CivilMonth> {
  const era = findEra(match[1] ?? "");
  const [year = 0, month = 0] = numbersOf(match);
  if (era === undefined) return monthForm;
  if (year < 1) return eraRange;
  const civil = civilMonth(era.firstYear + year - 1, month);
  if (civil === undefined) return monthRange;
  const days = [1, 7, 15, 25, 28].map((day) => dateOfEra(era, year, month, day));
  return days.some((day) => day.kind === "date") ? civil : eraRange;
}

function findEra(written: string): Era | undefined {
  return eras.find((era) => era.name.startsWith(written) || era.letter === written.toUpperCase());
}
