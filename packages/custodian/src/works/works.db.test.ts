/** Long work is shown with what it has committed, and says whether anything still does it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases, type TestDatabases } from "../../test/databases.ts";
import { sqlText } from "../db/sql.ts";
import { jobLocks } from "../jobs/limits.ts";
import { matchingLock } from "../matching/limits.ts";
import { appendRunCancel, getMark } from "./store.ts";
import { listWorks } from "./works.ts";

let test: TestDatabases;
beforeAll(async () => {
  test = await openTestDatabases();
});
afterAll(() => test.drop());

const run = "00000000-0000-4000-8000-000000000001";
const source = "00000000-0000-4000-8000-000000000002";
const write = async (text: string): Promise<void> => void (await test.owner.register.list(sqlText(text)));
const works = () => listWorks(test.custodian.register, ["matching", "import"]);
const states = async () => (await works()).map(({ kind, state }) => `${kind} ${state}`);

describe("long work", () => {
  it("is not there before there is any", async () => {
    expect(await works()).toEqual([]);
  });

  it("runs while somebody holds its lock, has stopped when nobody does, and is done at its end", async () => {
    const { register } = test.custodian;
    await write(`insert into match_runs values ('${run}', 'operator', 'head-office', now())`);
    await write(`insert into match_run_steps values ('${run}', 0, 'persons', 2, 7, now())`);
    expect(await states()).toEqual(["matching stopped"]);
    await register.withLock(matchingLock, async () => {
      const [work] = await works();
      expect(work).toMatchObject({ state: "running", step: "persons", done: 2, total: 7, actor: "operator" });
    });
    await write(`insert into match_runs_finished values ('${run}', 7, 3, 1, 1, 1, 0, 0, now())`);
    expect(await states()).toEqual(["matching done"]);
  });

  it("counts the lines of an import as they are committed; how many there are is known at its end", async () => {
    await write(`insert into sources values ('${source}', 'persons-file', '\\x01', '\\x01', null, now())`);
    await write(`insert into source_batches values ('${source}', 0, 2, 6, 5, 3, 1, 1, 0, 0, 0, now())`);
    await test.custodian.register.withLock(jobLocks.import, async () => {
      const [work] = await works();
      expect(work).toMatchObject({
        kind: "import",
        state: "running",
        step: "persons-file",
        done: 5,
        total: 0,
      });
    });
    await write(`insert into sources_finished values ('${source}', 5, now())`);
    expect((await works())[0]).toMatchObject({ state: "done", done: 5, total: 5 });
  });

  it("is marked anew whenever it has come further, and not otherwise", async () => {
    const { register } = test.custodian;
    const marks = [await getMark(register), await getMark(register)];
    await appendRunCancel(register, run, "officer-1", new Date());
    marks.push(await getMark(register));
    expect([marks[0] === marks[1], marks[1] === marks[2]]).toEqual([true, false]);
  });
});
