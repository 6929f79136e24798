/**
 * The incident room: incidents, their evidence, the revisions that come of it, and what the law then asks by when.
 *
 * For officers and for whoever holds the purpose: evidence moves flags and answers. Counts and combinations of fields only;
 * nobody is named here. A revision is computed and proved by `incident`; this relays.
 */
import * as v from "valibot";
import { codeOf } from "@kura/kernel/fault.ts";
import { journalSource } from "../disclosure/journal-source.ts";
import { projectJournal } from "../disclosure/project-journal.ts";
import { parseCounts } from "../incident/revision.ts";
import type { Counts } from "../incident/count.ts";
/** Incidents: opened, evidence added and withdrawn, revisions approved, persons answered; and what is at risk before there is one. */
import * as v from "valibot";
import { codeOf } from "@kura/kernel/fault.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { journalSource } from "../disclosure/journal-source.ts";
import { projectJournal } from "../disclosure/project-journal.ts";
import { answerPerson } from "../incident/desk/answer-desk.ts";
import { subjectKinds } from "../incident/evidence.ts";
import { fieldNamesIn } from "../incident/field-mask.ts";
import {
  addEvidence,
  approveRevision,
  type EvidenceOutcome,
  type IncidentParts,
  openIncident,
  withdrawEvidence,
} from "../incident/incidents.ts";
import { incidentLimits } from "../incident/limits.ts";
import { parseSubject, parseWindow } from "../incident/parse-evidence.ts";
import { listDeadlines } from "../incident/report/duties.ts";
import * as store from "../incident/store.ts";
import { listTraits } from "../incident/traits/traits.ts";
import { type Problem, problem, type ProblemName } from "./problem.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "./route.ts";
import { integer, reason, time, uuid } from "./schemas.ts";
import type { StaffSession } from "./staff-sessions.ts";

export const incidentPurpose = "incident-response";

const oneIncident = v.strictObject({ incident: uuid });
const number = v.pipe(v.string(), v.regex(/^[0-9]{1,6}$/));
const count = { exposedPersons: integer, exposedRecords: integer };
const incidentShape = v.strictObject({
  incident: uuid,
  title: v.string(),
  openedBy: v.string(),
  openedAt: time,
  knownAt: time,
  isOpen: v.boolean(),
});
const evidenceShape = v.strictObject({
  evidence: integer,
  kind: v.string(),
  subject: v.string(),
  form: v.optional(v.string()),
  from: v.optional(time),
  until: v.optional(time),
  source: v.string(),
  addedBy: v.string(),
  addedAt: time,
  withdrawal: v.optional(v.string()),
});
const revisionShape = v.strictObject({
  revision: integer,
  asOf: time,
  madeBy: v.string(),
  approvedBy: v.optional(v.string()),
  evidence: v.array(integer),
  ...count,
});
const countsShape = v.strictObject({
  byGrade: v.array(v.strictObject({ grade: v.string(), ...count })),
  byFields: v.array(v.strictObject({ grade: v.string(), fields: v.array(v.string()), ...count })),
  byOffice: v.array(v.strictObject({ grade: v.string(), office: v.string(), ...count })),
});
const roomShape = v.strictObject({
  incident: incidentShape,
  evidence: v.array(evidenceShape),
  /** Newest first. */
  revisions: v.array(revisionShape),
  /** Of the newest revision. */
  counts: v.optional(countsShape),
  deadlines: v.array(
    v.strictObject({
      duty: v.string(),
      regime: v.string(),
      title: v.string(),
      dueAt: time,
      source: v.string(),
    }),
  ),
});
const incidentProblems: readonly ProblemName[] = ["purpose-not-held", "unknown-incident", "journal-breach"];

