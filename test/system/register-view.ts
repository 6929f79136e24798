/**
 * What stands in the databases of a test's running instance, read in the role of the auditor.
 *
 * Two instances that took in the same files have the same view: keys, tokens and times, which differ by chance, are left
 * out; sources have the same id everywhere because it is made of the file's digest and the mapping's.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { closeBoth, connectBoth } from "@kura/custodian/db/database.ts";
import type { Databases, DatabaseTarget, Role } from "@kura/custodian/db/database.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { endOf } from "./kura-folder.ts";
import type { KuraFolder } from "./kura-folder.ts";
import type { SampleInput } from "./sample-files.ts";

/** Runs `work` with connections in that role. */
export async function withDatabases<T>(
  folder: KuraFolder,
  role: Role,
  work: (databases: Databases) => Promise<T>,
): Promise<T> {
  const address = JSON.parse(await readFile(join(folder.dataDir, "instance.json"), "utf8")) as {
    readonly target: DatabaseTarget;
  };
  const databases = connectBoth(address.target, role);
  try {
    return await work(databases);
  } finally {
    await closeBoth(databases);
  }
}

/** Every row that an import leaves, as text without keys, tokens and times, and one digest of each table. */
const views: Readonly<Record<string, string>> = {
  sources: "select concat_ws('|', source_id, kind) from sources",
  finished: "select concat_ws('|', source_id, lines) from sources_finished",
  lines: `select concat_ws('|', source_id, max(rows_read), sum(accepted), sum(known), sum(rejected),
            sum(received_count), sum(received_yen)) from source_batches group by source_id`,
  persons: "select source_id::text from persons",
  records: "select concat_ws('|', source_id, source_line, record_no, kind) from records",
  tokens: "select kind::text from person_tokens",
  entries: `select concat_ws('|', source_id, source_line, premium_month, scheme, kind, amount_yen, remuneration_yen,
              reference) from premium_entries`,
  // Whose entries stand together, whoever that is.
  accounts: `select md5(string_agg(concat_ws('|', source_id, source_line), ',' order by source_id, source_line))
             from premium_entries group by person_key`,
  suspense: `select concat_ws('|', source_id, source_line, premium_month, scheme, kind, amount_yen, reference)
             from suspense_entries`,
  owners: "select concat_ws('|', source_id, source_line) from suspense_owners",
  knownLines: "select concat_ws('|', source_id, source_line) from known_premium_lines",
  knownSuspenseLines: "select concat_ws('|', source_id, source_line) from known_suspense_lines",
};

export type RegisterView = Readonly<Record<string, string>>;

/** Starts the folder's instance for the time of `work`, and stops it cleanly. */
export async function whileRunning<T>(folder: KuraFolder, work: () => Promise<T>): Promise<T> {
  const running = await folder.start("--empty");
  const result = await work();
  process.kill(running.pid, "SIGINT");
  expect((await endOf(running)).code).toBe(0);
  return result;
}

interface Audit {
  readonly isWhole: boolean;
  readonly findings: readonly { readonly code: string; readonly gravity: string }[];
  readonly total: object;
}

/** The view and the sums of a register that holds nothing broken and nothing unfinished. */
export async function viewWhole(folder: KuraFolder): Promise<RegisterView> {
  return whileRunning(folder, async () => {
    const { stdout } = await folder.run("audit", "--json");
    const audit = JSON.parse(stdout) as Audit;
    expect(audit.findings.filter(({ gravity }) => gravity !== "leftover")).toEqual([]);
    expect(audit.isWhole).toBe(true);
    return withDatabases(folder, "kura_auditor", async (databases) => {
      expect(await listContradictions(databases)).toEqual([]);
      return { ...(await viewRegister(databases)), audited: JSON.stringify(audit.total) };
    });
  });
}

const opened = 8;

