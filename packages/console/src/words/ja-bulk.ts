/** Extracts: the words in Japanese. */
export const jaBulk = {
  extracts: {
    heading: "抽出ファイル",
    lead: "外部へ渡す封緘されたファイル。開くたびに鍵番の許しが要り、いつでも止められます。",
    open: "開けるもの",
    closed: "もう開けないもの",
    empty: "封緘された抽出はありません。",
    emptyHint: "抽出は kura extract request で申請し、別の担当者が見本を確かめて承認します。",
    columns: {
      holder: "受取人",
      rows: "行数",
      columns: "項目",
      expires: "期限",
      by: "申請と承認",
      releases: "開封",
      state: "状態",
    },
    states: {
      asked: "承認待ち",
      approved: "封緘待ち",
      sealed: "開封できます",
      expired: "期限切れ",
      revoked: "取り消し済み",
      destroyed: "廃棄の届け出あり",
    },
    requestedBy: (who: string, approver: string) => `${who} → ${approver}`,
    nobodyYet: "未承認",
    releases: (n: number) => `${n} 回`,
    daysLeft: (n: number) => `あと ${n} 日`,
    hoursLeft: (n: number) => `あと ${n} 時間`,
    revoke: "いま取り消す",
    revoked: "取り消しました。これ以降、だれも開けません。",
    workstation: (name: string) => `端末 ${name}`,
  },
};

export type BulkWords = typeof jaBulk;
