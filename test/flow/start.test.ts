/**
 * `kura start` as a user runs it: one instance for one folder, stopped cleanly, found again, recovered from every kill.
 */
import { spawn } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { getHealth, well } from "../system/health.ts";
import { endOf, kill, KuraFolder } from "../system/kura-folder.ts";
import type { FolderOptions, Running } from "../system/kura-folder.ts";
import { listContradictions, withDatabases } from "../system/register-view.ts";

const folders: KuraFolder[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

async function makeFolder(options?: FolderOptions): Promise<KuraFolder> {
  const folder = await KuraFolder.make(options);
  folders.push(folder);
  return folder;
}

/** What a clean stop leaves: no process, no socket, no address. */
async function expectNothingLeft(folder: KuraFolder): Promise<void> {
  expect(await folder.processes()).toEqual([]);
  const left = await readdir(folder.dataDir, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isSocket()).map(({ name }) => name)).toEqual([]);
  const names = left.map(({ name }) => name);
  for (const name of ["instance.json", "run-postgres", "postmaster.pid"]) expect(names).not.toContain(name);
}

/** Until the words stand on standard error; the end of the run without them is an error. */
async function untilSaid(running: Running, words: string): Promise<void> {
  const said = new Promise<true>((resolve) => {
    const look = (): void => {
      if (running.output().stderr.includes(words)) resolve(true);
    };
    look();
    running.child.stderr?.on("data", look);
  });
  const first = await Promise.race([said, running.ended]);
  if (first !== true) throw new Error(`kura ended without saying it: ${first.stderr}`);
}

/** Until the first batch of premiums is committed. */
async function untilPremiumsBegan(folder: KuraFolder): Promise<void> {
  const isBegun = sqlText(
    "select exists (select 1 from source_batches join sources using (source_id) where kind = 'premiums-file') as it",
  );
  await withDatabases(folder, "kura_auditor", async ({ register }) => {
    while (!(await register.get<{ it: boolean }>(isBegun)).it) await sleep(10);
  });
}

describe("kura start", () => {
  it("serves until Ctrl-C, leaves nothing running, and finds its folder again", async () => {
    const folder = await makeFolder();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const running = await folder.start("--empty");
      expect(await getHealth(running.url)).toMatchObject(well);
      process.kill(running.pid, signal);
      expect((await endOf(running)).code).toBe(0);
      await expectNothingLeft(folder);
    }
  });

  it("stops cleanly when the terminal and npm both pass on the same Ctrl-C", async () => {
    const folder = await makeFolder();
    const running = await folder.start("--empty");
    process.kill(-running.pid, "SIGINT");
    process.kill(running.pid, "SIGINT");
    expect((await endOf(running)).code).toBe(0);
    await expectNothingLeft(folder);
  });

  it("refuses a second instance on the folder, names the first, and leaves it alone", async () => {
    const folder = await makeFolder();
    const first = await folder.start("--empty");
    const second = await folder.run("start", "--port", "0");
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toContain("already-running");
    expect(second.stderr).toContain(String(first.pid));
    expect(second.stderr).toContain(first.url);
    expect(await getHealth(first.url)).toMatchObject(well);
  });

  it("takes another port when the one asked for is taken", async () => {
    const [one, other] = [await makeFolder(), await makeFolder()];
    const first = await one.start("--empty");
    const second = await other.start("--empty", "--port", new URL(first.url).port);
    expect(second.url).not.toBe(first.url);
    expect(await getHealth(second.url)).toMatchObject(well);
  });

  it("keeps what it made closed to everybody else", async () => {
    const folder = await makeFolder();
    await folder.start("--empty");
    const closed = ["instance.json", "keeper", "run-postgres"].map((name) => join(folder.dataDir, name));
    for (const path of [...closed, await folder.clusterDir(), folder.keyFile]) {
      expect({ path, others: (await stat(path)).mode & 0o077 }).toEqual({ path, others: 0 });
    }
  });

  it("loads a sample agency once: stopped or killed while it loads, it goes on with it at the next start", async () => {
    const folder = await makeFolder();
    const first = folder.spawn(["start", "--port", "0"]);
    await untilSaid(first, "persons.csv taken in");
    process.kill(first.pid, "SIGINT");
    expect(await endOf(first)).toMatchObject({ code: 0, stdout: "" });
    await expectNothingLeft(folder);

    // In the middle of the premiums: their rejects have begun, their first batches are committed.
    const killed = folder.spawn(["start", "--port", "0"]);
    await untilSaid(killed, "persons.csv taken in");
    await untilPremiumsBegan(folder);
    await folder.killAll();

    const second = await folder.start();
    await untilSaid(second, "Ctrl-C stops everything");
    const number = /kura statement --number (\d{4}-\d{6})/.exec(second.output().stderr)?.[1] ?? "none named";
    const statement = await folder.run("statement", "--number", number);
    expect(statement).toMatchObject({ code: 0 });
    expect(await withDatabases(folder, "kura_auditor", listContradictions)).toEqual([]);
    process.kill(second.pid, "SIGINT");
    await endOf(second);

    const third = await folder.start();
    await untilSaid(third, "Ctrl-C stops everything");
    expect(third.output().stderr).not.toContain("Making a sample agency");
    expect((await folder.run("statement", "--number", number)).stdout).toBe(statement.stdout);
  });
});

