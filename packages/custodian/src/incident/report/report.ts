/**
 * Reports about an incident, filled from one revision and nothing else: the counts in them are the revision's, or there is
 * no report. A value is JSON; `render-markdown.ts` writes it for people. Each is in the language of who reads it (`words.ts`):
 * Japanese for the commission, English for the supervisory authority, both for the public.
 *
 * What a machine cannot know (cause, secondary damage, prevention) is a line that says it is to be filled in, never a guess.
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { assertNever } from "@kura/kernel/fault.ts";
import type { Counts } from "../count.ts";
import { grades } from "../grade.ts";
import type { Measure } from "../review/store.ts";
import { parseCounts, type Revision } from "../revision.ts";
import type { EvidenceRow, IncidentRow } from "../store.ts";
import { english, japanese, type ReportWords } from "./words.ts";

export const reportKinds = ["ppc-preliminary", "ppc-final", "gdpr-33", "gdpr-34", "statement"] as const;
export type ReportKind = (typeof reportKinds)[number];

export interface ReportSection {
  readonly no: number;
  readonly title: string;
  readonly lines: readonly string[];
  /** Whether an officer still has to write it. */
  readonly isOpen: boolean;
}

export interface Report {
  readonly kind: ReportKind;
  readonly title: string;
  readonly incidentId: string;
  readonly revisionNo: number;
  readonly revisionDigest: string;
  readonly asOf: string;
  readonly approvedBy: string | null;
  readonly exposedPersons: number;
  readonly exposedRecords: number;
  readonly sections: readonly ReportSection[];
}

export interface ReportBasis {
  readonly incident: IncidentRow;
  readonly revision: Revision;
  readonly evidence: readonly EvidenceRow[];
  /** Persons told, called back, and held: what the desk has done so far. */
  readonly answersGiven: number;
  readonly measures: readonly Measure[];
}

export function makeReport(kind: ReportKind, basis: ReportBasis): Report {
  const { incident, revision } = basis;
  const counts = parseCounts(revision.counts);
  const sections = sectionsOf(kind, basis, counts);
  return {
    kind,
    title: titles[kind],
    incidentId: incident.incidentId,
    revisionNo: revision.revisionNo,
    revisionDigest: encodeHex(revision.digest),
    asOf: revision.asOf.toISOString(),
    approvedBy: revision.approvedBy ?? null,
    exposedPersons: counts.exposedPersons,
    exposedRecords: counts.exposedRecords,
    sections: sections.map((section, i) => ({ no: i + 1, ...section })),
  };
}

const titles: Readonly<Record<ReportKind, string>> = {
  "ppc-preliminary": "漏えい等報告(速報)",
  "ppc-final": "漏えい等報告(確報)",
  "gdpr-33": "Notification of a personal data breach (GDPR article 33)",
  "gdpr-34": "Communication to data subjects (GDPR article 34)",
  statement: "個人情報の漏えい等に関するお知らせ Public statement",
};

type Section = Omit<ReportSection, "no">;

function filled(title: string, lines: readonly string[]): Section {
  return { title, lines, isOpen: false };
}

function open(title: string, what: string, { toBeWritten }: ReportWords): Section {
  return { title, lines: [toBeWritten(what)], isOpen: true };
}

function sectionsOf(kind: ReportKind, basis: ReportBasis, counts: Counts): Section[] {
  switch (kind) {
    case "ppc-preliminary":
    case "ppc-final":
      return ppcItems(basis, counts);
    case "gdpr-33":
      return [
        filled("Nature of the breach; categories and approximate numbers of data subjects and records", [
          ...outline(basis, english),
          ...countLines(counts, english),
        ]),
        open("Contact of the data protection officer", "name and contact", english),
        open("Likely consequences", "from the fields above", english),
        open("Measures taken or proposed", "containment, flags, letters", english),
        filled("Facts kept under article 33(5)", basis.evidence.map(english.evidence)),
      ];
    case "gdpr-34":
      return [
        filled("What happened", outline(basis, english)),
        filled("Which of your data", fieldLines(counts, english)),
        open("What it may mean for you", "in plain language", english),
        open("What we do and what you can do", "in plain language", english),
        open("Contact", "of the desk", english),
      ];
    case "statement":
      return statement(basis, counts);
    default:
      return assertNever(kind, "kind of report");
  }
}

