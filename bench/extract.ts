/**
 * `seal`: 1.25 million persons from criteria to a sealed file (selected, each journalled in their own chain, opened in the
 * keeper, encrypted, put into the age file) against the same rows from a plain table to a plain Parquet file (COPY out of the
 * same server, written by DuckDB). `open 1`, `open 100`, `open 10000`: rows out of the sealed file, released and journalled,
 * against the same rows out of the plain Parquet file. `open revoked`: rows that come out after the revocation.
 * `screen keeper cpu`: the same persons compared with a criterion, against what sealing a row takes in the keeper.
 *
 * `--persons N` makes it smaller. The Parquet file is made before and behind the sealing; the median counts.
 */
import { execFile, execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { signedIn, type Desk } from "../packages/cli/src/desk/desk.ts";
import {
  orderApproval,
  orderEnd,
  orderExtract,
  orderPreview,
  orderRelease,
} from "../packages/cli/src/desk/extract-orders.ts";
import { orderAgreement, orderScreen } from "../packages/cli/src/desk/screen-orders.ts";
import { findActorKey } from "../packages/cli/src/instance/actor-keys.ts";
import { startInstance } from "../packages/cli/src/instance/instance.ts";
import { type InstancePaths, instancePaths } from "../packages/cli/src/instance/paths.ts";
import { openExtract, type RowRange } from "../packages/cli/src/recipient/open-extract.ts";
import { generateSample } from "../packages/cli/src/sample/generate-sample.ts";
import {
  closeBoth,
  connectBoth,
  type Databases,
  type DatabaseTarget,
} from "../packages/custodian/src/db/database.ts";
import { uuidMaker } from "../packages/custodian/src/db/uuid.ts";
import { journalSource } from "../packages/custodian/src/disclosure/journal-source.ts";
import { projectJournal } from "../packages/custodian/src/disclosure/project-journal.ts";
import { planExtract } from "../packages/custodian/src/extracts/plan-extract.ts";
import { readNumbers } from "../packages/custodian/src/extracts/read-numbers.ts";
import { sealExtract } from "../packages/custodian/src/extracts/seal-extract.ts";
import { listStates } from "../packages/custodian/src/extracts/store.ts";
import { writeFile } from "../packages/custodian/src/extracts/write-file.ts";
import { planScreen } from "../packages/custodian/src/screens/plan-screen.ts";
import { runScreen } from "../packages/custodian/src/screens/run-screen.ts";
import { KeeperClient } from "../packages/custodian/src/vault/keeper-client.ts";
import { workstationOf } from "../packages/keeper/src/order-session.ts";
import { hostname } from "node:os";
import { type CpuSeconds, differenceOf, readCpuSeconds, sumOf } from "./cpu-seconds.ts";
import { figure, median } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";

/** Pension number, name, kana, birth date, postal code, address. */
const fields = [1, 3, 4, 7, 9, 10];
const columns = ["基礎年金番号", "漢字氏名", "カナ氏名", "生年月日", "郵便番号", "住所"];
const memoryBeatMs = 200;

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const at = args.indexOf("--persons");
  const persons = at === -1 ? 1_250_000 : Number(args[at + 1]);
  const dir = await mkdtemp(join(tmpdir(), "kura-bench-"));
  const env = { ...process.env, KURA_DATA: join(dir, "data") };
  const paths = instancePaths(env, dir);
  const instance = await startInstance(paths, env);
  const databases = connectBoth(instance.address.target, "kura_custodian", 6);
  const keeper = new KeeperClient(instance.address.keeperSocket);
  const operatorKey = await findActorKey(paths, { KURA_ACTOR_KEY: `${paths.keyFile}.demo-operator` });
  const operator = new KeeperClient(instance.address.keeperSocket, operatorKey);
  try {
    const csv = await fill(dir, env, persons);
    const plain = await makePlainTable(instance.address.target, csv);
    const [plainCpu, first] = await withCpu(() => plain.toParquet(dir));
    const before = [first, await plain.toParquet(dir)];
    const world = { dir, csv, paths, databases, keeper, operator, persons };
    const [cpu, ours] = await withCpu(() => measureSeal(world));
    const after = [await plain.toParquet(dir), await plain.toParquet(dir)];
    const screenings = await measureScreen(world, ours);
    const openings = await measureOpenings(world, ours, plain);
    await plain.close();
    const theirs = median([...before, ...after]);
    const { planSeconds, sealSeconds, fileSeconds, memory, journalEvents } = ours;
    const parts = `selected in ${planSeconds.toFixed(1)} s, sealed in ${sealSeconds.toFixed(1)} s, file in ${fileSeconds.toFixed(1)} s`;
    const note = `${persons} persons, ${journalEvents} events; ${parts}; theirs: COPY out of a plain table, Parquet by DuckDB`;
    return [
      figure("seal", planSeconds + sealSeconds + fileSeconds, theirs, "s", note),
      figure(
        "seal cpu",
        sumOf(cpu),
        sumOf(plainCpu),
        "s",
        `processor time: ${render(cpu)}; theirs: ${render(plainCpu)}; µs a row: ${ours.steps}`,
      ),
      figure(
        "seal memory",
        memory.peak.program + memory.peak.keeper,
        1536,
        "MB",
        `peaks of both processes; ${renderMemory(memory)}; theirs: the limit`,
      ),
      screenings,
      ...openings,
    ];
  } finally {
    await operator.close();
    await keeper.close();
    await closeBoth(databases);
    await instance.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface World {
  readonly dir: string;
  /** The persons' file. */
  readonly csv: string;
  readonly paths: InstancePaths;
  readonly databases: Databases;
  readonly keeper: KeeperClient;
  /** Signs tickets as the operator. */
  readonly operator: KeeperClient;
  readonly persons: number;
}

interface Sealed {
  readonly extractId: string;
  readonly file: string;
  readonly rows: number;
  readonly planSeconds: number;
  readonly sealSeconds: number;
  readonly fileSeconds: number;
  /** The keeper's processor time for the sealing. */
  readonly keeperSeconds: number;
  /** Microseconds of processor time a row. */
  readonly steps: string;
  readonly memory: Memory;
  readonly journalEvents: bigint;
}

/** From criteria to the file; what people do between (looking, approving) is not counted. */
async function measureSeal(world: World): Promise<Sealed> {
  const { databases, keeper, dir } = world;
  const parts = { register: databases.register, now: () => new Date(), makeId: uuidMaker() };
  const asked = { criteria: { all: true }, tokens: [], reason: "benchmark" } as const;
  const watch = watchMemory();
  const [planCpu, [planSeconds, planned]] = await withCpu(() => timed(() => planExtract(parts, asked)));
  const { extractId } = planned;
  const expiresMs = Date.now() + 86_400_000;
  const workstation = workstationOf(hostname());
  await as(world, "operator", (desk) =>
    orderExtract(desk, planned, {
      purpose: "mailing",
      holder: "recipient-key",
      workstation,
      fields,
      expiresMs,
    }),
  );
  await projectJournal(databases.register, journalSource(keeper));
  const [state] = await listStates(databases.register, 1, extractId);
  if (state === undefined) throw new Error("the extract is not in the journal");
  await as(world, "approver", async (desk) => {
    await orderPreview(desk, extractId);
    await orderApproval(desk, state);
  });
  const before = (await keeper.status()).journalEvents;
  const [sealCpu, [sealSeconds]] = await withCpu(() =>
    timed(() => sealExtract(world, extractId, () => new Date())),
  );
  const journalEvents = (await keeper.status()).journalEvents - before;
  const file = join(dir, "extract.age");
  const by = { actor: "operator", now: () => new Date() };
  const [fileCpu, [fileSeconds]] = await withCpu(() => timed(() => writeFile(world, extractId, file, by)));
  const memory = watch.end();
  return {
    extractId,
    file,
    rows: planned.rows,
    planSeconds,
    sealSeconds,
    fileSeconds,
    keeperSeconds: sealCpu.keeper,
    steps: Object.entries({ select: planCpu, seal: sealCpu, file: fileCpu })
      .map(([step, cpu]) => `${step}: ${render(cpu, planned.rows)}`)
      .join("; "),
    memory,
    journalEvents,
  };
}

/** More would not fit beside everybody sealed, in one hour's budget of the agency. */
const screenedMost = 100_000;

/** Persons compared with a criterion of two actors, against everybody sealed: the keeper's own time, which is what opens. */
async function measureScreen(world: World, sealed: Sealed): Promise<Figure> {
  const { databases } = world;
  const parts = { register: databases.register, now: () => new Date(), makeId: uuidMaker() };
  const wanted = (await firstNumbers(world.csv, screenedMost)).join("\n");
  const { criteria, tokens } = await readNumbers(world.operator, wanted);
  const planned = await planScreen(parts, { criteria: { numbers: criteria }, tokens, reason: "benchmark" });
  const criterion = { bornFrom: "1951-04-02", bornTo: "1951-05-01" };
  await as(world, "operator", (desk) => orderScreen(desk, planned, "record-matching", criterion));
  await as(world, "approver", (desk) => orderAgreement(desk, planned.screenId, criterion));
  const run = (): Promise<number> => runScreen({ ...world, now: () => new Date() }, planned.screenId);
  const [cpu, [seconds, found]] = await withCpu(() => timed(run));
  const rate = Math.round(planned.candidates / seconds);
  const note = `${found} of ${planned.candidates} meet it, ${rate} a second; µs each: ${render(cpu, planned.candidates)}; theirs: the keeper's for a sealed row`;
  const perRow = (taken: number, rows: number): number => (taken / rows) * 1e6;
  const [own, theirs] = [perRow(cpu.keeper, planned.candidates), perRow(sealed.keeperSeconds, sealed.rows)];
  return figure("screen keeper cpu", own, theirs, "µs", note);
}

async function firstNumbers(csv: string, count: number): Promise<string[]> {
  const numbers: string[] = [];
  for await (const line of createInterface({ input: createReadStream(csv) })) {
    if (numbers.push(line.slice(0, line.indexOf(","))) > count) break;
  }
  return numbers.slice(1);
}

async function measureOpenings(world: World, sealed: Sealed, plain: PlainTable): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rows of [1, 100, 10_000].filter((count) => count <= sealed.rows)) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < 3; i++) {
      const first = 1 + Math.floor(((sealed.rows - rows) * i) / 3);
      const range = { first, last: first + rows - 1 };
      const [seconds, opened] = await timed(() => openRows(world, sealed.file, range));
      if (opened !== rows) throw new Error(`${opened} rows came out, not ${rows}`);
      ours.push(seconds * 1000);
      theirs.push((await plain.readRows(world.dir, first, rows)) * 1000);
    }
    const note = "median of three places; theirs: the same rows out of the plain Parquet file";
    figures.push(figure(`open ${rows}`, median(ours), median(theirs), "ms", note));
  }
  await as(world, "approver", (desk) => orderEnd(desk, sealed.extractId, "revoke", "extract-approval"));
  const left = await openRows(world, sealed.file, { first: 1, last: 1 }).catch(() => 0);
  figures.push(
    figure("open revoked", left, sealed.rows, "rows", "after the revocation; theirs: rows in the file"),
  );
  return figures;
}

