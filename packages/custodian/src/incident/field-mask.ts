/** Sets of fields in one number: bit n is the field with number n. What extracts and looks showed, what a class holds. */
import { Fault } from "@kura/kernel/fault.ts";
import { type Field, fieldNumbers, fieldOfNumber } from "../register/field.ts";

export type FieldMask = number;

/** Bits of a mask are those of a signed 32-bit integer of the database without its sign. */
const largestNumber = 30;

/**
 * What a receipt shows: premium entries, and who looked. It stands in no sealed record, so nobody can order it, and its number is
 * the last there is because fields are numbered from 1 on.
 */
export const historyNumber = largestNumber;

/** Every field there is, and the history. */
export const allFields: FieldMask = maskOf([...Object.values(fieldNumbers), historyNumber]);

/** @throws {Fault} `too-many-fields` for a number above 30: the mask has to grow first. */
export function maskOf(numbers: Iterable<number>): FieldMask {
  let mask = 0;
  for (const number of numbers) {
    if (number < 1 || number > largestNumber) throw new Fault("too-many-fields", "a field has no bit");
    mask |= 1 << number;
  }
  return mask;
}

/** Ascending. */
export function numbersIn(mask: FieldMask): number[] {
  const numbers: number[] = [];
  for (let number = 1; number <= largestNumber; number++)
    if ((mask & (1 << number)) !== 0) numbers.push(number);
  return numbers;
}

/** Names of the fields, in the order of their numbers; a number that has no name yet is written as it is. */
export function fieldNamesIn(mask: FieldMask): string[] {
  return numbersIn(mask).map((number) => exposedName(number) ?? `field ${number}`);
}

/** The name of a field, or `history`; `undefined` for a number that has no name yet. */
export function exposedName(number: number): Field | "history" | undefined {
  return number === historyNumber ? "history" : fieldOfNumber(number);
}
