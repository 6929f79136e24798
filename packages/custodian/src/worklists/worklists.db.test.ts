import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { importText } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import { personFile, testPerson } from "../../test/people.ts";
import { signInTo } from "../../test/signed-in.ts";
import type { TestSession } from "../../test/signed-in.ts";
import { findCase } from "../cases/cases.ts";
import { uuidMaker } from "../db/uuid.ts";
import type { DoorParts } from "../disclosure/door.ts";
import { look } from "../disclosure/look.ts";
import { readPolicy } from "../disclosure/policy.ts";
import { fieldNumbers } from "../register/field.ts";
import { getProgress, listLotsOf } from "./store.ts";
import {
  assignLot,
  findLot,
  finishLot,
  type LotPlace,
  makeWorklist,
  recordResult,
  type WorklistParts,
} from "./worklists.ts";

const people = 120;
let keeper: TestKeeper;
let test: TestDatabases;
let parts: WorklistParts;
let door: DoorParts;
let session: TestSession;

beforeAll(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  const shared = { now: () => new Date(), makeId: uuidMaker() };
  parts = { register: test.custodian.register, ...shared };
  door = {
    databases: test.custodian,
    keeper: keeper.client,
    policy: await readPolicy(undefined),
    ...shared,
  };
  await importText("persons", personFile(1, people), { databases: test.custodian, keeper: keeper.client });
  session = await signInTo(keeper.client, keeper.operator);
});
afterAll(async () => {
  await test.drop();
  await keeper.stop();
});

const lead = { actor: "test-lead", office: "head-office" };
const clerk = { actor: "operator", office: "head-office" };
const { name, address } = fieldNumbers;

async function makeList(kind: "mailing-targets" | "matching-review" = "mailing-targets"): Promise<string> {
  const asked = { kind, title: "a synthetic list", fields: [name, address], tokens: [] } as const;
  const made = await makeWorklist(parts, lead, { ...asked, criteria: { all: true } });
  if (made.outcome !== "made") throw new Error(made.outcome);
  expect(made.persons).toBe(people);
  return made.worklistId;
}

async function lotOf(place: LotPlace) {
  const lot = await findLot(parts, place);
  if (lot === undefined) throw new Error("there is no such lot");
  return lot;
}

