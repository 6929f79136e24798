/** What leaves the desk says what the revision says, and no person is in it. */
import { describe, expect, it } from "vitest";
import { countExposure } from "../count.ts";
import type { Exposure } from "../expose.ts";
import { partition } from "../partition.ts";
import { PersonSet } from "../person-set.ts";
import { countsText, digestClasses, revisionDigest } from "../revision.ts";
import type { EvidenceRow, IncidentRow } from "../store.ts";
import { renderCalendar } from "./calendar.ts";
import { listDeadlines } from "./duties.ts";
import { renderIris, renderVeris } from "./exchange.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { makeReport, type ReportBasis, reportKinds } from "./report.ts";

const knownAt = new Date("2026-05-08T01:49:00Z");
const incident: IncidentRow = {
  incidentId: "00000000-0000-4000-8000-000000000001",
  title: "試験の事案、一台の端末; a test",
  openedBy: "officer-a",
  office: "head",
  openedAt: knownAt,
  knownAt,
  isWrongful: true,
  isOpen: true,
};
const undated: EvidenceRow = {
  evidence_no: 1,
  kind: "workstation",
  subject: "desk-1",
  form: null,
  persons: null,
  fields: null,
  row_count: null,
  from_at: null,
  until_at: null,
  clock_doubt_ms: null,
  source: "a call",
  added_by: "officer-a",
  added_at: new Date("2026-05-09T00:00:00Z"),
  withdrawn_at: null,
  withdrawal: null,
};

function basisOf(persons: number): ReportBasis {
  const set = PersonSet.range(7_000_001, 7_000_000 + persons);
  const slices = [
    { grade: "disclosed", fields: 0b1010, persons: set, records: persons + 3, office: "north" },
  ] as const;
  const exposure: Exposure = { classes: partition(slices), slices };
  const row = {
    revisionNo: 4,
    asOfEvent: 9n,
    asOf: knownAt,
    evidenceNos: [1],
    counts: countsText(countExposure(exposure)),
  };
  const classes = digestClasses(exposure.classes);
  const digest = revisionDigest(incident.incidentId, row, classes);
  const made = { madeBy: "officer-a", madeAt: knownAt, approvedBy: undefined, approvedAt: undefined };
  const revision = { ...row, ...made, digest, incidentId: incident.incidentId, classes };
  return { incident, revision, evidence: [undated], answersGiven: 2, measures: [] };
}

describe("a report", () => {
  it.each(reportKinds)(
    "of kind %s has the counts and the name of its revision, in JSON and for people",
    (kind) => {
      const report = makeReport(kind, basisOf(120));
      expect(report).toMatchObject({
        revisionNo: 4,
        exposedPersons: 120,
        exposedRecords: 123,
        approvedBy: null,
      });
      const text = renderMarkdown(report);
      expect(text).toContain("revision 4 (PROVISIONAL, not approved)");
      expect(text).toContain(report.revisionDigest);
      for (const { title } of report.sections) expect(text).toContain(title);
    },
  );

  it("for the commission has its nine items, and says which an officer still has to write", () => {
    const { sections } = makeReport("ppc-final", basisOf(120));
    expect(sections.map(({ no }) => no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(sections.filter(({ isOpen }) => isOpen).map(({ no }) => no)).toEqual([5, 7, 8, 9]);
    expect(sections[2]?.lines[0]).toBe("120 persons (123 records).");
  });
});

describe("deadlines", () => {
  it("begin when the agency knew; a wrongful purpose makes one person enough and the final report due after sixty days", () => {
    const days = (persons: number, isWrongful: boolean): Record<string, number> =>
      Object.fromEntries(
        listDeadlines(
          { ...incident, isWrongful },
          countExposure({ ...basisOf(persons).revision, slices: [] }),
        ).map(({ duty, dueAt }) => [duty.id, (dueAt.getTime() - knownAt.getTime()) / 86_400_000]),
      );
    expect(days(1, true)).toMatchObject({ "ppc-preliminary": 3, "ppc-final": 60, "gdpr-33": 3 });
    expect(days(101, false)).toMatchObject({ "ppc-preliminary": 3, "ppc-final": 30 });
    expect(days(100, false)).not.toHaveProperty("ppc-final");
    expect(days(0, true)).toEqual({});
  });

  it("are a calendar whose lines are no longer than 75 bytes and unfold to what they were", () => {
    const deadlines = listDeadlines(incident, countExposure({ ...basisOf(200).revision, slices: [] }));
    const text = renderCalendar(incident, deadlines, knownAt);
    const lines = text.split("\r\n");
    expect(lines.every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    const unfolded = text.replaceAll("\r\n ", "");
    expect(unfolded.match(/BEGIN:VEVENT/gu)).toHaveLength(deadlines.length);
    expect(unfolded).toContain("rule 8 para. 2: 30 days\\, 60 where a wrongful purpose is suspected");
    expect(unfolded).toContain("DTSTART:20260511T014900Z");
  });
});

describe("exports", () => {
  it("have counts and machines, and a time that is not known stays unknown", () => {
    const basis = basisOf(120);
    expect(renderVeris(basis)).toMatchObject({
      attribute: { confidentiality: { data_disclosure: "Yes", data_total: 123 } },
      asset: { assets: [{ variety: "U - Desktop or laptop", amount: 1 }] },
    });
    expect(renderIris(basis)).toMatchObject({
      assets: [{ asset_name: "desk-1", asset_compromise_status: "To be determined" }],
      events: [{ event_date: null }],
    });
  });

  it("and reports hold no number of any person", () => {
    const basis = basisOf(40);
    const all = [
      renderVeris(basis),
      renderIris(basis),
      ...reportKinds.map((kind) => makeReport(kind, basis)),
    ].map((value) => JSON.stringify(value));
    for (let no = 7_000_001; no <= 7_000_040; no++) {
      expect(all.filter((text) => text.includes(String(no)))).toEqual([]);
    }
  });

  it("has what the published VERIS schema asks for, also where nothing is known", () => {
    const unknown = { ...basisOf(3), evidence: [], incident: { ...incident, isWrongful: false } };
    for (const basis of [basisOf(40), unknown]) {
      const veris = renderVeris(basis) as Readonly<Record<string, unknown>>;
      // `required` of verisc-merged.json 1.4.1, which is under a licence that does not let it be kept here.
      for (const name of [
        "actor",
        "action",
        "discovery_method",
        "schema_version",
        "asset",
        "timeline",
        "incident_id",
        "security_incident",
        "summary",
      ]) {
        expect(veris[name]).toBeDefined();
      }
      const { assets, cloud } = veris["asset"] as { assets: readonly object[]; cloud: readonly string[] };
      expect([assets.length > 0, cloud]).toEqual([true, ["Unknown"]]);
    }
  });
});
