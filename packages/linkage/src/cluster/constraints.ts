// Bars on grouping: at most one record per input, no two records whose date ranges overlap.

import type { Column } from "../column.ts";
import { rangeDays } from "../compare/quantity.ts";
import type { Settings } from "../settings.ts";

/** A test for pairs that can never be of one entity, or undefined when nothing is barred. */
export function forbiddenPairs(
  ends: readonly number[],
  settings: Pick<Settings, "onePerSource" | "noOverlap">,
  ranges: Column | undefined,
): ((i: number, j: number) => boolean) | undefined {
  const sourceOf = (row: number): number => ends.findIndex((end) => row < end);
  const sameSource = settings.onePerSource
    ? (i: number, j: number) => sourceOf(i) === sourceOf(j)
    : undefined;
  const overlaps = settings.noOverlap && ranges !== undefined ? overlapTest(ranges) : undefined;
  if (sameSource === undefined || overlaps === undefined) return sameSource ?? overlaps;
  return (i, j) => sameSource(i, j) || overlaps(i, j);
}

function overlapTest(ranges: Column): (i: number, j: number) => boolean {
  const bounds = ranges.values.map(rangeDays);
  return (i, j) => {
    const [left, right] = [bounds[ranges.codes[i] as number], bounds[ranges.codes[j] as number]];
    if (left === undefined || right === undefined) return false;
    return left[0] <= right[1] && right[0] <= left[1];
  };
}
