// Comparison of birth dates: the errors that clerks and typists make, each as a level of its own.
// The Japanese matching rules of 2007 allow one day off and drop the era; both are levels here, not rules.

import type { Column } from "../column.ts";
import { ERA_SHIFTS_YEARS, dayNumber } from "../dates.ts";
import { isOneEditApart, packValues } from "../similarity.ts";
import { comparisonOf, levelsOf, type Comparison } from "./comparison.ts";

const LEVELS = levelsOf(
  ["different", 0.04],
  ["within ten years", 0.01],
  ["same year", 0.02],
  ["same month and day", 0.02],
  ["same year and month or day", 0.03],
  ["era shifted", 0.01],
  ["a day off, or day and month exchanged", 0.03],
  ["one digit", 0.06, 0.3],
  ["same", 0.78, 1],
);

/** True when at most two of eight digits differ, four bits each: one edit in a date changes no more. */
function differsLittle(difference: number): boolean {
  let digits = difference | (difference >>> 1) | 0;
  digits = (digits | (digits >>> 2)) & 0x11111111;
  digits &= digits - 1;
  return (digits & (digits - 1)) === 0;
}

/** Compares folded birth dates (YYYYMMDD, 00 for unknown parts); `eras` enables the level for a wrong Japanese era. */
export function compareBirthDates(
  name: string,
  columns: readonly string[],
  column: Column,
  eras: boolean,
): Comparison {
  const packed = packValues(column.values, 8);
  const digits = Int32Array.from(column.values, (value) => Number.parseInt(value, 16));
  const years = Int32Array.from(column.values, (value) => Number(value.slice(0, 4)));
  const months = Int32Array.from(column.values, (value) => Number(value.slice(4, 6)));
  const days = Int32Array.from(column.values, (value) => Number(value.slice(6, 8)));
  const numbers = Int32Array.from(column.values, dayNumber);
  const compare = (a: number, b: number): number => {
    const apart = Math.abs((years[a] as number) - (years[b] as number));
    const [monthA, monthB] = [months[a] as number, months[b] as number];
    const [dayA, dayB] = [days[a] as number, days[b] as number];
    if (monthA === 0 || monthB === 0) return apart === 0 ? 3 : apart <= 10 ? 2 : 1;
    if (dayA === 0 || dayB === 0) return apart === 0 ? (monthA === monthB ? 5 : 3) : apart <= 10 ? 2 : 1;
    const sameDay = monthA === monthB && dayA === dayB;
    if (eras && sameDay && ERA_SHIFTS_YEARS.includes(apart)) return 6;
    if (Math.abs((numbers[a] as number) - (numbers[b] as number)) === 1) return 7;
    if (apart === 0 && monthA === dayB && dayA === monthB) return 7;
    if (differsLittle((digits[a] as number) ^ (digits[b] as number)) && isOneEditApart(packed, a, b))
      return 8;
    if (apart === 0) return monthA === monthB || dayA === dayB ? 5 : 3;
    if (sameDay) return 4;
    return apart <= 10 ? 2 : 1;
  };
  return comparisonOf(name, columns, column, LEVELS, compare, { cheap: true });
}