async function openRows(world: World, file: string, range: RowRange): Promise<number> {
  return as(world, "recipient", async (desk) => {
    let count = 0;
    for await (const { rows } of openExtract(file, range, (wanted) => orderRelease(desk, wanted))) {
      count += rows.length;
    }
    return count;
  });
}

/** Signed in as one of the demo actors. */
async function as<T>(world: World, actor: string, work: (desk: Desk) => Promise<T>): Promise<T> {
  process.env["KURA_ACTOR_KEY"] = `${world.paths.keyFile}.demo-${actor}`;
  return signedIn(world, work);
}

/** What `work` took of the processors. */
async function withCpu<T>(work: () => Promise<T>): Promise<[CpuSeconds, T]> {
  const before = readCpuSeconds();
  const done = await work();
  return [differenceOf(readCpuSeconds(), before), done];
}

function render({ program, keeper, postgres }: CpuSeconds, rows?: number): string {
  const number = (seconds: number): string =>
    rows === undefined ? seconds.toFixed(1) : ((seconds / rows) * 1e6).toFixed(1);
  return `this process ${number(program)}, keeper ${number(keeper)}, PostgreSQL ${number(postgres)}`;
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const start = performance.now();
  const done = await work();
  return [(performance.now() - start) / 1000, done];
}

