import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignLinks, cheapestAssignment, detectAssignment } from "./assign.ts";
import { competingProbabilities } from "./compete.ts";
import type { Edges } from "../score-rule.ts";

const edgesOf = (...list: readonly (readonly [number, number, number])[]): Edges => ({
  first: Int32Array.from(list, ([i]) => i),
  second: Int32Array.from(list, ([, j]) => j),
  weight: Float32Array.from(list, ([, , weight]) => weight),
  count: list.length,
});

const pairs = (links: { first: Int32Array; second: Int32Array }): string[] =>
  Array.from(links.first, (i, k) => `${i}-${links.second[k]}`);

function cheapestByTrying(cost: Float64Array, size: number, row = 0, used = 0): number {
  if (row === size) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (let column = 0; column < size; column++) {
    if ((used >>> column) & 1) continue;
    best = Math.min(
      best,
      (cost[row * size + column] ?? 0) + cheapestByTrying(cost, size, row + 1, used | (1 << column)),
    );
  }
  return best;
}

describe("assignment", () => {
  it("finds the cheapest assignment of all", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 6 })
          .chain((size) =>
            fc.tuple(
              fc.constant(size),
              fc.array(fc.integer({ min: -50, max: 50 }), { minLength: size * size, maxLength: size * size }),
            ),
          ),
        ([size, values]) => {
          const cost = Float64Array.from(values);
          const columns = cheapestAssignment(cost, size);
          expect(new Set(columns).size).toBe(size);
          expect(columns.reduce((sum, column, row) => sum + (cost[row * size + column] ?? 0), 0)).toBe(
            cheapestByTrying(cost, size),
          );
        },
      ),
    );
  });

  it("gives up a good pair for two that are better together", () => {
    const links = assignLinks(edgesOf([0, 2, 10], [0, 3, 9], [1, 2, 9]), 4, "one-to-one", 0);
    expect(pairs(links)).toEqual(["0-3", "1-2"]);
  });

  it("keeps several orphans of one person when many may belong to one", () => {
    const links = assignLinks(edgesOf([0, 2, 10], [0, 3, 9], [1, 3, 5]), 4, "many-to-one", 0);
    expect(pairs(links)).toEqual(["0-2", "0-3"]);
  });

  it("is never sure of one of two equal candidates", () => {
    const [first = 1, second = 1] = competingProbabilities(edgesOf([0, 2, 20], [1, 2, 20]), 3, "many-to-one");
    expect(first).toBeCloseTo(0.5, 3);
    expect(second).toBeCloseTo(0.5, 3);
  });

  it("reads from the scores whether one record has several counterparts", () => {
    const oneToOne = edgesOf(...Array.from({ length: 50 }, (_, k) => [k, 100 + k, 20] as const));
    const manyToOne = edgesOf(...Array.from({ length: 50 }, (_, k) => [k >> 1, 100 + k, 20] as const));
    expect(detectAssignment(oneToOne, 100, 200)).toBe("one-to-one");
    expect(detectAssignment(manyToOne, 100, 200)).toBe("many-to-one");
  });
});
