/**
 * Files that should never have been sent, through the real command: a message without personal data, a reject line for
 * each bad line or a refusal of the whole file, and a register in which nothing is half-done.
 */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textEncoder } from "@kura/custodian/intake/encode-text.ts";
import { openFile } from "@kura/custodian/intake/open-file.ts";
import { packWorkbook, textRow } from "@kura/custodian/intake/workbook.fixture.ts";
import { writeXlsx } from "@kura/custodian/intake/write-xlsx.ts";
import { importFile } from "../system/import-run.ts";
import { KuraFolder } from "../system/kura-folder.ts";
import {
  fileOf,
  personHeader,
  personLine,
  premiumHeader,
  premiumLine,
  secrets,
  testPerson,
} from "../system/people.ts";
import { listContradictions, viewRegister, withDatabases } from "../system/register-view.ts";
import type { RegisterView } from "../system/register-view.ts";

let folder: KuraFolder;
let dir: string;
const sjis = textEncoder("shift_jis");
const oneLineBytes = (process.env["KURA_LONG"] === "1" ? 100 : 20) * 1024 * 1024;

beforeAll(async () => {
  folder = await KuraFolder.make();
  dir = join(folder.path, "input");
  await mkdir(dir);
  await folder.start("--empty");
  const known = Array.from({ length: 20 }, (_, n) => personLine(n));
  await importFile(folder, "persons", await write("known.csv", fileOf(personHeader, known)));
});
afterAll(() => folder.remove());

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

/** All but that a file was begun. */
async function view(): Promise<RegisterView> {
  return withDatabases(folder, "kura_auditor", async (databases) => {
    expect(await listContradictions(databases)).toEqual([]);
    const { sources: _, ...rest } = await viewRegister(databases);
    return rest;
  });
}

function expectNobodyNamed(text: string): void {
  for (const secret of secrets) expect(text).not.toMatch(secret);
}

describe("a bad line", () => {
  it("is a reject with line, column and reason, and the good lines around it are taken", async () => {
    const persons = [
      personLine(100),
      personLine(101, { number: "999-900010" }),
      personLine(102, { birthDate: "昭和65年1月1日" }),
      personLine(103, { birthDate: "1990-02-30" }),
      personLine(104, { name: "=1+1" }),
      personLine(105, { number: testPerson(3).number }),
      personLine(106),
    ];
    const path = await write("bad-persons.csv", fileOf(personHeader, persons));
    const report = await importFile(folder, "persons", path);
    expect(report).toMatchObject({ lines: 7, accepted: 2, known: 0, rejected: 5 });
    expectNobodyNamed(report.stdout + report.stderr);
    const rejects = (await readFile(report.rejectsPath, "utf8")).trimEnd().split("\n");
    expect(rejects.map((line) => line.split(",").slice(6, 8).join(" "))).toEqual([
      "line column",
      "3 基礎年金番号",
      "4 生年月日",
      "5 生年月日",
      "6 氏名",
      "7 ",
    ]);
    expect(rejects[1]).toContain(persons[1]);
    expect(rejects.slice(1).map((line) => /,"?([a-z-]+): /.exec(line)?.[1])).toEqual([
      "pension-number-digits",
      "era-year-out-of-range",
      "no-such-day",
      "formula-cell",
      "number-of-another-person",
    ]);
    expect((await stat(report.rejectsPath)).mode & 0o077).toBe(0);
  });

  it("of premiums likewise: negative yen, month 13, an era beyond its end", async () => {
    const lines = [
      premiumLine(1),
      premiumLine(2, { amount: "-16980" }),
      premiumLine(3, { month: "2024-13" }),
      premiumLine(4, { month: "昭和65年4月" }),
      premiumLine(5, { amount: "16980.5" }),
      premiumLine(6),
    ];
    const path = await write("bad-premiums.csv", fileOf(premiumHeader, lines));
    const report = await importFile(folder, "premiums", path);
    expect(report).toMatchObject({ lines: 6, accepted: 2, rejected: 4, receivedYen: "33960" });
    const rejects = (await readFile(report.rejectsPath, "utf8")).trimEnd().split("\n").slice(1);
    expect(rejects.map((line) => /,"?([a-z-]+): /.exec(line)?.[1])).toEqual([
      "negative-yen",
      "month-out-of-range",
      "era-year-out-of-range",
      "yen-fraction",
    ]);
    expectNobodyNamed(report.stdout + report.stderr);
  });

  it("goes back in the encoding and format it came in, and can be mended and sent again", async () => {
    const bad = personLine(110, { number: "9999-00011" });
    const path = await write("bad-sjis.csv", sjis(fileOf(personHeader, [personLine(111), bad])));
    const { rejectsPath, rejected } = await importFile(folder, "persons", path);
    expect(rejected).toBe(1);
    const rejects = new TextDecoder("shift_jis", { fatal: true }).decode(await readFile(rejectsPath));
    expect(rejects).toContain(bad);
    const mended = await write("mended.csv", sjis(rejects.replace("9999-00011,", "9999-000110,")));
    expect(await importFile(folder, "persons", mended)).toMatchObject({ lines: 1, accepted: 1 });

    const csv = await write(
      "bad.csv",
      fileOf(personHeader, [personLine(112, { birthDate: "昭和65年1月1日" })]),
    );
    await writeXlsx(csv, join(dir, "bad.xlsx"));
    const excel = await importFile(folder, "persons", join(dir, "bad.xlsx"));
    expect(excel).toMatchObject({ lines: 1, rejected: 1 });
    expect(await openFile(excel.rejectsPath)).toMatchObject({ format: "xlsx" });
  });

  it("of an Excel file full of formulas is a reject: no formula is read", async () => {
    const cells = `<c><f>1+1</f><v>2</v></c>`.repeat(6);
    const formulas = Array.from({ length: 50 }, (_, i) => `<row r="${i + 3}">${cells}</row>`).join("");
    const good = textRow(2, personLine(120).split(","));
    const rows = `<sheetData>${textRow(1, personHeader.split(","))}${good}${formulas}</sheetData>`;
    const path = await write("formulas.xlsx", packWorkbook({ sheets: { s: rows } }));
    const report = await importFile(folder, "persons", path);
    expect(report).toMatchObject({ lines: 51, accepted: 1, rejected: 50 });
    expectNobodyNamed(report.stdout + report.stderr);
  });
});

