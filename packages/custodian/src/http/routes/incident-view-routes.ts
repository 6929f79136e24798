/**
 * What an incident's revisions say besides their counts: what moved between two of them, by what else persons are counted,
 * who is to be called back, what was known when, and reports. Keys and counts; nobody is named. Nothing is decided here.
 */
import * as v from "valibot";
import { type CallBack, listCallBacks } from "../../incident/desk/answer-desk.ts";
import { diffRevisions } from "../../incident/diff.ts";
import { incidentLimits } from "../../incident/limits.ts";
import { prepareReport } from "../../incident/report/publish.ts";
import { makeReport, reportKinds } from "../../incident/report/report.ts";
import { listTimeline } from "../../incident/review/known-when.ts";
import { findRevision, parseCounts } from "../../incident/revision.ts";
import { incidentParts } from "./incident-routes.ts";
import { problem, type ProblemName } from "../problem.ts";
import { mayAnswerIncidents } from "../rights.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer, time, uuid } from "../schemas.ts";

const oneIncident = v.strictObject({ incident: uuid });
const number = v.pipe(v.string(), v.regex(/^[0-9]{1,6}$/));
const viewProblems: readonly ProblemName[] = ["purpose-not-held", "unknown-revision", "journal-breach"];

const diff = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/diff",
    name: "diffRevisions",
    summary: "What moved between two revisions, evidence by evidence, with the counts behind each.",
    params: oneIncident,
    query: v.strictObject({ from: number, to: number }),
    body: nothing,
    answer: v.strictObject({
      steps: v.array(
        v.strictObject({
          change: v.picklist(["journal", "added", "withdrawn"]),
          /** 0 for the journal. */
          evidence: integer,
          exposedPersons: integer,
          exposedRecords: integer,
          movedPersons: integer,
          movedRecords: integer,
        }),
      ),
    }),
    problems: viewProblems,
  },
  async ({ params: { incident }, query }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const { register } = parts.databases;
    const [from, to] = await Promise.all([
      findRevision(register, incident, Number(query.from)),
      findRevision(register, incident, Number(query.to)),
    ]);
    if (from === undefined || to === undefined) return problem("unknown-revision");
    const steps = await diffRevisions(await incidentParts(parts), from, to);
    return {
      steps: steps.map(({ evidenceNo: evidence, count, ...step }) => ({ ...step, evidence, ...count })),
    };
  },
);

const traits = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/traits",
    name: "listTraits",
    summary:
      "The newest revision's persons by prefecture, by insurance: whatever they are counted by besides.",
    params: oneIncident,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      traits: v.array(
        v.strictObject({
          dimension: v.string(),
          /** Empty: of those it is not known. */
          value: v.string(),
          grade: v.string(),
          exposedPersons: integer,
        }),
      ),
    }),
    problems: viewProblems,
  },
  async ({ params }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const newest = await findRevision(parts.databases.register, params.incident);
    if (newest === undefined) return problem("unknown-revision");
    return { traits: parseCounts(newest.counts).byTrait.map((one) => ({ ...one })) };
  },
);

const callBacks = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/call-backs",
    name: "listCallBacks",
    summary:
      "Persons, by key, who were told otherwise than the newest revision says; the oldest answer first.",
    params: oneIncident,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      callBacks: v.array(
        v.strictObject({
          person: uuid,
          toldAt: time,
          toldInRevision: integer,
          told: v.string(),
          now: v.string(),
        }),
      ),
      /** Of all, shown or not. */
      count: integer,
    }),
    problems: ["purpose-not-held", "journal-breach"],
  },
  async ({ params }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const all = await listCallBacks(await incidentParts(parts), params.incident);
    return { callBacks: all.slice(0, incidentLimits.listed).map(renderCallBack), count: all.length };
  },
);

const timeline = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/timeline",
    name: "showTimeline",
    summary: "What happened and what was known when, oldest first.",
    params: oneIncident,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ lines: v.array(v.strictObject({ at: time, what: v.string() })) }),
    problems: ["purpose-not-held"],
  },
  async ({ params }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const lines = await listTimeline(parts.databases.register, params.incident, incidentLimits.listed);
    return { lines: lines.map(({ at, what }) => ({ at: at.toISOString(), what })) };
  },
);

const report = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/reports",
    name: "makeReport",
    summary: "A report of the newest revision; that it was made is kept. Not approved, it is provisional.",
    params: oneIncident,
    query: nothing,
    body: v.strictObject({ kind: v.picklist(reportKinds) }),
    answer: v.strictObject({
      kind: v.string(),
      title: v.string(),
      revision: integer,
      digest: v.string(),
      asOf: time,
      approvedBy: v.optional(v.string()),
      sections: v.array(
        v.strictObject({
          no: integer,
          title: v.string(),
          lines: v.array(v.string()),
          /** Whether an officer still has to write it. */
          isOpen: v.boolean(),
        }),
      ),
    }),
    problems: viewProblems,
  },
  async ({ params, body: { kind } }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const made = await prepareReport(ready, params.incident, undefined, kind, session.actor);
    if (made.outcome !== "done") return problem(made.outcome);
    const { title, revisionNo, revisionDigest, asOf, approvedBy, sections } = makeReport(kind, made.basis);
    return {
      kind,
      title,
      revision: revisionNo,
      digest: revisionDigest,
      asOf,
      ...(approvedBy !== null && { approvedBy }),
      sections: sections.map(({ lines, ...section }) => ({ ...section, lines: [...lines] })),
    };
  },
);

export const incidentViewRoutes: readonly Route[] = [diff, traits, callBacks, timeline, report];

/** Only which of the three answers it was and is: the fields stand in the revision. */
function renderCallBack({ personKey, toldAt, toldInRevision, told, now }: CallBack) {
  return {
    person: personKey,
    toldAt: toldAt.toISOString(),
    toldInRevision,
    told: told.split(" ")[0] ?? "",
    now: now.answer.answer,
  };
}
