/**
 * Reports about an incident, filled from one revision and nothing else: the counts in them are the revision's, or there is
 * no report. A value is JSON; `render-markdown.ts` writes it for people.
 *
 * What a machine cannot know (cause, secondary damage, prevention) is a line that says it is to be filled in, never a guess.
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { assertNever } from "@kura/kernel/fault.ts";
import type { Counts } from "../count.ts";
import { fieldNamesIn } from "../field-mask.ts";
import { grades } from "../grade.ts";
import { measureLine } from "../review/measures.ts";
import type { Measure } from "../review/store.ts";
import { parseCounts, type Revision } from "../revision.ts";
import type { EvidenceRow, IncidentRow } from "../store.ts";

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
  "ppc-preliminary": "漏えい等報告(速報) Preliminary report of a leak",
  "ppc-final": "漏えい等報告(確報) Final report of a leak",
  "gdpr-33": "Notification of a personal data breach (GDPR article 33)",
  "gdpr-34": "Communication to data subjects (GDPR article 34)",
  statement: "Public statement",
};

type Section = Omit<ReportSection, "no">;

function filled(title: string, lines: readonly string[]): Section {
  return { title, lines, isOpen: false };
}

function open(title: string, what: string): Section {
  return { title, lines: [`To be written by the officer: ${what}`], isOpen: true };
}

function sectionsOf(kind: ReportKind, basis: ReportBasis, counts: Counts): Section[] {
  switch (kind) {
    case "ppc-preliminary":
    case "ppc-final":
      return ppcItems(basis, counts);
    case "gdpr-33":
      return [
        filled("Nature of the breach; categories and approximate numbers of data subjects and records", [
          ...outline(basis),
          ...countLines(counts),
        ]),
        open("Contact of the data protection officer", "name and contact"),
        open("Likely consequences", "from the fields above"),
        open("Measures taken or proposed", "containment, flags, letters"),
        filled("Facts kept under article 33(5)", evidenceLines(basis)),
      ];
    case "gdpr-34":
      return [
        filled("What happened", outline(basis)),
        filled("Which of your data", fieldLines(counts)),
        open("What it may mean for you", "in plain language"),
        open("What we do and what you can do", "in plain language"),
        open("Contact", "of the desk"),
      ];
    case "statement":
      return [
        filled("What happened", outline(basis)),
        filled("How many persons, and which data", countLines(counts)),
        filled("How sure this is", [
          `These numbers are of revision ${basis.revision.revisionNo}. They may rise; each change is published with its reason.`,
        ]),
        filled("What we will not do", [
          "We never telephone or write e-mail about this and ask for nothing. Whoever does is not us.",
        ]),
        open("Where to ask", "telephone and hours of the desk"),
      ];
    default:
      return assertNever(kind, "kind of report");
  }
}

/** The nine items of rule 8 paragraph 1 of the APPI's enforcement rules, in their order. */
function ppcItems(basis: ReportBasis, counts: Counts): Section[] {
  return [
    filled("概要 Outline", outline(basis)),
    filled("個人データの項目 Items of personal data", fieldLines(counts)),
    filled("本人の数 Number of principals", [...countLines(counts), ...traitLines(counts)]),
    filled("原因 Cause", ["As far as the evidence says:", ...evidenceLines(basis)]),
    open("二次被害又はそのおそれ Secondary damage or the risk of it", "calls, letters, payments diverted"),
    filled("本人への対応 Response to principals", [
      `${counts.exposedPersons} persons are flagged; changes of their records are held until they are proved.`,
      `${basis.answersGiven} persons have been answered by the desk.`,
    ]),
    open("公表 Publication", "whether, when and where"),
    measuresSection(basis),
    open("その他 Other", "anything that helps to understand"),
  ];
}

function measuresSection({ measures }: ReportBasis): Section {
  const title = "再発防止 Prevention of recurrence";
  return measures.length === 0
    ? open(title, "measures with owners and dates")
    : filled(title, measures.map(measureLine));
}

function outline({ incident, revision }: ReportBasis): string[] {
  return [
    incident.title,
    `Known since ${incident.knownAt.toISOString()}; state as of ${revision.asOf.toISOString()}, revision ${revision.revisionNo}.`,
  ];
}

function countLines(counts: Counts): string[] {
  const lines = [`${counts.exposedPersons} persons (${counts.exposedRecords} records).`];
  for (const grade of grades) {
    const { exposedPersons, exposedRecords } = counts.byGrade[grade];
    if (exposedPersons > 0)
      lines.push(`${gradeWords[grade]}: ${exposedPersons} persons, ${exposedRecords} records.`);
  }
  return [...lines, ...fieldLines(counts)];
}

function fieldLines(counts: Counts): string[] {
  return counts.byFields
    .filter(({ exposedPersons }) => exposedPersons > 0)
    .map(
      ({ grade, fields, exposedPersons }) =>
        `${fieldNamesIn(fields).join(", ")}: ${exposedPersons} persons (${gradeWords[grade]}).`,
    );
}

/** By prefecture and insurance. For an authority: in a small prefecture a small number may point at somebody. */
function traitLines({ byTrait }: Counts): string[] {
  const dimensions = Map.groupBy(byTrait, ({ dimension }) => dimension);
  return [...dimensions].map(([dimension, lines]) => {
    const values = Map.groupBy(lines, ({ value }) => value);
    const parts = [...values].map(([value, own]) => {
      const persons = own.reduce((sum, { exposedPersons }) => sum + exposedPersons, 0);
      return `${value === "" ? "not known" : value} ${persons}`;
    });
    return `By ${dimension}: ${parts.join(", ")}.`;
  });
}

const gradeWords = {
  disclosed: "served to a compromised holder",
  reachable: "within reach of a compromised holder",
  "cannot-rule-out": "cannot be ruled out",
} as const;

function evidenceLines({ evidence }: ReportBasis): string[] {
  return evidence.map((row) => {
    const from = row.from_at?.toISOString() ?? "a time that is not known";
    const until = row.until_at?.toISOString() ?? "an end that is not known";
    const withdrawn = row.withdrawal === null ? "" : " (withdrawn)";
    return `${row.evidence_no}. ${row.kind}, from ${from} to ${until}; ${row.source}${withdrawn}`;
  });
}
