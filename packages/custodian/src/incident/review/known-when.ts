/** The timeline of an incident: what happened when, what was known when, what each revision counted, who approved it. */
import type { Reader } from "../../db/database.ts";
import { parseCounts } from "../revision.ts";
import * as store from "../store.ts";

export interface ReviewLine {
  readonly at: Date;
  readonly what: string;
}

export async function listTimeline(reader: Reader, incidentId: string, limit: number): Promise<ReviewLine[]> {
  const [incident] = await store.listIncidents(reader, 1, incidentId);
  if (incident === undefined) return [];
  const evidence = await store.listEvidence(reader, incidentId);
  const revisions = await store.listRevisions(reader, incidentId, limit);
  const lines: ReviewLine[] = [
    { at: incident.knownAt, what: "the agency knew" },
    { at: incident.openedAt, what: `opened by ${incident.openedBy}: ${incident.title}` },
  ];
  for (const row of evidence) {
    const about = `evidence ${row.evidence_no} (${row.kind}) added by ${row.added_by}`;
    lines.push({ at: row.added_at, what: about });
    if (row.from_at !== null)
      lines.push({ at: row.from_at, what: `began, as evidence ${row.evidence_no} says` });
    if (row.withdrawn_at !== null) {
      lines.push({
        at: row.withdrawn_at,
        what: `evidence ${row.evidence_no} withdrawn: ${row.withdrawal ?? ""}`,
      });
    }
  }
  for (const row of revisions) {
    const { exposedPersons, exposedRecords } = parseCounts(row.counts);
    const counted = `revision ${row.revisionNo}: ${exposedPersons} persons, ${exposedRecords} records`;
    lines.push({ at: row.madeAt, what: counted });
    if (row.approvedAt !== undefined) {
      lines.push({
        at: row.approvedAt,
        what: `revision ${row.revisionNo} approved by ${row.approvedBy ?? ""}`,
      });
    }
  }
  return lines.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
