/**
 * `matching`: the orphan records of a sample agency against its register by `kura match run`, measured against the truth
 * file that lies beside them. `--persons N` makes it smaller; `--keep DIR` keeps the instance and files for another look.
 *
 * Recall is of all records whose owner is in the register, those without any name included; each owner's likeliest candidate
 * counts, best first, down to where precision is still .99 and .999. `theirs` is the official stages alone (exact stage 1; all
 * three), by the same features. Who stands in the register twice counts as right under either key. Audited before and after.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { findActorKey } from "../packages/cli/src/instance/actor-keys.ts";
import { startInstance } from "../packages/cli/src/instance/instance.ts";
import type { InstanceAddress } from "../packages/cli/src/instance/instance.ts";
import { instancePaths } from "../packages/cli/src/instance/paths.ts";
import { generateSample } from "../packages/cli/src/sample/generate-sample.ts";
import { KeeperClient } from "../packages/custodian/src/vault/keeper-client.ts";
import { termKinds } from "../packages/custodian/src/vault/terms.ts";
import { figure } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";

const cli = fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url));
/** Persons with premiums, so that months can overlap: two years each. */
const premiumPersonsMax = 100_000;
const limitSeconds = 600;
const ticksPerSecond = 100;

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const persons = Number(valueOf(args, "--persons") ?? 1_250_000);
  const kept = valueOf(args, "--keep");
  const dir = kept ?? (await mkdtemp(join(tmpdir(), "kura-bench-")));
  try {
    return await measure(dir, persons);
  } finally {
    if (kept === undefined) await rm(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string, persons: number): Promise<Figure[]> {
  const sample = join(dir, "sample");
  const env = { ...process.env, KURA_DATA: join(dir, "data") };
  const paths = instancePaths(env, dir);
  const isThere = existsSync(join(sample, "manifest.json"));
  if (!isThere) {
    await mkdir(sample, { recursive: true });
    const premiumPersons = Math.min(persons, premiumPersonsMax);
    await generateSample({ persons, seed: 1, outDir: sample, premiumPersons, historyMonths: 24 });
  }
  const instance = await startInstance(paths, env);
  try {
    // A file that is in already adds nothing; one that was stopped goes on.
    for (const [kind, file] of imports) await command(env, "import", kind, join(sample, file));
    await command(env, "audit");
    const before = await cpuSeconds(env.KURA_DATA);
    const ran = await command(env, "match", "run", "--json");
    const cpu = ran.cpuSeconds + (await cpuSeconds(env.KURA_DATA)) - before;
    await command(env, "audit");
    const key = await findActorKey(paths, env);
    const keeper = new KeeperClient(instance.address.keeperSocket, key);
    const accuracy = await judge(instance.address, keeper, sample);
    await keeper.close();
    const note = `${persons} persons, two cores shared; theirs: the limit; ${cpu.toFixed(0)} CPU seconds; ${ran.output.trim()}`;
    return [figure("matching", ran.seconds, limitSeconds, "s", note), ...accuracy];
  } finally {
    await instance.stop();
  }
}

const imports = [
  ["persons", "persons.csv"],
  ["premiums", "premiums.csv"],
  ["premiums", "orphans.csv"],
] as const;

async function judge(address: InstanceAddress, keeper: KeeperClient, sample: string): Promise<Figure[]> {
  const truth = new Map(
    rowsOf(sample, "truth").map(([reference = "", , , owner = ""]) => [reference, owner]),
  );
  const twin = new Map(rowsOf(sample, "duplicates").map(([number = "", other = ""]) => [other, number]));
  if (address.target.kind !== "socket") throw new Error("the benchmark runs on the embedded server");
  const { socketDir: host, port, ownerRole: user } = address.target;
  const client = new pg.Client({ host, port, user, database: "kura" });
  await client.connect();
  try {
    const numberOf = await numbersByPerson(client, keeper, new Set([...truth.values(), ...twin.keys()]));
    const found = await client.query<{
      reference: string;
      person_key: string;
      probability: number;
      stage: string;
      alone: boolean;
    }>(`
      select (select split_part(reference, '-', 1) from suspense_entries e where e.owner_key = c.owner_key limit 1) as reference,
             person_key::text, probability, stage,
             count(*) over (partition by owner_key, run_id, stage) = 1 as alone
      from match_candidates c where run_id = (select run_id from match_runs_finished order by recorded_at desc limit 1)
      order by owner_key, place`);
    const owned = [...truth.values()].filter((owner) => owner !== "").length;
    const judged = found.rows.map((row) => {
      const number = numberOf.get(row.person_key) ?? "?";
      return { ...row, isRight: (twin.get(number) ?? number) === truth.get(row.reference) };
    });
    const best = likeliest(judged);
    const staged = (stages: readonly string[]): number => {
      const chosen = judged.filter(({ stage, alone }) => alone && stages.includes(stage));
      const right = chosen.filter(({ isRight }) => isRight).length;
      process.stderr.write(
        `stages ${stages.join(" ")}: ${chosen.length} found, precision ${(right / chosen.length).toFixed(5)}\n`,
      );
      return right / owned;
    };
    const [one, all] = [staged(["official-1"]), staged(["official-1", "official-2a", "official-2b"])];
    const all99 = recallAt(best, owned, 0.99);
    const note = `${owned} owned records of ${truth.size}; theirs: official stages`;
    for (const least of [0.9, 0.95, 0.99, 0.999]) {
      const sure = best.filter(({ probability }) => probability >= least);
      const right = sure.filter(({ isRight }) => isRight).length;
      process.stderr.write(
        `probability >= ${least}: ${sure.length} owners, precision ${(right / sure.length).toFixed(5)}, recall ${(right / owned).toFixed(5)}\n`,
      );
    }
    return [
      figure("matching recall at precision .99", all99, one, "share", `${note} 1 alone`),
      figure(
        "matching recall at precision .999",
        recallAt(best, owned, 0.999),
        one,
        "share",
        `${note} 1 alone`,
      ),
      figure(
        "matching recall at precision .99 against all stages",
        all99,
        all,
        "share",
        `${note} 1, 2a and 2b`,
      ),
    ];
  } finally {
    await client.end();
  }
}

interface Judged {
  readonly reference: string;
  readonly probability: number;
  readonly isRight: boolean;
}

/** One of each record, surest first. A record whose twins share the certainty has the sum of both. */
function likeliest(judged: readonly Judged[]): Judged[] {
  const byRecord = [...Map.groupBy(judged, ({ reference }) => reference).values()];
  const best = byRecord.flatMap((candidates) => {
    const [first] = candidates;
    if (first === undefined) return [];
    const twins = candidates.filter(({ isRight }) => isRight === first.isRight && isRight);
    const probability = first.isRight
      ? twins.reduce((sum, one) => sum + one.probability, 0)
      : first.probability;
    return [{ ...first, probability }];
  });
  return best.toSorted((a, b) => b.probability - a.probability);
}

function recallAt(best: readonly Judged[], owned: number, precision: number): number {
  let right = 0;
  let recall = 0;
  for (const [i, one] of best.entries()) {
    if (one.isRight) right += 1;
    const isLastOfEquals = best[i + 1]?.probability !== one.probability;
    if (isLastOfEquals && right / (i + 1) >= precision) recall = right / owned;
  }
  return recall;
}

/** By tokens, as the register itself knows them. */
async function numbersByPerson(
  client: pg.Client,
  keeper: KeeperClient,
  numbers: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const wanted = [...numbers].filter((number) => number !== "");
  for (let start = 0; start < wanted.length; start += 50_000) {
    const some = wanted.slice(start, start + 50_000);
    const tokens = await keeper.index(
      some.map((number) => ({ kind: termKinds.pensionNumber, text: number.replace("-", "") })),
    );
    const { rows } = await client.query<{ token: string; person_key: string }>(
      "select token::text, person_key::text from person_tokens where kind = 1 and token = any($1::bigint[])",
      [[...tokens].map(String)],
    );
    const byToken = new Map(some.map((number, i) => [String(tokens[i]), number]));
    for (const { token, person_key: person } of rows) found.set(person, byToken.get(token) ?? "?");
  }
  return found;
}

interface Ran {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly output: string;
}

/** The command as an operator types it. */
async function command(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(cli, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let cpu = 0;
  const beat = setInterval(() => (cpu = Math.max(cpu, cpuOf(child.pid ?? 0, false))), 100);
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "exit")) as [number];
  clearInterval(beat);
  const seconds = (performance.now() - start) / 1000;
  process.stderr.write(
    `kura ${args.join(" ")}: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} CPU s of its own\n${output}`,
  );
  if (code !== 0) throw new Error(`kura ${args[0] ?? ""} failed`);
  return { seconds, cpuSeconds: cpu, output };
}

/** Of the keeper and of the database server with its ended backends. */
async function cpuSeconds(dataDir: string): Promise<number> {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  const mine = list.filter(
    (line) => line.includes(dataDir) && /keeper\/src\/main\.ts|bin\/postgres /u.test(line),
  );
  return mine.reduce((sum, line) => sum + cpuOf(Number(line.trim().split(" ")[0]), true), 0);
}

/** User and system time, of waited-for children too where asked; 0 for a process that has gone. */
function cpuOf(pid: number, withChildren: boolean): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const own = Number(fields[11]) + Number(fields[12]);
    return (own + (withChildren ? Number(fields[13]) + Number(fields[14]) : 0)) / ticksPerSecond;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

function rowsOf(dir: string, file: string): string[][] {
  const lines = readFileSync(join(dir, `${file}.csv`), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return lines.map((line) => line.split(","));
}

function valueOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}
