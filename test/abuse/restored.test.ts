/**
 * An instance that was put back to an earlier point: the database alone, and everything together, with a witness and without.
 * The keeper alone: `log.test.ts`. Real processes, real files.
 *
 * What is put back together to one earlier state is that state: nothing in it can tell. Somebody else can, who has seen more.
 */
import { spawnSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { getHealth } from "../system/health.ts";
import { type Ended, endOf, KuraFolder, type Running, type Started } from "../system/kura-folder.ts";

const people = `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所
9999-000001,試験 一郎,シケン イチロウ,1950-01-02,男,架空県試験市1番地
`;
const reason = ["--reason", "a synthetic reason"] as const;

let folder: KuraFolder;
let cluster: string;
let witness: Running;
let policy: string;
let running: Started;
let about: string;
let person: string;

beforeAll(async () => {
  folder = await KuraFolder.make();
  policy = join(folder.path, "policy.txt");
  running = await folder.start("--empty");
  cluster = await folder.clusterDir();
  const log = (await folder.run("log", "policy")).stdout;
  await writeFile(policy, log);
  const file = join(folder.path, "persons.csv");
  await writeFile(file, people);
  await folder.run("import", "persons", file);
  about = idIn(await folder.run("case", "open", "--kind", "claim", ...reason));
  person = idIn(await folder.run("find", "--case", about, "--number", "9999-000001"));
  await folder.run("case", "add", about, person, ...reason);
  await stop();
  witness = await startWitness();
  await writeFile(
    policy,
    `${log.replace(/^quorum.*\n/mu, "")}${witness.output().stdout}quorum ${witnessName()}\n`,
  );

  await start();
  await lookAndPublish();
  await stop();
  keep("before");
  await start();
  await lookAndPublish();
  await stop();
});
afterAll(() => folder.remove());

const idIn = ({ stdout }: Ended): string => stdout.split(/\s/u)[0] ?? "";
const witnessName = (): string => witness.output().stdout.split(" ")[1] ?? "";

async function startWitness(): Promise<Running> {
  const started = folder.spawn([
    "witness",
    join(folder.path, "witness"),
    "--name",
    "witness.example/test",
    "--policy",
    policy,
  ]);
  await until(async () => /^witness .*\n/u.test(started.output().stdout));
  return started;
}

async function start(env: NodeJS.ProcessEnv = { KURA_WITNESSES: policy }): Promise<void> {
  running = await folder.startWith(env, "--empty");
}

async function stop(): Promise<void> {
  process.kill(running.pid, "SIGINT");
  await endOf(running);
}

/** A look, and a published checkpoint that holds it. */
async function lookAndPublish(): Promise<void> {
  await folder.run("look", "--case", about, "--fields", "name", person);
  const journalled = Number((await getHealth(running.url)).body["journalEvents"]);
  await until(async () => (await publishedSize()) >= journalled);
}

async function publishedSize(): Promise<number> {
  const note = await readFile(join(folder.dataDir, "log", "checkpoint"), "utf8").catch(() => "");
  return Number(note.split("\n")[1] ?? 0);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return;
    await sleep(100);
  }
  throw new Error("it did not come about");
}

/** Everything, with its owners, under this name. */
function keep(name: string): void {
  copy(folder.dataDir, join(folder.path, name));
  copy(cluster, join(folder.path, `${name}-database`));
}

async function putBack(name: string, ...what: readonly ("database" | "rest")[]): Promise<void> {
  if (what.includes("rest")) {
    await rm(folder.dataDir, { recursive: true });
    copy(join(folder.path, name), folder.dataDir);
  }
  if (what.includes("database")) {
    await rm(cluster, { recursive: true, force: true });
    copy(join(folder.path, `${name}-database`), cluster);
  }
}

function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync("cp", ["-a", from, to], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

it("has the looks again that an older database lacked, and says that it is well", async () => {
  await putBack("before", "database");
  await start();
  const file = join(folder.path, "receipt.json");
  const { stderr } = await folder.run("receipt", person, "--case", about, "--out", file);
  expect(stderr).not.toContain("[");
  const { stdout, stderr: refused } = await folder.run("verify-receipt", file, "--policy", policy);
  expect(refused).toBe("");
  expect(stdout.match(/ opened {2}/gu)).toHaveLength(2);
  expect((await getHealth(running.url)).status).toBe(200);
  await stop();
});

it("is noticed by a witness when all of it was put back, and gives no looks over HTTP", async () => {
  await putBack("before", "database", "rest");
  await start();
  await expect.poll(async () => (await getHealth(running.url)).body["journal"]).toBe("failing");
  // Written down already; it comes through the process that started the custodian.
  await expect.poll(() => running.output().stderr).toContain("a witness has seen");
  expect((await getHealth(running.url)).status).toBe(503);
  await stop();
});

it("is noticed by nobody when all of it was put back and there is no witness: what docs/formats/log.md says", async () => {
  await putBack("before", "database", "rest");
  await start({});
  await lookAndPublish();
  expect((await getHealth(running.url)).status).toBe(200);
  await stop();
});
