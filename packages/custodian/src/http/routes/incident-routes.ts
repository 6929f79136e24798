/**
 * The incident room: incidents, their evidence, the revisions that come of it, and what the law then asks by when.
 *
 * For officers and for whoever holds the purpose: evidence moves flags and answers. Counts and combinations of fields only;
 * nobody is named here. A revision is computed and proved by `incident`; this relays.
 */
import * as v from "valibot";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { journalSource } from "../../disclosure/journal-source.ts";
import { projectJournal } from "../../disclosure/project-journal.ts";
import { resolveWords, type ResolveParts } from "../../incident/resolve/resolve.ts";
import { revisionWords } from "../../incident/resolve/words.ts";
import { findRevision, parseCounts } from "../../incident/revision.ts";
import type { Counts } from "../../incident/count.ts";
import { subjectKinds } from "../../incident/evidence.ts";
import { fieldNamesIn } from "../../incident/field-mask.ts";
import {
  addEvidence,
  type EvidenceOutcome,
  type IncidentParts,
  openIncident,
  withdrawEvidence,
} from "../../incident/incidents.ts";
import { incidentLimits } from "../../incident/limits.ts";
import { parseSubject, parseWindow } from "../../incident/parse-evidence.ts";
import { listDeadlines } from "../../incident/report/duties.ts";
import * as store from "../../incident/store.ts";
import { listTraits } from "../../incident/traits/traits.ts";
import { type Problem, problem, type ProblemName } from "../problem.ts";
import { mayAnswerIncidents } from "../rights.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { hex, integer, orderFrom, reason, signedOrder, time, uuid } from "../schemas.ts";

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
  /** What an approver's words name. */
  digest: hex,
  ...count,
});
const countsShape = v.strictObject({
  byGrade: v.array(v.strictObject({ grade: v.string(), ...count })),
  byFields: v.array(v.strictObject({ grade: v.string(), fields: v.array(v.string()), ...count })),
  byOffice: v.array(v.strictObject({ grade: v.string(), office: v.string(), ...count })),
  /** By prefecture and insurance, in persons; an empty value: it is not known. */
  byTrait: v.array(
    v.strictObject({ dimension: v.string(), value: v.string(), grade: v.string(), exposedPersons: integer }),
  ),
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
/** Of words that actors stand for, and of the orders that carry them. */
export const wordsProblems: readonly ProblemName[] = [
  "incident-closed",
  "unknown-revision",
  "other-revision",
  "own-revision",
  "approved-before",
  "not-approved",
  "reissued-before",
  "block-too-small",
  "unknown-person",
  "other-words",
  "malformed-order",
  "unknown-session",
  "session-ended",
  "bad-signature",
  "stale",
  "replayed",
  "journal-unwritable",
];
export const incidentProblems: readonly ProblemName[] = [
  "purpose-not-held",
  "unknown-incident",
  "journal-breach",
];

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents",
    name: "listIncidents",
    summary: "Incidents, newest first.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ incidents: v.array(incidentShape) }),
    problems: ["purpose-not-held"],
  },
  async (_given, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const rows = await store.listIncidents(parts.databases.register, incidentLimits.listed);
    return { incidents: rows.map(renderIncident) };
  },
);

const open = staffRoute(
  "staff",
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
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const { actor, office } = session;
    const opening = { title, knownAt: new Date(knownAt), isWrongful, actor, office };
    return readRoom(parts, await openIncident(await incidentParts(parts), opening));
  },
);

const show = staffRoute(
  "staff",
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
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    return readRoom(parts, params.incident);
  },
);

const add = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/evidence",
    name: "addEvidence",
    summary:
      "Adds a piece of evidence and makes the revision that has it; a time that is not known is left out.",
    params: oneIncident,
    query: nothing,
    body: v.strictObject({
      kind: v.picklist(subjectKinds),
      subject: v.optional(v.pipe(v.string(), v.maxLength(100))),
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
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
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
    }
  },
);

const withdraw = staffRoute(
  "staff",
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
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const no = Number(evidence);
    return roomAfter(parts, incident, (ready) =>
      withdrawEvidence(ready, incident, no, session.actor, body.reason),
    );
  },
);

const approve = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/revisions/{revision}/approval",
    name: "approveRevision",
    summary:
      "A second actor stands for a revision by a signed order (kind resolve); reports are provisional without it.",
    params: v.strictObject({ incident: uuid, revision: number }),
    query: nothing,
    body: v.strictObject({ order: signedOrder }),
    answer: roomShape,
    problems: [...incidentProblems, ...wordsProblems],
  },
  async ({ params: { incident, revision }, body }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const found = await findRevision(ready.register, incident, Number(revision));
    if (found === undefined) return problem("unknown-revision");
    const words = revisionWords(found.revisionNo, found.digest);
    const { outcome } = await resolveWords(ready, incident, words, session.actor, orderFrom(body.order));
    return outcome === "done" || outcome === "proposed" ? readRoom(parts, incident) : problem(outcome);
  },
);

export const incidentRoutes: readonly Route[] = [list, open, show, add, withdraw, approve];

/** After what is not copied yet was copied: a count is whole, or there is none. @throws {Breach} */
export async function incidentParts({
  databases,
  keeper,
  now,
  makeId,
  desk,
  exposure,
}: ApiParts): Promise<ResolveParts> {
  const { register } = databases;
  const catchUp = async (): Promise<void> => void (await projectJournal(register, journalSource(keeper)));
  await catchUp();
  return { register, now, makeId, desk, exposure, listTraits: () => listTraits(register), keeper, catchUp };
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
    digest: encodeHex(row.digest),
    exposedPersons,
    exposedRecords,
  };
}

function renderCounts({ byGrade, byFields, byOffice, byTrait }: Counts): v.InferInput<typeof countsShape> {
  return {
    byGrade: Object.entries(byGrade).map(([grade, one]) => ({ grade, ...one })),
    byFields: byFields.map(({ fields, ...one }) => ({ ...one, fields: fieldNamesIn(fields) })),
    byOffice: byOffice.map((one) => ({ ...one })),
    byTrait: byTrait.map((one) => ({ ...one })),
  };
}
