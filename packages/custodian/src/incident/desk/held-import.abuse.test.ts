/** Whoever has number, name and birth date of an exposed person sends in a new address, as happened before the announcement of 2015. */
import { beforeEach, expect, it } from "vitest";
import { openTestDatabases } from "../../../test/databases.ts";
import type { TestDatabases } from "../../../test/databases.ts";
import { importText } from "../../../test/import-text.ts";
import { startTestKeeper } from "../../../test/keeper.ts";
import type { TestKeeper } from "../../../test/keeper.ts";
import { personFile, personHeader, personLine, testPerson } from "../../../test/people.ts";
import { sqlText } from "../../db/sql.ts";
import { uuidMaker } from "../../db/uuid.ts";
import { addEvidence, type IncidentParts, openIncident, withdrawEvidence } from "../incidents.ts";
import { PersonSet } from "../person-set.ts";
import { proveChange } from "./held-changes.ts";

let keeper: TestKeeper;
let test: TestDatabases;
let parts: IncidentParts;
let incidentId: string;

beforeEach(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  parts = { register: test.custodian.register, now: () => new Date(), makeId: uuidMaker() };
  await importText("persons", personFile(1, 3), { databases: test.custodian, keeper: keeper.client });
  const opening = { title: "a list was found", actor: "officer-a", office: "head", isWrongful: true };
  incidentId = await openIncident(parts, { ...opening, knownAt: new Date() });
  await addEvidence(parts, incidentId, "officer-a", {
    subject: { kind: "list", persons: PersonSet.of([1]), fields: 0b1010, rows: 1 },
    window: {},
    source: "police",
  });
  return async () => {
    await test.drop();
    await keeper.stop();
  };
});

/** The first person is exposed, the second is not; both move. */
async function move(place: string): Promise<[number, number]> {
  const lines = [1, 2].map((n) => personLine({ ...testPerson(n), address: `架空県試験市${place}` }));
  const text = `${[personHeader, ...lines].join("\n")}\n`;
  const report = await importText("persons", text, { databases: test.custodian, keeper: keeper.client });
  return [report.accepted, report.rejected];
}

it("is stopped from minute zero, and the others are not", async () => {
  expect(await move("新町1番地")).toEqual([1, 1]);
  const rows = await test.auditor.register.list<{ person_no: bigint }>(
    sqlText("select p.person_no from records r join persons p using (person_key) where record_no > 0"),
  );
  expect(rows.map(({ person_no }) => person_no)).toEqual([2n]);
});

it("is stopped until two actors say what proved it", async () => {
  const { person_key: personKey } = await test.auditor.register.get<{ person_key: string }>(
    sqlText("select person_key from persons where person_no = 1"),
  );
  const proof = {
    personKey,
    incidentId,
    proof: "a visit",
    provedBy: "officer-a",
    approvedBy: "officer-b",
    event: 7n,
  };
  await proveChange(parts, proof);
  expect(await move("新町2番地")).toEqual([2, 0]);
});

it("is not stopped any more when the evidence was withdrawn", async () => {
  await withdrawEvidence(parts, incidentId, 1, "officer-b", "another agency's list");
  expect(await move("新町3番地")).toEqual([2, 0]);
});
