/**
 * What agrees between an unknown owner and a registered person, as a pattern, a stage and words. Pure; sees no value.
 *
 * The keeper says under which slips two descriptions have a token in common (`keeper/src/reading/person-features.ts`); here each
 * such form becomes a level. Stages are those of the official matching of 2007: 1 name, sex and birth date; 2a other sex
 * or a day off; 2b the era dropped, names rounded or read otherwise. What no stage has is left to the model.
 */

/** The agreement of one pair, as it is stored. */
export interface Agreement {
  /** Bits of name forms that agree. */
  readonly names: number;
  /** Bits of name forms that the owner says anything of; above them the rarity of their name, and `sexUnsaid`. */
  readonly says: number;
  /** 0 the same day, 1 a day off, 2 day and month exchanged, 3 another era. */
  readonly dateForm: number;
  readonly otherSex: boolean;
  /** A pension or scheme number is the same. */
  readonly numberAgrees: boolean;
  /** Months that both have paid: the same person cannot have two. */
  readonly overlapMonths: number;
}

export const stages = ["official-1", "official-2a", "official-2b", "model"] as const;
export type Stage = (typeof stages)[number];

/** `nameForms` of the keeper, as bits. */
const bit = {
  kana: 1,
  kanaLookalike: 2,
  kanaOtherReading: 4,
  kanji: 8,
  givenKana: 16,
  givenKanaOtherReading: 32,
  givenKanji: 64,
  givenKanaCut: 128,
} as const;

/** The strongest level that is met, and how it is said. */
const kanaLevels = [
  ["kana", bit.kana, "kana name"],
  ["lookalike", bit.kanaLookalike, "kana name but for a letter that looks like another"],
  ["reading", bit.kanaOtherReading, "kana name as another reading of the same kanji"],
  ["given", bit.givenKana, "given name in kana, not the surname"],
  ["given-reading", bit.givenKanaOtherReading, "given name as another reading, not the surname"],
  ["cut", bit.givenKanaCut, "end of the name in kana"],
] as const;
const kanjiLevels = [
  ["kanji", bit.kanji, "kanji name"],
  ["given", bit.givenKanji, "given name in kanji, not the surname"],
] as const;
const dateWords = [
  "birth date",
  "birth date but for a day",
  "birth date with day and month exchanged",
  "birth date but for the era",
];

export type KanaLevel = (typeof kanaLevels)[number][0] | "differs" | "not-said";
export type KanjiLevel = (typeof kanjiLevels)[number][0] | "differs" | "not-said";

export function kanaLevelOf({ names, says }: Pick<Agreement, "names" | "says">): KanaLevel {
  const met = kanaLevels.find(([, mask]) => (names & mask) !== 0);
  return met?.[0] ?? ((says & bit.kana) === 0 ? "not-said" : "differs");
}

export function kanjiLevelOf({ names, says }: Pick<Agreement, "names" | "says">): KanjiLevel {
  const met = kanjiLevels.find(([, mask]) => (names & mask) !== 0);
  return met?.[0] ?? ((says & bit.kanji) === 0 ? "not-said" : "differs");
}

/** Where the rarity of the owner's name (0 to 3) stands above the bits of `says`. */
export const rarityShift = 8;
const rarityMask = 3;

/** Bit of `says`: one of the two has no sex recorded, or both, so that nothing agrees there and nothing differs. */
export const sexUnsaid = 1 << 10;

/** What the model counts by: the levels of the names, and how rare the name is. Dates and sex stand beside it. */
export function namesPattern(agreement: Pick<Agreement, "names" | "says">): string {
  return `${kanaLevelOf(agreement)}/${kanjiLevelOf(agreement)}/${(agreement.says >> rarityShift) & rarityMask}`;
}

/** Where no sex is recorded, none differs: the official stages ask no more of a record than it says. */
export function stageOf({
  names,
  dateForm,
  otherSex,
}: Pick<Agreement, "names" | "dateForm" | "otherSex">): Stage {
  const isWhole = (names & (bit.kana | bit.kanji)) !== 0;
  const isRounded = (names & (bit.kanaLookalike | bit.kanaOtherReading)) !== 0;
  if (isWhole && dateForm === 0 && !otherSex) return "official-1";
  if (isWhole && dateForm <= 1) return "official-2a";
  return (isWhole || isRounded) && dateForm !== 2 ? "official-2b" : "model";
}

/** In words, for whoever decides: what agrees, what differs, what the periods say. */
export function renderEvidence(agreement: Agreement): string[] {
  const { names, says, dateForm, otherSex, numberAgrees, overlapMonths } = agreement;
  const kana = kanaLevels.find(([, mask]) => (names & mask) !== 0)?.[2];
  const kanji = kanjiLevels.find(([, mask]) => (names & mask) !== 0)?.[2];
  return [
    ...(numberAgrees ? ["a number agrees"] : []),
    ...(kana === undefined ? [] : [`${kana} agrees`]),
    ...(kanji === undefined ? [] : [`${kanji} agrees`]),
    `${dateWords[dateForm] ?? "birth date"} agrees`,
    (says & sexUnsaid) !== 0 ? "no sex to compare" : otherSex ? "the sex differs" : "sex agrees",
    ...(kana === undefined && (says & bit.kana) !== 0 ? ["the kana name differs"] : []),
    ...(kanji === undefined && (says & bit.kanji) !== 0 ? ["the kanji name differs"] : []),
    overlapMonths === 0
      ? "no month is paid twice"
      : `${overlapMonths} months are paid by both: they may be two persons`,
  ];
}
