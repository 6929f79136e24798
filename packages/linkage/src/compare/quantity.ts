// Comparison of amounts, dates of events and ranges of dates: how far apart, and in linking also in which direction
// (a payment arrives after it was sent, and a fee is only ever taken away).

import type { Column } from "../column.ts";
import { dayNumber } from "../dates.ts";
import { comparisonOf, levelsOf, type Comparison, type Level } from "./comparison.ts";

const AMOUNT_BOUNDS: readonly number[] = [0.002, 0.01, 0.03, 0.07, 0.15, 0.35];
const DAY_BOUNDS: readonly number[] = [1, 2, 4, 7, 14, 31, 366];

/** Levels for distances below each bound, nearest last; with `signed` each distance has a level for either direction. */
function distanceLevels(bounds: readonly number[], unit: string, signed: boolean): Level[] {
  const levels: (readonly [string, number, number?])[] = [["different", 0.1]];
  for (const [k, bound] of [...bounds].reverse().entries()) {
    const expected = 0.05 + 0.03 * k;
    if (signed)
      levels.push(
        [`second lower, within ${bound}${unit}`, expected / 2],
        [`second higher, within ${bound}${unit}`, expected / 2],
      );
    else levels.push([`within ${bound}${unit}`, expected]);
  }
  return levelsOf(...levels, ["same", 0.5, 1]);
}

function distanceLevel(bounds: readonly number[], distance: number, signed: boolean): number {
  const size = Math.abs(distance);
  let bound = 0;
  while (bound < bounds.length && size > (bounds[bound] as number)) bound++;
  if (bound === bounds.length) return 1;
  const fromWorst = bounds.length - 1 - bound;
  return signed ? 2 + 2 * fromWorst + (distance > 0 ? 1 : 0) : 2 + fromWorst;
}

/** Amounts of money or quantity: relative distance. */
export function compareAmounts(
  name: string,
  columns: readonly string[],
  column: Column,
  signed: boolean,
): Comparison {
  const amounts = Float64Array.from(column.values, Number);
  const compare = (a: number, b: number): number => {
    const [left, right] = [amounts[a] as number, amounts[b] as number];
    const scale = Math.max(Math.abs(left), Math.abs(right));
    return scale === 0 ? 1 : distanceLevel(AMOUNT_BOUNDS, (right - left) / scale, signed);
  };
  return comparisonOf(name, columns, column, distanceLevels(AMOUNT_BOUNDS, " of it", signed), compare, {
    cheap: true,
  });
}

/** Dates of events: distance in days. */
export function compareEventDates(
  name: string,
  columns: readonly string[],
  column: Column,
  signed: boolean,
): Comparison {
  const days = Int32Array.from(column.values, dayNumber);
  const compare = (a: number, b: number): number =>
    distanceLevel(DAY_BOUNDS, (days[b] as number) - (days[a] as number), signed);
  return comparisonOf(name, columns, column, distanceLevels(DAY_BOUNDS, " days", signed), compare, {
    cheap: true,
  });
}

/** Separator of start and end in a merged range value. */
export const RANGE_SEPARATOR = "~";

/** Ranges of dates of which one person has only one at a time (contribution periods): an overlap speaks against. */
export function compareRanges(name: string, columns: readonly string[], column: Column): Comparison {
  const bounds = column.values.map(rangeDays);
  const levels = levelsOf(["overlapping", 0.02], ["apart", 0.58], ["adjoining", 0.4]);
  const compare = (a: number, b: number): number => {
    const [left, right] = [bounds[a], bounds[b]];
    if (left === undefined || right === undefined) return 2;
    const gapDays = Math.max(right[0] - left[1], left[0] - right[1]);
    return gapDays <= 0 ? 1 : gapDays <= 62 ? 3 : 2;
  };
  return comparisonOf(name, columns, column, levels, compare, { cheap: true, same: 1 });
}

/** First and last day of a merged range value; an open end reaches far. */
export function rangeDays(value: string): readonly [number, number] {
  const [start = "", end = ""] = value.split(RANGE_SEPARATOR);
  return [start === "" ? -100_000 : dayNumber(start), end === "" ? 100_000 : dayNumber(end)];
}
