/** The letter to somebody who was exposed: the words in Japanese. */
export const jaLetter = {
  letter: {
    heading: "お知らせの手紙",
    needAddress: "手紙を作るには、「記録」で氏名と住所を開いてください。その閲覧は、目的と共に記録されます。",
    to: (name: string) => `${name} 様`,
    subject: "あなたの年金記録について、お詫びとお知らせ",
    opening:
      "お預かりしている年金の記録について、外に出た、またはその恐れのあることが分かりました。お詫び申し上げます。",
    exposed: (names: string) => `外に出た項目:${names}`,
    doubtful: (names: string) => `外に出ていないと言い切れない項目:${names}`,
    changes:
      "住所や受取口座の変更の届出は、窓口での確認が済むまで受け付けを保留します。年金のお支払いには影響しません。",
    fraud: "この件で、電話や訪問により暗証番号や口座番号、手数料をお願いすることはありません。",
    contact: "ご不明の点は、この手紙をお持ちになり、年金事務所の窓口へお越しください。",
    reference: (event: string) => `記録番号 ${event}`,
  },
};

export type LetterWords = typeof jaLetter;
