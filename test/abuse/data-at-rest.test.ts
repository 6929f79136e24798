/**
 * Whoever gets the whole data folder without the key file, the logs, or a dump of both databases, learns nobody's name,
 * number, birth date, address, telephone or e-mail: neither as they were written nor in another encoding, nor by trying
 * numbers against the tokens.
 */
import { createHash, createHmac } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateSample } from "@kura/cli/sample/generate-sample.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import type { Database } from "@kura/custodian/db/database.ts";
import { ByteScan } from "../system/byte-scan.ts";
import type { Hit } from "../system/byte-scan.ts";
import { importFile } from "../system/import-run.ts";
import { KuraFolder } from "../system/kura-folder.ts";
import { withDatabases } from "../system/register-view.ts";

const persons = 1_000;
const sampled = 1_000;
/** Receipt numbers stand in the ledger in clear: what must be found where a scan works at all. */
let references: readonly string[];
let lines: readonly (readonly string[])[];
let scan: ByteScan;
let folder: KuraFolder;
let outputs = "";

beforeAll(async () => {
  folder = await KuraFolder.make();
  const input = join(folder.path, "input");
  await mkdir(input);
  await generateSample({ persons, seed: 11, historyMonths: 6, outDir: input, threads: 0 });
  lines = (await rowsOf(join(input, "persons.csv"))).slice(0, sampled);
  references = (await rowsOf(join(input, "premiums.csv"))).slice(0, 5).map((cells) => cells[6] ?? "");
  const words = lines.flatMap(wordsOf);
  const running = await folder.start("--empty");
  const key = await readFile(folder.keyFile);
  const keyForms = ["hex", "base64", "base64url"].map((form) => key.toString(form as BufferEncoding));
  scan = new ByteScan([...words, ...references, ...keyForms], key);
  for (const [kind, name] of [
    ["persons", "persons"],
    ["premiums", "premiums"],
    ["premiums", "orphans"],
  ] as const) {
    const report = await importFile(folder, kind, join(input, `${name}.csv`));
    outputs += report.stdout + report.stderr;
  }
  await rejectSomebody(input);
  const { stdout, stderr } = await folder.run("audit");
  outputs += stdout + stderr;
  outputs += running.output().stdout + running.output().stderr;
});
afterAll(() => folder.remove());

async function rowsOf(path: string): Promise<string[][]> {
  const [, ...rows] = (await readFile(path, "utf8")).trimEnd().split("\n");
  return rows.map((row) => row.split(","));
}

/** A line that is rejected for its number, in which everything else is a person's. */
async function rejectSomebody(input: string): Promise<void> {
  const [header = ""] = (await readFile(join(input, "persons.csv"), "utf8")).split("\n");
  const [known = [], other = []] = lines;
  const path = join(input, "taken-number.csv");
  await writeFile(path, `${header}\n${[known[0], ...other.slice(1, 12), "", ""].join(",")}\n`);
  const report = await importFile(folder, "persons", path);
  if (report.rejected !== 1) throw new Error("the line was meant to be rejected");
  outputs += report.stdout + report.stderr;
}

/** What would tell who a line of persons.csv is, in the forms it may be written in. */
function wordsOf(cells: readonly string[]): string[] {
  const [number = "", name = "", kana = "", formerName = "", formerKana = "", birth = ""] = cells;
  const [postal = "", address = "", phone = "", email = ""] = cells.slice(7);
  const names = [name, kana, formerName, formerKana].flatMap((text) => [
    text,
    text.replaceAll("　", ""),
    text.replaceAll("　", " "),
  ]);
  const digits = [number, phone].flatMap((text) => [text, text.replaceAll("-", "")]);
  const street = address.split("　")[0] ?? "";
  return [...names, ...digits, ...birthForms(birth), address, street, `${postal}${address}`, email].filter(
    (word) => word.length >= 3,
  );
}

/** The first day of a month is left out: months of premiums are stored as such days. */
function birthForms(iso: string): string[] {
  const [year = "", month = "", day = ""] = iso.split("-");
  if (day === "01") return [];
  const y = Number(year);
  const [era, letter, first] = y >= 1989 ? ["平成", "H", 1989] : ["昭和", "S", 1926];
  const [m, d] = [Number(month), Number(day)];
  return [
    iso,
    `${year}${month}${day}`,
    iso.replaceAll("-", "/"),
    `${year}年${m}月${d}日`,
    `${era}${y - first + 1}年${m}月${d}日`,
    `${letter}${String(y - first + 1).padStart(2, "0")}.${m}.${d}`,
  ];
}

/** Hits but those on the receipt numbers, which are counted apart. */
function personal(hits: readonly Hit[]): string[] {
  return hits
    .filter(({ word }) => !references.includes(word))
    .map(({ form, place }) => `${form} in ${place}`);
}

function controls(hits: readonly Hit[]): number {
  return new Set(hits.filter(({ word }) => references.includes(word)).map(({ word }) => word)).size;
}

/** The data folder and, where PostgreSQL's files are elsewhere, theirs. */
async function scanDisk(): Promise<{ hits: Hit[]; bytes: number }> {
  const clusterDir = await folder.clusterDir();
  const found = await scan.findInFolder(folder.dataDir);
  if (clusterDir.startsWith(`${folder.dataDir}/`)) return found;
  const more = await scan.findInFolder(clusterDir);
  return { hits: [...found.hits, ...more.hits], bytes: found.bytes + more.bytes };
}

