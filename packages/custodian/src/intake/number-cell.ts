/**
 * Numbers that identify or count: pension number, old scheme numbers, postal code, telephone, yen.
 *
 * The text is folded before it comes here. Nothing is padded or guessed: a number that lost its leading zero in a
 * spreadsheet is as often another person's.
 */
import { parseYen } from "@kura/kernel/yen.ts";
import type { Yen } from "@kura/kernel/yen.ts";
import { parsePensionNumber, parseSchemeNumber } from "../register/pension-number.ts";
import type { PensionNumber, SchemeNumber } from "../register/pension-number.ts";
import { refusal } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";
import { maxEntryYen } from "./limits.ts";

const numberShort = refusal(
  "pension-number-digits",
  "A basic pension number has ten digits and here are fewer; a spreadsheet may have dropped a leading zero.",
);
const numberForm = refusal(
  "pension-number-digits",
  "A basic pension number is ten digits, as in 1234-567890.",
);
const schemeForm = refusal("scheme-number-form", "A scheme number is one to twenty letters and digits.");
const postalForm = refusal("postal-code-form", "A postal code is seven digits, as in 100-0001.");
const phoneForm = refusal(
  "phone-form",
  "A telephone number is six to fifteen digits, with hyphens or a leading +.",
);
const yenForm = refusal("yen-form", "This is not an amount of yen.");
const yenFraction = refusal("yen-fraction", "Yen have no fractions.");
const yenNegative = refusal(
  "negative-yen",
  "An amount is not negative; corrections are made by reversing an entry.",
);
const yenLarge = refusal("yen-too-large", `One entry is at most ${maxEntryYen} yen; check the column.`);

const plainNumber = /^\d{4}-?\d{6}$/;

export function parsePensionNumberCell(text: string): CellOutcome<PensionNumber> {
  const number = parsePensionNumber(text);
  if (number !== undefined) return number;
  return /^[\d-]{1,10}$/.test(text) && !plainNumber.test(text) ? numberShort : numberForm;
}

export function parseSchemeNumberCell(text: string): CellOutcome<SchemeNumber> {
  return parseSchemeNumber(text) ?? schemeForm;
}

/** Seven digits. */
export function parsePostalCodeCell(text: string): CellOutcome<string> {
  if (/^\d{7}$/.test(text)) return text;
  const digits = text.replace(/^〒/u, "").replace(/[\s\-‐‑–—―−ー]/gu, "");
  return /^\d{7}$/.test(digits) ? digits : postalForm;
}

/** Digits with an optional leading +. */
export function parsePhoneCell(text: string): CellOutcome<string> {
  const digits = /^[\d-]+$/.test(text) ? text.replaceAll("-", "") : text.replace(/[\s().\-‐‑–—―−ー]/gu, "");
  return /^\+?\d{6,15}$/.test(digits) ? digits : phoneForm;
}

/** Commas between thousands, ¥ before or 円 behind. */
export function parseYenCell(text: string): CellOutcome<Yen> {
  const plain = text.replace(/^[¥\\]\s?|\s?円$/gu, "");
  if (/^(?:[-−‐–▲△]\s?[¥\\]?\s?[\d,.]+|[¥\\]?\s?\([\d,.]+\))$/u.test(plain)) return yenNegative;
  const digits = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain) ? plain.replaceAll(",", "") : plain;
  if (!/^\d+(?:\.\d+)?$/.test(digits)) return yenForm;
  if (digits.includes(".") && !/\.0+$/.test(digits)) return yenFraction;
  const amount = Number(digits);
  return amount > maxEntryYen ? yenLarge : parseYen(amount);
}
