import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TokenRows } from "./token-rows.ts";

const token = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe("TokenRows", () => {
  test("writes every row once, nearly in the order of the tokens", () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 300 }), (tokens) => {
        const rows = new TokenRows(tokens.length);
        for (const [i, each] of tokens.entries()) {
          const low = Number(BigInt.asIntN(32, each));
          rows.add(i % 7, Number(each >> 32n), low, i);
        }
        expect(rows.inOrder(new Uint8Array(16 * tokens.length)).rowCount).toBe(tokens.length);
        const order = rows.order();
        expect([...order].sort((a, b) => a - b)).toEqual(tokens.map((_, i) => i));
        const nearest = Array.from(order, (i) => Number((tokens[i] ?? 0n) >> 32n));
        expect(nearest).toEqual([...nearest].sort((a, b) => a - b));
      }),
    );
  });
});
