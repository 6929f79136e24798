/**
 * Yen as integers. Sums of a nation's premiums over a century stay far below 2^53, so a safe integer is exact;
 * in SQL the column is `bigint` and is read as text.
 */
import type { Brand } from "./brand.ts";
import { Fault } from "./fault.ts";

/** A whole number of yen, positive or negative, at most 2^53 − 1 either way. */
export type Yen = Brand<number, "Yen">;

export const zeroYen: Yen = 0 as Yen;

/** @throws {Fault} `malformed-yen` unless `value` is a safe integer or its decimal text. */
export function parseYen(value: unknown): Yen {
  const amount = typeof value === "string" && /^-?(?:0|[1-9]\d{0,15})$/.test(value) ? Number(value) : value;
  if (typeof amount !== "number" || !Number.isSafeInteger(amount)) {
    throw new Fault("malformed-yen", "not a whole number of yen");
  }
  return amount as Yen;
}

/** @throws {Fault} `malformed-yen` when the sum leaves the safe integers. */
export function addYen(...amounts: readonly Yen[]): Yen {
  return parseYen(amounts.reduce<number>((sum, amount) => sum + amount, 0));
}