describe("a killed part", () => {
  let folder: KuraFolder;
  beforeAll(async () => {
    folder = await KuraFolder.make();
  });
  afterEach(() => folder.killAll());
  afterAll(() => folder.remove());

  it.each(["keeper", "custodian"] as const)(
    "%s: the instance stops with a reason, and the next start is well",
    async (part) => {
      const running = await folder.start("--empty");
      kill((await folder.get(part)).pid);
      const ended = await endOf(running);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(`the ${part} stopped`);
      expect(await folder.processes()).toEqual([]);
      expect(await getHealth((await folder.start("--empty")).url)).toMatchObject(well);
    },
  );

  it("PostgreSQL: the instance stops with a reason, and the next start is well", async () => {
    const running = await folder.start("--empty");
    kill((await folder.get("postgres")).pid);
    const ended = await endOf(running);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("PostgreSQL stopped");
    expect(await getHealth((await folder.start("--empty")).url)).toMatchObject(well);
  });

  it("the supervisor: keeper and custodian follow it, and the next start stops the PostgreSQL it left", async () => {
    const running = await folder.start("--empty");
    const left = (await folder.get("postgres")).pid;
    kill(running.pid);
    await running.ended;
    const next = await folder.start("--empty");
    expect(await getHealth(next.url)).toMatchObject(well);
    expect((await folder.get("postgres")).pid).not.toBe(left);
  });

  it("everything, and its number given to another program meanwhile: that program is left alone", async () => {
    await folder.start("--empty");
    const { pid } = await folder.get("postgres");
    await folder.killAll();
    const bystander = spawn("sleep", ["600"], { stdio: "ignore" });
    const locks = [join(await folder.clusterDir(), "postmaster.pid")];
    locks.push(join(folder.dataDir, "run-postgres", ".s.PGSQL.5432.lock"));
    for (const lock of locks) {
      const text = await readFile(lock, "utf8");
      expect(text).toMatch(new RegExp(`^${pid}\n`));
      await writeFile(lock, text.replace(String(pid), String(bystander.pid)));
    }
    try {
      expect(await getHealth((await folder.start("--empty")).url)).toMatchObject(well);
      expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
    } finally {
      bystander.kill();
    }
  });

  it("everything at once: the next start is well", async () => {
    await folder.start("--empty");
    await folder.killAll();
    expect(await getHealth((await folder.start("--empty")).url)).toMatchObject(well);
  });

  it.each([200, 700, 1500])(
    "the supervisor of a first start, after %i ms: the folder is not spoilt",
    async (ms) => {
      const fresh = await makeFolder();
      fresh.spawn(["start", "--port", "0", "--empty"]);
      await new Promise((done) => setTimeout(done, ms));
      await fresh.killAll();
      expect(await getHealth((await fresh.start("--empty")).url)).toMatchObject(well);
    },
  );
});
