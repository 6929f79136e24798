/**
 * The exposure of an incident as one would write it without caring for speed: person by person, look by look, row by row,
 * item by item. Written from DESIGN section 5 and `docs/operations/incident.md`, not from the engine; shares only types.
 */
import type { Evidence } from "../src/incident/evidence.ts";
import type { ExtractFacts, HeldSession } from "../src/incident/holder-facts.ts";
import type { Listed } from "../src/incident/listed-facts.ts";

type NaiveGrade = "disclosed" | "reachable" | "cannot-rule-out";
const order: readonly NaiveGrade[] = ["disclosed", "reachable", "cannot-rule-out"];

/** What left, to whom, how sure: one look at one person, one row of one extract. */
interface Taken {
  readonly person: number;
  readonly fields: number;
  readonly grade: NaiveGrade;
  readonly office: string;
  /** Several statements about one record have one name; the surest counts. */
  readonly record: string;
}

export interface NaiveExposure {
  /** Of each exposed person the surest grade of each field: `person → field number → grade`. */
  readonly persons: ReadonlyMap<number, ReadonlyMap<number, NaiveGrade>>;
  /** `grade → records`. */
  readonly records: Readonly<Record<NaiveGrade, number>>;
  /** `office → persons`, at any grade. */
  readonly offices: ReadonlyMap<string, ReadonlySet<number>>;
}

export function exposeNaively(
  evidence: readonly Evidence[],
  listed: Listed,
  allFields: number,
): NaiveExposure {
  const taken = [
    ...takenByLooks(evidence, listed),
    ...takenFromExtracts(evidence, listed),
    ...takenFromLists(evidence, listed),
    ...takenFromEverything(evidence, listed, allFields),
  ];
  const surest = new Map<string, Taken>();
  for (const one of taken) {
    const known = surest.get(one.record);
    if (known === undefined || order.indexOf(one.grade) < order.indexOf(known.grade))
      surest.set(one.record, one);
  }
  const records = { disclosed: 0, reachable: 0, "cannot-rule-out": 0 };
  for (const { grade, record } of surest.values()) if (!record.startsWith("extra")) records[grade] += 1;
  const persons = new Map<number, Map<number, NaiveGrade>>();
  const offices = new Map<string, Set<number>>();
  for (const { person, fields, grade, office } of surest.values()) {
    if (person < 0) continue;
    const own = persons.get(person) ?? new Map<number, NaiveGrade>();
    persons.set(person, own);
    for (let field = 1; field <= 30; field++) {
      if ((fields & (1 << field)) === 0) continue;
      const before = own.get(field);
      if (before === undefined || order.indexOf(grade) < order.indexOf(before)) own.set(field, grade);
    }
    offices.set(office, (offices.get(office) ?? new Set()).add(person));
  }
  return { persons, records, offices };
}

function takenByLooks(evidence: readonly Evidence[], { looks }: Listed): Taken[] {
  return looks.flatMap(({ kind = "opened", session, atMs, persons, fields: drawn }, n) =>
    evidence.flatMap((item) => {
      const grade = gradeLook(item, session, atMs);
      if (grade === undefined || ["screened", "reissued", "extracted"].includes(kind)) return [];
      // A receipt shows none of the fields, and what has the last number: premium entries and looks.
      const fields = kind === "receipt" ? 1 << 30 : drawn;
      return persons.map((person) => ({
        person,
        fields,
        grade,
        office: session.office,
        record: `look ${n} ${person}`,
      }));
    }),
  );
}

function gradeLook(
  { subject, window }: Evidence,
  session: HeldSession,
  atMs: number,
): NaiveGrade | undefined {
  const { fromMs, untilMs = Infinity, clockDoubtMs = 0 } = window;
  const isPossible = (fromMs === undefined || atMs >= fromMs - clockDoubtMs) && atMs < untilMs + clockDoubtMs;
  const isSure = fromMs !== undefined && atMs >= fromMs && atMs < untilMs;
  const usual = isSure ? "disclosed" : isPossible ? "cannot-rule-out" : undefined;
  const onScreen = (): NaiveGrade | undefined => {
    if (usual === "disclosed" || fromMs === undefined || atMs >= fromMs) return usual;
    const isOver = session.startMs >= untilMs + clockDoubtMs;
    if (!isOver && session.endMs > fromMs) return "reachable";
    if (!isOver && session.endMs > fromMs - clockDoubtMs) return "cannot-rule-out";
    return usual;
  };
  switch (subject.kind) {
    case "workstation":
      if (session.workstation === "") return isPossible ? "cannot-rule-out" : undefined;
      return session.workstation === subject.workstation ? onScreen() : undefined;
    case "session":
      return session.session === subject.session ? onScreen() : undefined;
    case "actor":
      return session.actor === subject.actor ? usual : undefined;
    case "credential":
      return session.credential === subject.credential ? usual : undefined;
    case "window":
      return isPossible ? "cannot-rule-out" : undefined;
    default:
      return undefined;
  }
}

function takenFromExtracts(evidence: readonly Evidence[], listed: Listed): Taken[] {
  return listed.extracts.flatMap((extract) =>
    extract.rows.toNumbers().reduce<Taken[]>((all, person) => {
      for (const item of evidence) {
        for (const grade of gradeRow(item, extract, person, listed)) {
          const record = `row ${extract.extract} ${person}`;
          all.push({ person, fields: extract.columns, grade, office: extract.office, record });
        }
      }
      return all;
    }, []),
  );
}

