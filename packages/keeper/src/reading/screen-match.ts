/**
 * Whether an opened person meets a criterion, and of whom else the answer tells. Pure.
 *
 * Compared is what the newest record says that has the field, as an extract would show it; where that record has several
 * values, any. A person without the field does not meet it. Field numbers: `protocol/screens.ts`.
 */
import type { FactValue } from "@kura/kernel/fact-list.ts";
import { foldKanaName } from "@kura/kernel/kana.ts";
import { type Criterion, normalAddress, normalPostalCode } from "../protocol/screens.ts";

const field = { kana: 4, birthDate: 7, sex: 8, postalCode: 9, address: 10 } as const;

/** @param records of the person, oldest first. */
export function meets(records: readonly (readonly FactValue[])[], criterion: Criterion): boolean {
  const { bornFrom, bornTo, postalPrefix, addressPrefix, kanaPrefix, sex } = criterion;
  const hasAny = (number: number, isMet: (value: string) => boolean): boolean =>
    newest(records, number).some(isMet);
  return (
    ((bornFrom === undefined && bornTo === undefined) ||
      hasAny(field.birthDate, (day) => day >= (bornFrom ?? "") && day <= (bornTo ?? "9"))) &&
    (postalPrefix === undefined ||
      hasAny(field.postalCode, (code) => normalPostalCode(code).startsWith(postalPrefix))) &&
    (addressPrefix === undefined ||
      hasAny(field.address, (address) => normalAddress(address).startsWith(addressPrefix))) &&
    (kanaPrefix === undefined || hasAny(field.kana, (kana) => foldKanaName(kana).startsWith(kanaPrefix))) &&
    (sex === undefined || hasAny(field.sex, (one) => one === sex))
  );
}

/** A range of birth dates up to this says little of who is not in it. */
const narrowDays = 366;
const dayMs = 24 * 60 * 60_000;

/**
 * Whether not meeting the criterion tells as much as meeting it: of the sex it says the other, of a wide range of birth dates
 * which side is left. Then everybody who was compared counts as found.
 */
export function tellsOfOthers({ bornFrom, bornTo, sex }: Criterion): boolean {
  if (sex !== undefined) return true;
  if (bornFrom === undefined && bornTo === undefined) return false;
  if (bornFrom === undefined || bornTo === undefined) return true;
  return (Date.parse(bornTo) - Date.parse(bornFrom)) / dayMs >= narrowDays;
}

function newest(records: readonly (readonly FactValue[])[], number: number): string[] {
  const record = records.findLast((facts) => facts.some((fact) => fact.field === number)) ?? [];
  return record.filter((fact) => fact.field === number).map(({ value }) => value);
}
