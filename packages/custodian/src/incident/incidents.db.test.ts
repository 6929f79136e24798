/** An incident over its days: evidence comes and goes, revisions follow, persons ask, somebody tampers. */
import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import type { Listed } from "./listed-facts.ts";
import { historyStartMs, storeHistory } from "../../test/stored-history.ts";
import { sqlText } from "../db/sql.ts";
import { uuidMaker } from "../db/uuid.ts";
import { closeIncident } from "./close.ts";
import { answerPerson, type Asked, listCallBacks, type RevisionAnswer } from "./desk/answer-desk.ts";
import { DeskMemory } from "./desk/desk-memory.ts";
import { findHeld, listChangesInWindow, proveChange } from "./desk/held-changes.ts";
import { diffRevisions } from "./diff.ts";
import {
  addEvidence,
  approveRevision,
  type EvidenceOutcome,
  type IncidentParts,
  type Item,
  openIncident,
  withdrawEvidence,
} from "./incidents.ts";
import { SegmentIndex } from "./kept/segment-index.ts";
import { incidentLimits } from "./limits.ts";
import { everybodyIn, findRevision, parseCounts, type Revision, verifyList } from "./revision.ts";
import { PersonSet } from "./person-set.ts";
import { listEvidence } from "./store.ts";

const nameAndBirth = 0b1000_1000;
const withAddress = 0b100_1000_1000;
const morning = {
  session: "0a".repeat(16),
  actor: "clerk-a",
  office: "north",
  credential: "key-a",
  workstation: "desk-1",
};
const evening = {
  session: "0b".repeat(16),
  actor: "clerk-b",
  office: "south",
  credential: "key-b",
  workstation: "desk-2",
};
const sessions = [
  { ...morning, startMs: 100, endMs: 200 },
  { ...evening, startMs: 300, endMs: 400 },
] as const;
const history: Listed = {
  sessions,
  looks: [
    { session: sessions[0], atMs: 110, persons: [1, 2, 3], fields: nameAndBirth },
    { session: sessions[0], atMs: 150, persons: [3], fields: withAddress },
    { session: sessions[1], atMs: 310, persons: [3, 4], fields: nameAndBirth },
  ],
  extracts: [],
  gaps: [],
  registered: new Map([1, 2, 3, 4, 5].map((no) => [no, 0])),
};

let test: TestDatabases;
let parts: IncidentParts;
let keys: Map<number, string>;
let incidentId: string;
beforeEach(async () => {
  test = await openTestDatabases();
  keys = await storeHistory(test.owner.register, history);
  let nowMs = historyStartMs + 1_000;
  parts = { register: test.custodian.register, now: () => new Date((nowMs += 1)), makeId: uuidMaker() };
  const opening = { title: "virus on desk-1", actor: "officer-a", office: "head", isWrongful: true };
  incidentId = await openIncident(parts, { ...opening, knownAt: new Date(historyStartMs + 500) });
  return () => test.drop();
});

const desk = (workstation: string, fromMs: number, untilMs: number): Item => ({
  subject: { kind: "workstation", workstation },
  window: { fromMs: historyStartMs + fromMs, untilMs: historyStartMs + untilMs },
  source: "the security firm's report",
});
const add = async (item: Item): Promise<Revision> =>
  revisionOf(await addEvidence(parts, incidentId, "officer-a", item));
const key = (no: number): string => keys.get(no) ?? "";

function revisionOf(outcome: EvidenceOutcome): Revision {
  if (outcome.outcome !== "done") throw new Error(outcome.outcome);
  return outcome.revision;
}

function countsOf(revision: Revision): [number, number] {
  const { exposedPersons, exposedRecords } = parseCounts(revision.counts);
  return [exposedPersons, exposedRecords];
}

