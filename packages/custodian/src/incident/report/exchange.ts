/**
 * The case for other tools: VERIS 1.4.1 (one incident) and what DFIR-IRIS takes as a case with its assets.
 *
 * No person is in either: counts, kinds of data, machines and accounts. Vocabulary: the VERIS schema's enumerations; the
 * marshmallow schemas of IRIS.
 * What the evidence does not say is `Unknown` in both, never a guess.
 */
import type { Counts } from "../count.ts";
import { countText, fieldsText } from "../render-text.ts";
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

/**
 * The bodies that IRIS 2.4.20 (API 2.0.5) takes: `case` at `/manage/cases/add`, each of `assets` at `/case/assets/add`, of
 * `events` at `/case/timeline/events/add`, of `notes` at `/case/notes/add`; `source/app/schema/marshables.py` of iris-web,
 * which publishes no JSON schema. What an installation numbers itself is named here and looked up there by who sends it:
 * `case_customer`, `asset_type_id` of `asset_type_name`, `event_category_id`, `directory_id`. Names IRIS does not know it
 * leaves out. Evidence without a time is a note: an event needs a date, and when it was written down is not when it happened.
 */
export function renderIris({ incident, revision, evidence }: ReportBasis): object {
  const counts = parseCounts(revision.counts);
  const standing = evidence.filter(({ withdrawal }) => withdrawal === null);
  return {
    case: {
      case_name: incident.title,
      case_description: `Revision ${revision.revisionNo} as of ${revision.asOf.toISOString()}: ${countText(counts.exposedPersons, "person")}, ${countText(counts.exposedRecords, "record")}.\n${fieldNotes(counts)}`,
      case_soc_id: incident.incidentId,
      case_tags: `kura,revision-${revision.revisionNo}`,
    },
    assets: irisAssets(standing),
    events: standing.flatMap((row) => irisEvent(row)),
    notes: evidence
      .filter(({ from_at, withdrawal }) => from_at === null || withdrawal !== null)
      .map((row) => ({
        note_title: irisTitle(row),
        note_content: `${row.source}\n${addedText(row)}${row.withdrawal === null ? "\nWhen it happened is not known." : `\nWithdrawn: ${row.withdrawal}`}`,
      })),
  };
}

/** Each once: IRIS refuses a second asset of the same name and type in a case. */
function irisAssets(standing: readonly EvidenceRow[]): object[] {
  const named = standing.filter(({ kind }) => ["workstation", "actor", "credential"].includes(kind));
  const groups = Map.groupBy(named, (row) => `${irisType(row)} ${row.subject.toLowerCase()}`);
  return [...groups.values()].flatMap((rows) =>
    rows.slice(0, 1).map((row) => ({
      asset_name: row.subject,
      asset_type_name: irisType(row),
      asset_description: rows.map(({ source }) => source).join("\n"),
      // `CompromiseStatus`: 0 to be determined, 1 compromised.
      asset_compromise_status_id: rows.some(({ from_at }) => from_at !== null) ? 1 : 0,
    })),
  );
}

function irisType({ kind }: EvidenceRow): string {
  return kind === "workstation" ? "Windows - Computer" : "Account";
}

function irisEvent(row: EvidenceRow): object[] {
  if (row.from_at === null) return [];
  return [
    {
      event_title: irisTitle(row),
      event_date: row.from_at.toISOString().slice(0, -1),
      event_tz: "+00:00",
      event_category_name: "Unspecified",
      event_assets: [],
      event_iocs: [],
      event_source: row.source,
      event_content: addedText(row),
      event_raw: "",
    },
  ];
}

function irisTitle(row: EvidenceRow): string {
  return `${row.evidence_no}. ${row.kind} ${row.subject}`.trim();
}

function addedText(row: EvidenceRow): string {
  return `added ${row.added_at.toISOString()} by ${row.added_by}`;
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
        `${fieldsText(fields)} ${grade}: ${countText(exposedPersons, "person")}`,
    )
    .join("; ");
}
