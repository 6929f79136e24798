/**
 * The fields by which a line says whom it is about, the same in person and premium files.
 */
import type { Identity, Reason } from "./draft.ts";
import { parseDateCell } from "./date-cell.ts";
import { fieldReader, listReader } from "./field-reader.ts";
import type { Mapping } from "./mapping.ts";
import { parsePensionNumberCell, parseSchemeNumberCell } from "./number-cell.ts";
import { parseKanaCell, parseNameCell, parseReferenceCell } from "./text-cell.ts";
import { parseSexCell } from "./word-cell.ts";

/** An identity and the sender's mark of the line; what is not given is absent. */
export interface IdentifiedLine extends Identity {
  readonly reference?: string | undefined;
}

export function identityReader(
  mapping: Mapping,
): (cells: readonly string[], reasons: Reason[]) => IdentifiedLine {
  const pensionNumberOf = fieldReader(mapping, "pensionNumber", { parse: parsePensionNumberCell });
  const schemeNumbersOf = listReader(mapping, "schemeNumber", { parse: parseSchemeNumberCell });
  const nameOf = fieldReader(mapping, "name", { parse: parseNameCell, isRaw: true });
  const kanaOf = fieldReader(mapping, "kana", { parse: parseKanaCell, isRaw: true });
  const birthDateOf = fieldReader(mapping, "birthDate", { parse: parseDateCell, isRepeating: true });
  const sexOf = fieldReader(mapping, "sex", { parse: parseSexCell, isRepeating: true });
  const referenceOf = fieldReader(mapping, "reference", { parse: parseReferenceCell });
  return (cells, reasons) => {
    const pensionNumber = pensionNumberOf(cells, reasons);
    const schemeNumbers = schemeNumbersOf(cells, reasons);
    const name = nameOf(cells, reasons);
    const kana = kanaOf(cells, reasons);
    const birthDate = birthDateOf(cells, reasons);
    const sex = sexOf(cells, reasons);
    const reference = referenceOf(cells, reasons);
    return { pensionNumber, schemeNumbers, name, kana, birthDate, sex, reference };
  };
}