describe("a revision", () => {
  it("is there as soon as there is evidence, and moves with every item", async () => {
    const first = await add(desk("desk-1", 100, 120));
    expect([first.revisionNo, ...countsOf(first)]).toEqual([1, 3, 3]);
    const second = await add(desk("desk-2", 300, 400));
    expect([second.revisionNo, ...countsOf(second)]).toEqual([2, 4, 5]);
    const third = revisionOf(await withdrawEvidence(parts, incidentId, 1, "officer-b", "another machine"));
    expect([third.revisionNo, ...countsOf(third)]).toEqual([3, 2, 2]);
    const rows = await listEvidence(parts.register, incidentId);
    expect(rows.map(({ withdrawal }) => withdrawal)).toEqual(["another machine", null]);
  });

  it("says of each item how far it moved the counts", async () => {
    const first = await add(desk("desk-1", 100, 120));
    await add(desk("desk-2", 300, 400));
    await withdrawEvidence(parts, incidentId, 1, "officer-b", "another machine");
    const last = await add({ ...desk("", 0, 1), subject: { kind: "actor", actor: "clerk-a" }, window: {} });
    const steps = await diffRevisions(parts, first, last);
    expect(
      steps.map(({ change, evidenceNo, movedPersons, movedRecords }) => [
        change,
        evidenceNo,
        movedPersons,
        movedRecords,
      ]),
    ).toEqual([
      ["withdrawn", 1, -3, -3],
      ["added", 2, 2, 2],
      ["added", 3, 2, 4],
    ]);
    expect(steps.at(-1)?.count).toEqual({ exposedPersons: 4, exposedRecords: 6 });
  });

  it("keeps a time that is not known unknown, and widens", async () => {
    const revision = await add({ ...desk("desk-1", 0, 1), window: { untilMs: historyStartMs + 140 } });
    const [row] = await listEvidence(parts.register, incidentId);
    expect(row?.from_at).toBeNull();
    expect(parseCounts(revision.counts).byGrade["cannot-rule-out"].exposedPersons).toBe(3);
  });

  it("is approved by a second actor, once", async () => {
    const { revisionNo } = await add(desk("desk-1", 100, 200));
    const approve = async (actor: string): Promise<string> =>
      (await approveRevision(parts, incidentId, revisionNo, actor, 7n)).outcome;
    expect(await approve("officer-a")).toBe("own-revision");
    expect(await approve("officer-b")).toBe("done");
    expect(await approve("officer-c")).toBe("approved-before");
    expect((await findRevision(parts.register, incidentId))?.approvedBy).toBe("officer-b");
  });

  it("is not made anew while nothing has moved", async () => {
    const before = await add(desk("desk-1", 100, 200));
    const again = await add(desk("desk-9", 100, 200));
    expect(again.revisionNo).toBe(before.revisionNo + 1);
    const asked = { personKey: key(1), actor: "clerk-a", session: morning.session, caseId: "case" };
    await answerPerson(parts, asked);
    expect((await findRevision(parts.register, incidentId))?.revisionNo).toBe(again.revisionNo);
  });
});

