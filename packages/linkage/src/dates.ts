// Dates as people write them, folded to "YYYYMMDD" with 00 for parts that are not known. Pure.
// Wrong dates (31 February, month 13) are kept as written: the writing error is evidence, not a reason to drop.
// Japanese eras: M 1868, T 1912, S 1926, H 1989, R 2019 (year one of the era is that year).

import { foldMissing } from "./fold.ts";

const ERA_BASE: Readonly<Record<string, number>> = {
  m: 1867,
  t: 1911,
  s: 1925,
  h: 1988,
  r: 2018,
  明治: 1867,
  大正: 1911,
  昭和: 1925,
  平成: 1988,
  令和: 2018,
  明: 1867,
  大: 1911,
  昭: 1925,
  平: 1988,
  令: 2018,
};

/** Differences between the first years of eras: a birth year moves by one of these when the era was written wrongly. */
export const ERA_SHIFTS_YEARS: readonly number[] = [14, 30, 44, 58, 63, 77, 93, 107];

const pad = (value: number, width: number): string => String(value).padStart(width, "0");

function parts(year: number, month: number, day: number): string {
  if (year <= 0 || year > 9999 || month > 99 || day > 99) return "";
  return pad(year, 4) + pad(month, 2) + pad(day, 2);
}

/** Decides whether "03/04/1950" columns put the month first: true when some second part cannot be a month. */
export function isMonthFirst(values: readonly string[]): boolean {
  let dayFirst = 0;
  let monthFirst = 0;
  for (const value of values.slice(0, 20_000)) {
    const match = /^\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ]\d{4}/.exec(value);
    if (match === null) continue;
    if (Number(match[1]) > 12) dayFirst++;
    if (Number(match[2]) > 12) monthFirst++;
  }
  return monthFirst > dayFirst;
}

/** A date in any of the usual ways of writing, as "YYYYMMDD" with 00 for unknown parts, or "" when it is no date. */
export function foldDate(value: string, monthFirst: boolean): string {
  const text = foldMissing(value).normalize("NFKC").toLowerCase().replace(/元/, "1");
  if (text === "") return "";
  const packed = /^(\d{4})(\d{2})(\d{2})(?:\.0+)?$/.exec(text);
  if (packed !== null) return parts(Number(packed[1]), Number(packed[2]), Number(packed[3]));
  const era =
    /^(明治|大正|昭和|平成|令和|[mtshr明大昭平令])\.?\s*(\d{1,2})(?:[年./-]\s*(\d{1,2}))?(?:[月./-]\s*(\d{1,2}))?/.exec(
      text,
    );
  if (era !== null) {
    return parts((ERA_BASE[era[1] ?? ""] ?? 0) + Number(era[2]), Number(era[3] ?? 0), Number(era[4] ?? 0));
  }
  const yearFirst = /^(\d{4})(?:[-/. 年]\s*(\d{1,2}))?(?:[-/. 月]\s*(\d{1,2}))?/.exec(text);
  if (yearFirst !== null)
    return parts(Number(yearFirst[1]), Number(yearFirst[2] ?? 0), Number(yearFirst[3] ?? 0));
  const yearLast = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})/.exec(text);
  if (yearLast === null) return "";
  const [first, second] = [Number(yearLast[1]), Number(yearLast[2])];
  return monthFirst ? parts(Number(yearLast[3]), first, second) : parts(Number(yearLast[3]), second, first);
}

/** Days since 1970-01-01 of a folded date; unknown months and days count as the first. */
export function dayNumber(folded: string): number {
  const year = Number(folded.slice(0, 4));
  const month = Math.max(1, Number(folded.slice(4, 6)));
  const day = Math.max(1, Number(folded.slice(6, 8)));
  return Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
}
