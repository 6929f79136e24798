/** What leaves the desk says what the revision says, and no person is in it. */
import * as v from "valibot";
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
      expect(text).toMatch(/revision 4 \(PROVISIONAL, not approved\)|第4版.暫定・未承認 PROVISIONAL/u);
      expect(text).toContain(report.revisionDigest);
      for (const { title } of report.sections) expect(text).toContain(title);
    },
  );

  it("for the commission has its nine items, and says which an officer still has to write", () => {
    const { sections } = makeReport("ppc-final", basisOf(120));
    expect(sections.map(({ no }) => no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(sections.filter(({ isOpen }) => isOpen).map(({ no }) => no)).toEqual([5, 7, 8, 9]);
    expect(sections[2]?.lines[0]).toBe("本人 120人(記録 123件)。");
  });

  it("for the commission is Japanese to the last word, and has no name that only a program uses", () => {
    for (const kind of ["ppc-preliminary", "ppc-final"] as const) {
      const basis = { ...basisOf(1), evidence: [{ ...undated, source: "電話による通報" }] };
      const { title, sections } = makeReport(kind, {
        ...basis,
        incident: { ...incident, title: "試験の事案" },
        measures: [],
      });
      const text = [title, ...sections.flatMap((one) => [one.title, ...one.lines])].join("\n");
      // What a machine is called stays as it is.
      expect(text.replaceAll("desk-1", "")).not.toMatch(/[A-Za-z]{2,}/u);
      expect(text).toContain("氏名");
      expect(text).toContain("令和8年5月8日");
    }
  });

  it("in English counts one person as one, and names fields in words", () => {
    const { sections } = makeReport("gdpr-33", basisOf(1));
    const text = sections.flatMap(({ lines }) => lines).join("\n");
    expect(text).toContain("1 person (4 records)");
    expect(text).not.toMatch(/\b1 persons|birthDate|pensionNumber/u);
  });

  it("for the public says the same in Japanese and in English", () => {
    const lines = makeReport("statement", basisOf(120)).sections.flatMap((one) => one.lines);
    expect(lines).toContain("本人 120人(記録 123件)。");
    expect(lines).toContain("120 persons (123 records).");
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

// Written down from IRIS 2.4.20 (iris-web, source/app/schema/marshables.py: CaseSchema, CaseAssetsSchema, EventSchema,
// CaseNoteSchema; post_init.py for names), which publishes no schema that a machine reads. Its `unknown = EXCLUDE` drops names
// it does not know; `assets` are unique by name, without case, and type.
const irisTitle = v.pipe(v.string(), v.minLength(2));
const irisSchemas = v.object({
  case: v.object({
    case_name: v.pipe(irisTitle, v.maxLength(256)),
    case_description: irisTitle,
    case_soc_id: v.pipe(v.string(), v.maxLength(256)),
    case_customer: v.pipe(v.number(), v.integer()),
    case_tags: v.string(),
  }),
  assets: v.pipe(
    v.array(
      v.object({
        asset_name: v.string(),
        asset_type_id: v.pipe(v.number(), v.integer()),
        asset_type_name: v.picklist(["Windows - Computer", "Account"]),
        asset_description: v.string(),
        asset_compromise_status_id: v.picklist([0, 1, 2, 3]),
      }),
    ),
    v.check(
      (all) =>
        new Set(all.map((one) => `${one.asset_type_id} ${one.asset_name.toLowerCase()}`)).size === all.length,
    ),
  ),
  events: v.array(
    v.object({
      event_title: irisTitle,
      // `%Y-%m-%dT%H:%M:%S.%f`, and the zone by itself.
      event_date: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}$/u)),
      event_tz: v.pipe(v.string(), v.regex(/^[+-]\d\d:\d\d$/u)),
      event_category_id: v.pipe(v.number(), v.integer()),
      event_category_name: v.literal("Unspecified"),
      event_assets: v.array(v.number()),
      event_iocs: v.array(v.number()),
    }),
  ),
  notes: v.array(v.object({ note_title: v.string(), note_content: v.string(), directory_id: v.number() })),
});
const anyBodies = v.array(v.record(v.string(), v.unknown()));
const irisBodies = v.strictObject({
  case: v.record(v.string(), v.unknown()),
  assets: anyBodies,
  events: anyBodies,
  notes: anyBodies,
});

describe("exports", () => {
  it("have counts and machines, and a time that is not known stays unknown", () => {
    const basis = basisOf(120);
    expect(renderVeris(basis)).toMatchObject({
      attribute: { confidentiality: { data_disclosure: "Yes", data_total: 123 } },
      asset: { assets: [{ variety: "U - Desktop or laptop", amount: 1 }] },
    });
    expect(renderIris(basis)).toMatchObject({
      assets: [{ asset_name: "desk-1", asset_compromise_status_id: 0 }],
      events: [],
      notes: [{ note_title: "1. workstation desk-1" }],
    });
  });

  it("are what the schemas of IRIS take, once an installation has put its own numbers in", () => {
    const from = new Date("2026-05-07T22:00:00Z");
    const dated = { ...undated, evidence_no: 2, from_at: from, kind: "actor", subject: "clerk-1" };
    const again = { ...dated, evidence_no: 3, subject: "Clerk-1" };
    const withdrawn = { ...dated, evidence_no: 4, withdrawal: "another machine", withdrawn_at: from };
    const basis = { ...basisOf(1), evidence: [undated, dated, again, withdrawn] };
    const iris = v.parse(irisBodies, renderIris(basis));
    const filled = {
      case: { ...iris.case, case_customer: 1 },
      assets: iris.assets.map((one) => ({ ...one, asset_type_id: 3 })),
      events: iris.events.map((one) => ({ ...one, event_category_id: 1 })),
      notes: iris.notes.map((one) => ({ ...one, directory_id: 1 })),
    };
    expect(v.parse(irisSchemas, filled)).toBeDefined();
    expect([filled.assets.length, filled.events.length, filled.notes.length]).toEqual([2, 2, 2]);
    expect(v.safeParse(irisSchemas, { ...filled, case: iris.case }).success).toBe(false);
    expect(JSON.stringify(filled.case)).toContain("1 person, 4 records");
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
