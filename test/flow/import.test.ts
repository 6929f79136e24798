/**
 * `kura import` as a user runs it, on files of a synthetic agency: with and without a running instance, in every format,
 * once and twice, stopped and started again. Every line is accounted for, and nobody's data appear on a terminal.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateSample } from "@kura/cli/sample/generate-sample.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { textEncoder } from "@kura/custodian/intake/encode-text.ts";
import { writeParquet } from "@kura/custodian/intake/write-parquet.ts";
import { writeXlsx } from "@kura/custodian/intake/write-xlsx.ts";
import { importFile } from "../system/import-run.ts";
import { endOf, kill, KuraFolder, partOf, root, type Running } from "../system/kura-folder.ts";
import { listContradictions, viewRegister, withDatabases } from "../system/register-view.ts";
import type { RegisterView } from "../system/register-view.ts";

let folder: KuraFolder;
let dir: string;
let personLines: readonly string[];
const files = { persons: "", premiums: "", orphans: "" };
const heldBatches = "from pg_locks where relation = 'source_batches'::regclass and not granted";
const febrl = join(root, "../shared/data/linkage/febrl/dataset4a.csv");

beforeAll(async () => {
  folder = await KuraFolder.make();
  dir = join(folder.path, "input");
  await mkdir(dir);
  await generateSample({ persons: 2_000, seed: 7, historyMonths: 6, outDir: dir, threads: 0 });
  for (const name of ["persons", "premiums", "orphans"] as const) files[name] = join(dir, `${name}.csv`);
  personLines = (await readFile(files.persons, "utf8")).trimEnd().split("\n");
});
afterAll(() => folder.remove());

async function view(): Promise<RegisterView> {
  return withDatabases(folder, "kura_auditor", async (databases) => {
    expect(await listContradictions(databases)).toEqual([]);
    return viewRegister(databases);
  });
}

/** Kills an import that has read lines and written none: its first batch is held back until its writer is gone, too. */
async function killAtFirstBatch(running: Running): Promise<void> {
  await withDatabases(folder, "owner", async ({ register }) =>
    register.transact(async (tx) => {
      await tx.run(sqlText("lock table source_batches in exclusive mode"));
      const isHeld = sqlText(`select exists (select 1 ${heldBatches}) as it`);
      while (!(await tx.get<{ it: boolean }>(isHeld)).it) await new Promise((done) => setTimeout(done, 10));
      kill(running.pid);
      await running.ended;
      await tx.get(sqlText(`select count(pg_terminate_backend(pid)) as ended ${heldBatches}`));
    }),
  );
}

async function linesOf(path: string): Promise<number> {
  return (await readFile(path, "utf8")).trimEnd().split("\n").length - 1;
}

/** Cells of the sample that name somebody; small numbers and words of forms are not among them. */
function expectNobodyNamed(text: string): void {
  for (const line of personLines.slice(1)) {
    const [number = "", name = "", kana = ""] = line.split(",");
    for (const secret of [number, number.replace("-", ""), name, kana, ...name.split("　")]) {
      if (secret.length > 1 && text.includes(secret)) throw new Error("somebody is named");
    }
  }
}

