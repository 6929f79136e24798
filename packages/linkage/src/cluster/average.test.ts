import { describe, expect, it } from "vitest";
import { clusterByAverage } from "./average.ts";
import type { Edges } from "../score-rule.ts";

const edgesOf = (...list: readonly (readonly [number, number, number])[]): Edges => ({
  first: Int32Array.from(list, ([i]) => i),
  second: Int32Array.from(list, ([, j]) => j),
  weight: Float32Array.from(list, ([, , weight]) => weight),
  count: list.length,
});

const options = { threshold: 0, weightOf: () => -10, forbids: undefined };

describe("average linkage", () => {
  it("does not chain two groups together over one good pair", () => {
    const triangle = (a: number): [number, number, number][] => [
      [a, a + 1, 12],
      [a, a + 2, 12],
      [a + 1, a + 2, 12],
    ];
    const labels = clusterByAverage(edgesOf(...triangle(0), ...triangle(3), [2, 3, 5]), 6, options);
    expect([...labels]).toEqual([0, 0, 0, 3, 3, 3]);
  });

  it("holds two bad records together by a third that knows both", () => {
    const labels = clusterByAverage(edgesOf([0, 1, 14], [1, 2, 14], [0, 2, -3]), 3, options);
    expect([...labels]).toEqual([0, 0, 0]);
  });

  it("never groups a forbidden pair, however strong", () => {
    const labels = clusterByAverage(edgesOf([0, 1, 40], [1, 2, 12], [0, 2, 12]), 3, {
      ...options,
      forbids: (i, j) => i === 0 && j === 1,
    });
    expect(labels[0]).not.toBe(labels[1]);
  });

  it("weighs pairs that blocking did not make instead of guessing", () => {
    const chain = edgesOf([0, 1, 8], [1, 2, 8]);
    expect(clusterByAverage(chain, 3, { ...options, weightOf: () => 8 })[2]).toBe(0);
    expect(new Set(clusterByAverage(chain, 3, { ...options, weightOf: () => -14 })).size).toBe(2);
  });

  it("bounds the work of one huge component", () => {
    const star = edgesOf(...Array.from({ length: 5000 }, (_, k) => [0, k + 1, 3] as const));
    expect(clusterByAverage(star, 5001, options).length).toBe(5001);
  });
});
