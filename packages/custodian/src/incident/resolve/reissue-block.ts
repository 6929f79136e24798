/** A block of pension numbers that new ones are drawn from: first four digits, from and to, as `7700-7799`. Pure. */
import { Breach } from "@kura/kernel/fault.ts";
import { type PensionNumber, parsePensionNumber } from "../../register/pension-number.ts";

/** Serials behind each first four digits. */
const serials = 1_000_000;

function boundsOf(block: string): readonly [from: number, to: number] {
  const [from = 0, to = 0] = block.split("-").map(Number);
  return [from, to];
}

/** 0 for a block that ends before it begins. */
export function numbersIn(block: string): number {
  const [from, to] = boundsOf(block);
  return Math.max(0, to - from + 1) * serials;
}

/** @param randomBelow a whole number from 0 up to below the bound. */
export function drawFrom(block: string, randomBelow: (bound: number) => number): PensionNumber {
  const [from] = boundsOf(block);
  const drawn = randomBelow(numbersIn(block)) + from * serials;
  const number = parsePensionNumber(String(drawn).padStart(10, "0"));
  if (number === undefined) throw new Breach("a drawn number is no pension number", {});
  return number;
}
