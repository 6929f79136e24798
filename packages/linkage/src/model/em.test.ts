import { describe, expect, it } from "vitest";
import { randomFrom } from "../random.ts";
import type { Chance } from "./chance.ts";
import { allPosteriors, fitModel, type Prior, type Session } from "./em.ts";

const M = [
  [0, 0.1, 0.2, 0.7],
  [0, 0.05, 0.95],
  [0, 0.2, 0.1, 0.7],
].map((shares) => Float64Array.from(shares));
const U = [
  [0, 0.95, 0.04, 0.01],
  [0, 0.5, 0.5],
  [0, 0.98, 0.015, 0.005],
].map((shares) => Float64Array.from(shares));
const NO_SAMPLE = { patterns: new Uint8Array(0), count: 0, chanceShare: new Float32Array(0) };
const CHANCE: Chance = { u: U, usual: U, dependencies: [], sample: NO_SAMPLE };

const draw = (shares: Float64Array, random: () => number): number => {
  let left = random();
  for (let level = 1; level < shares.length; level++) if ((left -= shares[level] ?? 0) < 0) return level;
  return shares.length - 1;
};

/** Pairs drawn from the model itself; returns the session and how many of each pattern are matches. */
function simulate(
  pairs: number,
  rate: number,
  seed: number,
): { session: Session; matches: Map<number, number> } {
  const random = randomFrom(seed);
  const counts = new Map<string, number>();
  const right = new Map<string, number>();
  for (let k = 0; k < pairs; k++) {
    const isMatch = random() < rate;
    const key = M.map((shares, c) => draw(isMatch ? shares : (U[c] ?? shares), random)).join(",");
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (isMatch) right.set(key, (right.get(key) ?? 0) + 1);
  }
  const keys = [...counts.keys()];
  const session: Session = {
    name: "simulated",
    width: 3,
    hidden: [false, false, false],
    pairs,
    mostMatches: pairs,
    levels: Uint8Array.from(keys.flatMap((key) => key.split(",").map(Number))),
    counts: Float64Array.from(keys, (key) => counts.get(key) ?? 0),
  };
  return { session, matches: new Map(keys.map((key, p) => [p, right.get(key) ?? 0])) };
}

const PRIOR: Prior = {
  expected: [
    [0, 1 / 3, 1 / 3, 1 / 3],
    [0, 0.3, 0.7],
    [0, 1 / 3, 1 / 3, 1 / 3],
  ].map((shares) => Float64Array.from(shares)),
  weight: 10,
  isLocal: [true, true, true],
};

describe("expectation–maximisation", () => {
  it("converges to the parameters the pairs were drawn from", () => {
    const { session } = simulate(200_000, 0.3, 7);
    const fit = fitModel([session], CHANCE, PRIOR, 3, randomFrom(1));
    expect(fit.hasConverged).toBe(true);
    expect(fit.rates[0]).toBeCloseTo(0.3, 2);
    for (const [c, shares] of M.entries()) {
      for (const [level, share] of shares.entries())
        expect(Math.abs((fit.m[c]?.[level] ?? 9) - share)).toBeLessThan(0.012);
    }
  });

  it("gives probabilities that are right as often as they say (calibration)", () => {
    const { session, matches } = simulate(200_000, 0.2, 11);
    const fit = fitModel([session], CHANCE, PRIOR, 3, randomFrom(1));
    const [posterior = new Float64Array(0)] = allPosteriors([session], CHANCE, fit);
    for (const [low, high] of [
      [0, 0.1],
      [0.1, 0.5],
      [0.5, 0.9],
      [0.9, 1.01],
    ] as const) {
      let [pairs, expected, actual] = [0, 0, 0];
      for (const [p, probability] of posterior.entries()) {
        if (probability < low || probability >= high) continue;
        pairs += session.counts[p] ?? 0;
        expected += (session.counts[p] ?? 0) * probability;
        actual += matches.get(p) ?? 0;
      }
      expect(pairs).toBeGreaterThan(0);
      expect(Math.abs(expected - actual) / pairs).toBeLessThan(0.02);
    }
  });

  it("never lets the likelihood fall from one start to the kept one, whatever the seed", () => {
    const { session } = simulate(20_000, 0.1, 3);
    const one = fitModel([session], CHANCE, PRIOR, 1, randomFrom(1)).logLikelihood;
    for (const seed of [1, 2, 3])
      expect(fitModel([session], CHANCE, PRIOR, 4, randomFrom(seed)).logLikelihood).toBeGreaterThanOrEqual(
        one - 1e-6,
      );
  });

  it("finds no share of matches to speak of where every pair is chance", () => {
    const { session } = simulate(100_000, 0, 5);
    expect(fitModel([session], CHANCE, PRIOR, 3, randomFrom(1)).rates[0]).toBeLessThan(0.01);
  });

  it("learns m of a hidden comparison only from sessions that show it", () => {
    const shown = simulate(60_000, 0.4, 21).session;
    const hiding = { ...simulate(60_000, 0.4, 22).session, hidden: [true, false, false] };
    const alone = fitModel([shown], CHANCE, PRIOR, 1, randomFrom(1));
    const both = fitModel([shown, hiding], CHANCE, PRIOR, 1, randomFrom(1));
    expect(Math.abs((alone.m[0]?.[3] ?? 0) - (both.m[0]?.[3] ?? 9))).toBeLessThan(0.01);
  });
});
