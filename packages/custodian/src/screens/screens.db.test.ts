import { codeOf, Fault } from "@kura/kernel/fault.ts";
import type { OrderSession } from "@kura/keeper/order-session.ts";
import type { Criterion } from "@kura/keeper/protocol/screens.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases, type TestDatabases } from "../../test/databases.ts";
import { importText } from "../../test/import-text.ts";
import { startTestKeeper, type TestKeeper } from "../../test/keeper.ts";
import { personFile } from "../../test/people.ts";
import { askAndAgree, plan, screenOrder } from "../../test/screens.ts";
import { mustBeOk, signInTo } from "../../test/signed-in.ts";
import { sql } from "../db/sql.ts";
import { uuidMaker } from "../db/uuid.ts";
import { journalSource } from "../disclosure/journal-source.ts";
import { projectJournal } from "../disclosure/project-journal.ts";
import { parseCriteria } from "../extracts/criteria.ts";
import { countSelected } from "../extracts/store.ts";
import { expose } from "../incident/expose.ts";
import { StoredFacts } from "../incident/facts.ts";
import { queueJob } from "../queue/queue.ts";
import { findJob } from "../queue/store.ts";
import { decideState } from "../queue/job.ts";
import { QueueWorker } from "../queue/worker.ts";
import { fieldNumbers } from "../register/field.ts";
import { makeWorklist } from "../worklists/worklists.ts";
import { findProgress, runScreen, screenKind, screenWork } from "./run-screen.ts";
import { requestScreen, type ScreenParts } from "./screens.ts";

/** More than eight parts: two groups. Person n is born on day n + 1 of 1950. */
const people = 3_300;
let keeper: TestKeeper;
let test: TestDatabases;
let parts: ScreenParts;
let actors: readonly [OrderSession, OrderSession];

beforeAll(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  parts = { databases: test.custodian, keeper: keeper.client, now: () => new Date() };
  await importText("persons", personFile(1, people), { databases: test.custodian, keeper: keeper.client });
  const [requester, approver] = [keeper.operator, keeper.approver];
  actors = [
    (await signInTo(keeper.client, requester)).orders,
    (await signInTo(keeper.client, approver)).orders,
  ];
});
afterAll(async () => {
  await test.drop();
  await keeper.stop();
});

const in1951: Criterion = { bornFrom: "1951-01-01", bornTo: "1951-12-31" };
const everybody = parseCriteria({ all: true });
const asked = (criterion = in1951) => askAndAgree(parts, actors, everybody, criterion);
const selectedBy = (screen: string) => countSelected(test.custodian.register, parseCriteria({ screen }), []);

async function countDisclosures(screenId: string, kind: string): Promise<number> {
  await projectJournal(test.custodian.register, journalSource(keeper.client));
  const { count } = await test.custodian.register.get<{ count: bigint }>(
    sql`select count(*) as count from disclosures where case_id = ${screenId} and kind = ${kind}`,
  );
  return Number(count);
}

describe("a screen", () => {
  it("selects for a worklist who meets it, and leaves one event for each part and person", async () => {
    const { screenId, candidates } = await asked();
    expect(candidates).toBe(people);
    expect(await runScreen(parts, screenId)).toBe(365);
    const made = await makeWorklist(
      { register: test.custodian.register, now: parts.now, makeId: uuidMaker() },
      { actor: "test-lead", office: "head-office" },
      {
        kind: "corrections",
        title: "a synthetic list",
        fields: [fieldNumbers.name],
        criteria: parseCriteria({ screen: screenId }),
        tokens: [],
      },
    );
    expect(made).toMatchObject({ outcome: "made", persons: 365 });
    expect(await countDisclosures(screenId, "screened")).toBe(people);
    expect(await countDisclosures(screenId, "found")).toBe(365);
  });

  it("narrows what another has found", async () => {
    const { screenId } = await asked();
    await runScreen(parts, screenId);
    const narrower = { kanaPrefix: "シケン ハナコ" };
    const second = await askAndAgree(parts, actors, parseCriteria({ screen: screenId }), narrower);
    expect(second.candidates).toBe(365);
    expect(await runScreen(parts, second.screenId)).toBeLessThan(60);
  });

  it("that is not at its end selects nobody; stopped, it goes on behind what was committed", async () => {
    const { screenId } = await asked();
    let groups = 0;
    const stopped = runScreen(parts, screenId, () => {
      groups += 1;
      if (groups === 2) throw new Fault("worker-stopping", "stopped by the test");
    });
    await expect(stopped).rejects.toMatchObject({ code: "worker-stopping" });
    expect(await findProgress(test.custodian.register, screenId)).toMatchObject({ partsDone: 8, parts: 9 });
    expect(await selectedBy(screenId)).toBe(0);
    expect(await runScreen(parts, screenId)).toBe(365);
    expect(await selectedBy(screenId)).toBe(365);
    expect(await countDisclosures(screenId, "screened")).toBe(people);
  });

  it("is worked off by the queue, and refused for good where nobody has agreed", async () => {
    const { register } = test.custodian;
    const worker = new QueueWorker({
      register,
      works: new Map([[screenKind, screenWork(parts)]]),
      now: parts.now,
      onFailed: () => undefined,
    });
    const queue = (subject: string) =>
      queueJob(
        { register, now: parts.now, makeId: uuidMaker() },
        { kind: screenKind, subject, actor: "operator", office: "head-office" },
      );
    const { screenId } = await asked();
    const job = await queue(screenId);
    const planned = await plan(parts, everybody);
    const { hpkeKey } = await keeper.client.status();
    mustBeOk(await requestScreen(parts, "operator", screenOrder(hpkeKey, actors[0], planned, in1951)));
    const unagreed = await queue(planned.screenId);
    await worker.turn();
    const states = await Promise.all([job, unagreed].map(({ jobId }) => findJob(register, jobId)));
    expect(states.map((one) => one && decideState(one))).toEqual([
      { state: "done" },
      { state: "refused", code: "not-agreed" },
    ]);
  });

  it("is refused whole where the custodian's candidates are not those that were asked about", async () => {
    const { screenId } = await asked();
    await test.owner.register.transact((tx) =>
      tx.run(sql`
        update screen_parts set person_keys = array_append(person_keys[1:399], (
          select person_key from persons order by person_no desc limit 1))
        where screen_id = ${screenId}::uuid and part_no = 3`),
    );
    const run = await runScreen(parts, screenId).catch((fault: unknown) => codeOf(fault));
    expect(run).toBe("screen-refused");
    expect(await selectedBy(screenId)).toBe(0);
  });

  it("is an exposure of those of whom it told, by the criterion's fields", async () => {
    const { screenId } = await asked({ bornFrom: "1952-03-01", bornTo: "1952-03-31" });
    const fromMs = Date.now();
    await runScreen(parts, screenId);
    await projectJournal(test.custodian.register, journalSource(keeper.client));
    const subject = { kind: "session", session: actors[0].session } as const;
    const facts = new StoredFacts(test.custodian.register);
    const { slices } = await expose([{ no: 1, subject, window: { fromMs } }], facts);
    const disclosed = slices.filter(({ grade }) => grade === "disclosed");
    expect(disclosed.map(({ persons, fields }) => [persons.size, fields])).toEqual([
      [31, 1 << fieldNumbers.birthDate],
    ]);
  });
});
