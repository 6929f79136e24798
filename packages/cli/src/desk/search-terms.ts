/** From what a caller says of themselves to the terms of a search, in the normal forms that were indexed. */
import { Fault } from "@kura/kernel/fault.ts";
import { parseCivilDate } from "@kura/kernel/civil-date.ts";
import { foldWidth } from "@kura/kernel/kana.ts";
import { type CellParser, isRefusal } from "@kura/custodian/intake/cell.ts";
import { parseKanaCell, parseNameCell } from "@kura/custodian/intake/text-cell.ts";
import { parsePensionNumber, parseSchemeNumber } from "@kura/custodian/register/pension-number.ts";
import { addNameTerms, addNumberTerms, listTerms } from "@kura/custodian/vault/terms.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";

export interface Said {
  readonly number?: string;
  readonly schemeNumber?: string;
  readonly kana?: string;
  readonly name?: string;
  /** YYYY-MM-DD; needed with a name. */
  readonly birth?: string;
}

/** @throws {Fault} `bad-search` for a value that is none, or for nothing at all. Says which, not what. */
export function searchTermsOf(said: Said): Term[] {
  const pensionNumber = must(
    said.number,
    parsePensionNumber,
    "a basic pension number has ten digits, NNNN-NNNNNN",
  );
  const schemeNumber = must(
    said.schemeNumber,
    parseSchemeNumber,
    "a scheme number has letters and digits only",
  );
  const birthDate = must(said.birth, parseCivilDate, "a birth date is YYYY-MM-DD");
  const kana = must(said.kana, cell(parseKanaCell), "a kana name is written in kana");
  const name = must(said.name, cell(parseNameCell), "a name has no digits and no controls");
  if ((kana ?? name) !== undefined && birthDate === undefined)
    throw bad("a name is searched with the birth date only");
  const identity = {
    schemeNumbers: schemeNumber === undefined ? [] : [schemeNumber],
    ...(pensionNumber !== undefined && { pensionNumber }),
    ...(kana !== undefined && { kana }),
    ...(name !== undefined && { name }),
    ...(birthDate !== undefined && { birthDate }),
  };
  const terms = listTerms((add) => {
    addNumberTerms(identity, add);
    addNameTerms(identity, add);
  });
  if (terms.length === 0) throw bad("say a number, or a name with the birth date");
  return terms;
}

function must<T>(
  given: string | undefined,
  parse: (text: string) => T | undefined,
  otherwise: string,
): T | undefined {
  if (given === undefined) return undefined;
  const parsed = parse(given);
  if (parsed === undefined) throw bad(otherwise);
  return parsed;
}

/** As a file's cell is read, so that both find each other. */
function cell(parse: CellParser<string>): (text: string) => string | undefined {
  return (text) => {
    const outcome = parse(foldWidth(text).trim());
    return isRefusal(outcome) ? undefined : outcome;
  };
}

function bad(why: string): Fault<"bad-search"> {
  return new Fault("bad-search", why);
}
