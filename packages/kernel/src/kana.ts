/**
 * Folding of Japanese text, so that two writings of one name become one string. Pure; keeps no list of names.
 *
 * Each step loses something on purpose; what was written is kept elsewhere and never replaced by its folding.
 * Sources: Unicode NFKC (UAX #15); the voiced-mark and small-kana rules of the 2007 matching of pension records
 * (official stage 1: シヅオ = シズオ = シツオ).
 */

/** NFKC, runs of white space made one plain space, ends trimmed. Half-width kana become full-width. */
export function foldWidth(text: string): string {
  if (stableText.test(text)) return text;
  return text.normalize("NFKC").replace(/\s+/gu, " ").trim();
}

/** {@link foldWidth}, then hiragana as katakana. ゔ has its pair ヴ; ゝ and ゞ become ヽ and ヾ. */
export function foldKana(text: string): string {
  return foldWidth(text).replace(/[\u3041-\u3096\u309d\u309e]/gu, (kana) =>
    String.fromCharCode(kana.charCodeAt(0) + hiraganaToKatakana),
  );
}

/**
 * The form under which kana names are compared: {@link foldKana} without spaces, hyphens and middle dots, small kana
 * made large, voiced marks dropped, long vowel marks dropped, ヲ as オ, ヰ as イ, ヱ as エ. Because ヅ and ズ are one
 * sound, and each lost its marks on old cards, ツヅスズ are one here, and チヂシジ.
 */
export function foldKanaName(text: string): string {
  let folded = "";
  for (let i = 0; i < text.length; i++) {
    const plain = plainKana[text.charCodeAt(i) - firstPlainKana];
    // Nearly every name is full-width katakana and one space; whatever is not goes through all the steps.
    if (plain === undefined && text[i] !== " ") return foldAnyKanaName(text);
    folded += plain ?? "";
  }
  return folded;
}

function foldAnyKanaName(text: string): string {
  return foldKana(text)
    .normalize("NFD")
    .replace(/[\u3099\u309a]/gu, "")
    .replace(/[\s・･\-‐－ー]/gu, "")
    .replace(/[ァィゥェォッツチャュョヮヵヶヲヰヱ]/gu, (kana) => comparedKana.get(kana) ?? kana)
    .toUpperCase();
}

/**
 * Printable ASCII, kana without combining marks, unified kanji, single spaces inside: nearly every name and address.
 * NFKC leaves each of these as it is, whatever stands beside it (UAX #15, NFKC_QC=Yes and not a first of a composition).
 */
const stableText =
  /^[\x21-\x7e\u3005-\u3007\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff]+(?: [\x21-\x7e\u3005-\u3007\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff]+)*$/;

const hiraganaToKatakana = 0x60;

const comparedKana: ReadonlyMap<string, string> = new Map([
  ["ァ", "ア"],
  ["ィ", "イ"],
  ["ゥ", "ウ"],
  ["ェ", "エ"],
  ["ォ", "オ"],
  ["ッ", "ス"],
  ["ツ", "ス"],
  ["チ", "シ"],
  ["ャ", "ヤ"],
  ["ュ", "ユ"],
  ["ョ", "ヨ"],
  ["ヮ", "ワ"],
  ["ヵ", "カ"],
  ["ヶ", "ケ"],
  ["ヲ", "オ"],
  ["ヰ", "イ"],
  ["ヱ", "エ"],
]);

/** ァ to ー: katakana that fold one by one, whatever stands beside them. */
const firstPlainKana = 0x30a1;
const lastPlainKana = 0x30fc;
const plainKana: readonly string[] = Array.from({ length: lastPlainKana - firstPlainKana + 1 }, (_, i) =>
  foldAnyKanaName(String.fromCharCode(firstPlainKana + i)),
);

/** Whether `text` is katakana, hiragana, marks and spaces only: a kana name, not one in kanji. */
export function isKana(text: string): boolean {
  return /^[\u3041-\u3096\u3099-\u30ff\s・-]+$/u.test(foldWidth(text));
}