describe("kura import", () => {
  it("starts what it needs where nothing runs, takes every line, and leaves nothing running", async () => {
    const report = await importFile(folder, "persons", files.persons);
    const lines = await linesOf(files.persons);
    expect(report).toMatchObject({ lines, accepted: lines, known: 0, rejected: 0, resumedRows: 0 });
    expect(await folder.processes()).toEqual([]);
    expectNobodyNamed(report.stdout + report.stderr);
  });

  it("is ended by Ctrl-C together with what it started, and goes on at the next run", async () => {
    const running = folder.spawn(["import", "premiums", files.premiums]);
    while (!(await folder.processes()).some((one) => partOf(one) === "keeper")) {
      await new Promise((done) => setTimeout(done, 10));
    }
    process.kill(-running.pid, "SIGINT");
    expect((await endOf(running)).code).toBe(130);
    expect(await folder.processes()).toEqual([]);
  });

  it("works beside a running instance, also after it was killed there", async () => {
    await folder.start("--empty");
    await killAtFirstBatch(folder.spawn(["import", "premiums", files.premiums]));
    const lines = await linesOf(files.premiums);
    const report = await importFile(folder, "premiums", files.premiums);
    expect(report).toMatchObject({ lines, accepted: lines, known: 0, rejected: 0 });
    const orphans = await importFile(folder, "premiums", files.orphans);
    expect(orphans).toMatchObject({ lines: await linesOf(files.orphans), rejected: 0 });
    const yen = BigInt(report.receivedYen) + BigInt(orphans.receivedYen);
    const column = (await readFile(files.premiums, "utf8")) + (await readFile(files.orphans, "utf8"));
    expect(yen).toBe(sumOfYen(column));
    await view();
  });

  it("shows with --dry-run which column goes where and masked rows, and changes nothing", async () => {
    const before = await view();
    const ended = await folder.run("import", "persons", files.persons, "--dry-run");
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/pensionNumber +← 基礎年金番号/u);
    expect(ended.stdout).toMatch(/line 2: ＊+-＊+\d\d \|/u);
    expect(ended.stdout).toContain("Nothing was changed.");
    expectNobodyNamed(ended.stdout + ended.stderr);
    expect(await view()).toEqual(before);
  });

  it("adds nothing when the same file comes twice, and says so", async () => {
    const before = await view();
    for (const [kind, path] of [
      ["persons", files.persons],
      ["premiums", files.premiums],
      ["premiums", files.orphans],
    ] as const) {
      const ended = await folder.run("import", kind, path);
      expect(ended.code).toBe(0);
      expect(ended.stdout).toContain("This very file was imported");
      expect(ended.stdout).toMatch(/^ +0 accepted$/m);
    }
    expect(await view()).toEqual(before);
  });

  it.each([
    ["Shift_JIS", "shift_jis", "csv"],
    ["UTF-8 with a byte order mark", "utf-8", "csv"],
    ["UTF-16", "utf-16le", "csv"],
    ["Excel", "utf-8", "xlsx"],
    ["Parquet", "utf-8", "parquet"],
  ] as const)("knows every person and premium again in a %s copy", async (_, encoding, format) => {
    for (const kind of ["persons", "premiums"] as const) {
      const copy = await copyAs(files[kind], encoding, format);
      const before = await view();
      const lines = copy.lines;
      expect(await importFile(folder, kind, copy.path)).toMatchObject({
        lines,
        accepted: 0,
        known: lines,
        rejected: 0,
      });
      const { sources: _sources, finished: _finished, ...rest } = await view();
      const { records, entries, suspense, persons, owners, tokens, accounts } = before;
      expect(rest).toMatchObject({ records, entries, suspense, persons, owners, tokens, accounts });
    }
  });

  it.skipIf(!existsSync(febrl))(
    "accounts for all 5,000 lines of the Febrl sample (needs ../shared/data)",
    async () => {
      const map = join(root, "docs/operations/febrl-map.json");
      const rejects = join(folder.path, "febrl-rejects.csv");
      const report = await importFile(folder, "persons", febrl, "--map", map, "--rejects", rejects);
      expect(report.lines).toBe(5_000);
      expect(report.accepted + report.known + report.rejected).toBe(5_000);
      expect(report.accepted).toBeGreaterThan(4_500);
      expect(existsSync(rejects) ? await linesOf(rejects) : 0).toBe(report.rejected);
      await view();
    },
  );
});

function sumOfYen(text: string): bigint {
  return text
    .split("\n")
    .map((line) => line.split(",")[4] ?? "")
    .filter((cell) => /^\d+$/.test(cell))
    .reduce((sum, cell) => sum + BigInt(cell), 0n);
}

/** The first lines of the file that the encoding can hold, in another form. */
async function copyAs(
  path: string,
  encoding: "utf-8" | "utf-16le" | "shift_jis",
  format: "csv" | "xlsx" | "parquet",
): Promise<{ path: string; lines: number }> {
  const encode = textEncoder(encoding);
  const [header = "", ...all] = (await readFile(path, "utf8")).trimEnd().split("\n");
  const lines = all.slice(0, 600).filter((line) => new TextDecoder(encoding).decode(encode(line)) === line);
  const mark = encoding === "shift_jis" || format !== "csv" ? "" : "\ufeff";
  const copy = `${path.replace(".csv", "")}-${encoding}.${format}`;
  const text = format === "csv" ? copy : `${copy}.csv`;
  await writeFile(text, encode(`${mark}${[header, ...lines].join("\r\n")}\r\n`));
  if (format === "xlsx") await writeXlsx(text, copy);
  if (format === "parquet") await writeParquet(text, copy);
  return { path: copy, lines: lines.length };
}
