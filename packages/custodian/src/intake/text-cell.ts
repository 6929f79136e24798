/**
 * Names, kana, addresses, e-mail addresses and references, from the cell as it came.
 *
 * A name stays as written: only full-width Latin and half-width kana are turned, and white space is made one plain
 * space. NFKC would replace compatibility ideographs (神 U+FA19) by their common forms and lose the variant.
 */
import { foldKana, foldWidth, isKana } from "@kura/kernel/kana.ts";
import { checkCell, checkNoSign, isPlainText, isRefusal, refusal } from "./cell.ts";
import type { CellOutcome, Refusal } from "./cell.ts";
import { maxAddressChars, maxEmailChars, maxNameChars, maxReferenceChars } from "./limits.ts";

const nameLong = refusal("name-too-long", `A name has at most ${maxNameChars} characters.`);
const nameLines = refusal("control-character", "A name is on one line.");
const kanaForm = refusal("kana-form", "The kana name has characters that are not kana.");
const addressLong = refusal("address-too-long", `An address has at most ${maxAddressChars} characters.`);
const emailForm = refusal("email-form", "This is not an e-mail address.");
const referenceLong = refusal(
  "reference-too-long",
  `A reference has at most ${maxReferenceChars} characters.`,
);

/** "" for an empty cell. */
export function parseNameCell(text: string): CellOutcome<string> {
  if (text === "" || isPlainText(text)) return text;
  const spaced = withPlainSpaces(text);
  if (isPlainText(spaced)) return spaced;
  const refused = checkCell(text) ?? checkOneLine(text);
  if (refused !== undefined) return refused;
  const name = narrowText(text);
  if (name.length > maxNameChars) return nameLong;
  return checkNoSign(name) ?? name;
}

/** Full-width katakana; "" for an empty cell. */
export function parseKanaCell(text: string): CellOutcome<string> {
  const spaced = withPlainSpaces(text);
  if (spaced.length <= maxNameChars && isPlainKatakana(spaced)) return spaced;
  const name = parseNameCell(text);
  if (isRefusal(name) || name === "") return name;
  const kana = isPlainKatakana(name) ? name : foldKana(name);
  return isPlainKatakana(kana) || isKana(kana) ? kana : kanaForm;
}

/** "" for an empty cell. Line ends become spaces. */
export function parseAddressCell(text: string): CellOutcome<string> {
  if (text === "" || isPlainText(text)) return text;
  const spaced = withPlainSpaces(text);
  if (isPlainText(spaced)) return spaced;
  const refused = checkCell(text);
  if (refused !== undefined) return refused;
  const address = narrowText(text);
  return address.length > maxAddressChars ? addressLong : (checkNoSign(address) ?? address);
}

/** Checked for its form only; the case of letters is kept (RFC 5321 section 2.4). */
export function parseEmailCell(folded: string): CellOutcome<string> {
  if (folded.length > maxEmailChars || !/^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/u.test(folded))
    return emailForm;
  return checkNoSign(folded) ?? folded;
}

/** The sender's own mark of the line. */
export function parseReferenceCell(folded: string): CellOutcome<string> {
  return folded.length > maxReferenceChars ? referenceLong : (checkNoSign(folded) ?? folded);
}

/** Full-width spaces made plain, which {@link narrowText} does too: what is plain text then needs no more. */
function withPlainSpaces(text: string): string {
  return text.includes("\u3000") ? text.replaceAll("\u3000", " ") : text;
}

function checkOneLine(text: string): Refusal | undefined {
  return /[\t\r\n]/.test(text.trim()) ? nameLines : undefined;
}

const wide = /[\uff01-\uffef]+/gu;
const looseSpace = /^\s|\s$|[^\S ]|\s{2}/u;

function narrowText(text: string): string {
  const narrow = text.search(wide) === -1 ? text : text.replace(wide, foldWidth);
  return looseSpace.test(narrow) ? narrow.replace(/\s+/gu, " ").trim() : narrow;
}

function isPlainKatakana(text: string): boolean {
  return /^[ァ-ヺー・]+(?: [ァ-ヺー・]+)*$/u.test(text);
}
