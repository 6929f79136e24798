/** What leaves an incident's desk: reports as pages, the review of the controls, measures. Counts only; nobody is named here. */
import * as v from "valibot";
import { prepareReport } from "../../incident/report/publish.ts";
import { renderPdf } from "../../incident/report/render-pdf.ts";
import { makeReport, type Report, reportKinds } from "../../incident/report/report.ts";
import { listControls } from "../../incident/review/controls.ts";
import { addMeasure, finishMeasure } from "../../incident/review/measures.ts";
import { listMeasures } from "../../incident/review/store.ts";
import { listIncidents } from "../../incident/store.ts";
import { incidentParts, incidentProblems } from "./incident-routes.ts";
import { type Problem, problem, type ProblemName } from "../problem.ts";
import { mayAnswerIncidents } from "../rights.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { integer, reason, time, uuid } from "../schemas.ts";
import type { StaffSession } from "../staff-sessions.ts";

const oneReport = v.strictObject({ incident: uuid, kind: v.picklist(reportKinds) });
const reportProblems: readonly ProblemName[] = [...incidentProblems, "unknown-revision"];
const measureNumber = v.pipe(v.string(), v.regex(/^[0-9]{1,6}$/));

const pages = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/reports/{kind}/pages",
    name: "printReport",
    summary: "A report of the newest revision as pages (application/pdf); not approved, it says so on each.",
    params: oneReport,
    query: nothing,
    body: nothing,
    answer: v.unknown(),
    problems: reportProblems,
  },
  async ({ params }, { parts, session }) => {
    const made = await reportFor(parts, session, params);
    if ("problem" in made) return made;
    return new Response(Buffer.from(renderPdf(made)), { headers: { "Content-Type": "application/pdf" } });
  },
);

async function reportFor(
  parts: ApiParts,
  session: StaffSession,
  { incident, kind }: v.InferOutput<typeof oneReport>,
): Promise<Report | Problem> {
  if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
  const prepared = await prepareReport(await incidentParts(parts), incident, undefined, kind, session.actor);
  return prepared.outcome === "done" ? makeReport(kind, prepared.basis) : problem(prepared.outcome);
}

const review = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/review",
    name: "reviewIncident",
    summary: "Which controls held or failed by the journal's evidence, and what is to be done by whom.",
    params: v.strictObject({ incident: uuid }),
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      controls: v.array(
        v.strictObject({
          control: v.string(),
          verdict: v.picklist(["held", "failed", "no-event"]),
          evidence: v.string(),
        }),
      ),
      measures: v.array(
        v.strictObject({
          measure: integer,
          text: v.string(),
          owner: v.string(),
          dueOn: v.string(),
          addedBy: v.string(),
          done: v.optional(v.strictObject({ by: v.string(), at: time, proof: v.string() })),
        }),
      ),
    }),
    problems: incidentProblems,
  },
  async ({ params: { incident } }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const [row] = await listIncidents(ready.register, 1, incident);
    if (row === undefined) return problem("unknown-incident");
    const measures = await listMeasures(ready.register, incident);
    return {
      controls: await listControls(ready, incident),
      measures: measures.map(({ measureNo, measure, owner, dueOn, addedBy, done }) => ({
        measure: measureNo,
        text: measure,
        owner,
        dueOn,
        addedBy,
        ...(done !== undefined && { done: { ...done, at: done.at.toISOString() } }),
      })),
    };
  },
);

const add = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/measures",
    name: "addMeasure",
    summary: "What is to be done, by whom, by when.",
    params: v.strictObject({ incident: uuid }),
    query: nothing,
    body: v.strictObject({ text: reason, owner: reason, dueOn: v.pipe(v.string(), v.isoDate()) }),
    answer: v.strictObject({ measure: integer }),
    problems: [...incidentProblems, "malformed-measure"],
  },
  async ({ params: { incident }, body }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const given = { measure: body.text, owner: body.owner, dueOn: body.dueOn };
    const added = await addMeasure(await incidentParts(parts), incident, session.actor, given);
    return added.outcome === "done" ? { measure: added.measureNo } : problem(added.outcome);
  },
);

const done = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/measures/{measure}/done",
    name: "finishMeasure",
    summary: "A measure is done, with what shows it.",
    params: v.strictObject({ incident: uuid, measure: measureNumber }),
    query: nothing,
    body: v.strictObject({ proof: reason }),
    answer: v.strictObject({ measure: integer }),
    problems: [...incidentProblems, "malformed-measure", "unknown-measure", "done-before"],
  },
  async ({ params: { incident, measure }, body }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const finished = await finishMeasure(ready, incident, Number(measure), session.actor, body.proof);
    return finished.outcome === "done" ? { measure: finished.measureNo } : problem(finished.outcome);
  },
);

export const incidentReportRoutes: readonly Route[] = [pages, review, add, done];
