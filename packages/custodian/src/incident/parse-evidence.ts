/** Evidence between what was typed or stored and a value. Nothing is filled in: a time that is not given stays unknown. */
import { Fault } from "@kura/kernel/fault.ts";
import { type Evidence, type Subject, subjectKinds, type Window } from "./evidence.ts";
import { PersonSet } from "./person-set.ts";
import type { EvidenceRow } from "./store.ts";

/** @throws {Fault} `malformed-evidence` for anything that cannot be evidence; the message names the member. */
export function parseSubject(given: {
  readonly kind: string;
  readonly subject?: string | undefined;
  readonly form?: string | undefined;
}): Exclude<Subject, { kind: "list" }> {
  const kind = subjectKinds.find((one) => one === given.kind);
  const subject = given.subject ?? "";
  switch (kind) {
    case "workstation":
      return { kind, workstation: named(subject) };
    case "session":
      if (!/^[0-9a-f]{32}$/u.test(subject)) throw malformed("a session is 32 hexadecimal digits");
      return { kind, session: subject };
    case "actor":
      return { kind, actor: named(subject) };
    case "credential":
      return { kind, credential: named(subject) };
    case "extract":
      if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(subject))
        throw malformed("an extract is its id");
      if (given.form !== "sealed" && given.form !== "opened")
        throw malformed("an extract was sealed or opened");
      return { kind, extract: subject, form: given.form };
    case "key":
    case "backup":
    case "window":
    case "journal-gap":
      if (subject !== "") throw malformed(`evidence of kind ${kind} names nothing`);
      return { kind };
    case "list":
    case undefined:
    default:
      throw malformed(`evidence is one of ${subjectKinds.join(", ")}; a list comes with its persons`);
  }
}

/** Of ISO 8601 times with their zone; absent is not known. @throws {Fault} `malformed-evidence` */
export function parseWindow(given: {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly clockDoubtMs?: number | undefined;
}): Window {
  const fromMs = timeOf(given.from);
  const untilMs = timeOf(given.until);
  if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs)
    throw malformed("it ends before it begins");
  const { clockDoubtMs } = given;
  if (clockDoubtMs !== undefined && !(Number.isSafeInteger(clockDoubtMs) && clockDoubtMs >= 0)) {
    throw malformed("a doubt of the clock is a number of milliseconds");
  }
  return {
    ...(fromMs !== undefined && { fromMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(clockDoubtMs !== undefined && { clockDoubtMs }),
  };
}

/** Milliseconds of an ISO 8601 time with its zone. @throws {Fault} `malformed-evidence` */
export function parseTime(text: string): number {
  const isDated = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/u.test(text);
  const ms = Date.parse(text);
  if (!isDated || Number.isNaN(ms))
    throw malformed("a time is ISO 8601 with its zone, 2015-05-08T10:28+09:00");
  return ms;
}

export function evidenceOf(row: EvidenceRow): Evidence {
  return { no: row.evidence_no, subject: subjectOf(row), window: windowOf(row) };
}

type NewRow = Omit<EvidenceRow, "evidence_no" | "withdrawn_at" | "withdrawal">;

/** The columns of an item. */
export function rowOf(
  subject: Subject,
  { fromMs, untilMs, clockDoubtMs }: Window,
  about: { readonly source: string; readonly actor: string; readonly at: Date },
): NewRow {
  const list = subject.kind === "list" ? subject : undefined;
  return {
    kind: subject.kind,
    subject: nameOf(subject),
    form: subject.kind === "extract" ? subject.form : null,
    persons: list?.persons.encode() ?? null,
    fields: list?.fields ?? null,
    row_count: list?.rows ?? null,
    from_at: fromMs === undefined ? null : new Date(fromMs),
    until_at: untilMs === undefined ? null : new Date(untilMs),
    clock_doubt_ms: clockDoubtMs === undefined ? null : BigInt(clockDoubtMs),
    source: about.source,
    added_by: about.actor,
    added_at: about.at,
  };
}

/** What of its kind it is; empty where there is nothing to name. */
export function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case "workstation":
      return subject.workstation;
    case "session":
      return subject.session;
    case "actor":
      return subject.actor;
    case "credential":
      return subject.credential;
    case "extract":
    case "list":
      return subject.extract ?? "";
    default:
      return "";
  }
}

function subjectOf(row: EvidenceRow): Subject {
  if (row.kind !== "list") {
    return parseSubject({ kind: row.kind, subject: row.subject, form: row.form ?? undefined });
  }
  const persons = row.persons === null ? PersonSet.empty : PersonSet.decode(row.persons);
  const shared = { kind: "list", persons, fields: row.fields ?? 0, rows: row.row_count ?? 0 } as const;
  return row.subject === "" ? shared : { ...shared, extract: row.subject };
}

function windowOf({ from_at, until_at, clock_doubt_ms }: EvidenceRow): Window {
  return {
    ...(from_at !== null && { fromMs: from_at.getTime() }),
    ...(until_at !== null && { untilMs: until_at.getTime() }),
    ...(clock_doubt_ms !== null && { clockDoubtMs: Number(clock_doubt_ms) }),
  };
}

function named(subject: string): string {
  if (subject.length === 0 || subject.length > 100) throw malformed("it is not named");
  return subject;
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTime(text);
}

function malformed(message: string): Fault {
  return new Fault("malformed-evidence", message);
}
