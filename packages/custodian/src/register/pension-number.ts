/**
 * Basic pension number (基礎年金番号): ten digits, written `NNNN-NNNNNN`, four for the office and six in series.
 *
 * There is no check digit: a mistyped number is often another person's valid one, so a number alone never identifies.
 * A number is an attribute with history; it may change and duplicates exist. Never a key.
 */
import { foldWidth } from "@kura/kernel/kana.ts";
import type { Brand } from "@kura/kernel/brand.ts";

/** Ten digits without hyphen. */
export type PensionNumber = Brand<string, "PensionNumber">;

/** A number of a scheme before 1997, upper case without spaces or hyphens: one to twenty letters and digits. */
export type SchemeNumber = Brand<string, "SchemeNumber">;

/** The number, full-width digits and the usual hyphens accepted, or `undefined`. */
export function parsePensionNumber(text: string): PensionNumber | undefined {
  if (/^\d{10}$/.test(text)) return text as PensionNumber;
  const match = /^(\d{4})[-‐‑–—―−ー]?(\d{6})$/u.exec(foldWidth(text));
  return match === null ? undefined : (`${match[1]}${match[2]}` as PensionNumber);
}

/** The number, or `undefined` when nothing but letters and digits would not be left. */
export function parseSchemeNumber(text: string): SchemeNumber | undefined {
  const plain = foldWidth(text)
    .replace(/[\s\-‐‑–—―−ー]/gu, "")
    .toUpperCase();
  return /^[0-9A-Z\u30a0-\u30ff\u4e00-\u9fff]{1,20}$/u.test(plain) ? (plain as SchemeNumber) : undefined;
}

/** `NNNN-NNNNNN`, as on letters and screens. */
export function renderPensionNumber(number: PensionNumber): string {
  return `${number.slice(0, 4)}-${number.slice(4)}`;
}
