/**
 * What moved between two revisions, and which evidence moved it: the items that came and went, one after the other, with
 * the counts behind each. What the journal and the extracts brought in between comes first, as a step of its own.
 */
import type { Count } from "./count.ts";
import { exposeIncident, type IncidentParts } from "./incidents.ts";
import { evidenceOf } from "./parse-evidence.ts";
import { parseCounts, type Revision } from "./revision.ts";
import * as store from "./store.ts";

export interface DiffStep {
  readonly change: "journal" | "added" | "withdrawn";
  /** Of the item; 0 for the journal. */
  readonly evidenceNo: number;
  /** Behind this step. */
  readonly count: Count;
  /** By this step. */
  readonly movedPersons: number;
  readonly movedRecords: number;
}

export async function diffRevisions(
  parts: IncidentParts,
  from: Revision,
  to: Revision,
): Promise<readonly DiffStep[]> {
  const items = (await store.listEvidence(parts.register, to.incidentId)).map(evidenceOf);
  const standing = new Set(from.evidenceNos);
  const countNow = async (): Promise<Count> =>
    (
      await exposeIncident(
        parts,
        items.filter(({ no }) => standing.has(no)),
      )
    ).counts;
  const steps: DiffStep[] = [];
  let before: Count = parseCounts(from.counts);
  const step = async (change: DiffStep["change"], evidenceNo: number): Promise<void> => {
    const { exposedPersons, exposedRecords } = await countNow();
    const movedPersons = exposedPersons - before.exposedPersons;
    const movedRecords = exposedRecords - before.exposedRecords;
    before = { exposedPersons, exposedRecords };
    if (change === "journal" && movedPersons === 0 && movedRecords === 0) return;
    steps.push({ change, evidenceNo, count: before, movedPersons, movedRecords });
  };
  await step("journal", 0);
  for (const no of from.evidenceNos.filter((one) => !to.evidenceNos.includes(one))) {
    standing.delete(no);
    await step("withdrawn", no);
  }
  for (const no of to.evidenceNos.filter((one) => !from.evidenceNos.includes(one))) {
    standing.add(no);
    await step("added", no);
  }
  return steps;
}
