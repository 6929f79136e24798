/**
 * The fields of a person, each with the number it has inside sealed records, orders and journal events.
 *
 * A number is for ever: a new field takes the next free one, a retired one is never used again.
 */

export const fieldNumbers = {
  pensionNumber: 1,
  schemeNumber: 2,
  /** Kanji name as written. */
  name: 3,
  kana: 4,
  formerName: 5,
  formerKana: 6,
  birthDate: 7,
  sex: 8,
  postalCode: 9,
  address: 10,
  phone: 11,
  email: 12,
  diedOn: 13,
} as const;

export type Field = keyof typeof fieldNumbers;
export type FieldNumber = (typeof fieldNumbers)[Field];

export const fields: readonly Field[] = Object.keys(fieldNumbers) as Field[];

/** The field with that name, or `undefined`. */
export function parseField(text: string): Field | undefined {
  return fields.find((field) => field === text);
}

/** The field with that number, or `undefined` for a number not yet given. */
export function fieldOfNumber(number: number): Field | undefined {
  return fields.find((field) => fieldNumbers[field] === number);
}

/** ISO/IEC 5218. */
export const sexes = ["male", "female", "unknown"] as const;
export type Sex = (typeof sexes)[number];