/** Resident megabytes of this process and of its keeper. */
interface Resident {
  readonly program: number;
  readonly keeper: number;
}

interface Memory {
  readonly before: Resident;
  /** Each at its own time. */
  readonly peak: Resident;
}

function watchMemory(): { end(): Memory } {
  const keeper = Number(
    execFileSync("pgrep", ["-P", String(process.pid), "-f", "keeper/src/main.ts"]).toString(),
  );
  const read = (): Resident => ({
    program: residentMegabytes(process.pid),
    keeper: residentMegabytes(keeper),
  });
  const before = read();
  let peak = before;
  const beat = setInterval(() => {
    const now = read();
    peak = { program: Math.max(peak.program, now.program), keeper: Math.max(peak.keeper, now.keeper) };
  }, memoryBeatMs);
  return {
    end: () => {
      clearInterval(beat);
      return { before, peak };
    },
  };
}

function renderMemory({ before, peak }: Memory): string {
  const from = (low: number, high: number): string => `${low.toFixed(0)} to ${high.toFixed(0)}`;
  return `this process ${from(before.program, peak.program)}, keeper ${from(before.keeper, peak.keeper)}`;
}

function residentMegabytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(line ?? 0) / 1024;
}

interface PlainTable {
  /** Seconds. */
  toParquet(dir: string): Promise<number>;
  /** Seconds. */
  readRows(dir: string, first: number, rows: number): Promise<number>;
  close(): Promise<void>;
}