describe("the answer desk", () => {
  const asked = (no: number): Asked => ({
    personKey: key(no),
    actor: no > 3 ? "clerk-b" : "clerk-a",
    session: no > 3 ? evening.session : morning.session,
    caseId: "case",
  });

  it("answers only about a person who was looked at in this session and case", async () => {
    await add(desk("desk-1", 100, 200));
    expect(await answerPerson(parts, { ...asked(1), session: evening.session })).toEqual({
      outcome: "not-looked-at",
    });
    expect(await answerPerson(parts, { ...asked(1), caseId: "other" })).toEqual({ outcome: "not-looked-at" });
    expect(await answerPerson(parts, asked(5))).toEqual({ outcome: "not-looked-at" });
  });

  it("says which fields are exposed, or as of when nothing was found in which revision", async () => {
    await add(desk("desk-1", 100, 200));
    expect(await answerPerson(parts, asked(3))).toMatchObject({
      answers: [
        { revisionNo: 1, answer: { answer: "exposed", fields: withAddress, disclosed: withAddress } },
      ],
    });
    const nothing = await answerPerson(parts, asked(4));
    expect(nothing).toMatchObject({ answers: [{ revisionNo: 1, answer: { answer: "nothing-found" } }] });
    expect(nothing.outcome === "answered" && nothing.answers[0]?.asOf).toBeInstanceOf(Date);
  });

  describe.each([
    ["a process that counts everybody each time", () => undefined],
    ["a process that remembers", () => new DeskMemory()],
  ])("of %s", (_what, makeMemory) => {
    const stillGoingOn: Item = {
      subject: { kind: "actor", actor: "clerk-b" },
      window: { fromMs: historyStartMs + 300 },
      source: "a call",
    };
    let remembering: IncidentParts;
    let approved: Revision;
    beforeEach(async () => {
      const memory = makeMemory();
      remembering = memory === undefined ? parts : { ...parts, desk: memory, exposure: new SegmentIndex() };
      approved = await add(stillGoingOn);
      await answerPerson(remembering, asked(4));
      await approveRevision(parts, incidentId, approved.revisionNo, "officer-b", 7n);
    });
    const lookAgain = async (no: number, fields: string): Promise<void> => {
      await test.owner.register.list(
        sqlText(`insert into disclosures (person_key, person_event_no, event_number, kind, link_hash, recorded_at, actor, office,
                   session, order_number, purpose, case_id, case_kind, fields)
          select '${key(no)}', max(event_number) + 1, max(event_number) + 1, 'opened', '', max(recorded_at), 'clerk-b', 'south',
                 decode('${evening.session}', 'hex'), 9, 'claim', 'case', 'claim', '${fields}' from disclosures`),
      );
    };
    const answerTo = async (no: number): Promise<RevisionAnswer | undefined> => {
      const told = await answerPerson(remembering, asked(no));
      return told.outcome === "answered" ? told.answers[0] : undefined;
    };

    it("leaves a revision approved, and its answers as of now, when the looks of the desk add nobody", async () => {
      for (const no of [3, 4, 3]) {
        await lookAgain(no, "{3,7}");
        const told = await answerTo(no);
        expect(told?.revisionNo).toBe(approved.revisionNo);
        expect(told?.asOf.getTime()).toBeGreaterThan(approved.asOf.getTime());
      }
      const newest = await findRevision(parts.register, incidentId);
      expect([newest?.revisionNo, newest?.approvedBy]).toEqual([approved.revisionNo, "officer-b"]);
    });

    it.each([
      ["somebody", 5, "{3,7}"],
      ["another field of somebody", 4, "{3,7,10}"],
    ])(
      "makes a revision, to be approved, when a compromise that goes on has reached %s",
      async (_whom, no, fields) => {
        await lookAgain(no, fields);
        expect(await answerTo(no)).toMatchObject({
          revisionNo: approved.revisionNo + 1,
          answer: { answer: "exposed" },
        });
        expect((await findRevision(parts.register, incidentId))?.approvedBy).toBeUndefined();
      },
    );
  });

  it("counts everybody again behind a minute, whoever asks: what a compromise has reached meanwhile is flagged by then", async () => {
    let nowMs = historyStartMs + 10_000;
    const remembering = { ...parts, now: () => new Date(nowMs), desk: new DeskMemory() };
    await add({ ...desk("desk-2", 300, 400), window: { fromMs: historyStartMs + 300 } });
    await answerPerson(remembering, asked(4));
    await test.owner.register.list(
      sqlText(`update disclosures set actor = 'clerk-b', session = decode('${evening.session}', 'hex'), recorded_at = recorded_at + interval '300 milliseconds'
        where person_key = '${key(1)}'`),
    );
    await answerPerson(remembering, asked(4));
    expect(await findHeld(parts.register, [key(1)])).toEqual(new Set());
    nowMs += incidentLimits.recountMs;
    await answerPerson(remembering, asked(4));
    expect(await findHeld(parts.register, [key(1)])).toEqual(new Set([key(1)]));
  });

  it("says of a closed incident what its last revision says", async () => {
    await add(desk("desk-1", 100, 200));
    const closing = { incidentId, reason: "reports are out", actor: "officer-a", secondedBy: "officer-b" };
    expect(await closeIncident(parts, { ...closing, event: 7n })).toEqual({ outcome: "done" });
    expect(await answerPerson(parts, asked(3))).toMatchObject({
      answers: [{ incidentId, revisionNo: 1, answer: { answer: "exposed", fields: withAddress } }],
    });
    expect(await answerPerson(parts, asked(4))).toMatchObject({
      answers: [{ incidentId, answer: { answer: "nothing-found" } }],
    });
  });

  it("calls back whoever was told otherwise, and nobody else", async () => {
    await add(desk("desk-1", 100, 200));
    await answerPerson(parts, asked(1));
    await answerPerson(parts, asked(4));
    expect(await listCallBacks(parts, incidentId)).toEqual([]);
    await add(desk("desk-2", 300, 400));
    const calls = await listCallBacks(parts, incidentId);
    expect(calls.map(({ personKey, told, now }) => [personKey, told, now.answer.answer])).toEqual([
      [key(4), "nothing-found", "exposed"],
    ]);
    await answerPerson(parts, asked(4));
    expect(await listCallBacks(parts, incidentId)).toEqual([]);
  });
});

