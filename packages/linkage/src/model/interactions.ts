// What two dependent comparisons add or take away together: log2 of (joint m / product of m) over
// (joint u / product of u). A postal code and its town agree by chance together, so their agreement counts once;
// a person who moved differs in both, so their difference counts once too.

import type { Chance } from "./chance.ts";
import type { Session } from "./em.ts";
import type { Interaction } from "./model.ts";

const PULL = 8;
const MOST = 12;
/** Matching pairs below which the joint behaviour of matches is taken as independent. */
const MIN_MATCHES = 40;

/** Corrections for the dependencies found among chance pairs. */
export function correctInteractions(
  sessions: readonly Session[],
  posteriors: readonly Float64Array[],
  chance: Chance,
  m: readonly Float64Array[],
): Interaction[] {
  return chance.dependencies.map(({ first, second, width, ratios }) => {
    const matched = matchRatios(sessions, posteriors, first, second, m);
    const corrections = Array.from(ratios, (ratio, cell) => {
      const [a, b] = [Math.floor(cell / width), cell % width];
      if (a === 0 || b === 0) return 0;
      return Math.max(-MOST, Math.min(MOST, Math.log2((matched[cell] as number) / ratio)));
    });
    return { first, second, corrections };
  });
}

function matchRatios(
  sessions: readonly Session[],
  posteriors: readonly Float64Array[],
  first: number,
  second: number,
  m: readonly Float64Array[],
): Float64Array {
  const rows = m[first]?.length ?? 0;
  const columns = m[second]?.length ?? 0;
  const joint = new Float64Array(rows * columns);
  for (const [s, session] of sessions.entries()) {
    if (session.hidden[first] || session.hidden[second]) continue;
    for (let p = 0; p < session.counts.length; p++) {
      const cell =
        (session.levels[p * session.width + first] as number) * columns +
        (session.levels[p * session.width + second] as number);
      joint[cell] = (joint[cell] as number) + (session.counts[p] as number) * (posteriors[s]?.[p] as number);
    }
  }
  return ratiosOf(joint, rows, columns);
}

function ratiosOf(joint: Float64Array, rows: number, columns: number): Float64Array {
  const [left, right] = [new Float64Array(rows), new Float64Array(columns)];
  let total = 0;
  for (let a = 1; a < rows; a++) {
    for (let b = 1; b < columns; b++) {
      const count = joint[a * columns + b] as number;
      left[a] = (left[a] as number) + count;
      right[b] = (right[b] as number) + count;
      total += count;
    }
  }
  return joint.map((count, cell) => {
    if (total < MIN_MATCHES) return 1;
    const expected =
      ((left[Math.floor(cell / columns)] as number) * (right[cell % columns] as number)) / total;
    return (count + PULL) / (expected + PULL);
  });
}
