/**
 * What reports are written in: whole sentences for each language, so that each reads as its readers write. Pure; counts and
 * names come in, nothing is looked up.
 *
 * For an authority of Japan: times of Japan in eras, persons 人, records 件, the words of the commission's form. Sources and titles
 * are officers' own words and stay as they are.
 */
import type { Grade } from "../grade.ts";
import { measureLine } from "../review/measures.ts";
import type { Measure } from "../review/store.ts";
import { fieldWordsIn, type Language } from "../field-words.ts";
import { countText } from "../render-text.ts";
import type { Count, Counts } from "../count.ts";
import type { EvidenceRow } from "../store.ts";

export interface ReportWords {
  readonly language: Language;
  readonly known: (knownAt: Date, asOf: Date, revisionNo: number) => string;
  readonly total: (count: Count) => string;
  readonly grade: (grade: Grade, count: Count) => string;
  readonly fields: (line: Counts["byFields"][number]) => string;
  readonly trait: (
    dimension: string,
    values: readonly (readonly [value: string, persons: number])[],
  ) => string;
  readonly evidence: (row: EvidenceRow) => string;
  readonly measure: (one: Measure) => string;
  readonly toBeWritten: (what: string) => string;
}

const gradesEn: Readonly<Record<Grade, string>> = {
  disclosed: "served to a compromised holder",
  reachable: "within reach of a compromised holder",
  "cannot-rule-out": "cannot be ruled out",
};

export const english: ReportWords = {
  language: "en",
  known: (knownAt, asOf, revisionNo) =>
    `Known since ${knownAt.toISOString()}; state as of ${asOf.toISOString()}, revision ${revisionNo}.`,
  total: ({ exposedPersons, exposedRecords }) =>
    `${countText(exposedPersons, "person")} (${countText(exposedRecords, "record")}).`,
  grade: (grade, { exposedPersons, exposedRecords }) =>
    `${gradesEn[grade]}: ${countText(exposedPersons, "person")}, ${countText(exposedRecords, "record")}.`,
  fields: ({ grade, fields, exposedPersons }) =>
    `${fieldWordsIn(fields, "en").join(", ")}: ${countText(exposedPersons, "person")} (${gradesEn[grade]}).`,
  trait: (dimension, values) =>
    `By ${dimension}: ${values.map(([value, persons]) => `${value === "" ? "not known" : value} ${persons}`).join(", ")}.`,
  evidence: (row) => {
    const from = row.from_at?.toISOString() ?? "a time that is not known";
    const until = row.until_at?.toISOString() ?? "an end that is not known";
    const withdrawn = row.withdrawal === null ? "" : " (withdrawn)";
    return `${row.evidence_no}. ${row.kind}, from ${from} to ${until}; ${row.source}${withdrawn}`;
  },
  measure: measureLine,
  toBeWritten: (what) => `To be written by the officer: ${what}`,
};

const gradesJa: Readonly<Record<Grade, string>> = {
  disclosed: "漏えいした保持先に提供された記録がある",
  reachable: "漏えいした保持先から到達することができた",
  "cannot-rule-out": "漏えいしたおそれを否定することができない",
};

const traitsJa: Readonly<Record<string, string>> = { prefecture: "都道府県別", insurance: "加入の別" };
const valuesJa: Readonly<Record<string, string>> = { insured: "被保険者", recipient: "受給者", "": "不明" };

const kindsJa: Readonly<Record<string, string>> = {
  workstation: "端末",
  session: "セッション",
  actor: "担当者の資格",
  credential: "証明手段",
  extract: "抽出",
  key: "鍵番の鍵",
  backup: "データベースの写し",
  window: "原因の分からない期間",
  "journal-gap": "記録簿の欠け",
  list: "外部で見つかった名簿",
};

export const japanese: ReportWords = {
  language: "ja",
  known: (knownAt, asOf, revisionNo) =>
    `${timeJa(knownAt)}に事態を知った。以下は${timeJa(asOf)}現在、第${revisionNo}版による。`,
  total: (count) => `本人 ${personsJa(count.exposedPersons)}(記録 ${recordsJa(count.exposedRecords)})。`,
  grade: (grade, count) =>
    `${gradesJa[grade]}もの: 本人 ${personsJa(count.exposedPersons)}、記録 ${recordsJa(count.exposedRecords)}。`,
  fields: ({ grade, fields, exposedPersons }) =>
    `${fieldWordsIn(fields, "ja").join("、")}: ${personsJa(exposedPersons)}(${gradesJa[grade]}もの)。`,
  trait: (dimension, values) =>
    `${traitsJa[dimension] ?? dimension}: ${values.map(([value, persons]) => `${valuesJa[value] ?? value} ${personsJa(persons)}`).join("、")}。`,
  evidence: (row) => {
    const what = [kindsJa[row.kind] ?? row.kind, row.subject].filter((part) => part !== "").join(" ");
    const from = row.from_at === null ? "始期不明" : `${timeJa(row.from_at)}から`;
    const until = row.until_at === null ? "終期不明" : `${timeJa(row.until_at)}まで`;
    const withdrawn = row.withdrawal === null ? "" : "(取り下げ)";
    return `${row.evidence_no}. ${what}、${from}、${until}。出所: ${row.source}${withdrawn}`;
  },
  measure: ({ measure, owner, dueOn, done }) => {
    const state =
      done === undefined
        ? `期限 ${dayJa(new Date(`${dueOn}T00:00:00+09:00`))}`
        : `${dayJa(done.at)}に実施、${done.proof}`;
    return `${measure}(担当 ${owner}、${state})`;
  },
  toBeWritten: (what) => `担当者が記入する: ${what}`,
};

function personsJa(count: number): string {
  return `${count.toLocaleString("ja-JP")}人`;
}

function recordsJa(count: number): string {
  return `${count.toLocaleString("ja-JP")}件`;
}

/** Of Japan, in its eras: 令和8年5月8日 10時49分. */
function timeJa(at: Date): string {
  const time = new Intl.DateTimeFormat("ja-JP", {
    timeZone: "Asia/Tokyo",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string): number => Number(time.find((one) => one.type === type)?.value);
  return `${dayJa(at)} ${part("hour")}時${part("minute")}分`;
}

function dayJa(at: Date): string {
  return new Intl.DateTimeFormat("ja-JP-u-ca-japanese", {
    timeZone: "Asia/Tokyo",
    era: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
  }).format(at);
}
