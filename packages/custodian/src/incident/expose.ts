/**
 * From evidence to exposure: which persons, which fields, how sure; in records and in persons.
 *
 *   evidence ─▶ sessions ─▶ grades over time ─▶ slices of looks ─┐
 *           └─▶ extracts ─▶ copies, open doors ─▶ rows ──────────┼─▶ classes of persons (partition.ts), counts of records
 *           └─▶ keys, gaps ─▶ everybody ─────────────────────────┘
 *
 * A look and a row of an extract count once, at their surest grade; a person once, in one class. Reads, never writes.
 * INVARIANT: equal to a model that goes through every look and row for every person (expose.test.ts).
 */
import type { Evidence, Subject } from "./evidence.ts";
import { allFields, type FieldMask } from "./field-mask.ts";
import { type Grade, stronger } from "./grade.ts";
import type {
  ExtractFacts,
  HeldSession,
  HolderFacts,
  Interval,
  SessionQuery,
  Slice,
  SliceQuery,
} from "./holder-facts.ts";
import { type ExposedClass, partition } from "./partition.ts";
import { PersonSet } from "./person-set.ts";
import {
  both,
  type Graded,
  gradeCopy,
  gradeLooks,
  gradeOpenDoor,
  isAbout,
  isSome,
  widest,
} from "./timeline.ts";

/** Part of what is exposed: from one holder, with one grade and the same fields. */
export interface ExposedSlice extends Slice {
  readonly grade: Grade;
  /** Of the holder; empty where there is none: a list found outside, the register itself. */
  readonly office: string;
}

export interface Exposure {
  /** Disjoint; everybody who is exposed is in exactly one. */
  readonly classes: readonly ExposedClass[];
  readonly slices: readonly ExposedSlice[];
}

export async function expose(evidence: readonly Evidence[], facts: HolderFacts): Promise<Exposure> {
  const sessions = await facts.listSessions(sessionQuery(evidence));
  const slices = [
    ...(await exposeLooks(sessions, evidence, facts)),
    ...(await exposeExtracts(sessions, evidence, facts)),
    ...(await exposeEverybody(evidence, facts)),
  ].filter(({ persons }) => persons.size > 0);
  return { classes: partition(slices), slices };
}

export function sessionQuery(evidence: readonly Evidence[]): SessionQuery {
  const subjects = evidence.map(({ subject }) => subject);
  const idsOf = <K extends Subject["kind"]>(
    kind: K,
    id: (subject: Extract<Subject, { kind: K }>) => string,
  ) => [...new Set(subjects.filter((subject) => isKind(subject, kind)).map(id))];
  return {
    workstations: idsOf("workstation", ({ workstation }) => workstation),
    sessions: idsOf("session", ({ session }) => session),
    actors: idsOf("actor", ({ actor }) => actor),
    credentials: idsOf("credential", ({ credential }) => credential),
    all: subjects.some(({ kind }) => kind === "window"),
  };
}

function isKind<K extends Subject["kind"]>(
  subject: Subject,
  kind: K,
): subject is Extract<Subject, { kind: K }> {
  return subject.kind === kind;
}

async function exposeLooks(
  sessions: readonly HeldSession[],
  evidence: readonly Evidence[],
  facts: HolderFacts,
): Promise<ExposedSlice[]> {
  const asked = await planLooks(sessions, evidence, facts);
  const found = await facts.listSlices(asked.map(({ query }) => query));
  return asked.flatMap(({ grade, office }, i) =>
    (found[i] ?? []).map((slice) => ({ ...slice, grade, office })),
  );
}

interface Asked {
  readonly query: SliceQuery;
  readonly grade: Grade;
  readonly office: string;
}

/**
 * One question for an account where all of its sessions fared alike, else one for each session and stretch.
 * That is what makes the exposure of an account a read of few rows.
 */
async function planLooks(
  sessions: readonly HeldSession[],
  evidence: readonly Evidence[],
  facts: HolderFacts,
): Promise<Asked[]> {
  const graded = sessions.map((session) => ({ session, stretches: gradeLooks(session, evidence) }));
  const whole = await actorsThatFaredAlike(graded, facts);
  const asked: Asked[] = [];
  const done = new Set<string>();
  for (const { session, stretches } of graded) {
    const { actor, office } = session;
    const isWhole = whole.has(actor);
    if (isWhole && done.has(actor)) continue;
    done.add(actor);
    for (const { grade, fromMs, untilMs } of stretches) {
      const who = isWhole
        ? ({ by: "actor", id: actor } as const)
        : ({ by: "session", id: session.session } as const);
      asked.push({ query: { ...who, fromMs, untilMs }, grade, office });
    }
  }
  return asked;
}

