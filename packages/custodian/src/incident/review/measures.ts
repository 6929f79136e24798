/** Measures against it happening again: added with an owner and a date, done with what shows it, never edited. */
import { codeOf } from "@kura/kernel/fault.ts";
import type { IncidentParts } from "../incidents.ts";
import { incidentLimits } from "../limits.ts";
import { listIncidents } from "../store.ts";
import * as store from "./store.ts";

export type MeasureOutcome =
  | { readonly outcome: "done"; readonly measureNo: number }
  | { readonly outcome: "unknown-incident" | "malformed-measure" | "unknown-measure" | "done-before" };

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** Also behind the closing of an incident: that is when most of them are. */
export async function addMeasure(
  { register, now }: IncidentParts,
  incidentId: string,
  actor: string,
  given: { readonly measure: string; readonly owner: string; readonly dueOn: string },
): Promise<MeasureOutcome> {
  const [incident] = await listIncidents(register, 1, incidentId);
  if (incident === undefined) return { outcome: "unknown-incident" };
  const isDate = datePattern.test(given.dueOn) && !Number.isNaN(Date.parse(given.dueOn));
  const isText = [given.measure, given.owner].every(
    (text) => text.length > 0 && text.length <= incidentLimits.noteLength,
  );
  if (!isDate || !isText) return { outcome: "malformed-measure" };
  const measureNo = await store.appendMeasure(register, { incidentId, ...given, actor, at: now() });
  return { outcome: "done", measureNo };
}

export async function finishMeasure(
  { register, now }: IncidentParts,
  incidentId: string,
  measureNo: number,
  actor: string,
  proof: string,
): Promise<MeasureOutcome> {
  if (proof === "" || proof.length > incidentLimits.noteLength) return { outcome: "malformed-measure" };
  const measures = await store.listMeasures(register, incidentId);
  if (!measures.some((one) => one.measureNo === measureNo)) return { outcome: "unknown-measure" };
  try {
    await store.appendDone(register, { incidentId, measureNo, proof, actor, at: now() });
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    return { outcome: "done-before" };
  }
  return { outcome: "done", measureNo };
}

/** One line of a report. */
export function measureLine({ measure, owner, dueOn, done }: store.Measure): string {
  const state =
    done === undefined ? `due ${dueOn}` : `done ${done.at.toISOString().slice(0, 10)}: ${done.proof}`;
  return `${measure} (${owner}; ${state})`;
}
