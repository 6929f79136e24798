import fc from "fast-check";
import { expect, test } from "vitest";
import { coverOf, layOut, type Segment } from "./cover.ts";

/** Events 1, 2, 3 … at these times, the first of them folded in runs, runs of two of a level folded once more. */
const folded = fc.record({
  gaps: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 }),
  runs: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
  from: fc.oneof(fc.constant(-Infinity), fc.integer({ min: -2, max: 70 })),
  until: fc.oneof(fc.constant(Infinity), fc.integer({ min: -2, max: 70 })),
});

test("segments and ranges of a stretch are its events, each once, and no segment has another event", () => {
  fc.assert(
    fc.property(folded, ({ gaps, runs, from, until }) => {
      const times = gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap], []);
      const segments = segmentsOf(times, runs);
      const cover = coverOf(layOut(segments), { fromMs: from, untilMs: until });
      const isIn = (event: number): boolean =>
        (times[event - 1] ?? NaN) >= from && (times[event - 1] ?? NaN) < until;
      const seen = new Map<number, number>();
      const see = (event: number): void => void seen.set(event, (seen.get(event) ?? 0) + 1);
      for (const { firstEvent, lastEvent } of cover.segments) {
        for (let event = Number(firstEvent); event <= Number(lastEvent); event++) {
          expect(isIn(event)).toBe(true);
          see(event);
        }
      }
      for (const { first, last } of cover.ranges) {
        for (let event = Number(first); event <= Math.min(Number(last), times.length); event++) {
          if (isIn(event)) see(event);
        }
      }
      const expected = times.flatMap((_, i) => (isIn(i + 1) ? [[i + 1, 1]] : []));
      expect([...seen].toSorted(([a], [b]) => a - b)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test("a stretch over everything is answered by the highest segments", () => {
  const segments = segmentsOf(
    Array.from({ length: 20 }, (_, i) => i),
    [2, 2, 2, 2, 2],
  );
  const { segments: chosen } = coverOf(layOut(segments), { fromMs: -Infinity, untilMs: Infinity });
  expect(chosen.map(({ level, firstEvent }) => [level, Number(firstEvent)])).toEqual([
    [2, 1],
    [0, 9],
  ]);
});

function segmentsOf(times: readonly number[], runs: readonly number[]): Segment[] {
  let level: Segment[] = [];
  let next = 1;
  for (const run of runs) {
    const last = next + run - 1;
    if (last > times.length) break;
    const [firstMs = 0, lastMs = 0] = [times[next - 1], times[last - 1]];
    level.push({ level: 0, firstEvent: BigInt(next), lastEvent: BigInt(last), firstMs, lastMs });
    next = last + 1;
  }
  const all = [...level];
  for (let n = 1; level.length >= 2; n++) {
    const upper: Segment[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) {
      const [a, b] = [level[i], level[i + 1]];
      if (a !== undefined && b !== undefined)
        upper.push({ ...a, level: n, lastEvent: b.lastEvent, lastMs: b.lastMs });
    }
    all.push(...upper);
    level = upper;
  }
  return all;
}