describe("flags", () => {
  it("hold changes of exposed persons from the first, unapproved revision on, until two actors say what proved them", async () => {
    const everybody = [1, 2, 3, 4, 5].map(key);
    expect(await findHeld(parts.register, everybody)).toEqual(new Set());
    await add(desk("desk-1", 100, 200));
    expect(await findHeld(parts.register, everybody)).toEqual(new Set([1, 2, 3].map(key)));
    const proof = { personKey: key(2), incidentId, proof: "a visit", provedBy: "officer-a", event: 7n };
    expect(await proveChange(parts, { ...proof, approvedBy: "officer-a" })).toEqual({
      outcome: "same-actor",
    });
    expect(await proveChange(parts, { ...proof, approvedBy: "officer-b" })).toEqual({ outcome: "done" });
    expect(await findHeld(parts.register, everybody)).toEqual(new Set([1, 3].map(key)));
  });

  it("list what was changed meanwhile of exposed persons and of no others", async () => {
    for (const [no, atMs] of [
      [1, 90],
      [1, 130],
      [4, 140],
      [2, 700],
    ] as const) {
      await test.owner.register.list(
        sqlText(`insert into records (person_key, record_no, kind, sealed, content_token, source_id, source_line, recorded_at)
          values ('${key(no)}', ${atMs}, 1, '', 0, gen_random_uuid(), 1, to_timestamp(${(historyStartMs + atMs) / 1000}))`),
      );
    }
    await add(desk("desk-1", 100, 200));
    const { changes } = await listChangesInWindow(parts, incidentId, 100);
    expect(changes.map(({ personKey, recordNo }) => [personKey, recordNo])).toEqual([
      [key(1), 130],
      [key(2), 700],
    ]);
  });
});

describe("nothing is made of a revision that is not what it was:", () => {
  const breach = expect.objectContaining({ name: "Breach" }) as unknown;

  it.each([
    [
      "a person taken out of a set",
      "update revision_classes set persons = (select persons from exposure_extracts limit 1), person_count = person_count",
    ],
    [
      "a set removed",
      "delete from revision_classes where disclosed = (select min(disclosed) from revision_classes)",
    ],
    [
      "a set with other fields",
      "update revision_classes set disclosed = disclosed | 4 where disclosed = (select max(disclosed) from revision_classes)",
    ],
    [
      "a smaller count",
      `update revisions set counts = replace(counts, '"exposedPersons":3', '"exposedPersons":2')`,
    ],
    ["another time", "update revisions set as_of = as_of + interval '1 day'"],
    ["evidence that did not stand", "update revisions set evidence_nos = '{1,2}'"],
  ])("%s", async (_what, statement) => {
    await add(desk("desk-1", 100, 200));
    const other = Buffer.from(PersonSet.of([1, 2]).encode()).toString("hex");
    await test.owner.register.list(
      sqlText(`insert into exposure_extracts values (gen_random_uuid(), 1, decode('${other}', 'hex'))`),
    );
    await test.owner.register.list(sqlText(statement));
    await expect(findRevision(parts.register, incidentId)).rejects.toEqual(breach);
  });

  it.each([
    ["one missing", [1, 2]],
    ["one too many", [1, 2, 3, 4]],
    ["one twice", [1, 2, 3, 3]],
    ["another in the place of one", [1, 2, 4]],
  ])("a list with %s", async (_what, persons) => {
    const revision = await add(desk("desk-1", 100, 200));
    const wanted = everybodyIn(revision.classes);
    expect(() => verifyList(revision, wanted, [3, 1, 2])).not.toThrow();
    expect(() => verifyList(revision, wanted, persons)).toThrow("a list is not equal to its revision");
  });
});
