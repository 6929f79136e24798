import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderedShares } from "./ordered.ts";

const shares = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 2, maxLength: 17 });

describe("levels in order", () => {
  it("a better level never speaks less for a match, and no share is lost", () => {
    fc.assert(
      fc.property(shares, shares, (matches, chances) => {
        const size = Math.min(matches.length, chances.length);
        const [m, u] = [
          [0, ...matches.slice(0, size)],
          [0, ...chances.slice(0, size)],
        ];
        const ordered = orderedShares(m, u);
        const total = (list: readonly number[]): number => list.reduce((sum, share) => sum + share, 0);
        expect(total(ordered)).toBeCloseTo(total(m), 9);
        for (let level = 2; level <= size; level++) {
          const [before, now] = [level - 1, level].map((l) => (ordered[l] ?? 0) / (u[l] ?? 1));
          expect(now ?? 0).toBeGreaterThanOrEqual((before ?? 0) * (1 - 1e-9));
        }
      }),
    );
  });

  it("leaves alone what is in order", () => {
    const m = [0, 0.1, 0.2, 0.7];
    for (const [level, share] of orderedShares(m, [0, 0.9, 0.09, 0.01]).entries())
      expect(share).toBeCloseTo(m[level] ?? 9, 12);
  });
});
