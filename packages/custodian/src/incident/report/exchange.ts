/**
 * The case for other tools: VERIS 1.4.1 (one incident) and what DFIR-IRIS takes as a case with its assets.
 *
 * No person is in either: counts, kinds of data, machines and accounts. Vocabulary: the VERIS schema's enumerations;
 * the fields of IRIS's case and asset API (2.4), without the ids of customers and types that an installation gives itself.
 * What the evidence does not say is `Unknown` in both, never a guess.
 */
import type { Counts } from "../count.ts";
import { fieldNamesIn } from "../field-mask.ts";
import type { EvidenceRow } from "../store.ts";
import { parseCounts } from "../revision.ts";
import type { ReportBasis } from "./report.ts";

export function renderVeris({ incident, revision, evidence }: ReportBasis): object {
  const counts = parseCounts(revision.counts);
  const isSure = counts.byGrade.disclosed.exposedPersons > 0;
  return {
    schema_version: "1.4.1",
    incident_id: incident.incidentId.toUpperCase(),
    source_id: "kura",
    security_incident: isSure ? "Confirmed" : "Suspected",
    summary: `${incident.title} (revision ${revision.revisionNo})`,
    confidence: isSure ? "High" : "Low",
    timeline: { incident: dateParts(earliest(evidence) ?? incident.knownAt) },
    actor: incident.isWrongful
      ? { external: { variety: ["Unknown"], motive: ["Unknown"] } }
      : { unknown: {} },
    action: { unknown: {} },
    discovery_method: { unknown: true },
    asset: { assets: assetVarieties(evidence), cloud: ["Unknown"] },
    attribute: {
      confidentiality: {
        data_disclosure: isSure ? "Yes" : counts.exposedPersons > 0 ? "Potentially" : "No",
        data_victim: ["Customer"],
        data_total: counts.exposedRecords,
        data: [{ variety: "Personal", amount: counts.exposedPersons }],
        notes: fieldNotes(counts),
      },
    },
    plus: { kura_revision: revision.revisionNo, kura_as_of: revision.asOf.toISOString() },
  };
}

export function renderIris({ incident, revision, evidence }: ReportBasis): object {
  const counts = parseCounts(revision.counts);
  return {
    case_name: incident.title,
    case_description: `Revision ${revision.revisionNo} as of ${revision.asOf.toISOString()}: ${counts.exposedPersons} persons, ${counts.exposedRecords} records.\n${fieldNotes(counts)}`,
    case_soc_id: incident.incidentId,
    case_open_date: incident.openedAt.toISOString().slice(0, 10),
    assets: evidence
      .filter(
        ({ kind, withdrawal }) =>
          withdrawal === null && ["workstation", "actor", "credential"].includes(kind),
      )
      .map((row) => ({
        asset_name: row.subject,
        asset_type: row.kind === "workstation" ? "Windows - Computer" : "Account",
        asset_description: row.source,
        asset_compromise_status: row.from_at === null ? "To be determined" : "Compromised",
      })),
    events: evidence.map((row) => ({
      event_title: `${row.kind} ${row.subject}`.trim(),
      // Evidence without a time is listed without one: when it was written down is not when it happened.
      event_date: row.from_at?.toISOString() ?? null,
      event_content: row.source,
      event_raw: `added ${row.added_at.toISOString()} by ${row.added_by}`,
    })),
  };
}

function assetVarieties(
  evidence: readonly EvidenceRow[],
): { readonly variety: string; readonly amount: number }[] {
  const standing = evidence.filter(({ withdrawal }) => withdrawal === null);
  const names: Readonly<Record<string, string>> = {
    workstation: "U - Desktop or laptop",
    backup: "S - Database",
    extract: "M - Documents",
    actor: "P - End-user or employee",
  };
  const assets = Object.entries(names).flatMap(([kind, variety]) => {
    const amount = standing.filter((row) => row.kind === kind).length;
    return amount > 0 ? [{ variety, amount }] : [];
  });
  // The schema asks for one at least.
  return assets.length > 0 ? assets : [{ variety: "Unknown", amount: 1 }];
}

function earliest(evidence: readonly EvidenceRow[]): Date | undefined {
  const times = evidence.flatMap(({ from_at, withdrawal }) =>
    from_at === null || withdrawal !== null ? [] : [from_at],
  );
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0];
}

function dateParts(at: Date): { readonly year: number; readonly month: number; readonly day: number } {
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

function fieldNotes(counts: Counts): string {
  return counts.byFields
    .map(
      ({ fields, grade, exposedPersons }) =>
        `${fieldNamesIn(fields).join("+")} ${grade}: ${exposedPersons} persons`,
    )
    .join("; ");
}
