/** Screens, which select by what only the keeper can compare: the words in Japanese. */
export const jaScreens = {
  screens: {
    heading: "条件で選ぶ",
    lead: "記録を開いて見なくても、鍵番が中で比べ、あてはまる人だけを選びます。条件は封緘され、だれの目にも触れません。",
    asked: "頼んだもの",
    empty: "まだ何も頼まれていません。",
    emptyHint:
      "町や生まれた日、カナのはじまりで選ぶときに使います。50人を超えるときは、別の担当者が同じ条件を言って同意します。",
    columns: { at: "日時", reason: "理由", candidates: "比べる人", found: "あてはまる人", state: "状態" },
    states: { waits: "同意待ち", ready: "実行できます", running: "比べています", done: "完了" },
    run: "実行する",
    toWorklist: "作業リストにする",
    ask: "新しく頼む",
    purpose: "目的",
    reason: "理由",
    reasonHint: "氏名や番号、探している条件は書かないでください。",
    criterion: "条件(すべてにあてはまる人)",
    names: {
      bornFrom: "生まれた日(から)",
      bornTo: "生まれた日(まで)",
      postalPrefix: "郵便番号のはじめ",
      addressPrefix: "住所のはじめ",
      kanaPrefix: "カナ氏名のはじめ",
      sex: "性別",
    },
    hints: {
      bornFrom: "例:S26.4.2、1951-04-02",
      bornTo: "例:S26.5.1、1951-05-01",
      postalPrefix: "2桁以上",
      addressPrefix: "都道府県から",
      kanaPrefix: "清音・濁音は区別しません",
      sex: "ほかの条件と一緒に",
    },
    any: "問わない",
    cost: "比べた人は一人ずつ記録簿に残り、残り人数に数えられます。",
    askNow: "封緘して頼む",
    isAsked: "頼みました。50人を超えるときは、別の担当者の同意を待ちます。",
    waiting: (persons: string, purpose: string) => `条件による選び出し(${persons} 人、${purpose})`,
    agree: "条件を言って同意する",
    agreeHint:
      "条件は画面に出ません。頼んだ人から電話か紙で聞き、自分で入力してください。鍵番が、二人の条件が同じかを確かめます。",
    agreeNow: "封緘して同意する",
    agreed: "同意しました。鍵番が比べ始めます。",
  },
};

export type ScreenWords = typeof jaScreens;