describe("a worklist", () => {
  it("holds everybody once, in lots of at most fifty", async () => {
    const worklistId = await makeList();
    const lots = await Promise.all([0, 1, 2].map((lotNo) => lotOf({ worklistId, lotNo })));
    expect(lots.map(({ persons }) => persons.length)).toEqual([50, 50, 20]);
    expect(new Set(lots.flatMap(({ persons }) => persons)).size).toBe(people);
    expect(await findLot(parts, { worklistId, lotNo: 3 })).toBeUndefined();
  });

  it("is worked off inside: a lot is a case, a value is a look in it, and a result is a word", async () => {
    const place = { worklistId: await makeList(), lotNo: 2 };
    const assigned = await assignLot(parts, place, lead, clerk.actor);
    if (assigned.outcome !== "done") throw new Error(assigned.outcome);
    const about = await findCase(parts.register, assigned.lot.caseId ?? "");
    if (about === undefined) throw new Error("the lot has no case");
    expect(about).toMatchObject({ kind: "address-change", isOpen: true, persons: assigned.lot.persons });
    const [first = "", ...others] = assigned.lot.persons;
    const order = session.look(about, [first], [name, address]);
    const shown = await look(door, session.asker, order);
    if (shown.outcome !== "answered") throw new Error(shown.outcome);
    const [facts = []] = session.opened(order, shown.answer);
    expect(facts.map(({ value }) => value)).toEqual([testPerson(101).name, testPerson(101).address]);
    await recordResult(parts, place, clerk, { person: first, result: "write" });
    expect(await finishLot(parts, place, clerk)).toEqual({ outcome: "persons-left" });
    for (const person of others)
      await recordResult(parts, place, clerk, { person, result: "address-doubtful" });
    expect((await finishLot(parts, place, clerk)).outcome).toBe("done");
    expect((await findCase(parts.register, about.caseId))?.isOpen).toBe(false);
    const after = await look(door, session.asker, session.look(about, [first], [name]));
    expect(after.outcome).toBe("case-closed");
  });

  it("counts its progress: persons, lots, results, the last word of each person", async () => {
    const worklistId = await makeList();
    const place = { worklistId, lotNo: 0 };
    const assigned = await assignLot(parts, place, lead, clerk.actor);
    if (assigned.outcome !== "done") throw new Error(assigned.outcome);
    const [one = "", two = ""] = assigned.lot.persons;
    await recordResult(parts, place, clerk, { person: one, result: "write" });
    await recordResult(parts, place, clerk, { person: two, result: "write" });
    await recordResult(parts, place, clerk, { person: one, result: "do-not-write" });
    expect(await getProgress(parts.register, worklistId)).toEqual({
      persons: people,
      lots: 3,
      assignedLots: 1,
      doneLots: 0,
      results: new Map([
        ["do-not-write", 1],
        ["write", 1],
      ]),
    });
  });

  it("feeds the next one: by the results of the last", async () => {
    const worklistId = await makeList();
    const place = { worklistId, lotNo: 0 };
    const assigned = await assignLot(parts, place, lead, clerk.actor);
    if (assigned.outcome !== "done") throw new Error(assigned.outcome);
    for (const person of assigned.lot.persons.slice(0, 3))
      await recordResult(parts, place, clerk, { person, result: "write" });
    const next = await makeWorklist(parts, lead, {
      kind: "notification-receipts",
      title: "who was written to",
      fields: [name],
      tokens: [],
      criteria: { worklist: { id: worklistId, result: "write" } },
    });
    expect(next).toMatchObject({ outcome: "made", persons: 3 });
  });

  it("is handed over with its case; the former assignee writes no more", async () => {
    const place = { worklistId: await makeList(), lotNo: 1 };
    const first = await assignLot(parts, place, lead, clerk.actor);
    const second = await assignLot(parts, place, lead, "test-colleague");
    if (first.outcome !== "done" || second.outcome !== "done") throw new Error("not assigned");
    expect(second.lot.caseId).toBe(first.lot.caseId);
    const person = second.lot.persons[0] ?? "";
    const late = await recordResult(parts, place, clerk, { person, result: "write" });
    expect(late).toEqual({ outcome: "other-assignee" });
    expect(await listLotsOf(parts.register, "test-colleague")).toEqual([place]);
    expect(await listLotsOf(parts.register, clerk.actor)).not.toContainEqual(place);
  });
});

describe("a result is refused", () => {
  it("before anybody has the lot, of a stranger, in another list's words, and afterwards", async () => {
    const place = { worklistId: await makeList("matching-review"), lotNo: 2 };
    const { persons } = await lotOf(place);
    const [person = ""] = persons;
    const give = (given: { person: string; result: string }) => recordResult(parts, place, clerk, given);
    expect(await give({ person, result: "same-person" })).toEqual({ outcome: "not-assigned" });
    await assignLot(parts, place, lead, clerk.actor);
    expect(await give({ person, result: "write" })).toEqual({ outcome: "no-such-result" });
    const stranger = (await lotOf({ ...place, lotNo: 0 })).persons[0] ?? "";
    expect(await give({ person: stranger, result: "undecided" })).toEqual({ outcome: "person-not-in-lot" });
    for (const each of persons) await give({ person: each, result: "undecided" });
    await finishLot(parts, place, clerk);
    expect(await give({ person, result: "same-person" })).toEqual({ outcome: "lot-done" });
    expect(await assignLot(parts, place, lead, clerk.actor)).toEqual({ outcome: "lot-done" });
  });

  it("where there is no list, and a list of nobody is not made", async () => {
    const place = { worklistId: "00000000-0000-7000-8000-000000000000", lotNo: 0 };
    expect(await assignLot(parts, place, lead, clerk.actor)).toEqual({ outcome: "unknown-lot" });
    const asked = { kind: "corrections", title: "nobody", fields: [name], tokens: [] } as const;
    const nobody = await makeWorklist(parts, lead, { ...asked, criteria: { registeredTo: "1999-12-31" } });
    expect(nobody).toEqual({ outcome: "nobody-selected" });
    expect(await makeWorklist(parts, lead, { ...asked, title: " ", criteria: { all: true } })).toEqual({
      outcome: "bad-title",
    });
  });
});
