/**
 * Numbers of Excel cells to the text their sender sees, as far as it matters: dates, and zeros a format puts in front.
 *
 * ECMA-376 part 1: section 18.17.4 (date systems), 18.8.30 (number formats). In the 1900 system serial 60 is a day
 * that never was (29 February 1900).
 */
import { refusal } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";
import { maxFormatChars } from "./limits.ts";

export type NumberStyle =
  | { readonly kind: "plain" }
  | { readonly kind: "date" }
  /** A format of zeros and hyphens only, such as `0000-000000`. */
  | { readonly kind: "zeros"; readonly pattern: string };

const plain: NumberStyle = { kind: "plain" };
const date: NumberStyle = { kind: "date" };

/** What a number format does; `code` is absent for the built-in ones. */
export function numberStyle(formatId: number, code: string | undefined): NumberStyle {
  if (code === undefined) return isBuiltInDate(formatId) ? date : plain;
  if (code.length > maxFormatChars) return plain;
  const bare = code
    .replace(/"([^"]*)"/gu, "")
    .replace(/\[[^\]]*\]/gu, "")
    .replace(/\\(.)/gu, "$1")
    .replace(/_.|\*./gu, "");
  const first = bare.split(";")[0] ?? "";
  if (/^0[0-]*0$/.test(first)) return { kind: "zeros", pattern: first };
  return /[ymdhs]/iu.test(first.replace(/General|E[+-]/giu, "")) ? date : plain;
}

/** Built-in formats 14–22 and 45–47, and those of East Asian editions (27–36, 50–58). */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

const precisionLost = refusal(
  "number-precision-lost",
  "The cell is a number with more digits than Excel keeps.",
);
const noNumber = refusal("malformed-number", "The cell is said to be a number and is not one.");
const noDay = refusal("no-such-day", "The cell's date serial is no day of the calendar.");

/** The text of a numeric cell with that stored value. */
export function renderNumber(stored: string, style: NumberStyle, uses1904: boolean): CellOutcome<string> {
  const value = Number(stored);
  if (stored.trim() === "" || !Number.isFinite(value)) return noNumber;
  if (style.kind === "date") return renderSerial(value, uses1904);
  if (Math.abs(value) >= 1e15) return precisionLost;
  const text = String(Number(value.toPrecision(15)));
  return style.kind === "zeros" && /^\d+$/.test(text) ? fillZeros(text, style.pattern) : text;
}

const dayMs = 86_400_000;

function renderSerial(serial: number, uses1904: boolean): CellOutcome<string> {
  if (serial < 0 || serial >= 2_958_466 || (!uses1904 && Math.floor(serial) === 60)) return noDay;
  // Below 61 the 1900 system has not yet counted the day that never was.
  const epoch = uses1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const iso = new Date(epoch + Math.round(serial * 86_400) * 1000).toISOString();
  return (Math.round(serial * 86_400) * 1000) % dayMs === 0 ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** The digits set into the pattern from the right; more digits than it has places are kept. */
function fillZeros(digits: string, pattern: string): string {
  const places = pattern.replaceAll("-", "").length;
  const padded = digits.padStart(places, "0");
  let rest = padded.slice(padded.length - places);
  let text = "";
  for (const place of pattern) {
    text += place === "-" ? "-" : rest.slice(0, 1);
    if (place !== "-") rest = rest.slice(1);
  }
  return padded.slice(0, padded.length - places) + text;
}
