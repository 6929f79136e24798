/**
 * A row of a person file to a draft, or to a reject with every reason found in it.
 *
 * The least a line must say: a pension number, or an old scheme number, or a name (kanji or kana) with the birth date.
 * With less nobody could find the person again. Called by the import job; touches no database.
 */
import { ByteRow } from "./byte-row.ts";
import { parseDateCell } from "./date-cell.ts";
import type { IntakeLine, PersonDraft, Reason } from "./draft.ts";
import { fieldReader, listReader, rowReasons } from "./field-reader.ts";
import { identityReader } from "./identity-fields.ts";
import type { IdentifiedLine } from "./identity-fields.ts";
import type { Mapping } from "./mapping.ts";
import { parsePhoneCell, parsePostalCodeCell } from "./number-cell.ts";
import { PlainPersons } from "./plain-person.ts";
import type { PlainPerson } from "./plain-person.ts";
import type { Row } from "./table-file.ts";
import { parseAddressCell, parseEmailCell, parseKanaCell, parseNameCell } from "./text-cell.ts";

const noIdentity: Reason = {
  code: "no-identity",
  text: "The line has neither a pension number, nor a scheme number, nor a name with a birth date.",
};
const diedBeforeBirth: Reason = {
  code: "death-before-birth",
  text: "The day of death is before the day of birth.",
};

/** A person line as the register takes it in. */
export type PersonLine = PersonDraft | PlainPerson;

/**
 * The parser of all rows of one file that is to be imported: plain lines as bytes, the others by {@link personParser}. A draft of
 * it is read before the next row is parsed.
 */
export function personLineParser(
  mapping: Mapping,
  delimiter: string | undefined,
): (row: Row) => IntakeLine<PersonLine> {
  const plain = delimiter === undefined ? undefined : PlainPersons.of(mapping, delimiter);
  const parse = personParser(mapping);
  if (plain === undefined) return parse;
  return (row) => {
    const draft = row instanceof ByteRow ? plain.read(row) : undefined;
    return draft === undefined ? parse(row) : { kind: "draft", line: row.line, draft, row };
  };
}

/** The general parser of all rows of one file. */
export function personParser(mapping: Mapping): (row: Row) => IntakeLine<PersonDraft> {
  const readFields = personFields(mapping);
  return (row) => {
    const { line, cells } = row;
    const reasons = rowReasons(row, cells, mapping.header);
    if (reasons.length === 0) {
      const draft = readFields(cells, reasons);
      if (reasons.length === 0) checkPerson(draft, reasons);
      if (reasons.length === 0) return { kind: "draft", line, draft, row };
    }
    return { kind: "reject", line, reasons, cells, ...(row.raw !== undefined && { raw: row.raw }) };
  };
}

function personFields(mapping: Mapping): (cells: readonly string[], reasons: Reason[]) => PersonDraft {
  const identityOf = identityReader(mapping);
  const formerNamesOf = listReader(mapping, "formerName", { parse: parseNameCell, isRaw: true });
  const formerKanasOf = listReader(mapping, "formerKana", { parse: parseKanaCell, isRaw: true });
  const postalCodeOf = fieldReader(mapping, "postalCode", { parse: parsePostalCodeCell });
  const addressOf = fieldReader(mapping, "address", { parse: parseAddressCell, isRaw: true });
  const phoneOf = fieldReader(mapping, "phone", { parse: parsePhoneCell });
  const emailOf = fieldReader(mapping, "email", { parse: parseEmailCell });
  const diedOnOf = fieldReader(mapping, "diedOn", { parse: parseDateCell, isRepeating: true });
  const asOfOf = fieldReader(mapping, "asOf", { parse: parseDateCell, isRepeating: true });
  return (cells, reasons) => {
    const identity = identityOf(cells, reasons);
    const formerNames = formerNamesOf(cells, reasons);
    const formerKanas = formerKanasOf(cells, reasons);
    const postalCode = postalCodeOf(cells, reasons);
    const address = addressOf(cells, reasons);
    const phone = phoneOf(cells, reasons);
    const email = emailOf(cells, reasons);
    const diedOn = diedOnOf(cells, reasons);
    const asOf = asOfOf(cells, reasons);
    const { pensionNumber, schemeNumbers, name, kana, birthDate, sex, reference } = identity;
    return {
      pensionNumber,
      schemeNumbers,
      name,
      kana,
      birthDate,
      sex,
      reference,
      formerNames,
      formerKanas,
      postalCode,
      address,
      phone,
      email,
      diedOn,
      asOf,
    };
  };
}

function checkPerson(draft: PersonDraft, reasons: Reason[]): void {
  if (!isFindable(draft)) reasons.push(noIdentity);
  if (draft.diedOn !== undefined && draft.birthDate !== undefined && draft.diedOn < draft.birthDate) {
    reasons.push(diedBeforeBirth);
  }
}

function isFindable({ pensionNumber, schemeNumbers, name, kana, birthDate }: IdentifiedLine): boolean {
  if (pensionNumber !== undefined || schemeNumbers.length > 0) return true;
  return (name !== undefined || kana !== undefined) && birthDate !== undefined;
}
