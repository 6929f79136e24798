// Folds one value to the form in which it is compared: width, case, accents, punctuation, ways of writing "nothing".
// Pure; called once per distinct value. Unicode NFKC (UAX #15) for width; Latin accents are dropped, kana voiced
// marks are not (they are evidence, see ja/kana.ts).

import { MAX_VALUE_CHARS } from "./limits.ts";

const NOTHING = new Set([
  "null",
  "NULL",
  "nan",
  "NaN",
  "NAN",
  "<na>",
  "<NA>",
  "#n/a",
  "#N/A",
  "n/a",
  "N/A",
  "none",
  "None",
  "NONE",
  "-",
  "--",
  "?",
  ".",
  "unknown",
  "UNKNOWN",
  "Unknown",
  "不明",
  "なし",
  "無し",
]);

/** Trims, cuts to the longest compared length, and turns the usual words for "nothing" into "". */
export function foldMissing(value: string): string {
  const trimmed = value.trim();
  return NOTHING.has(trimmed) ? "" : trimmed.slice(0, MAX_VALUE_CHARS);
}

const withoutAccents = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, "$1")
    .normalize("NFC");

/** Text that folding leaves as it is. */
const PLAIN = /^[a-z\d]*(?: [a-z\d]+)*$/;

/** Names and words: NFKC, lower case, no accents, no apostrophes, other punctuation as one space. */
export function foldWords(value: string): string {
  const kept = foldMissing(value);
  if (PLAIN.test(kept)) return kept;
  return withoutAccents(kept.normalize("NFKC").toLowerCase())
    .replace(/['’`´]/g, "")
    .replace(/[^\p{L}\p{N}\p{M}ー]+/gu, " ")
    .trim();
}

/** Codes and numbers: NFKC, lower case, letters and digits only; "12.0" is "12". */
export function foldCode(value: string): string {
  return foldMissing(value)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/^(\d+)\.0+$/, "$1")
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Postal codes: like codes, without the Japanese postal mark. */
export function foldPostcode(value: string): string {
  return foldCode(value.replace(/[〒]/g, ""));
}

/** Telephone numbers: digits only, international prefix 00 or + with country code 81 or 44 as a leading 0. */
export function foldPhone(value: string): string {
  const digits = foldMissing(value)
    .normalize("NFKC")
    .replace(/(?!^\+)[^\d]/g, "");
  const international = digits.replace(/^(?:\+|00)(?:81|44)0?/, "0").replace(/\D/g, "");
  return international.length < 4 ? "" : international;
}

/** E-mail addresses: lower case; text without @ is kept as a local part. */
export function foldEmail(value: string): string {
  return foldMissing(value).normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}

const FEMALE = new Set(["f", "female", "w", "woman", "fem", "女", "女性", "女子", "2"]);
const MALE = new Set(["m", "male", "man", "男", "男性", "男子", "1"]);

/** Sex: the usual codes become "f" and "m"; other words are kept. */
export function foldSex(value: string): string {
  const folded = foldWords(value);
  if (FEMALE.has(folded)) return "f";
  return MALE.has(folded) ? "m" : folded === "9" || folded === "0" ? "" : folded;
}

/** Amounts: a plain decimal number as text, or "". */
export function foldAmount(value: string): string {
  const plain = foldMissing(value)
    .normalize("NFKC")
    .replace(/[^\d.,-]/g, "");
  const decimal = /,\d{1,2}$/.test(plain)
    ? plain.replace(/\./g, "").replace(",", ".")
    : plain.replace(/,/g, "");
  const amount = Number(decimal);
  return decimal === "" || !Number.isFinite(amount) ? "" : String(amount);
}
