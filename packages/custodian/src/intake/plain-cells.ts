/**
 * The cells of `plain-person.ts`: each method writes the value of the cell between two places of `source` behind what is written,
 * in its normal form, and answers `false` where the cell is not plain beyond doubt; what was written is worth nothing then.
 *
 * The rules are those of `number-cell.ts`, `text-cell.ts`, `date-cell.ts` and `word-cell.ts`, for the characters that nearly all
 * cells consist of.
 */
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { civilDate } from "@kura/kernel/civil-date.ts";
import { isRefusal } from "./cell.ts";
import { maxEmailChars, maxNameChars } from "./limits.ts";
import { parseSexCell } from "./word-cell.ts";

const [space, hyphen, dot, at, zero] = [0x20, 0x2d, 0x2e, 0x40, 0x30];
const delete7 = 0x7f;

export class PlainCells {
  /** UTF-8. */
  source: Uint8Array;
  /** Bytes written. */
  length = 0;
  readonly #target: Uint8Array;

  /** @param target with room for every value of a line. */
  constructor(target: Uint8Array) {
    this.#target = target;
    this.source = target;
  }

  #put(byte: number): void {
    this.#target[this.length] = byte;
    this.length += 1;
  }

  /** `digits` of them, with a hyphen behind the first `group` or none. */
  readDigits(from: number, to: number, digits: number, group: number): boolean {
    const hasHyphen = to - from === digits + 1;
    if (!hasHyphen && to - from !== digits) return false;
    for (let i = from; i < to; i++) {
      const byte = this.source[i] ?? 0;
      if (hasHyphen && i === from + group) {
        if (byte !== hyphen) return false;
      } else if (!isDigit(byte)) return false;
      else this.#put(byte);
    }
    return true;
  }

  /** Letters in upper case, digits and kanji, without the hyphens between. */
  readSchemeNumber(from: number, to: number): boolean {
    const source = this.source;
    let characters = 0;
    for (let i = from; i < to; i++) {
      const byte = source[i] ?? 0;
      if (byte === hyphen && i > from) continue;
      if (isKanjiLead(byte, source[i + 1] ?? 0)) {
        this.#put(byte);
        this.#put(source[i + 1] ?? 0);
        this.#put(source[i + 2] ?? 0);
        i += 2;
      } else if (isDigit(byte) || (byte >= 0x41 && byte <= 0x5a)) this.#put(byte);
      else return false;
      characters += 1;
    }
    return characters > 0 && characters <= 20;
  }

  /** Names and addresses: what `isPlainText` of `cell.ts` takes, wide spaces made plain. @param isListed no `;` or `|` then. */
  readText(from: number, to: number, isListed: boolean): boolean {
    const source = this.source;
    const first = source[from] ?? 0;
    if (first < 0x80 && !isDigit(first) && !isLetter(first)) return false;
    let characters = 0;
    let isBehindSpace = true;
    for (let i = from; i < to; i++, characters++) {
      const byte = source[i] ?? 0;
      const isWideSpace = byte === 0xe3 && source[i + 1] === 0x80 && source[i + 2] === 0x80;
      if (byte === space || isWideSpace) {
        if (isBehindSpace) return false;
        isBehindSpace = true;
        this.#put(space);
        if (isWideSpace) i += 2;
        continue;
      }
      isBehindSpace = false;
      this.#put(byte);
      if (byte < 0x80) {
        if (byte < space || byte === delete7) return false;
        if (isListed && (byte === 0x3b || byte === 0x7c)) return false;
        continue;
      }
      // U+3005 to U+9FFF.
      if (byte < 0xe3 || byte > 0xe9) return false;
      if (byte === 0xe3 && source[i + 1] === 0x80 && (source[i + 2] ?? 0) < 0x85) return false;
      this.#put(source[i + 1] ?? 0);
      this.#put(source[i + 2] ?? 0);
      i += 2;
    }
    return !isBehindSpace && characters <= maxNameChars;
  }

  /** Full-width katakana from ァ to ー, wide spaces made plain. */
  readKana(from: number, to: number): boolean {
    const source = this.source;
    let characters = 0;
    let isBehindSpace = true;
    for (let i = from; i < to; i += 3, characters++) {
      const [lead, second, third] = [source[i] ?? 0, source[i + 1] ?? 0, source[i + 2] ?? 0];
      const isWideSpace = lead === 0xe3 && second === 0x80 && third === 0x80;
      if (lead === space || isWideSpace) {
        if (isBehindSpace) return false;
        isBehindSpace = true;
        this.#put(space);
        if (!isWideSpace) i -= 2;
        continue;
      }
      isBehindSpace = false;
      if (lead !== 0xe3 || !isPlainKatakana(second, third)) return false;
      this.#put(lead);
      this.#put(second);
      this.#put(third);
    }
    return !isBehindSpace && characters <= maxNameChars;
  }

  /** `YYYY-MM-DD` of a day that exists. */
  readDate(from: number, to: number): boolean {
    if (to - from !== 10) return false;
    for (let i = 0; i < 10; i++) {
      const byte = this.source[from + i] ?? 0;
      if (i === 4 || i === 7 ? byte !== hyphen : !isDigit(byte)) return false;
      this.#put(byte);
    }
    const [year, month, day] = [this.#number(from, 4), this.#number(from + 5, 2), this.#number(from + 8, 2)];
    // Every month has these days; the calendar is asked for the others, and for what is no month.
    if (year >= 1800 && year <= 2199 && month >= 1 && month <= 12 && day >= 1 && day <= 28) return true;
    return civilDate(year, month, day) !== undefined;
  }

  #number(from: number, digits: number): number {
    let number = 0;
    for (let i = from; i < from + digits; i++) number = number * 10 + (this.source[i] ?? 0) - zero;
    return number;
  }

  readSex(from: number, to: number): boolean {
    const word = to - from <= 6 ? sexWords.get(packed(this.source, from, to)) : undefined;
    if (word === undefined) return false;
    for (const byte of word) this.#put(byte);
    return true;
  }

  /** Digits without the hyphens between. */
  readPhone(from: number, to: number): boolean {
    const start = this.length;
    for (let i = from; i < to; i++) {
      const byte = this.source[i] ?? 0;
      if (isDigit(byte)) this.#put(byte);
      else if (byte !== hyphen) return false;
    }
    return this.length - start >= 6 && this.length - start <= 15;
  }

  /** Letters, digits, dots, hyphens and underscores, one `@` and a dot behind it. */
  readEmail(from: number, to: number): boolean {
    let atPlace = 0;
    let dotPlace = 0;
    for (let i = from; i < to; i++) {
      const byte = this.source[i] ?? 0;
      this.#put(byte);
      if (isDigit(byte) || isLetter(byte) || byte === 0x5f) continue;
      if (byte === dot) dotPlace = i;
      else if (byte === at && atPlace === 0 && i > from) atPlace = i;
      else if (byte !== hyphen || i === from) return false;
    }
    return atPlace > 0 && dotPlace > atPlace + 1 && dotPlace < to - 1 && to - from <= maxEmailChars;
  }
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= 0x39;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

/** U+4E00 to U+9FFF. */
function isKanjiLead(lead: number, second: number): boolean {
  return (lead > 0xe4 && lead <= 0xe9) || (lead === 0xe4 && second >= 0xb8);
}

/** U+30A1 to U+30FC, behind 0xE3. */
function isPlainKatakana(second: number, third: number): boolean {
  return (second === 0x82 && third >= 0xa1) || (second === 0x83 && third <= 0xbc);
}

/** At most six bytes as one number that a double holds. */
function packed(bytes: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) number = number * 256 + (bytes[i] ?? 0);
  return number;
}

/** The usual spellings; a rarer one is the general parser's. */
const sexWords: ReadonlyMap<number, Uint8Array> = new Map(
  ["男", "女", "男性", "女性", "1", "2", "M", "F", "m", "f"].map((text) => {
    const bytes = encodeUtf8(text);
    const sex = parseSexCell(text);
    return [packed(bytes, 0, bytes.length), encodeUtf8(isRefusal(sex) ? "" : sex)];
  }),
);