const list = staffRoute(
  "session",
import { SegmentIndex } from "../incident/kept/segment-index.ts";
import { incidentLimits } from "../incident/limits.ts";
import { parseSubject, parseWindow } from "../incident/parse-evidence.ts";
import { answerWords } from "../incident/render-text.ts";
import { findRevision, parseCounts, type Revision } from "../incident/revision.ts";
import { listAtRisk } from "../incident/risk/at-risk.ts";
import { listEvidence, listIncidents } from "../incident/store.ts";
import { listTraits } from "../incident/traits/traits.ts";
import { type Problem, problem } from "./problem.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "./route.ts";
import { integer, name, reason, time, uuid } from "./schemas.ts";

const oneIncident = v.strictObject({ incident: uuid });
const incidentShape = v.strictObject({
  incidentId: uuid,
  title: v.string(),
  isOpen: v.boolean(),
  openedBy: name,
  openedAt: time,
  knownAt: time,
});
const revisionShape = v.strictObject({
  revisionNo: integer,
  asOf: time,
  digest: v.string(),
  approvedBy: v.nullable(v.string()),
  exposedPersons: integer,
  exposedRecords: integer,
  /** As `kura incident show --json` has it: by grade, combination of fields, office, trait. */
  counts: v.looseObject({}),
});
const evidenceShape = v.strictObject({
  evidenceNo: integer,
  kind: v.picklist(subjectKinds),
  subject: v.string(),
  from: v.nullable(time),
  until: v.nullable(time),
  source: v.string(),
  withdrawal: v.nullable(v.string()),
});

const atRisk = staffRoute(
  "officer",
  {
    method: "get",
    path: "/api/exposure",
    name: "showAtRisk",
    summary:
      "How many persons would be exposed if a holder were compromised now: the worst ten, and the trend.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      asOf: time,
      worst: v.array(
        v.strictObject({ kind: v.string(), name: v.string(), persons: integer, fields: v.array(v.string()) }),
      ),
      trend: v.array(v.strictObject({ day: v.string(), persons: integer })),
    }),
    problems: ["journal-breach"],
  },
  async (_given, { parts }) => {
    const { register, now } = await incidentParts(parts);
    const { asOf, worst, trend } = await listAtRisk(register, new SegmentIndex(), now());
    return {
      asOf: asOf.toISOString(),
      worst: worst.map(({ fields, ...rest }) => ({ ...rest, fields: fieldNamesIn(fields) })),
      trend: trend.map((day) => ({ ...day })),
    };
  },
);

const list = staffRoute(
  "officer",
  {
    method: "get",
    path: "/api/incidents",
    name: "listIncidents",
    summary: "Incidents, newest first.",
    summary: "Incidents, newest first, at most 200.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ incidents: v.array(incidentShape) }),
    problems: ["purpose-not-held"],
  },
  async (_given, { parts, session }) => {
    if (!mayWork(session)) return problem("purpose-not-held");
    const rows = await store.listIncidents(parts.databases.register, incidentLimits.listed);
    return { incidents: rows.map(renderIncident) };
    problems: [],
  },
  async (_given, { parts }) => {
    const rows = await listIncidents(parts.databases.register, incidentLimits.listed);
    return {
      incidents: rows.map(({ incidentId, title, isOpen, openedBy, openedAt, knownAt }) => {
        const times = { openedAt: openedAt.toISOString(), knownAt: knownAt.toISOString() };
        return { incidentId, title, isOpen, openedBy, ...times };
      }),
    };
  },
);

const open = staffRoute(
  "session",
  "officer",
  {
    method: "post",
    path: "/api/incidents",
    name: "openIncident",
    summary: "Opens an incident; from when the agency knew its duties' clocks run.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ title: reason, knownAt: time, isWrongful: v.boolean() }),
    answer: roomShape,
    problems: incidentProblems,
  },
  async ({ body: { title, knownAt, isWrongful } }, { parts, session }) => {
    if (!mayWork(session)) return problem("purpose-not-held");
    const { actor, office } = session;
    const opening = { title, knownAt: new Date(knownAt), isWrongful, actor, office };
    return readRoom(parts, await openIncident(await incidentParts(parts), opening));
    summary: "Opens an incident; `knownAt` is when the agency knew.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ title: reason, knownAt: time, isWrongful: v.boolean() }),
    answer: v.strictObject({ incidentId: uuid }),
    problems: [],
  },
  async ({ body }, { parts, session }) => {
    const { actor, office } = session;
    const opening = { ...body, knownAt: new Date(body.knownAt), actor, office };
    return { incidentId: await openIncident(await incidentParts(parts), opening) };
  },
);

