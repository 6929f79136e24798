import { Fault } from "@kura/kernel/fault.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases, type TestDatabases } from "../../test/databases.ts";
import { renderUuid, uuidMaker } from "../db/uuid.ts";
import { decideState } from "./job.ts";
import { cancelJob, queueJob } from "./queue.ts";
import { findJob } from "./store.ts";
import { QueueWorker, type Work } from "./worker.ts";

let test: TestDatabases;
let nowMs = Date.parse("2026-04-01T00:00:00Z");
const now = (): Date => new Date(nowMs);
const makeId = uuidMaker();

beforeAll(async () => {
  test = await openTestDatabases();
});
afterAll(() => test.drop());

const queue = (kind: string) =>
  queueJob(
    { register: test.custodian.register, now, makeId },
    { kind, subject: renderUuid(makeId()), actor: "operator", office: "head-office" },
  );

function workerOf(kind: string, run: Work["run"], finalCodes: readonly string[] = []) {
  const failed: string[] = [];
  const { register } = test.custodian;
  const works = new Map([[kind, { run, finalCodes }]]);
  const worker = new QueueWorker({ register, works, now, onFailed: (_kind, code) => failed.push(code) });
  return { worker, failed };
}

const stateOf = async (jobId: string) => {
  const job = await findJob(test.custodian.register, jobId);
  return job === undefined ? undefined : decideState(job).state;
};

describe("queued work", () => {
  it("is done once, by one of several workers", async () => {
    const job = await queue("once");
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const run = async (): Promise<void> => {
      runs += 1;
      await promise;
    };
    const workers = [workerOf("once", run), workerOf("once", run), workerOf("once", run)];
    const turns = workers.map(({ worker }) => worker.turn());
    // Those who do not get the lock come back at once; one stays with the work.
    await Promise.race(turns);
    resolve(undefined);
    await Promise.all(turns);
    expect(runs).toBe(1);
    expect(await stateOf(job.jobId)).toBe("done");
    await workers[0]?.worker.turn();
    expect(runs).toBe(1);
  });

  it("asked for twice is one job, until it has ended", async () => {
    const parts = { register: test.custodian.register, now, makeId };
    const asked = { kind: "twice", subject: renderUuid(makeId()), actor: "operator", office: "head-office" };
    const first = await queueJob(parts, asked);
    expect((await queueJob(parts, asked)).jobId).toBe(first.jobId);
    await workerOf("twice", async () => undefined).worker.turn();
    expect((await queueJob(parts, asked)).jobId).not.toBe(first.jobId);
  });

  it("is taken up again when its worker is gone, also one that stopped in the middle", async () => {
    const job = await queue("stopped");
    const stopping = workerOf("stopped", async (_subject, goOn) => {
      void stopping.worker.stop();
      await goOn();
    });
    await stopping.worker.turn();
    expect(await stateOf(job.jobId)).toBe("running");
    await workerOf("stopped", async (_subject, goOn) => goOn()).worker.turn();
    expect(await stateOf(job.jobId)).toBe("done");
  });

  it("that fails is tried again after a pause, and not before", async () => {
    const job = await queue("failing");
    let runs = 0;
    const { worker, failed } = workerOf("failing", async () => {
      runs += 1;
      if (runs === 1) throw new Fault("keeper-unreachable", "the keeper does not answer");
    });
    await worker.turn();
    await worker.turn();
    expect([runs, failed, await stateOf(job.jobId)]).toEqual([1, ["keeper-unreachable"], "waiting"]);
    nowMs += 5_000;
    await worker.turn();
    expect([runs, await stateOf(job.jobId)]).toEqual([2, "done"]);
  });

  it("that can never succeed is refused, and not tried again", async () => {
    const job = await queue("refused");
    const { worker, failed } = workerOf(
      "refused",
      () => Promise.reject(new Fault("extract-refused", "revoked")),
      ["extract-refused"],
    );
    await worker.turn();
    nowMs += 3_600_000;
    await worker.turn();
    expect([failed, await stateOf(job.jobId)]).toEqual([["extract-refused"], "refused"]);
  });

  it("that is cancelled stops at its next step, and stays cancelled", async () => {
    const parts = { register: test.custodian.register, now, makeId };
    const job = await queue("cancelled");
    let steps = 0;
    const { worker } = workerOf("cancelled", async (_subject, goOn) => {
      await goOn();
      steps += 1;
      await cancelJob(parts, job.jobId);
      await goOn();
      steps += 1;
    });
    await worker.turn();
    await worker.turn();
    expect([steps, await stateOf(job.jobId)]).toEqual([1, "cancelled"]);
    const done = await queue("done");
    await workerOf("done", async () => undefined).worker.turn();
    await cancelJob(parts, done.jobId);
    expect(await stateOf(done.jobId)).toBe("done");
    expect(await cancelJob(parts, renderUuid(makeId()))).toBeUndefined();
  });
});
