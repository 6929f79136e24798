/**
 * The question to the likely owner, ready to be printed: whether a record that belongs to nobody may be theirs. Pure.
 *
 * It names the addressee's own data and no others: name and address come by a look that the asker orders, the gap from the
 * addressee's own ledger. Nothing of the unknown owner's record is in it (whose that is, is the question): whoever is not
 * the owner learns nothing, and whoever claims it must say by themselves where they were insured, when and under what name.
 * INVARIANT: one letter, one person (question.test.ts).
 */

export interface Addressee {
  readonly name: string;
  readonly address: string;
}

/** Where the addressee's own ledger has nothing, `YYYY-MM`; both ends absent when it is empty. */
export interface Gap {
  /** The last month paid before it, if any. */
  readonly after?: string;
  /** The first month paid behind it, if any. */
  readonly before?: string;
}

/** The gap around those months in what the person has paid. @param paid months in their order. */
export function gapAround(paid: readonly string[], firstMonth: string, lastMonth: string): Gap {
  const after = paid.filter((month) => month < firstMonth).at(-1);
  const before = paid.find((month) => month > lastMonth);
  return { ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
}

/** For whoever opens name and address elsewhere, in a browser: places that they fill. */
export const addresseePlaces: Addressee = { name: "{氏名}", address: "{住所}" };

/** @param reference the case: how the answer finds its way back. */
export function renderQuestion({ name, address }: Addressee, gap: Gap, reference: string): string {
  return `${address}
${name} 様

年金加入記録についてのお尋ね                                  照会番号 ${reference}

${gapSentence(gap)}
この頃の記録のうち、持ち主の分からないものの中に、あなた様のものがあるかもしれません。
つきましては、次のことを同封の用紙に記入し、署名のうえ、返送してください。
  1. その頃、勤め先はありましたか。国民年金に加入していましたか。時期と、勤め先の名称・所在地
  2. その頃の氏名(旧姓、読み方の違いを含む)
  3. 古い年金手帳をお持ちであれば、その記号番号
お答えがあるまで、記録は変わりません。お心当たりがない場合も、その旨をお知らせください。
電話や電子メールでお尋ねすることは、ありません。
`;
}

function gapSentence({ after, before }: Gap): string {
  if (after !== undefined && before !== undefined)
    return `あなた様の記録には、${monthText(after)}より後、${monthText(before)}より前に、納付のない期間があります。`;
  if (after !== undefined) return `あなた様の記録には、${monthText(after)}より後の納付がありません。`;
  if (before !== undefined) return `あなた様の記録には、${monthText(before)}より前の納付がありません。`;
  return "あなた様の記録には、まだ納付がありません。";
}

function monthText(month: string): string {
  return `${Number(month.slice(0, 4))}年${Number(month.slice(5, 7))}月`;
}
