/** A fact as it is read: dates, sexes and numbers in the language of the screen. */
import { parsePensionNumber, renderPensionNumber } from "@kura/custodian/register/pension-number.ts";
import { dateText, type Language, type Words, wordOf } from "../../words/words.ts";
import type { Fact } from "./opened.ts";

export function factText(words: Words, language: Language, { field, value }: Fact): string {
  if (field === "birthDate" || field === "diedOn") return dateText(language, value);
  if (field === "sex") return wordOf(words.sexes, value);
  const number = field === "pensionNumber" ? parsePensionNumber(value) : undefined;
  return number === undefined ? value : renderPensionNumber(number);
}
