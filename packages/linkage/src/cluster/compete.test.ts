import { describe, expect, it } from "vitest";
import type { Edges } from "../score-rule.ts";
import { competingProbabilities } from "./compete.ts";

const edgesOf = (...list: readonly (readonly [number, number, number])[]): Edges => ({
  first: Int32Array.from(list, ([i]) => i),
  second: Int32Array.from(list, ([, j]) => j),
  weight: Float32Array.from(list, ([, , weight]) => weight),
  count: list.length,
});

/** Probability of each edge by adding up every set of edges in which no record stands twice. */
function byCounting(edges: Edges): number[] {
  const sums = Array.from({ length: edges.count }, () => 0);
  let total = 0;
  for (let set = 0; set < 2 ** edges.count; set++) {
    const chosen = Array.from({ length: edges.count }, (_, e) => e).filter((e) => (set >>> e) & 1);
    const records = chosen.flatMap((e) => [edges.first[e], edges.second[e]]);
    if (new Set(records).size < records.length) continue;
    const odds = chosen.reduce((product, e) => product * 2 ** (edges.weight[e] ?? 0), 1);
    total += odds;
    for (const e of chosen) sums[e] = (sums[e] ?? 0) + odds;
  }
  return sums.map((sum) => sum / total);
}

describe("competition", () => {
  it("is exact where candidates form a tree: the same as counting every possible assignment", () => {
    const chain = edgesOf([0, 10, 3], [1, 10, 2], [1, 11, 1], [2, 11, -1], [2, 12, 4], [3, 12, 3]);
    const counted = byCounting(chain);
    for (const [e, probability] of competingProbabilities(chain, 13, "one-to-one").entries())
      expect(probability).toBeCloseTo(counted[e] ?? 9, 3);
  });

  it("shares one counterpart between all who claim it", () => {
    const star = edgesOf([0, 10, 5], [1, 10, 5], [2, 10, 5]);
    const total = competingProbabilities(star, 11, "one-to-one").reduce((sum, p) => sum + p, 0);
    expect(total).toBeCloseTo((3 * 32) / (1 + 3 * 32), 4);
  });

  it("never gives a record more than one counterpart in all, where all fit all", () => {
    const all = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 12 }, (__, j): [number, number, number] => [i, 12 + j, 9]),
    ).flat();
    const sums = new Float64Array(24);
    for (const [e, probability] of competingProbabilities(edgesOf(...all), 24, "one-to-one").entries()) {
      const [i = 0, j = 0] = all[e] ?? [];
      sums[i] = (sums[i] ?? 0) + probability;
      sums[j] = (sums[j] ?? 0) + probability;
    }
    for (const sum of sums) expect(sum).toBeLessThanOrEqual(1.001);
  });

  it("does not count claims on a side that takes many", () => {
    const star = edgesOf([0, 10, 5], [0, 11, 5]);
    for (const probability of competingProbabilities(star, 12, "many-to-one"))
      expect(probability).toBeCloseTo(32 / 33, 5);
  });
});
