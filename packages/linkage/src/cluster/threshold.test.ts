import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Edges } from "../score-rule.ts";
import { raiseThreshold } from "./threshold.ts";

const edgesOf = (weights: readonly number[]): Edges => ({
  first: new Int32Array(weights.length),
  second: new Int32Array(weights.length),
  weight: Float32Array.from(weights),
  count: weights.length,
});

/** Pairs that thin out by a factor from bit to bit, from `from` on. */
const slope = (from: number, first: number, factor: number): number[] =>
  Array.from({ length: 40 }, (_, bit) => {
    const pairs = Math.round(first * factor ** bit);
    return Array.from({ length: pairs }, (_, k) => from + bit + (k + 0.5) / pairs);
  }).flat();

const matches = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, k) => from + ((to - from) * (k + 0.5)) / count);

describe("a threshold is raised only where most of what is above it is the slope of what does not match", () => {
  it("stays where matches stand out", () => {
    expect(raiseThreshold(edgesOf([...slope(-8, 1000, 0.7), ...matches(3000, -2, 30)]), 0)).toBe(0);
  });

  it("rises where related pairs reach far above even odds, to where matches stand out", () => {
    const threshold = raiseThreshold(edgesOf([...slope(-8, 5000, 0.72), ...matches(300, 6, 32)]), 0);
    expect(threshold).toBeGreaterThan(6);
    expect(threshold).toBeLessThan(18);
  });

  it("stays where there are too few pairs to see a slope", () => {
    expect(raiseThreshold(edgesOf(slope(-8, 60, 0.6)), 0)).toBe(0);
    expect(raiseThreshold(edgesOf([]), 0)).toBe(0);
  });

  it("never falls, and does not depend on the order of pairs", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 40, noNaN: true }), { maxLength: 400 }), (weights) => {
        const raised = raiseThreshold(edgesOf(weights), 0);
        expect(raised).toBeGreaterThanOrEqual(0);
        expect(raiseThreshold(edgesOf(weights.toReversed()), 0)).toBe(raised);
      }),
    );
  });
});