/** Everything that one item says of one row. */
function gradeRow(item: Evidence, extract: ExtractFacts, person: number, { sessions }: Listed): NaiveGrade[] {
  const { subject, window } = item;
  const { fromMs, untilMs = Infinity, clockDoubtMs = 0 } = window;
  const latest = untilMs + clockDoubtMs;
  const said: NaiveGrade[] = [];
  const during = (begin: number, end: number, isDoubtful: boolean): void => {
    const isPossible =
      begin < end && Math.max(begin, (fromMs ?? -Infinity) - clockDoubtMs) < Math.min(end, latest);
    const isSure = fromMs !== undefined && Math.max(begin, fromMs) < Math.min(end, untilMs);
    if (isPossible) said.push(isSure && !isDoubtful ? "reachable" : "cannot-rule-out");
  };
  const own = extract.releases.filter(({ rows }) => rows.has(person));
  for (const { atMs, session: id } of own) {
    const session = sessions.find((one) => one.session === id);
    if (session === undefined) continue;
    const look = gradeLook(item, session, atMs);
    if (look !== undefined) said.push(look);
    const isThere = subject.kind === "workstation" && ["", subject.workstation].includes(session.workstation);
    if (isThere) during(atMs, extract.destroyedAtMs ?? Infinity, session.workstation === "");
  }
  const { sealedAtMs, closedAtMs, holder, actor } = extract;
  for (const { credential, workstation, session, startMs, endMs } of sessions) {
    if (credential !== holder) continue;
    const isIt =
      (subject.kind === "session" && subject.session === session) ||
      (subject.kind === "workstation" && ["", subject.workstation].includes(workstation));
    if (isIt) during(Math.max(sealedAtMs, startMs), Math.min(closedAtMs, endMs), workstation === "");
  }
  if (subject.kind === "credential" && subject.credential === holder) during(sealedAtMs, closedAtMs, false);
  if (subject.kind === "actor" && subject.actor === actor) during(sealedAtMs, closedAtMs, false);
  if (subject.kind === "actor" && actor === "") during(sealedAtMs, closedAtMs, true);
  const wasReleased = (before: number): boolean =>
    extract.releases.some(({ atMs, rows }) => atMs < before && rows.size > 0);
  if (subject.kind === "extract" && subject.extract === extract.extract && subject.form === "opened") {
    if (!wasReleased(latest)) said.push("cannot-rule-out");
    else if (own.some(({ atMs }) => atMs < latest)) said.push("disclosed");
  }
  if (subject.kind === "list" && subject.extract === extract.extract) {
    if (subject.persons.has(person)) said.push("disclosed");
    if (!wasReleased(Infinity)) said.push("cannot-rule-out");
    else if (own.length > 0) said.push("reachable");
  }
  return said;
}

function takenFromLists(evidence: readonly Evidence[], { extracts }: Listed): Taken[] {
  return evidence.flatMap(({ no, subject }) => {
    if (subject.kind !== "list") return [];
    const extract = extracts.find((one) => one.extract === subject.extract);
    const persons = [...subject.persons.toNumbers()];
    const taken = persons.map((person): Taken => {
      const isRow = extract?.rows.has(person) === true;
      const isMore = isRow && (subject.fields & ~(extract?.columns ?? 0)) !== 0;
      const record = isRow ? `extra ${no} ${person}` : `list ${no} ${person}`;
      const fields = isRow && !isMore ? 0 : subject.fields;
      return { person: isRow && !isMore ? -1 : person, fields, grade: "disclosed", office: "", record };
    });
    // Rows that were matched to nobody were taken too.
    const unmatched =
      extract === undefined && persons.length > 0 ? Math.max(0, subject.rows - persons.length) : 0;
    for (let i = 0; i < unmatched; i++)
      taken.push({ person: -1, fields: 0, grade: "disclosed", office: "", record: `list ${no} row ${i}` });
    return taken;
  });
}

function takenFromEverything(evidence: readonly Evidence[], listed: Listed, allFields: number): Taken[] {
  const hasKey = evidence.some(({ subject }) => subject.kind === "key");
  const copyEnds = evidence
    .filter(({ subject }) => subject.kind === "backup")
    .map(({ window }) => (window.untilMs ?? Infinity) + (window.clockDoubtMs ?? 0));
  const span = ({ window: { fromMs, untilMs = Infinity, clockDoubtMs = 0 } }: Evidence): [number, number] => [
    (fromMs ?? -Infinity) - clockDoubtMs,
    untilMs + clockDoubtMs,
  ];
  const gaps: [number, number][] = [
    ...evidence.filter(({ subject }) => subject.kind === "journal-gap").map(span),
    ...listed.gaps.map(({ fromMs, untilMs }): [number, number] => [fromMs, untilMs]),
  ];
  const served = evidence
    .filter(({ subject }) => !["extract", "key", "backup", "journal-gap", "list"].includes(subject.kind))
    .map(span);
  const isOpen = gaps.some(([a, b]) => served.some(([c, d]) => Math.max(a, c) < Math.min(b, d)));
  return [...listed.registered].flatMap(([person, atMs]): Taken[] => {
    const common = { person, fields: allFields, office: "", record: `everything ${person}` };
    if (hasKey && copyEnds.some((end) => atMs < end)) return [{ ...common, grade: "reachable" }];
    return hasKey || isOpen ? [{ ...common, grade: "cannot-rule-out" }] : [];
  });
}
