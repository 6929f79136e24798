/**
 * Where each rule and number of the premium ledger comes from, and how far the source may be trusted.
 *
 * Every table row and every step of an estimate names one of these, so that a clerk can show it and an auditor can
 * look it up. `standing` says what kind of page it is: `law` (an article of a statute), `official` (an authority's own
 * page), `press`, `private` (a labour consultant's or a publisher's page that agrees with its neighbours),
 * `derived` (computed here from another source; the rule is in `text`). A page's figures were read on that page, here or in the project's research.
 */

export type Standing = "law" | "official" | "press" | "private" | "derived";

export interface Source {
  readonly standing: Standing;
  readonly text: string;
  readonly url?: string;
}

export const sources = {
  "npa-5": law(
    "National Pension Act art. 5: what is a paid and an exempt month; a partly exempt month counts only if its other part was paid",
  ),
  "npa-7": law("National Pension Act art. 7: categories 1, 2 and 3"),
  "npa-11": law("National Pension Act art. 11: the month of acquisition counts, the month of loss does not"),
  "npa-17": {
    standing: "law",
    text: "National Pension Act art. 17 (as amended from October 2015): a pension is rounded to the yen, 50 sen up",
    url: "https://sharosi.j-tatsujin.com/?p=7005",
  },
  "npa-26": {
    standing: "law",
    text: "National Pension Act art. 26: ten years (25 until July 2017); student and deferred months open no pension alone",
    url: "https://www.kouritu.or.jp/topics/nenkin/nenkin10nentansyuku/",
  },
  "npa-27": law(
    "National Pension Act art. 27: 780,900 yen × rate, to 100 yen; fractions of exempt months and the order of counting up to 480",
  ),
  "npa-44": law("National Pension Act art. 44: additional pension, 200 yen a year for each month"),
  "npa-87": law("National Pension Act art. 87 (3): the statutory amount × the rate of revision, to 10 yen"),
  "npa-87-2": law(
    "National Pension Act art. 87-2: 400 yen more, only for a month whose contribution was paid, and not afterwards under art. 94",
  ),
  "npa-90": law(
    "National Pension Act arts. 89, 90, 90-2, 90-3: no exemption of a month already paid or prepaid; exemptions exclude each other",
  ),
  "npa-90-2": law(
    "National Pension Act art. 90-2 (6): what is left of a partly exempt month, to 10 yen, 5 yen up",
  ),
  "npa-94": law("National Pension Act art. 94 (4): a month paid afterwards is deemed paid"),
  "npa-1985-8": law(
    "Act No. 34 of 1985, supplementary art. 8: employees' months since April 1961 count as paid; not before age 20 nor from age 60 (they are empty periods)",
  ),
  "npa-1985-13": {
    standing: "law",
    text: "Act No. 34 of 1985, supplementary art. 13 and table 4: months possible for those born before 2 April 1941",
    url: "http://www.office-onoduka.com/nenkinblog/2007/05/post_44.html",
  },
  "npa-2004-10": law(
    "Act No. 104 of 2004, supplementary art. 10: fractions of months before April 2009 and their place in the order; deferred months count nothing",
  ),
  "age-act": {
    standing: "law",
    text: "Act No. 50 of 1902 on the reckoning of age, Civil Code art. 143: an age is reached on the day before the birthday",
    url: "https://deguchi-sr.com/年齢の数え方",
  },
  "epa-20": {
    standing: "law",
    text: "Employees' Pension Insurance Act art. 20: grades 1 to 31 of the standard monthly remuneration",
    url: "http://www.japaneselawtranslation.go.jp/law/detail_main?re=01&vm=&id=3554",
  },
  "epa-20-2020": {
    standing: "press",
    text: "Grade 32, 650,000 yen, from 635,000 yen, since September 2020",
    url: "https://toyokeizai.net/articles/-/378085?page=2",
  },
  "epa-81": {
    standing: "private",
    text: "Employees' Pension Insurance Act art. 81: the rate by month since October 2004; 18.3 % since September 2017, half each",
    url: "https://blt-saving.com/post-0077/",
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
  "scheme-history": {
    standing: "private",
    text: "History of the schemes and kinds: June 1940 seamen, June 1942 employees, April 1961 national, October 1970 additional, April 1986 category 3, April 2000 student, April 2002 half, April 2005 deferred, July 2006 quarters",
    url: "https://kougisrsemi.com/国民年金法/序論/国民年金制度の沿革",
  },
  "full-2017": {
    standing: "private",
    text: "Full amounts of FY2012 to FY2019",
    url: "https://www.nenkin-note.net/old-age/amount.html",
  },
  "full-2020": {
    standing: "private",
    text: "Full amount of FY2020",
    url: "https://pension-lp.com/?p=510",
  },
  "full-2021": {
    standing: "official",
    text: "Full amount of FY2021",
    url: "https://www.shigakukyosai.jp/en/pension/rourei/rourei01.html",
  },
  "full-2022": {
    standing: "private",
    text: "Full amount of FY2022 and its rounding",
    url: "https://sharosi.j-tatsujin.com/?p=7005",
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

/** Articles read in the consolidated text as of November 2012; later amendments are named where they matter. */
function law(text: string): Source {
  return {
    standing: "law",
    text,
    url: "https://github.com/ledmonster/japanese-law/blob/48b936b3/doc/S34/S34HO141.rst",
  };
}