const show = staffRoute(
  "session",
  "officer",
  {
    method: "get",
    path: "/api/incidents/{incident}",
    name: "showIncident",
    summary: "One incident: evidence, revisions with their counts, deadlines.",
    params: oneIncident,
    query: nothing,
    body: nothing,
    answer: roomShape,
    problems: incidentProblems,
  },
  async ({ params }, { parts, session }) => {
    if (!mayWork(session)) return problem("purpose-not-held");
    return readRoom(parts, params.incident);
    summary: "Its evidence and its newest revision, proved whole.",
    params: oneIncident,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ evidence: v.array(evidenceShape), revision: v.nullable(revisionShape) }),
    problems: ["unknown-incident", "journal-breach"],
  },
  async ({ params }, { parts }) => {
    const { register } = parts.databases;
    const [incident] = await listIncidents(register, 1, params.incident);
    if (incident === undefined) return problem("unknown-incident");
    const revision = await findRevision(register, params.incident);
    const rows = await listEvidence(register, params.incident);
    const evidence = rows.map((row) => ({
      evidenceNo: row.evidence_no,
      kind: subjectKinds.find((kind) => kind === row.kind) ?? ("window" as const),
      subject: row.subject,
      from: row.from_at?.toISOString() ?? null,
      until: row.until_at?.toISOString() ?? null,
      source: row.source,
      withdrawal: row.withdrawal,
    }));
    return { evidence, revision: revision === undefined ? null : renderRevision(revision) };
  },
);

