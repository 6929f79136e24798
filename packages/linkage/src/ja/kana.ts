// Kana as evidence: one script, then folds for the errors of Japanese record keeping. The folds follow the public
// matching rules of 2007 (voiced marks, small kana, similar shapes ソ/ン and シ/ツ, same sounds ヅ/ズ). Pure.

import { foldMissing } from "../fold.ts";

const HIRAGANA = /[\u3041-\u3096]/g;

/** Katakana of one width without spaces and separators; other characters are dropped. */
export function foldKana(value: string): string {
  return foldMissing(value)
    .normalize("NFKC")
    .replace(HIRAGANA, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/(?<=[ァ-ヺ])[-‐‑–—―−－ｰ]/g, "ー")
    .replace(/[^ァ-ヺー]/g, "");
}

const SMALL: Readonly<Record<string, string>> = {
  ァ: "ア",
  ィ: "イ",
  ゥ: "ウ",
  ェ: "エ",
  ォ: "オ",
  ッ: "ツ",
  ャ: "ヤ",
  ュ: "ユ",
  ョ: "ヨ",
  ヮ: "ワ",
  ヵ: "カ",
  ヶ: "ケ",
};
const SAME_SOUND: Readonly<Record<string, string>> = { ヂ: "ジ", ヅ: "ズ", ヲ: "オ", ヱ: "エ", ヰ: "イ" };
const SIMILAR_SHAPE: Readonly<Record<string, string>> = {
  ソ: "ン",
  シ: "ツ",
  ワ: "ク",
  ウ: "ク",
  タ: "ク",
  ヌ: "ス",
  マ: "ア",
  ヤ: "ア",
  チ: "テ",
  ヨ: "ヲ",
  ホ: "オ",
  メ: "ナ",
};

function replaceEach(text: string, table: Readonly<Record<string, string>>): string {
  let replaced = "";
  for (const character of text) replaced += table[character] ?? character;
  return replaced;
}

/** Without voiced marks, small kana and long marks; same sounds as one: what old machines and telegrams kept. */
export function roundKana(kana: string): string {
  const large = replaceEach(replaceEach(kana, SMALL), SAME_SOUND);
  return large
    .normalize("NFD")
    .replace(/[\u3099\u309A]/g, "")
    .normalize("NFC")
    .replace(/ー/g, "")
    .replace(/(?<=[オコソトノホモヨロ])ウ/g, "");
}

/** Rounded further: kana of similar shape become one (ソ and ン, シ and ツ, …). */
export const confuseKana = (kana: string): string => replaceEach(roundKana(kana), SIMILAR_SHAPE);

/** True when text has a kanji. */
export const hasKanji = (text: string): boolean => /\p{Script=Han}/u.test(text);
/** True when text is kana only (any width, spaces allowed). */
export const isKana = (text: string): boolean =>
  /^[\p{Script=Hiragana}\p{Script=Katakana}ーｰ\u3099\u309A゛゜・\s-]+$/u.test(text);