describe("a file that is no table as a whole", () => {
  const people = Array.from({ length: 30 }, (_, i) => personLine(200 + i));
  const table = fileOf(personHeader, people);
  const sheet = `<sheetData>${textRow(1, personHeader.split(","))}${textRow(2, personLine(200).split(","))}</sheetData>`;
  const whole = packWorkbook({ sheets: { s: sheet } });
  const bomb = packWorkbook({
    sheets: { s: sheet },
    parts: { "xl/media/a.bin": new Uint8Array(20 * 1024 * 1024) },
  });

  it.each<readonly [string, () => string | Uint8Array, string]>([
    ["is empty", () => "", "empty-file"],
    ["is cut off inside quotation marks", () => `${table}9999-000300,"試験`, "truncated"],
    ["is an Excel file cut off", () => whole.subarray(0, whole.length - 200), "truncated"],
    ["is a Parquet file cut off", () => Buffer.from(`PAR1${table}`), "truncated"],
    ["is in EUC-JP", () => Buffer.from("c8d6b9e62cbbe1ccbe0a312cbbb3c5c40a", "hex"), "unknown-format"],
    [
      "is UTF-8 to a half and then Shift_JIS",
      () => Buffer.concat([Buffer.from(table), sjis(table)]),
      "mixed-encoding",
    ],
    ["is one line of many megabytes", () => Buffer.alloc(oneLineBytes, "9999-000300 "), "line-too-long"],
    ["is a zip bomb that calls itself Excel", () => bomb, "zip-bomb"],
    ["is another zip", () => zipSync({ "試験.txt": new Uint8Array(9) }), "unknown-format"],
    ["has no header", () => `${people.join("\n")}\n`, "mapping-incomplete"],
    ["has no column that says who it is", () => "番地,備考\n1,試験\n", "mapping-incomplete"],
  ])("%s: it is refused with a code, nobody is named, and nothing is half-done", async (_, make, code) => {
    const path = await write(`refused-${code}`, make());
    const before = await view();
    const files = await readdir(dir);
    const ended = await folder.run("import", "persons", path);
    expect({ ...ended, stderr: ended.stderr.trim().split("\n").at(-1) }).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`^kura: .+ \\[${code}\\]$`)) as string,
    });
    expectNobodyNamed(ended.stderr);
    expect(await view()).toEqual(before);
    expect(
      (await readdir(dir)).filter((name) => /rejects-[^.]+\.\w+$/.test(name) && !files.includes(name)),
    ).toEqual([]);
  });

  it("that is not there, or that the command line names wrongly, is said in one line", async () => {
    expect(await folder.run("import", "persons", join(dir, "nothing"))).toMatchObject({
      code: 1,
      stdout: "",
    });
    expect((await folder.run("import", "people", "x")).code).toBe(2);
    expect((await folder.run("import", "persons")).code).toBe(2);
  });

  it("leaves rejects nowhere inside the data folder", async () => {
    const path = await write("inside.csv", fileOf(personHeader, [personLine(300)]));
    const ended = await folder.run(
      "import",
      "persons",
      path,
      "--rejects",
      join(folder.dataDir, "rejects.csv"),
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("rejects-inside-data");
  });
});