function statement(basis: ReportBasis, counts: Counts): Section[] {
  const { revisionNo } = basis.revision;
  return [
    filled("何が起きたか What happened", [...outline(basis, japanese), ...outline(basis, english).slice(1)]),
    filled("対象となる方の数と情報の項目 How many persons, and which data", [
      ...countLines(counts, japanese),
      ...countLines(counts, english),
    ]),
    filled("数の確かさ How sure this is", [
      `以上の数は第${revisionNo}版によるものです。今後増えることがあります。変わるたびに、その理由とともに公表します。`,
      `These numbers are of revision ${revisionNo}. They may rise; each change is published with its reason.`,
    ]),
    filled("私たちがしないこと What we will not do", [
      "この件について、こちらからお電話や電子メールを差し上げることはありません。何かをお願いすることもありません。そのような連絡は私たちのものではありません。",
      "We never telephone or write e-mail about this and ask for nothing. Whoever does is not us.",
    ]),
    open("お問い合わせ先 Where to ask", "窓口の電話番号と受付時間 telephone and hours of the desk", japanese),
  ];
}

/** The nine items of rule 8 paragraph 1 of the APPI's enforcement rules, in their order. */
function ppcItems(basis: ReportBasis, counts: Counts): Section[] {
  return [
    filled("概要", outline(basis, japanese)),
    filled("漏えい等が発生し、又は発生したおそれがある個人データの項目", fieldLines(counts, japanese)),
    filled("漏えい等が発生し、又は発生したおそれがある個人データに係る本人の数", [
      ...countLines(counts, japanese),
      ...traitLines(counts, japanese),
    ]),
    filled("原因", ["これまでに得られた証拠は、次のとおり。", ...basis.evidence.map(japanese.evidence)]),
    open("二次被害又はそのおそれの有無及びその内容", "不審な電話や郵便、支払先の変更の有無など", japanese),
    filled("本人への対応の実施状況", [
      `対象となる${counts.exposedPersons.toLocaleString("ja-JP")}人の記録に印を付け、記録の変更は、本人によることが別に確かめられるまで保留している。`,
      `窓口において、これまでに${basis.answersGiven.toLocaleString("ja-JP")}件の照会に回答した。`,
    ]),
    open("公表の実施状況", "公表の有無、時期及び方法", japanese),
    measuresSection(basis),
    open("その他参考となる事項", "理解の助けとなる事項", japanese),
  ];
}

function measuresSection({ measures }: ReportBasis): Section {
  const title = "再発防止のための措置";
  return measures.length === 0
    ? open(title, "措置の内容、担当及び期限", japanese)
    : filled(title, measures.map(japanese.measure));
}

function outline({ incident, revision }: ReportBasis, words: ReportWords): string[] {
  return [incident.title, words.known(incident.knownAt, revision.asOf, revision.revisionNo)];
}

function countLines(counts: Counts, words: ReportWords): string[] {
  const byGrade = grades
    .filter((grade) => counts.byGrade[grade].exposedPersons > 0)
    .map((grade) => words.grade(grade, counts.byGrade[grade]));
  return [words.total(counts), ...byGrade, ...fieldLines(counts, words)];
}

function fieldLines({ byFields }: Counts, words: ReportWords): string[] {
  return byFields.filter(({ exposedPersons }) => exposedPersons > 0).map(words.fields);
}

/** By prefecture and insurance. For an authority: in a small prefecture a small number may point at somebody. */
function traitLines({ byTrait }: Counts, words: ReportWords): string[] {
  const dimensions = Map.groupBy(byTrait, ({ dimension }) => dimension);
  return [...dimensions].map(([dimension, lines]) => {
    const values = Map.groupBy(lines, ({ value }) => value);
    const sums = [...values].map(([value, own]) => {
      return [value, own.reduce((sum, { exposedPersons }) => sum + exposedPersons, 0)] as const;
    });
    return words.trait(dimension, sums);
  });
}