const add = staffRoute(
  "session",
  "officer",
  {
    method: "post",
    path: "/api/incidents/{incident}/evidence",
    name: "addEvidence",
    summary:
      "Adds a piece of evidence and makes the revision that has it; a time that is not known is left out.",
      "Adds a piece of evidence and makes the revision that has it. A time that is not known is left out.",
    params: oneIncident,
    query: nothing,
    body: v.strictObject({
      kind: v.picklist(subjectKinds),
      subject: v.optional(v.pipe(v.string(), v.maxLength(100))),
      subject: v.optional(name),
      form: v.optional(v.picklist(["sealed", "opened"])),
      from: v.optional(time),
      until: v.optional(time),
      clockDoubtMs: v.optional(integer),
      source: reason,
    }),
    answer: roomShape,
    problems: [...incidentProblems, "incident-closed", "malformed-evidence"],
  },
  async (
    { params: { incident }, body: { source, from, until, clockDoubtMs, ...given } },
    { parts, session },
  ) => {
    if (!mayWork(session)) return problem("purpose-not-held");
    try {
      const item = {
        subject: parseSubject(given),
        window: parseWindow({ from, until, clockDoubtMs }),
        source,
      };
      return await roomAfter(parts, incident, (ready) => addEvidence(ready, incident, session.actor, item));
    } catch (fault) {
      if (codeOf(fault) === "malformed-evidence") return problem("malformed-evidence");
      throw fault;
    answer: revisionShape,
    problems: [
      "malformed-evidence",
      "unknown-incident",
      "incident-closed",
      "unknown-evidence",
      "withdrawn-before",
    ],
  },
  async ({ params, body }, { parts, session }) => {
    try {
      const item = { subject: parseSubject(body), window: parseWindow(body), source: body.source };
      return answerOf(await addEvidence(await incidentParts(parts), params.incident, session.actor, item));
    } catch (fault) {
      if (codeOf(fault) !== "malformed-evidence") throw fault;
      return problem("malformed-evidence");
    }
  },
);

const withdraw = staffRoute(
  "session",
  {
    method: "post",
    path: "/api/incidents/{incident}/evidence/{evidence}/withdrawal",
    name: "withdrawEvidence",
    summary: "Takes a piece of evidence out of the count; it and the reason stay to be read.",
    params: v.strictObject({ incident: uuid, evidence: number }),
    query: nothing,
    body: v.strictObject({ reason }),
    answer: roomShape,
    problems: [...incidentProblems, "incident-closed", "unknown-evidence", "withdrawn-before"],
  },
  async ({ params: { incident, evidence }, body }, { parts, session }) => {
    if (!mayWork(session)) return problem("purpose-not-held");
    const no = Number(evidence);
    return roomAfter(parts, incident, (ready) =>
      withdrawEvidence(ready, incident, no, session.actor, body.reason),
  "officer",
  {
    method: "post",
    path: "/api/incidents/{incident}/withdrawals",
    name: "withdrawEvidence",
    summary: "Takes a piece of evidence out of the count; it and the reason stay.",
    params: oneIncident,
    query: nothing,
    body: v.strictObject({ evidenceNo: integer, reason }),
    answer: revisionShape,
    problems: ["unknown-incident", "incident-closed", "unknown-evidence", "withdrawn-before"],
  },
  async ({ params, body }, { parts, session }) => {
    const { evidenceNo, reason: why } = body;
    return answerOf(
      await withdrawEvidence(await incidentParts(parts), params.incident, evidenceNo, session.actor, why),
    );
  },
);

const approve = staffRoute(
  "session",
  {
    method: "post",
    path: "/api/incidents/{incident}/revisions/{revision}/approval",
    name: "approveRevision",
    summary: "A second actor stands for a revision; letters and reports need it.",
    params: v.strictObject({ incident: uuid, revision: number }),
    query: nothing,
    body: nothing,
    answer: roomShape,
    problems: [...incidentProblems, "unknown-revision", "own-revision", "approved-before"],
  },
  async ({ params: { incident, revision } }, { parts, session }) => {
    if (!mayWork(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const { outcome } = await approveRevision(ready, incident, Number(revision), session.actor, undefined);
    return outcome === "done" ? readRoom(parts, incident) : problem(outcome);
  },
);

export const incidentRoutes: readonly Route[] = [list, open, show, add, withdraw, approve];

function mayWork({ isOfficer, purposes }: StaffSession): boolean {
  return isOfficer || purposes.includes(incidentPurpose);
}

/** After what is not copied yet was copied: a count is whole, or there is none. @throws {Breach} */
export async function incidentParts({ databases, keeper, now, makeId }: ApiParts): Promise<IncidentParts> {
  await projectJournal(databases.register, journalSource(keeper));
  return { register: databases.register, now, makeId, listTraits: () => listTraits(databases.register) };
}

type Room = v.InferInput<typeof roomShape>;

async function roomAfter(
  parts: ApiParts,
  incident: string,
  work: (ready: IncidentParts) => Promise<EvidenceOutcome>,
): Promise<Room | Problem> {
  const { outcome } = await work(await incidentParts(parts));
  return outcome === "done" ? readRoom(parts, incident) : problem(outcome);
}

async function readRoom({ databases: { register } }: ApiParts, incident: string): Promise<Room | Problem> {
  const [row] = await store.listIncidents(register, 1, incident);
  if (row === undefined) return problem("unknown-incident");
  const revisions = await store.listRevisions(register, incident, incidentLimits.listed);
  const [newest] = revisions;
  const counts = newest === undefined ? undefined : parseCounts(newest.counts);
  return {
    incident: renderIncident(row),
    evidence: (await store.listEvidence(register, incident)).map(renderEvidence),
    revisions: revisions.map(renderRevision),
    ...(counts !== undefined && { counts: renderCounts(counts) }),
    deadlines: (counts === undefined ? [] : listDeadlines(row, counts)).map(({ duty, dueAt }) => ({
      duty: duty.id,
      regime: duty.regime,
      title: duty.title,
      dueAt: dueAt.toISOString(),
      source: duty.source,
    })),
  };
}

function renderIncident(row: store.IncidentRow): v.InferInput<typeof incidentShape> {
  const { incidentId, title, openedBy, openedAt, knownAt, isOpen } = row;
  const times = { openedAt: openedAt.toISOString(), knownAt: knownAt.toISOString() };
  return { incident: incidentId, title, openedBy, ...times, isOpen };
}

function renderEvidence(row: store.EvidenceRow): v.InferInput<typeof evidenceShape> {
  return {
    evidence: row.evidence_no,
    kind: row.kind,
    subject: row.subject,
    ...(row.form !== null && { form: row.form }),
    ...(row.from_at !== null && { from: row.from_at.toISOString() }),
    ...(row.until_at !== null && { until: row.until_at.toISOString() }),
    source: row.source,
    addedBy: row.added_by,
    addedAt: row.added_at.toISOString(),
    ...(row.withdrawn_at !== null && { withdrawal: row.withdrawal ?? "" }),
  };
}

function renderRevision(row: store.RevisionRow): v.InferInput<typeof revisionShape> {
  const { exposedPersons, exposedRecords } = parseCounts(row.counts);
  return {
    revision: row.revisionNo,
    asOf: row.asOf.toISOString(),
    madeBy: row.madeBy,
    ...(row.approvedBy !== undefined && { approvedBy: row.approvedBy }),
    evidence: [...row.evidenceNos],
    exposedPersons,
    exposedRecords,
  };
}

function renderCounts({ byGrade, byFields, byOffice }: Counts): v.InferInput<typeof countsShape> {
  return {
    byGrade: Object.entries(byGrade).map(([grade, one]) => ({ grade, ...one })),
    byFields: byFields.map(({ fields, ...one }) => ({ ...one, fields: fieldNamesIn(fields) })),
    byOffice: byOffice.map((one) => ({ ...one })),
  "officer",
  {
    method: "post",
    path: "/api/incidents/{incident}/approvals",
    name: "approveRevision",
    summary: "As a second officer: stands for a revision.",
    params: oneIncident,
    query: nothing,
    body: v.strictObject({ revisionNo: integer }),
    answer: revisionShape,
    problems: ["unknown-revision", "own-revision", "approved-before"],
  },
  async ({ params, body }, { parts, session }) => {
    const own = await incidentParts(parts);
    const outcome = await approveRevision(own, params.incident, body.revisionNo, session.actor, undefined);
    return outcome.outcome === "done" ? renderRevision(outcome.revision) : problem(outcome.outcome);
  },
);

const answer = staffRoute(
  "session",
  {
    method: "post",
    path: "/api/persons/{person}/answers",
    name: "answerPerson",
    summary: "What to tell a person who asks; behind a look at the person in this session and case. Kept.",
    params: v.strictObject({ person: uuid }),
    query: nothing,
    body: v.strictObject({ case: uuid }),
    answer: v.strictObject({
      answers: v.array(
        v.strictObject({
          incidentId: uuid,
          revisionNo: integer,
          asOf: time,
          answer: v.string(),
          words: v.string(),
        }),
      ),
    }),
    problems: ["not-looked-at", "unknown-person", "no-incident", "journal-breach"],
  },
  async ({ params, body }, { parts, session }) => {
    const asked = {
      personKey: params.person,
      actor: session.actor,
      session: session.session,
      caseId: body.case,
    };
    const told = await answerPerson(await incidentParts(parts), asked);
    if (told.outcome !== "answered") return problem(told.outcome);
    const answers = told.answers.map((one) => ({
      incidentId: one.incidentId,
      revisionNo: one.revisionNo,
      asOf: one.asOf.toISOString(),
      answer: one.answer.answer,
      words: answerWords(one.answer, one.asOf, one.revisionNo),
    }));
    return { answers };
  },
);

export const incidentRoutes: readonly Route[] = [atRisk, list, open, show, add, withdraw, approve, answer];

/** After the journal's copy has caught up: a count is whole, or there is none. @throws {Breach} */
async function incidentParts({ databases, keeper, now, makeId }: ApiParts): Promise<IncidentParts> {
  const { register } = databases;
  await projectJournal(register, journalSource(keeper));
  return { register, now, makeId, listTraits: () => listTraits(register) };
}

function answerOf(outcome: EvidenceOutcome): v.InferInput<typeof revisionShape> | Problem {
  return outcome.outcome === "done" ? renderRevision(outcome.revision) : problem(outcome.outcome);
}

function renderRevision(revision: Revision): v.InferInput<typeof revisionShape> {
  const counts = parseCounts(revision.counts);
  const { exposedPersons, exposedRecords } = counts;
  return {
    revisionNo: revision.revisionNo,
    asOf: revision.asOf.toISOString(),
    digest: encodeHex(revision.digest),
    approvedBy: revision.approvedBy ?? null,
    exposedPersons,
    exposedRecords,
    counts: { ...counts },
  };
}