describe("a copy of the disk", () => {
  it("holds nobody, in no encoding, and not the key that unseals it", async () => {
    // What is still in the server's memory is on the disk too.
    await withDatabases(folder, "owner", ({ register }) => register.list(sqlText("checkpoint")));
    const { hits, bytes } = await scanDisk();
    expect(personal(hits)).toEqual([]);
    // The scan reads tables and write-ahead log: what stands there in clear is found.
    expect(controls(hits)).toBe(references.length);
    for (const dir of ["/base/", "/pg_wal/"])
      expect(hits.some(({ place }) => place.includes(dir))).toBe(true);
    expect(bytes).toBeGreaterThan(30 * 1024 * 1024);
    expect(scan.find(await readFile(folder.keyFile), "the key file")).toHaveLength(1);
  });

  it("is scanned by something that finds what is there: every form of a planted person", async () => {
    const dir = join(folder.path, "planted");
    await mkdir(dir);
    const [person = []] = lines;
    const [number = "", name = ""] = person;
    const texts: readonly Buffer[] = [
      Buffer.from(`x ${name},`),
      Buffer.from(`x ${name},`, "utf16le"),
      Buffer.from(`x ${name},`, "utf16le").swap16(),
      Buffer.from(Buffer.from(`x ${name},`).toString("hex")),
      ...["", "a", "ab"].map((before) => Buffer.from(Buffer.from(`${before}${name}!`).toString("base64"))),
      Buffer.from(`,${number.replace("-", "")},`),
      Buffer.from(`"${number}"`),
    ];
    for (const [i, bytes] of texts.entries()) {
      await writeFile(join(dir, String(i)), Buffer.concat([Buffer.alloc(i * 1000, 7), bytes]));
    }
    const { hits } = await scan.findInFolder(dir);
    const found = new Set(hits.map(({ place }) => place));
    expect(texts.map((_, i) => found.has(join(dir, String(i))))).toEqual(texts.map(() => true));
  });
});

describe("what is written for others", () => {
  it("the output of every process names nobody", () => {
    expect(outputs.length).toBeGreaterThan(500);
    expect(personal(scan.find(Buffer.from(outputs), "output"))).toEqual([]);
  });

  it("a dump of every table of both databases names nobody", async () => {
    await withDatabases(folder, "owner", async ({ register, keys }) => {
      const dumps = [...(await dump(register)), ...(await dump(keys))];
      expect(dumps.length).toBeGreaterThan(15);
      const hits = dumps.flatMap(({ table, text }) => scan.find(Buffer.from(text), table));
      expect(personal(hits)).toEqual([]);
      expect(controls(hits)).toBe(references.length);
    });
  });
});

describe("the keys of persons", () => {
  it("stand in a database apart: a dump of the register has none of them, in no form", async () => {
    await withDatabases(folder, "owner", async ({ register, keys }) => {
      const rows = await keys.list<{ wrapped: Uint8Array }>(
        sqlText("select wrapped from person_keys limit 500"),
      );
      expect(rows.length).toBe(500);
      const forms = rows.flatMap(({ wrapped }) =>
        // The part that is the key's own: format and version are the same in all of them.
        ["hex", "base64"].map((form) =>
          Buffer.from(wrapped)
            .subarray(17, 41)
            .toString(form as BufferEncoding),
        ),
      );
      const ofKeys = new ByteScan(forms);
      const dumps = (await dump(register)).flatMap(({ table, text }) =>
        ofKeys.find(Buffer.from(text), table),
      );
      expect(dumps.map(({ place }) => place)).toEqual([]);
      const found = (await dump(keys)).flatMap(({ table, text }) => ofKeys.find(Buffer.from(text), table));
      expect(new Set(found.map(({ word }) => word)).size).toBe(500);
    });
  });
});

/** Every table with its rows as text. */
async function dump(database: Database): Promise<{ table: string; text: string }[]> {
  const tables = await database.list<{ name: string }>(
    sqlText("select table_name as name from information_schema.tables where table_schema = 'public'"),
  );
  const dumps: { table: string; text: string }[] = [];
  for (const { name } of tables) {
    const rows = await database.list<{ line: string }>(sqlText(`select t::text as line from ${name} as t`));
    dumps.push({ table: name, text: rows.map(({ line }) => line).join("\n") });
  }
  return dumps;
}

describe("the tokens", () => {
  it("are no hash of a number that one could compute without the keeper", async () => {
    const tokens = await withDatabases(folder, "kura_auditor", async ({ register }) => {
      const rows = await register.list<{ token: bigint }>(
        sqlText(`select token from person_tokens union select token from suspense_tokens
                 union select content_token from records union select kana_token from records where kana_token is not null
                 union select name_token from records where name_token is not null`),
      );
      return new Set(rows.map(({ token }) => token));
    });
    expect(tokens.size).toBeGreaterThan(2 * sampled);
    const guesses = lines.flatMap(([number = "", name = "", kana = "", , , birth = ""]) => [
      number,
      number.replace("-", ""),
      ...[name, kana].map((text) => `${text.replaceAll("　", "")}|${birth}`),
    ]);
    const keys = ["", "kura", "secret", "password", "kura/index/1/1", "kura/index/1/3", "\0".repeat(32)];
    for (const guess of new Set(guesses)) {
      for (const text of [guess, `1${guess}`, `\u0001${guess}`]) {
        for (const algorithm of ["sha256", "sha1", "md5", "sha512"] as const) {
          expectNone(tokens, createHash(algorithm).update(text).digest());
        }
        for (const key of keys) expectNone(tokens, createHmac("sha256", key).update(text).digest());
      }
    }
  });
});

function expectNone(tokens: ReadonlySet<bigint>, digest: Buffer): void {
  for (const candidate of [digest.readBigInt64BE(), digest.readBigInt64LE()]) {
    if (tokens.has(candidate)) throw new Error("a token is a plain hash");
  }
}