interface GradedSession {
  readonly session: HeldSession;
  readonly stretches: readonly Graded[];
}

async function actorsThatFaredAlike(
  graded: readonly GradedSession[],
  facts: HolderFacts,
): Promise<Set<string>> {
  const byActor = Map.groupBy(graded, ({ session }) => session.actor);
  const alike = [...byActor].filter(([, own]) => {
    const [first] = own;
    // Sessions in two offices are counted by their office.
    return own.every(
      ({ session, stretches }) =>
        session.office === first?.session.office &&
        isSame(stretches, first.stretches) &&
        stretches.length > 0,
    );
  });
  const all = await facts.listSessionsOfActors(alike.map(([actor]) => actor));
  const counts = Map.groupBy(all, ({ actor }) => actor);
  // A session that no evidence points at fared otherwise.
  return new Set(
    alike.filter(([actor, own]) => counts.get(actor)?.length === own.length).map(([actor]) => actor),
  );
}

function isSame(a: readonly Graded[], b: readonly Graded[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const other = b[i];
      return one.grade === other?.grade && one.fromMs === other.fromMs && one.untilMs === other.untilMs;
    })
  );
}

async function exposeExtracts(
  sessions: readonly HeldSession[],
  evidence: readonly Evidence[],
  facts: HolderFacts,
): Promise<ExposedSlice[]> {
  const { actors, credentials } = sessionQuery(evidence);
  const extracts = await facts.listExtracts({
    actors,
    credentials: [...new Set([...credentials, ...sessions.map(({ credential }) => credential)])],
    sessions: sessions.map(({ session }) => session),
    named: evidence.flatMap(({ subject }) => namedBy(subject)),
  });
  const bySession = new Map(sessions.map((session) => [session.session, session]));
  const byCredential = Map.groupBy(sessions, ({ credential }) => credential);
  // Holder by holder: what is the same for all of a holder's extracts is gone through once.
  const fromExtracts = [...Map.groupBy(extracts, ({ holder }) => holder)].flatMap(([holder, theirs]) => {
    const own = byCredential.get(holder) ?? [];
    const onDoors = evidence.filter((item) => isAbout(item, own));
    return theirs.flatMap((extract) =>
      exposeExtract(extract, bySession, gradeOpenDoor(extract, own, onDoors), evidence),
    );
  });
  const known = new Map(extracts.map((extract) => [extract.extract, extract]));
  return [...fromExtracts, ...evidence.flatMap(({ subject }) => exposeList(subject, known))];
}

function namedBy(subject: Subject): string[] {
  if (subject.kind !== "extract" && subject.kind !== "list") return [];
  return subject.extract === undefined ? [] : [subject.extract];
}

/** Each row once, at its surest grade. @param door what an attacker could have let the keeper release. */
function exposeExtract(
  extract: ExtractFacts,
  sessions: ReadonlyMap<string, HeldSession>,
  door: Grade | undefined,
  evidence: readonly Evidence[],
): ExposedSlice[] {
  const parts: { readonly grade: Grade; readonly rows: PersonSet }[] = [];
  for (const { atMs, session, rows } of extract.releases) {
    const held = sessions.get(session);
    const grade = held === undefined ? undefined : gradeCopy(atMs, extract, held, evidence);
    if (grade !== undefined) parts.push({ grade, rows });
  }
  if (door !== undefined) parts.push({ grade: door, rows: extract.rows });
  for (const { subject, window } of evidence) parts.push(...outsideParts(extract, subject, widest(window)));
  const { office, columns: fields } = extract;
  let counted = PersonSet.empty;
  return (["disclosed", "reachable", "cannot-rule-out"] as const).map((grade) => {
    const rows = PersonSet.union(parts.filter((part) => part.grade === grade).map((part) => part.rows));
    const persons = rows.without(counted);
    counted = counted.or(rows);
    return { grade, fields, persons, records: persons.size, office };
  });
}