/** The same persons in a table without seals, keys and checks. */
async function makePlainTable(target: DatabaseTarget, csv: string): Promise<PlainTable> {
  if (target.kind !== "socket") throw new Error("the benchmark runs on the embedded server");
  const place = { host: target.socketDir, port: target.port, user: target.ownerRole, database: "kura" };
  const client = new pg.Client(place);
  // When another step fails, the server is stopped under this client, and that failure is the one to see.
  client.on("error", () => undefined);
  await client.connect();
  const header = readFileSync(csv, { encoding: "utf8" }).split("\n", 1)[0]?.trim().split(",") ?? [];
  const named = header.map((column) => `"${column.replace(/^\ufeff/u, "")}" text`);
  await client.query(`create table plain_people (${named.join(", ")})`);
  await pipeline(
    createReadStream(csv),
    client.query(copyFrom("copy plain_people from stdin with (format csv, header)")),
  );
  const duck = await (await DuckDBInstance.create()).connect();
  const wanted = columns.map((column) => `"${column}"`).join(", ");
  return {
    toParquet: async (dir) => {
      const [seconds] = await timed(async () => {
        const out = join(dir, "plain.csv");
        const rows = client.query(
          copyTo(`copy (select ${wanted} from plain_people) to stdout with (format csv, header)`),
        );
        await pipeline(rows, createWriteStream(out));
        await duck.run(
          `copy (select * from read_csv('${out}', all_varchar = true)) to '${join(dir, "plain.parquet")}' (format parquet)`,
        );
      });
      return seconds;
    },
    readRows: async (dir, first, rows) => {
      const [seconds] = await timed(async () => {
        const read = await duck.runAndReadAll(
          `select * from read_parquet('${join(dir, "plain.parquet")}') limit ${rows} offset ${first - 1}`,
        );
        if (read.getRows().length !== rows) throw new Error("the plain file has fewer rows");
      });
      return seconds;
    },
    close: async () => {
      await client.query("drop table plain_people");
      await client.end();
      duck.closeSync();
    },
  };
}

/** The sample agency's persons, imported by a process of its own, whose memory is not ours; the path of their file. */
async function fill(dir: string, env: NodeJS.ProcessEnv, persons: number): Promise<string> {
  const outDir = join(dir, "sample");
  await generateSample({ persons, seed: 1, outDir, premiumPersons: 1, historyMonths: 1 });
  const csv = join(outDir, "persons.csv");
  await promisify(execFile)(process.execPath, [cli, "import", "persons", csv], { cwd: dir, env });
  return csv;
}

const cli = fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url));
