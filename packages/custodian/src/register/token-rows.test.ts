import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TokenRows } from "./store.ts";

const token = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe("TokenRows", () => {
  test("writes every row once, nearly in the order of the tokens", () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 300 }), (tokens) => {
        const rows = new TokenRows();
        for (const [i, each] of tokens.entries()) rows.add(i % 7, each, new Uint8Array(16).fill(i));
        expect(rows.inOrder().rowCount).toBe(tokens.length);
        const order = rows.order();
        expect([...order].sort((a, b) => a - b)).toEqual(tokens.map((_, i) => i));
        const nearest = order.map((i) => Number(tokens[i]) / 2 ** 24).map(Math.floor);
        expect(nearest).toEqual([...nearest].sort((a, b) => a - b));
      }),
    );
  });
});
