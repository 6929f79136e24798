/**
 * From what a caller says to the terms of a search, in the very normal forms that were indexed (`custodian/src/vault/terms.ts`,
 * the parsers of `custodian/src/intake`): whoever is in the files is found by the same writing here.
 */
import type { CivilDate } from "@kura/kernel/civil-date.ts";
import { foldWidth } from "@kura/kernel/kana.ts";
import { isRefusal } from "@kura/custodian/intake/cell.ts";
import { parseDateCell } from "@kura/custodian/intake/date-cell.ts";
import { parseKanaCell } from "@kura/custodian/intake/text-cell.ts";
import { parsePensionNumber } from "@kura/custodian/register/pension-number.ts";
import { addNameTerms, addNumberTerms, listTerms } from "@kura/custodian/vault/terms.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";

export type TermsOutcome =
  | { readonly outcome: "terms"; readonly terms: readonly Term[] }
  | { readonly outcome: "bad-number" | "bad-kana" | "bad-birth" };

export function termsOfNumber(text: string): TermsOutcome {
  const pensionNumber = parsePensionNumber(text);
  if (pensionNumber === undefined) return { outcome: "bad-number" };
  return {
    outcome: "terms",
    terms: listTerms((add) => addNumberTerms({ pensionNumber, schemeNumbers: [] }, add)),
  };
}

export function termsOfName(kanaText: string, birthText: string): TermsOutcome {
  const kana = parseKanaCell(foldWidth(kanaText));
  if (isRefusal(kana) || kana === "") return { outcome: "bad-kana" };
  const birthDate = readBirthDate(birthText);
  if (birthDate === undefined) return { outcome: "bad-birth" };
  const identity = { kana, birthDate, schemeNumbers: [] };
  return { outcome: "terms", terms: listTerms((add) => addNameTerms(identity, add)) };
}

/** In any form that a file may write it, eras included. */
export function readBirthDate(text: string): CivilDate | undefined {
  const date = parseDateCell(foldWidth(text));
  return isRefusal(date) ? undefined : date;
}
