/**
 * Where each rule and number of the premium ledger comes from, and how far the source may be trusted.
 *
 * Every table row and every step of an estimate names one of these, so that a clerk can show it and an auditor can
 * look it up. `standing` says what kind of page it is: `law` (an article of a statute), `official` (an authority's own
 * page), `press`, `private` (a labour consultant's or a publisher's page that agrees with its neighbours),
 * `derived` (computed here from another source; the rule is in `text`). Nothing here is cited from memory as official.
 */

export type Standing = "law" | "official" | "press" | "private" | "derived";

export interface Source {
  readonly standing: Standing;
  readonly text: string;
  readonly url?: string;
}

export const sources = {
  "npa-5": {
    standing: "law",
    text: "National Pension Act art. 5: paid and exempt periods; a partly exempt month is one whose other part was paid",
    url: "https://palnyan-blog.com/menjyokikan",
  },
  "npa-7": { standing: "law", text: "National Pension Act art. 7: categories 1, 2 and 3" },
  "npa-17": {
    standing: "law",
    text: "National Pension Act art. 17: a pension is rounded to the yen, 50 sen up (since 1 October 2015)",
  },
  "npa-26": {
    standing: "law",
    text: "National Pension Act art. 26: ten years of paid, exempt and empty periods (25 until July 2017)",
  },
  "npa-27": {
    standing: "law",
    text: "National Pension Act art. 27: amount, fractions and order of counting up to 480 months",
  },
  "npa-44": {
    standing: "law",
    text: "National Pension Act art. 44: additional pension, 200 yen a year for each month",
  },
  "npa-87": {
    standing: "law",
    text: "National Pension Act art. 87: the contribution is the statutory amount × the rate of revision, to 10 yen",
  },
  "npa-90-2": {
    standing: "law",
    text: "National Pension Act art. 90-2: partial exemption; the rest is rounded to 10 yen, 5 yen up",
  },
  "npa-2004-9": {
    standing: "law",
    text: "Act No. 104 of 2004, supplementary arts. 9 and 10: fractions for months before April 2009 and their place in the order",
    url: "https://note.com/tasty_sedum956/n/n2aba1037ba43",
  },
  "npa-1985-13": {
    standing: "law",
    text: "Act No. 34 of 1985, supplementary art. 13 and table 3: months possible for those born before 2 April 1941",
    url: "http://www.office-onoduka.com/nenkinblog/2007/05/post_44.html",
  },
  "epa-20": {
    standing: "law",
    text: "Employees' Pension Insurance Act art. 20: grades of the standard monthly remuneration; the 32nd since September 2020",
    url: "http://www.japaneselawtranslation.go.jp/law/detail_main?re=01&vm=&id=3554",
  },
  "epa-81": {
    standing: "law",
    text: "Employees' Pension Insurance Act art. 81: 18.3 % since September 2017, half paid by the employer",
  },
  "rate-decree": {
    standing: "official",
    text: "Cabinet Order No. 92 of 2005 on the rates of revision",
    url: "https://www.mhlw.go.jp/web/t_doc?dataId=85aa6967&dataType=0&pageNo=1",
  },
  "premiums-1961": {
    standing: "private",
    text: "History of the contribution, April 1961 to March 2003",
    url: "http://kokuminnenkin.net/article-7/2",
  },
  "premiums-2003": {
    standing: "private",
    text: "History of the contribution, July 1970 to FY2019",
    url: "https://money.snowsystem.net/fp/fp-a-lifeplan/fp-a-5-1-2",
  },
  "premiums-2010": {
    standing: "private",
    text: "Statutory amount × rate of revision, FY2010 to FY2019",
    url: "https://5kunen.com/html/hokenryou.html",
  },
  "premiums-2020": {
    standing: "private",
    text: "Contribution FY2020 to FY2026 and its rule",
    url: "https://www.bridge2n.jp/17674478115383",
  },
  "additional-history": {
    standing: "official",
    text: "Okayama Prefectural Library, citing the Japan Pension Service: 350 yen October 1970 to December 1973, 400 yen since",
    url: "https://digioka.libnet.pref.okayama.jp/detail-jp/id/ref/M2016012811475177397",
  },
  "full-2016": {
    standing: "private",
    text: "Full amounts of the old-age basic pension by fiscal year, to FY2022",
    url: "https://50slifeplanning.com/changeinfullamount",
  },
  "full-2017": {
    standing: "private",
    text: "Full amount of FY2017",
    url: "https://sr-kawashima.net/2017/06/03/",
  },
  "full-2019": {
    standing: "private",
    text: "Full amount of FY2019",
    url: "https://officemaketime.com/pension-8/",
  },
  "full-2021": {
    standing: "official",
    text: "Full amount of FY2021",
    url: "https://www.shigakukyosai.jp/en/pension/rourei/rourei01.html",
  },
  "full-2023": {
    standing: "private",
    text: "Full amounts of FY2023 and FY2025, both age groups",
    url: "https://career-anchor.co.jp/sr_rourei3.html",
  },
  "full-2024": {
    standing: "official",
    text: "City of Yokohama: full amounts of FY2024, both age groups",
    url: "https://translate-en.city.yokohama.lg.jp/kurashi/koseki-zei-hoken/nenkin/shurui/5-1-3roureikiso.html",
  },
  "full-2026": {
    standing: "derived",
    text: "780,900 × 1.085 and × 1.082, to 100 yen; a twelfth is the published 70,608 and 70,408 a month",
    url: "https://www.mhlw.go.jp/content/12502000/001639615.pdf",
  },
} as const satisfies Record<string, Source>;

export type SourceId = keyof typeof sources;
