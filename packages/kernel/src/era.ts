/**
 * Japanese eras, used only at the edges: files, screens, letters. Inside, dates are {@link CivilDate}.
 *
 * Boundary days belong to the new era; a date written in the era that had ended by then is refused with a reason,
 * because 昭和65年 is as often a slip of the year as a late form. First days: 明治 1868-01-25 (statute, lunar years
 * before 1873 are not accepted below Meiji 6), 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01.
 */
import { civilDate, yearOf } from "./civil-date.ts";
import type { CivilDate } from "./civil-date.ts";

export interface Era {
  /** As written in full: 昭和. */
  readonly name: string;
  /** As abbreviated on forms: S. */
  readonly letter: string;
  readonly firstDay: CivilDate;
  readonly firstYear: number;
}

/** Newest first. */
export const eras: readonly Era[] = [
  { name: "令和", letter: "R", firstDay: "2019-05-01" as CivilDate, firstYear: 2019 },
  { name: "平成", letter: "H", firstDay: "1989-01-08" as CivilDate, firstYear: 1989 },
  { name: "昭和", letter: "S", firstDay: "1926-12-25" as CivilDate, firstYear: 1926 },
  { name: "大正", letter: "T", firstDay: "1912-07-30" as CivilDate, firstYear: 1912 },
  { name: "明治", letter: "M", firstDay: "1868-01-25" as CivilDate, firstYear: 1868 },
];

export type EraDate =
  | { readonly kind: "date"; readonly date: CivilDate }
  | { readonly kind: "no-such-day" }
  | { readonly kind: "outside-era" };

/** The day of an era's year (1 = 元年), or why there is none. */
export function dateOfEra(era: Era, yearOfEra: number, month: number, day: number): EraDate {
  const date = yearOfEra < 1 ? undefined : civilDate(era.firstYear + yearOfEra - 1, month, day);
  if (date === undefined) return { kind: "no-such-day" };
  return eraOf(date) === era ? { kind: "date", date } : { kind: "outside-era" };
}

/** The era a day lies in, or `undefined` before Meiji. */
export function eraOf(date: CivilDate): Era | undefined {
  return eras.find((era) => date >= era.firstDay);
}

/** 昭和30年1月2日; the first year is 元年. Gregorian form before Meiji. */
export function renderEraDate(date: CivilDate): string {
  const era = eraOf(date);
  if (era === undefined) return date;
  const year = yearOf(date) - era.firstYear + 1;
  return `${era.name}${year === 1 ? "元" : year}年${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`;
}
