/**
 * Honey rows for an extract: values of people who do not exist, made anew for each extract by whoever approves it and
 * sealed to the keeper, so that a leaked row that has them names the extract it came from.
 *
 * Made like the sample agency's people: numbers of offices that there are not, telephone numbers that nobody has, mail at
 * example.jp, towns whose names half of all municipalities have. A letter that a printing house makes of such a row
 * comes back; which rows they are is known to the keeper and, by number, to the custodian.
 */
import { randomInt } from "node:crypto";
import { type Field, fieldOfNumber } from "@kura/custodian/register/field.ts";
import { personMaker, type SamplePerson } from "../sample/person.ts";

const indexMax = 10_000_000;
const seedMax = 2 ** 47;
/** Births end a lifetime before and about now: months since year 0. */
const untilMonth = 2026 * 12;

/** One row of values for each, in the order of the columns. */
export function makeHoneyRows(count: number, fields: readonly number[]): string[][] {
  const make = personMaker(randomInt(seedMax), untilMonth);
  return Array.from({ length: count }, () => {
    const person = make(randomInt(indexMax), true);
    return fields.map((number) => {
      const field = fieldOfNumber(number);
      return field === undefined ? "" : valueOf(person, field);
    });
  });
}

/** In the normal forms in which the register records values. */
function valueOf(person: SamplePerson, field: Field): string {
  const { surname, given, born, place } = person;
  const day = [born.year, born.month, born.day].map((part) => String(part).padStart(2, "0")).join("-");
  const values: Partial<Record<Field, string>> = {
    pensionNumber: person.pensionNumber.replaceAll("-", ""),
    schemeNumber: person.schemeNumbers[0] ?? "",
    name: `${surname.written} ${given.written}`,
    kana: `${surname.kana} ${given.kana}`,
    birthDate: day,
    sex: person.female ? "female" : "male",
    postalCode: place.postalCode.replaceAll("-", ""),
    address: place.address,
    phone: person.phone.replaceAll("-", ""),
    email: person.email,
  };
  return values[field] ?? "";
}
