import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, isOneEditApart, jaroWinkler, packValues } from "./similarity.ts";

const compare = (a: string, b: string) => packValues([a, b], 64);
const rows = new Int32Array(3 * 65);

/** Optimal string alignment by the textbook recurrence, as an oracle. */
function oracle(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => d[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(i - 2, j - 2) + 1);
      const row = d[i];
      if (row !== undefined) row[j] = cost;
    }
  }
  return at(a.length, b.length);
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "山"), minLength: 1, maxLength: 9 });

describe("similarity of strings", () => {
  it("gives the published Jaro–Winkler values (Winkler 1990)", () => {
    const cases: [string, string, number][] = [
      ["martha", "marhta", 0.9611],
      ["dwayne", "duane", 0.84],
      ["dixon", "dicksonx", 0.8133],
    ];
    for (const [a, b, expected] of cases) expect(jaroWinkler(compare(a, b), 0, 1)).toBeCloseTo(expected, 3);
  });

  it("is symmetric and within 0 and 1", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const one = jaroWinkler(compare(a, b), 0, 1);
        expect(one).toBe(jaroWinkler(compare(b, a), 0, 1));
        expect(one).toBeGreaterThanOrEqual(0);
        expect(one).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("agrees with the textbook on edit distance and on one edit", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const expected = oracle(a, b);
        expect(editDistance(compare(a, b), 0, 1, 3, rows)).toBe(Math.min(expected, 4));
        expect(isOneEditApart(compare(a, b), 0, 1)).toBe(expected <= 1);
      }),
    );
  });
});