/** Of an opened copy that was taken, or a list that was found: rows that were released, and so stood in clear. */
function outsideParts(
  extract: ExtractFacts,
  subject: Subject,
  window: Interval,
): { readonly grade: Grade; readonly rows: PersonSet }[] {
  if (subject.kind === "list" && subject.extract === extract.extract) {
    const rest = releasedBefore(extract, Infinity);
    const rows = rest.size > 0 ? rest : extract.rows;
    const grade = rest.size > 0 ? "reachable" : "cannot-rule-out";
    return [
      { grade: "disclosed", rows: subject.persons.and(extract.rows) },
      { grade, rows },
    ];
  }
  if (subject.kind === "extract" && subject.extract === extract.extract && subject.form === "opened") {
    const released = releasedBefore(extract, window.untilMs);
    // An opened copy of what was never released is a contradiction: something is missing from what we know.
    if (released.size === 0) return [{ grade: "cannot-rule-out", rows: extract.rows }];
    return [{ grade: "disclosed", rows: released }];
  }
  return [];
}

function releasedBefore({ releases }: ExtractFacts, untilMs: number): PersonSet {
  return PersonSet.union(releases.filter(({ atMs }) => atMs < untilMs).map(({ rows }) => rows));
}

/** Persons of a list that stand in no extract it is said to come from. */
function exposeList(subject: Subject, extracts: ReadonlyMap<string, ExtractFacts>): ExposedSlice[] {
  if (subject.kind !== "list") return [];
  const extract = subject.extract === undefined ? undefined : extracts.get(subject.extract);
  const persons = extract === undefined ? subject.persons : subject.persons.without(extract.rows);
  const records = extract === undefined ? Math.max(subject.rows, persons.size) : persons.size;
  const slices: ExposedSlice[] = [
    { grade: "disclosed", fields: subject.fields, persons, records, office: "" },
  ];
  if (extract === undefined) return slices;
  // The list may show fields that the extract did not have: then it had another source besides.
  const more: FieldMask = subject.fields & ~extract.columns;
  if (more === 0) return slices;
  const inside = subject.persons.and(extract.rows);
  return [...slices, { grade: "disclosed", fields: subject.fields, persons: inside, records: 0, office: "" }];
}

/** Keys with ciphertext, keys alone, and gaps in which a compromised holder may have been served anything. */
async function exposeEverybody(evidence: readonly Evidence[], facts: HolderFacts): Promise<ExposedSlice[]> {
  const keys = evidence.filter(({ subject }) => subject.kind === "key");
  const copies = evidence.filter(({ subject }) => subject.kind === "backup");
  const slices: ExposedSlice[] = [];
  let open = PersonSet.empty;
  if (keys.length > 0 && copies.length > 0) {
    const latestMs = Math.max(...copies.map(({ window }) => widest(window).untilMs));
    open = await facts.everybody(latestMs);
    slices.push(everybodySlice("reachable", open));
  }
  if (keys.length > 0 || (await hasOpenGap(evidence, facts))) {
    slices.push(everybodySlice("cannot-rule-out", (await facts.everybody(Infinity)).without(open)));
  }
  return slices;
}

function everybodySlice(grade: Grade, persons: PersonSet): ExposedSlice {
  return { grade, fields: allFields, persons, records: persons.size, office: "" };
}

/** Whether a part of the journal is missing while something that could have been served was compromised. */
async function hasOpenGap(evidence: readonly Evidence[], facts: HolderFacts): Promise<boolean> {
  const given = evidence
    .filter(({ subject }) => subject.kind === "journal-gap")
    .map(({ window }) => widest(window));
  const gaps = [...given, ...(await facts.listGaps())];
  const compromised = evidence
    .filter(({ subject }) =>
      ["workstation", "session", "actor", "credential", "window"].includes(subject.kind),
    )
    .map(({ window }) => widest(window));
  return gaps.some((gap) => compromised.some((window) => isSome(both(gap, window))));
}

/** The surest grade with which anything of a person is exposed. */
export function gradeOf(masks: ExposedClass["fields"]): Grade | undefined {
  let grade: Grade | undefined;
  for (const one of ["disclosed", "reachable", "cannot-rule-out"] as const) {
    if (masks[one] !== 0) grade = stronger(grade, one);
  }
  return grade;
}
