/** Incidents for people at a terminal: lines of text. Counts always say whether they are records or persons. */
import { assertNever } from "@kura/kernel/fault.ts";
import type { Answer } from "./answer.ts";
import type { Count, Counts } from "./count.ts";
import type { RevisionAnswer } from "./desk/answer-desk.ts";
import type { FieldMask } from "./field-mask.ts";
import { fieldWordsIn } from "./field-words.ts";
import { grades } from "./grade.ts";
import type { EvidenceRow, IncidentRow } from "./store.ts";

export function renderIncident(row: IncidentRow): string {
  const state = row.isOpen ? "open" : "closed";
  return `${row.incidentId}  ${state}  known ${row.knownAt.toISOString()}  ${row.openedBy}\n  ${row.title}\n`;
}

export function renderEvidence(row: EvidenceRow): string {
  const from = row.from_at?.toISOString() ?? "not known";
  const until = row.until_at?.toISOString() ?? "not known to have ended";
  const what = [row.kind, row.subject, row.form ?? ""].filter((part) => part !== "").join(" ");
  const withdrawn = row.withdrawal === null ? "" : `\n     withdrawn: ${row.withdrawal}`;
  return `  ${row.evidence_no}. ${what}; from ${from}; until ${until}; ${row.source}${withdrawn}\n`;
}

/** Totals, then by grade and combination of fields, then by office and by each trait. */
export function renderCounts(counts: Counts): string {
  const lines = [`  ${bothText(counts)}`];
  for (const grade of grades) {
    const { exposedPersons, exposedRecords } = counts.byGrade[grade];
    if (exposedPersons === 0 && exposedRecords === 0) continue;
    lines.push(`  ${grade}: ${bothText(counts.byGrade[grade])}`);
    for (const line of counts.byFields.filter((one) => one.grade === grade)) {
      lines.push(`    ${fieldsText(line.fields)}: ${bothText(line)}`);
    }
    for (const line of counts.byOffice.filter((one) => one.grade === grade)) {
      const office = line.office === "" ? "no office" : line.office;
      lines.push(`    ${office}: ${bothText(line)}`);
    }
    for (const line of counts.byTrait.filter((one) => one.grade === grade)) {
      const value = line.value === "" ? "not known" : line.value;
      lines.push(`    ${line.dimension} ${value}: ${countText(line.exposedPersons, "person")}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** In the words of DESIGN section 5; there is no bare "no" among them. */
export function renderAnswer({ answer, asOf, revisionNo, incidentId }: RevisionAnswer): string {
  return `incident ${incidentId}: ${answerWords(answer, asOf, revisionNo)}\n`;
}

export function answerWords(answer: Answer, asOf: Date, revisionNo: number): string {
  const basis = `as of ${asOf.toISOString()}, revision ${revisionNo}`;
  switch (answer.answer) {
    case "exposed": {
      const doubt = answer.doubtful === 0 ? "" : `; cannot rule out: ${fieldsText(answer.doubtful)}`;
      return `exposed: ${fieldsText(answer.fields)}${doubt} (${basis})`;
    }
    case "cannot-rule-out":
      return `cannot rule out: ${fieldsText(answer.fields)} (${basis})`;
    case "nothing-found":
      return `nothing found ${basis}; this may change, and then we call`;
    default:
      return assertNever(answer, "answer");
  }
}

function bothText({ exposedPersons, exposedRecords }: Count): string {
  return `${countText(exposedPersons, "person")}, ${countText(exposedRecords, "record")}`;
}

/** `1 person`, `2 persons`; of the words that are counted here, each takes an s. */
export function countText(count: number, noun: "person" | "record" | "look"): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function fieldsText(mask: FieldMask): string {
  return fieldWordsIn(mask, "en").join(" + ");
}
