/**
 * Making something of a revision that leaves the incident desk. Before it exists the revision is proved whole, and behind it
 * stands in the database what was made, of how many persons, with which digest.
 */
import type { IncidentParts } from "../incidents.ts";
import { everybodyIn, findRevision, type Revision } from "../revision.ts";
import * as deskStore from "../desk/store.ts";
import { listMeasures } from "../review/store.ts";
import * as store from "../store.ts";
import type { ReportBasis } from "./report.ts";

export type PublishOutcome =
  | { readonly outcome: "done"; readonly basis: ReportBasis }
  | { readonly outcome: "unknown-revision" };

/** What reports are made of, and a line that one was. @throws {Breach} when the revision is not what it was. */
export async function prepareReport(
  parts: IncidentParts,
  incidentId: string,
  revisionNo: number | undefined,
  kind: string,
  actor: string,
): Promise<PublishOutcome> {
  const revision = await findRevision(parts.register, incidentId, revisionNo);
  const [incident] = await store.listIncidents(parts.register, 1, incidentId);
  if (revision === undefined || incident === undefined) return { outcome: "unknown-revision" };
  await recordUse(parts, revision, kind, actor);
  const evidence = await store.listEvidence(parts.register, incidentId);
  const answers = await deskStore.listLastAnswers(parts.register, incidentId);
  const measures = await listMeasures(parts.register, incidentId);
  return { outcome: "done", basis: { incident, revision, evidence, answersGiven: answers.length, measures } };
}

/** That something was made of everybody in a revision. */
export async function recordUse(
  parts: IncidentParts,
  revision: Revision,
  kind: string,
  actor: string,
): Promise<void> {
  const { incidentId, revisionNo, classes } = revision;
  const persons = everybodyIn(classes);
  const use = { useId: parts.makeId(), incidentId, revisionNo, kind, persons, actor, at: parts.now() };
  await store.appendUse(parts.register, use);
}
