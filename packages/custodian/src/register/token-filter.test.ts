import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TokenFilter } from "./token-filter.ts";

const token = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const halves = (each: bigint): [high: number, low: number] => [
  Number(each >> 32n),
  Number(BigInt.asIntN(32, each)),
];

describe("TokenFilter", () => {
  test("knows every token that was added", () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 200 }), (tokens) => {
        const filter = new TokenFilter();
        for (const each of tokens) filter.add(...halves(each));
        expect(tokens.every((each) => filter.mayHave(...halves(each)))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("does not know nearly any that was not", () => {
    const filter = new TokenFilter();
    const random = (i: bigint): bigint =>
      BigInt.asIntN(64, (i * 0x9e3779b97f4a7c15n) ^ ((i * 0xc2b2ae3d27d4eb4fn) << 17n));
    for (let i = 1n; i <= 10_000n; i++) filter.add(...halves(random(i)));
    let mistaken = 0;
    for (let i = 10_001n; i <= 20_000n; i++) if (filter.mayHave(...halves(random(i)))) mistaken += 1;
    expect(mistaken).toBeLessThan(10);
  });
});
