import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listCandidates } from "./candidates.ts";
import { nameOfRule } from "./groups.ts";
import type { BlockingKey } from "./keys.ts";
import { chooseRules, type Option } from "./learn.ts";

const keyOf = (name: string, codes: readonly number[]): BlockingKey => ({
  name,
  columns: [name],
  codes: Int32Array.from(codes),
  values: [],
  origin: name,
  derive: (value) => value,
});

function countPairs(left: readonly number[], right: readonly number[], split: number): number {
  let pairs = 0;
  for (let i = 0; i < left.length; i++) {
    for (let j = i + 1; j < left.length; j++) {
      const isPossible = split === 0 || (i < split && j >= split);
      const isPresent = (left[i] ?? -1) >= 0 && (right[i] ?? -1) >= 0;
      if (isPossible && isPresent && left[i] === left[j] && right[i] === right[j]) pairs++;
    }
  }
  return pairs;
}

describe("rules to choose from", () => {
  it("are counted exactly where the file is no larger than the sample", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -1, max: 4 }), fc.integer({ min: -1, max: 3 })), {
          minLength: 2,
          maxLength: 40,
        }),
        fc.boolean(),
        (rows, isLink) => {
          const [left, right] = [rows.map(([a]) => a), rows.map(([, b]) => b)];
          const space = { rowCount: rows.length, split: isLink ? rows.length >> 1 : 0 };
          const found = listCandidates([keyOf("a", left), keyOf("b", right)], space, 1e6);
          const pairs = new Map(found.map((candidate) => [nameOfRule(candidate.rule), candidate.pairs]));
          expect(pairs.get("a")).toBeCloseTo(countPairs(left, left, space.split));
          expect(pairs.get("b")).toBeCloseTo(countPairs(right, right, space.split));
          expect(pairs.get("a + b")).toBeCloseTo(countPairs(left, right, space.split));
        },
      ),
    );
  });

  const [surname, sex] = [keyOf("surname", []), keyOf("sex", [])];
  const options = (largestBlock: number): Option[] => [
    { rule: { keys: [surname] }, pairs: 100, largestBlock, covers: Uint8Array.of(1, 1, 1, 0) },
    { rule: { keys: [surname, sex] }, pairs: 90, largestBlock: 9, covers: Uint8Array.of(1, 1, 0, 0) },
  ];

  it("are left out once a rule is taken that asks for less: its pairs are theirs", () => {
    const chosen = chooseRules(options(10), 4, 10_000, 5);
    expect(chosen.map(({ name }) => name)).toEqual(["surname"]);
  });

  it("stay where a block of that rule may be cut to a window: they reach what is cut", () => {
    const chosen = chooseRules(options(5_000), 4, 10_000, 5);
    expect(chosen.map(({ name }) => name)).toEqual(["surname", "surname + sex"]);
  });
});
