/**
 * Words of closed lists: sex, scheme, kind of premium entry, in the spellings senders use.
 *
 * Digits of sex are those of ISO/IEC 5218 (1 male, 2 female, 0 and 9 not known). Digits of schemes are the categories
 * of insured persons (第1号, 第2号, 第3号: National Pension Act art. 7). Kinds have no published digits: none are read.
 */
import { premiumKinds, schemes } from "../premiums/entry.ts";
import type { PremiumKind, Scheme } from "../premiums/entry.ts";
import type { Sex } from "../register/field.ts";
import { refusal } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";

const sexForm = refusal(
  "sex-form",
  "This is not a known spelling of sex; write 男, 女, 1 or 2 (ISO/IEC 5218).",
);
const schemeForm = refusal(
  "scheme-form",
  "This is not a known scheme; write 第1号, 厚生年金, 第3号, 任意加入, 船員保険 or 共済.",
);
const kindForm = refusal(
  "kind-form",
  "This is not a known kind; write 納付, 未納, 全額免除, 半額免除, 学生納付特例, 前納, 追納 …",
);

export function parseSexCell(text: string): CellOutcome<Sex> {
  return sexWords.get(foldWord(text)) ?? sexForm;
}

export function parseSchemeCell(text: string): CellOutcome<Scheme> {
  return schemeWords.get(foldWord(text)) ?? schemeForm;
}

export function parseKindCell(text: string): CellOutcome<PremiumKind> {
  return kindWords.get(foldWord(text)) ?? kindForm;
}

/** Lower case, without spaces, underscores, hyphens, middle dots and brackets; the text is width-folded already. */
function foldWord(text: string): string {
  return text.toLowerCase().replace(/[\s_\-・()]/gu, "");
}

const sexWords = wordsOf<Sex>({
  male: "男 男性 男子 おとこ オトコ 1 01 m male man",
  female: "女 女性 女子 おんな オンナ 2 02 f female woman",
  unknown: "不明 不詳 未詳 0 00 9 09 x u unknown",
});

const schemeWords = wordsOf<Scheme>(
  {
    national1: `1 1号 第1号 一号 第一号 第1号被保険者 1号被保険者 国民年金 国年 国民年金1号 国年1号
      国民年金第1号 国年第1号 国民年金1 category1 national nationalpension nationalpension1`,
    employees: `2 2号 第2号 二号 第二号 第2号被保険者 2号被保険者 厚生年金 厚年 厚生年金保険 厚生年金2号
      厚生年金第2号 厚年2号 国民年金第2号 category2 employee employeespension`,
    national3: `3 3号 第3号 三号 第三号 第3号被保険者 3号被保険者 国民年金3号 国年3号 国民年金第3号
      国年第3号 国民年金3 category3 nationalpension3`,
    voluntary: `任意 任意加入 任意加入被保険者 高齢任意加入 国民年金任意 国民年金任意加入
      voluntaryinsured`,
    seamen: "船員 船員保険 船保 seaman seamensinsurance",
    mutual: "共済 共済組合 共済年金 国家公務員共済 地方公務員共済 私学共済 mutualaid",
  },
  schemes,
);

const kindWords = wordsOf<PremiumKind>(
  {
    paid: "納付 納付済 納付済み 納入 納 済 定額納付",
    unpaid: "未納 未 滞納",
    exemptFull: "全額免除 全免 免除 法定免除 申請全額免除 exempt fullexemption",
    exemptThreeQuarters: "4分の3免除 四分の三免除 3/4免除 exempt3/4 threequarterexemption",
    exemptHalf: "半額免除 半免 2分の1免除 1/2免除 exempt1/2 halfexemption",
    exemptQuarter: "4分の1免除 四分の一免除 1/4免除 exempt1/4 quarterexemption",
    student: "学生納付特例 学生特例 学特 学生 studentspecial",
    deferred: "納付猶予 若年者納付猶予 猶予 若年猶予 deferral",
    prepaid: "前納 前払 prepayment",
    paidLate: "追納 後納 特例追納 latepaid paidafterwards late",
    additional: "付加 付加保険料 付加納付",
  },
  premiumKinds,
);

/** The lists as a look-up; every word of ours is its own spelling too. */
function wordsOf<Word extends string>(
  lists: Readonly<Record<Word, string>>,
  own: readonly Word[] = [],
): ReadonlyMap<string, Word> {
  const words = new Map<string, Word>(own.map((word) => [word.toLowerCase(), word]));
  for (const word of Object.keys(lists) as Word[])
    for (const spelling of lists[word].split(/\s+/u)) words.set(spelling, word);
  return words;
}
