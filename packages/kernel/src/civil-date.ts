/**
 * Civil dates and months, without clock or time zone: `YYYY-MM-DD` and `YYYY-MM` of the proleptic Gregorian calendar.
 *
 * Years run from 1800 to 2199: older or later ones in a pension register are always a mistake.
 */
import type { Brand } from "./brand.ts";

export type CivilDate = Brand<string, "CivilDate">;
export type CivilMonth = Brand<string, "CivilMonth">;

const firstYear = 1800;
const lastYear = 2199;

/** The date, or `undefined` when `text` is not a day that exists in exactly this form. */
export function parseCivilDate(text: string): CivilDate | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match === null ? undefined : civilDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The date of that year, month (1–12) and day, or `undefined` when there is none. */
export function civilDate(year: number, month: number, day: number): CivilDate | undefined {
  if (civilMonth(year, month) === undefined) return undefined;
  if (!Number.isInteger(day) || day < 1 || day > daysInMonth(year, month)) return undefined;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as CivilDate;
}

/** The month, or `undefined` when `text` is not one in exactly this form. */
export function parseCivilMonth(text: string): CivilMonth | undefined {
  const match = /^(\d{4})-(\d{2})$/.exec(text);
  return match === null ? undefined : civilMonth(Number(match[1]), Number(match[2]));
}

/** The month of that year, or `undefined` when there is none. */
export function civilMonth(year: number, month: number): CivilMonth | undefined {
  if (!Number.isInteger(year) || year < firstYear || year > lastYear) return undefined;
  if (!Number.isInteger(month) || month < 1 || month > 12) return undefined;
  return `${pad(year, 4)}-${pad(month, 2)}` as CivilMonth;
}

export function yearOf(date: CivilDate | CivilMonth): number {
  return Number(date.slice(0, 4));
}

/** 1 to 12. */
export function monthOf(date: CivilDate | CivilMonth): number {
  return Number(date.slice(5, 7));
}

/** 1 to 31. */
export function dayOf(date: CivilDate): number {
  return Number(date.slice(8, 10));
}

/** The month a day lies in. */
export function monthOfDate(date: CivilDate): CivilMonth {
  return date.slice(0, 7) as CivilMonth;
}

/** Months since January of year 0: a dense number to count and to compare with. */
export function monthIndex(month: CivilMonth): number {
  return yearOf(month) * 12 + monthOf(month) - 1;
}

/** `month` moved by `months`, or `undefined` beyond the years we know. */
export function addMonths(month: CivilMonth, months: number): CivilMonth | undefined {
  const index = monthIndex(month) + months;
  return civilMonth(Math.floor(index / 12), (((index % 12) + 12) % 12) + 1);
}

/** 28 to 31; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
