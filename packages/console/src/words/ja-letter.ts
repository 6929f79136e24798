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
  letters: {
    heading: "影響を受けた人への手紙",
    lead: "承認された版の人に、一人一通。同じ内容の手紙は二度作られません。",
    notApproved: "手紙は、別の担当者が承認した版から作ります。まだ承認された版がありません。",
    newerWaits: "より新しい版が承認を待っています",
    allMade: "この版の手紙は、すべて作られています。",
    title: (revision: number) => `第 ${revision} 版の手紙`,
    which: "どの手紙か",
    every: (left: string) => `すべて(残り ${left} 人)`,
    kind: (fields: string, doubtful: string, left: string) =>
      `${[fields, doubtful === "" ? "" : `不明:${doubtful}`].filter(Boolean).join(" / ")}(残り ${left} 人)`,
    part: "一部だけにする",
    parts: { grade: "確度", office: "どの事務所から出たか", prefecture: "いまの住所" },
    wherever: "限らない",
    most: "何人まで",
    mostHint: "空欄なら全員。作業リストは10万人までです。",
    makeWorklist: "作業リストを作る",
    made: (persons: string) => `${persons} 人分の手紙を用意しました。`,
    proved: "版と照らし合わせ、人数も顔ぶれも一致しました。照合値",
    printRun: "印刷所への封緘ファイル",
    printRunHint:
      "人数が多いときは、宛名だけを封緘して印刷所へ。別の担当者が見本を確かめて承認し、開くたびに鍵番の許しが要ります。",
    notYours: "封緘ファイルの依頼は、「通知の発送」の目的をもつ担当者が行います。",
    oneKind: "印刷所の文面は一つです。上でどの手紙かを選んでください。",
    holder: "受け取る鍵",
    workstation: "開く端末の名前",
    days: "開ける日数",
    text: "印刷所に渡す文面",
    askPrintRun: "封緘を依頼する",
    lists: "作った手紙",
    worklist: "作業リスト",
    columns: { at: "作成", revision: "版", persons: "人数", digest: "照合値", what: "どこで" },
  },
};

export type LetterWords = typeof jaLetter;
