/**
 * Which kept segments answer for a stretch of time, and which events have to be read one by one. Pure.
 *
 * Segments lie wholly inside the stretch, the highest level first; the events at both edges and behind the last segment
 * are read from the looks. Together they are every event of the stretch, once.
 * INVARIANT: cover.test.ts.
 */
import type { Interval } from "../holder-facts.ts";

export interface Segment {
  readonly level: number;
  readonly firstEvent: bigint;
  readonly lastEvent: bigint;
  /** Times of these two events, milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Events from the first to the last, both in it. */
export interface EventRange {
  readonly first: bigint;
  readonly last: bigint;
}

export interface Cover {
  readonly segments: readonly Segment[];
  /** Events of these ranges count where their time is inside the stretch. */
  readonly ranges: readonly EventRange[];
}

/** Behind every event there can be. */
const lastEver = 2n ** 63n - 1n;

/** All segments as they are looked up: sorted once for many questions. */
export interface Layout {
  /** Of level 0, in their order. */
  readonly base: readonly Segment[];
  /** By their first event, the highest level first. */
  readonly startingAt: ReadonlyMap<bigint, readonly Segment[]>;
}

/** @param segments all of them, in any order. */
export function layOut(segments: readonly Segment[]): Layout {
  const highestFirst = segments.toSorted((a, b) => b.level - a.level);
  const base = segments.filter(({ level }) => level === 0).toSorted(byEvent);
  return { base, startingAt: Map.groupBy(highestFirst, ({ firstEvent }) => firstEvent) };
}

export function coverOf({ base, startingAt }: Layout, stretch: Interval): Cover {
  const end = base.at(-1)?.lastEvent ?? 0n;
  const touched = base.filter(({ firstMs, lastMs }) => firstMs < stretch.untilMs && lastMs >= stretch.fromMs);
  const isInside = (one: Segment): boolean => one.firstMs >= stretch.fromMs && one.lastMs < stretch.untilMs;
  const ranges = touched
    .filter((one) => !isInside(one))
    .map(({ firstEvent: first, lastEvent: last }) => ({ first, last }));
  const lastMs = base.at(-1)?.lastMs ?? -Infinity;
  if (stretch.untilMs > lastMs) ranges.push({ first: end + 1n, last: lastEver });
  const inside = touched.filter(isInside);
  const [first, last] = [inside[0]?.firstEvent, inside.at(-1)?.lastEvent];
  if (first === undefined || last === undefined) return { segments: [], ranges };
  return { segments: fewest(startingAt, first, last), ranges };
}

/** The fewest segments from one event to another, both of which begin and end segments of level 0. */
function fewest(startingAt: Layout["startingAt"], first: bigint, last: bigint): Segment[] {
  const chosen: Segment[] = [];
  for (let next = first; next <= last;) {
    const one = startingAt.get(next)?.find(({ lastEvent }) => lastEvent <= last);
    if (one === undefined) break;
    chosen.push(one);
    next = one.lastEvent + 1n;
  }
  return chosen;
}

function byEvent(a: Segment, b: Segment): number {
  return a.firstEvent < b.firstEvent ? -1 : a.firstEvent > b.firstEvent ? 1 : 0;
}
