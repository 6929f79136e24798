/**
 * `import`: a file of 1.25 million persons through `kura import persons` (sealed, indexed, journalled, committed) against
 * `COPY` of the same file into a plain table without index on the same server. `--persons N` makes it smaller.
 *
 * Both read the same CSV and end with everything durable. The COPY is run before and behind the import; its median counts.
 * What bounds the import is processor time over two cores, not the disk: two fifths of it is its own process (reading and encoding the
 * lines as bytes, writing the rows), three tenths the keeper (sealing each person under a key of their own), three tenths PostgreSQL
 * (six rows a person, each with its place in a tree). No part has a core for itself: they overlap batch by batch.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { startInstance } from "../packages/cli/src/instance/instance.ts";
import type { InstanceAddress } from "../packages/cli/src/instance/instance.ts";
import { instancePaths } from "../packages/cli/src/instance/paths.ts";
import { generateSample } from "../packages/cli/src/sample/generate-sample.ts";
import { figure, median } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";

const cli = fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url));
const memoryBeatMs = 100;

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const at = args.indexOf("--persons");
  const persons = at === -1 ? 1_250_000 : Number(args[at + 1]);
  const dir = await mkdtemp(join(tmpdir(), "kura-bench-"));
  try {
    return await measure(dir, persons);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string, persons: number): Promise<Figure[]> {
  const sample = join(dir, "sample");
  await mkdir(sample);
  await generateSample({ persons, seed: 1, outDir: sample, premiumPersons: 1, historyMonths: 1 });
  const file = join(sample, "persons.csv");
  const env = { ...process.env, KURA_DATA: join(dir, "data") };
  const instance = await startInstance(instancePaths(env, dir), env);
  try {
    const before = [await copySeconds(instance.address, file), await copySeconds(instance.address, file)];
    const ours = await importSeconds(file, env);
    const after = [await copySeconds(instance.address, file), await copySeconds(instance.address, file)];
    const theirs = median([...before, ...after]);
    const memory = ours.peakMegabytes;
    return [
      figure(
        "import",
        ours.seconds,
        theirs,
        "s",
        `${persons} persons; theirs: COPY into a plain table, same server`,
      ),
      figure("import memory", memory, 1536, "MB", "peak of import, keeper together; theirs: the limit"),
    ];
  } finally {
    await instance.stop();
  }
}

/** The whole command, as an operator types it. */
async function importSeconds(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ seconds: number; peakMegabytes: number }> {
  const start = performance.now();
  // By its first line, which gives Node its options, as `npx kura` starts it.
  const child = spawn(cli, ["import", "persons", file, "--json"], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let peakKilobytes = 0;
  // Asked for once: a list of all processes ten times a second costs a twentieth of a core.
  const pids = [child.pid ?? 0, ...keeperPids(env["KURA_DATA"] ?? "")];
  const beat = setInterval(() => {
    peakKilobytes = Math.max(peakKilobytes, residentKilobytes(pids));
  }, memoryBeatMs);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, "exit")) as [number];
  clearInterval(beat);
  const seconds = (performance.now() - start) / 1000;
  const report = JSON.parse(Buffer.concat(chunks).toString()) as { lines: number; accepted: number };
  if (code !== 0 || report.accepted !== report.lines) throw new Error("the import did not accept every line");
  return { seconds, peakMegabytes: peakKilobytes / 1024 };
}

async function copySeconds(address: InstanceAddress, file: string): Promise<number> {
  if (address.target.kind !== "socket") throw new Error("the benchmark runs on the embedded server");
  const { socketDir: host, port, ownerRole: user } = address.target;
  const client = new pg.Client({ host, port, user, database: "kura" });
  await client.connect();
  try {
    const header = readFileSync(file, { encoding: "utf8", flag: "r" }).slice(0, 4096).split("\n")[0] ?? "";
    const columns = header.split(",").map((_, i) => `c${i} text`);
    await client.query(`create table plain_copy (${columns.join(", ")})`);
    const start = performance.now();
    await pipeline(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      client.query(copyFrom("copy plain_copy from stdin (format csv, header)")),
    );
    return (performance.now() - start) / 1000;
  } finally {
    await client.query("drop table if exists plain_copy");
    await client.query("checkpoint");
    await client.end();
  }
}

function keeperPids(dataDir: string): number[] {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  return list
    .split("\n")
    .filter((line) => line.includes("keeper/src/main.ts") && line.includes(dataDir))
    .map((line) => Number(line.trim().split(" ")[0]));
}

function residentKilobytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentOf(pid), 0);
}

/** 0 for a process that has gone. */
function residentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+)/mu.exec(status)?.[1] ?? 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