/** Facts of persons spread over the register open: their statements need the birth date. */
export async function expectToOpen(folder: KuraFolder, inputs: readonly SampleInput[]): Promise<void> {
  const texts = await Promise.all(
    inputs.filter(({ kind }) => kind === "persons").map(({ path }) => readFile(path, "utf8")),
  );
  const numbers = texts.flatMap((text) => text.match(/^\d{4}-\d{6}(?=,)/gmu) ?? []);
  expect(numbers.length).toBeGreaterThan(opened);
  await whileRunning(folder, async () => {
    for (let i = 0; i < opened; i += 1) {
      const number = numbers[Math.floor((i * numbers.length) / opened)] ?? "";
      expect(await folder.run("statement", "--number", number)).toMatchObject({ code: 0 });
    }
  });
}

/** `rows digest` of each view. */
export async function viewRegister(databases: Databases): Promise<RegisterView> {
  const view: Record<string, string> = {};
  for (const [name, select] of Object.entries(views)) {
    const row = await databases.register.get<{ rows: bigint; digest: string | null }>(
      sqlText(`select count(*) as rows, md5(string_agg(t.line, e'\\n' order by t.line collate "C")) as digest
               from (${select}) as t (line)`),
    );
    view[name] = `${row.rows} ${row.digest ?? "-"}`;
  }
  return view;
}

/** What must hold of every register at every moment; each value is how often it does not. */
const contradictions: Readonly<Record<string, string>> = {
  "lines of a batch that do not add up": `select count(*) from (
     select rows_read - coalesce(lag(rows_read) over (partition by source_id order by batch_no), 0) as lines,
            accepted + known + rejected as ended from source_batches) as t where lines <> ended`,
  "yen received that stand nowhere": `select abs(
     (select coalesce(sum(received_yen), 0) from source_batches)
     - (select coalesce(sum(amount_yen), 0) from premium_entries)
     - (select coalesce(sum(amount_yen), 0) from suspense_entries))::bigint`,
  "entries received that stand nowhere": `select abs((select coalesce(sum(received_count), 0) from source_batches)
     - (select count(*) from premium_entries) - (select count(*) from suspense_entries))::bigint`,
  "entries twice from one line": `select count(*) from (
     select 1 from (select source_id, source_line from premium_entries
                    union all select source_id, source_line from suspense_entries) as e
     group by source_id, source_line having count(*) > 1) as t`,
  "records twice from one line":
    "select count(*) from (select 1 from records group by source_id, source_line having count(*) > 1) as t",
  "gaps in a person's records": `select count(*) from (
     select 1 from records group by person_key having max(record_no) + 1 <> count(*)) as t`,
  "gaps in a person's entries": `select count(*) from (
     select 1 from premium_entries group by person_key having max(entry_no) - min(entry_no) + 1 <> count(*)) as t`,
  "persons without a record":
    "select count(*) from persons p where not exists (select 1 from records r where r.person_key = p.person_key)",
  "records without a person":
    "select count(*) from records r where not exists (select 1 from persons p where p.person_key = r.person_key)",
  "numbers of persons given twice":
    "select count(*) from (select 1 from persons group by person_no having count(*) > 1) as t",
  "accepted lines without a trace": `select abs((select coalesce(sum(accepted), 0) from source_batches)
     - (select count(*) from records) - (select count(*) from premium_entries)
     - (select count(*) from suspense_entries))::bigint`,
};

/** Names of what contradicts itself; none is what every test expects. For registers that only saw imports. */
export async function listContradictions(databases: Databases): Promise<string[]> {
  const found: string[] = [];
  for (const [name, select] of Object.entries(contradictions)) {
    const { count } = await databases.register.get<{ count: bigint }>(
      sqlText(`select c.count from (${select}) as c (count)`),
    );
    if (count !== 0n) found.push(`${count} ${name}`);
  }
  if ((await countLostKeys(databases)) > 0) found.push("persons or owners without their key");
  return found;
}

/** Persons and unknown owners whose facts nobody could open any more. */
async function countLostKeys({ register, keys }: Databases): Promise<number> {
  const list = async (from: Databases["keys"], select: string): Promise<string[]> =>
    (await from.list<{ key: string }>(sqlText(select))).map(({ key }) => key);
  const kept = new Set(await list(keys, "select person_key as key from person_keys"));
  const needed = await list(
    register,
    "select person_key as key from persons union all select owner_key from suspense_owners",
  );
  return needed.filter((key) => !kept.has(key)).length;
}
