/**
 * The sealing of an extract, killed between two commits: it goes on where it was, and leaves neither a file nor plaintext.
 *
 * A lock holds back what is to be committed, so that the kill falls on the same state however fast the machine is: so many
 * groups are in, the next is journalled and sealed and not committed. The victim is the job itself, the keeper, or both
 * databases' server.
 */
import { readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Query, sqlText } from "@kura/custodian/db/sql.ts";
import type { Database, Tx } from "@kura/custodian/db/database.ts";
import { extractLimits } from "@kura/custodian/extracts/limits.ts";
import { workstationOf } from "../../packages/keeper/src/order-session.ts";
import { ByteScan } from "../system/byte-scan.ts";
import { endOf, kill, KuraFolder, must, partOf, type Running } from "../system/kura-folder.ts";
import { withDatabases } from "../system/register-view.ts";

const persons = 10_000;
const rows = persons + 5;
const parts = Math.ceil(rows / 400);
const groups = Math.ceil(parts / extractLimits.groupParts);
const victims = ["job", "keeper", "postgres"] as const;
/** Groups that go in before each kill: none, then one, then none. A keeper's death lets the one in that is held. */
const passing = [0, 1, 0];
const kills = process.env["KURA_LONG"] === "1" ? 6 : 3;
const secret = "蔵王目印町";
const timeoutMs = 600_000;

let folder: KuraFolder;
beforeAll(async () => {
  folder = await KuraFolder.make();
  const lines = Array.from({ length: persons }, (_, i) => {
    const day = new Date(Date.UTC(1930, 0, 1 + i)).toISOString().slice(0, 10);
    return `9999-${String(i).padStart(6, "0")},試験 花子,シケン ハナコ,${day},女,架空県${secret}${i}番地`;
  });
  const file = join(folder.path, "people.csv");
  await writeFile(file, `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所\n${lines.join("\n")}\n`);
  await must(folder.run("import", "persons", file));
  await writeFile(file, "");
}, timeoutMs);
afterAll(() => folder.remove());

/** One after the other in the lock's queue: each lets one group in that came before it. */
const lockChunks = (tx: Tx): Promise<number> =>
  tx.run(sqlText("lock table extract_chunks in exclusive mode"));
const waiting = "from pg_locks where relation = 'extract_chunks'::regclass and not granted";
const waitingGroups = sqlText(`select count(*) as count ${waiting} and mode = 'RowExclusiveLock'`);
const waitingLocks = sqlText(`select count(*) as count ${waiting} and mode = 'ExclusiveLock'`);

async function until(register: Database, query: Query, job: Running): Promise<void> {
  while ((await register.get<{ count: bigint }>(query)).count === 0n) {
    const { exitCode, signalCode } = job.child;
    if (exitCode !== null || signalCode !== null) throw new Error(`it ended: ${job.output().stderr}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Runs `work` while a group waits to be committed, behind `passed` others that this call let in. */
async function whileHeld(
  register: Database,
  job: Running,
  passed: number,
  work: () => Promise<void>,
): Promise<void> {
  let nextHolds: Promise<void> | undefined;
  await register.transact(async (tx) => {
    await lockChunks(tx);
    await until(register, waitingGroups, job);
    if (passed === 0) return work();
    nextHolds = whileHeld(register, job, passed - 1, work);
    nextHolds.catch(() => undefined);
    await until(register, waitingLocks, job);
  });
  await nextHolds;
}

async function killVictim(victim: (typeof victims)[number], job: Running): Promise<void> {
  if (victim === "job") {
    kill(job.pid);
    await job.ended;
  } else for (const one of await folder.processes()) if (partOf(one) === victim) kill(one.pid);
}

/** Kills at that state; what the server is told afterwards is lost with it, when it is the victim. */
async function killHeld(id: string, victim: (typeof victims)[number], passed: number): Promise<void> {
  await folder.start();
  const job = folder.spawn(["extract", "seal", id]);
  await withDatabases(folder, "owner", async ({ register }) => {
    await whileHeld(register, job, passed, async () => {
      await killVictim(victim, job);
      if (victim === "job")
        await register.get(sqlText(`select count(pg_terminate_backend(pid)) as ended ${waiting}`));
    });
  }).catch((thrown: unknown) => {
    if (victim !== "postgres") throw thrown;
  });
  await endOf(job);
  await folder.killAll();
}

async function sealedParts(): Promise<number> {
  await folder.start();
  const count = await withDatabases(folder, "owner", ({ register }) =>
    register.get<{ count: bigint }>(sqlText("select count(*) as count from extract_chunks")),
  );
  await folder.killAll();
  return Number(count.count);
}

it(
  `a sealing killed ${kills} times ends whole, with neither a file nor plaintext on the way`,
  async () => {
    const terms = ["--purpose", "mailing", "--columns", "name,address", "--holder", "recipient-key"];
    const where = ["--workstation", workstationOf(hostname()), "--reason", "a synthetic reason", "--all"];
    const asked = await must(folder.run("extract", "request", ...terms, ...where));
    const id = asked.stdout.trim();
    await must(folder.runAs("approver", "extract", "approve", id, "--yes"));
    const scan = new ByteScan([secret]);
    for (let n = 0, groupsIn = 0; n < kills; n++) {
      const victim = victims[n % victims.length] ?? "job";
      const passed = Math.min(passing[n] ?? 0, groups - 1 - groupsIn);
      await killHeld(id, victim, passed);
      groupsIn += passed;
      const sealed = await sealedParts();
      expect(sealed).toBeGreaterThanOrEqual(groupsIn * extractLimits.groupParts);
      groupsIn = Math.ceil(sealed / extractLimits.groupParts);
      expect((await readdir(folder.path)).filter((name) => /age|partial|part$/u.test(name))).toEqual([]);
      for (const dir of [folder.path, await folder.clusterDir()]) {
        expect((await scan.findInFolder(dir)).hits).toEqual([]);
      }
    }
    const sealed = await must(folder.run("extract", "seal", id));
    expect(sealed.stdout).toBe(`${rows} rows in ${parts} of ${parts} parts\n`);
    const [file, out] = [join(folder.path, "e.age"), join(folder.path, "all.csv")];
    await must(folder.run("extract", "file", id, "--out", file));
    expect((await must(folder.runAs("recipient", "open", file, "--out", out))).stdout).toContain(
      `${rows} rows`,
    );
    await must(folder.run("audit"));
  },
  timeoutMs,
);
