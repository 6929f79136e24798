// Where records of one subject (albums of one artist, papers of one school) outnumber matches many times over, training takes
// the subject for the match, and even odds group what is merely related. The weights still rank well, and they tell of it:
// pairs that do not match thin out by a steady factor from bit to bit, and what matches stands out above that slope. The
// threshold is raised to where most pairs above it do. Used for grouping only; when linking, competition tells the same.

import type { Edges } from "../score-rule.ts";

/** Bits of one step of the slope. */
const STEP = 2;
/** Bits below a place from which its slope is read. */
const BELOW = 3 * STEP;
/** Pairs in a step below which there is no slope to speak of. */
const MIN_PAIRS = 30;
/** Pairs above the threshold, as a multiple of those the slope explains: below the first something is wrong, at the second it is mended. */
const WRONG = 1.5;
const MENDED = 3;
/** Share of a step in the one before from which there is no slope: matches mix in, or there are none to see. */
const MOST_SHARE = 0.8;
/** Bits by which the threshold may rise. */
const MOST_RISE = 30;

/** The threshold itself, or a higher one where the slope of what does not match explains most pairs above it. */
export function raiseThreshold({ weight, count }: Edges, threshold: number): number {
  const steps = new Float64Array(MOST_RISE + BELOW);
  let above = 0;
  for (let e = 0; e < count; e++) {
    const bits = Math.floor((weight[e] as number) - threshold + BELOW);
    if (bits >= BELOW) above++;
    if (bits >= 0 && bits < steps.length) steps[bits] = (steps[bits] as number) + 1;
  }
  let isWrong = false;
  for (let rise = 0; rise < MOST_RISE; rise++) {
    const explained = explainedAbove(steps, rise + BELOW);
    if (explained === undefined || above >= (isWrong ? MENDED : WRONG) * explained) return threshold + rise;
    isWrong = true;
    above -= steps[rise + BELOW] as number;
  }
  return threshold + MOST_RISE;
}

/** Pairs above a place that the three steps below it foretell: each step holds the same share of the one before. */
function explainedAbove(steps: Float64Array, at: number): number | undefined {
  const step = (back: number): number =>
    steps.subarray(at - back * STEP, at - (back - 1) * STEP).reduce((sum, pairs) => sum + pairs, 0);
  const [third, second, last] = [step(3), step(2), step(1)];
  // Where matches begin to mix in, a share rises; the lower one is what does not match.
  const share = Math.min(second / third, last / second);
  return last < MIN_PAIRS || !(share < MOST_SHARE) ? undefined : (last * share) / (1 - share);
}
