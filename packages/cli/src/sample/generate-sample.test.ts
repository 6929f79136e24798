/**
 * The sample agency as files: same options, same bytes; what the manifest says is what the files hold.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCivilDate, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import { decideMapping } from "@kura/custodian/intake/mapping.ts";
import { openFile } from "@kura/custodian/intake/open-file.ts";
import { personParser } from "@kura/custodian/intake/parse-person.ts";
import { premiumParser } from "@kura/custodian/intake/parse-premium.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleFiles } from "./chunk.ts";
import { generateSample } from "./generate-sample.ts";
import type { SampleCounts, SampleOptions } from "./generate-sample.ts";

let root = "";
let counts: SampleCounts;
const base = { persons: 2_500, seed: 20_260_331 } satisfies Partial<SampleOptions>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kura-sample-"));
  counts = await generateSample({ ...base, outDir: join(root, "base"), threads: 0 });
});
afterAll(() => rm(root, { recursive: true }));

describe("the same options give the same bytes", () => {
  it("whatever the size of the chunks and the number of threads", async () => {
    const other = { ...base, outDir: join(root, "chunks"), threads: 2, chunkPersons: 171 };
    expect(await generateSample(other)).toEqual(counts);
  });

  it("and another seed gives others", async () => {
    const other = await generateSample({ ...base, seed: 1, outDir: join(root, "seed"), threads: 0 });
    for (const file of sampleFiles) expect(other.files[file].sha256).not.toBe(counts.files[file].sha256);
  });

  it("and a seed beyond 32 bits is not the seed cut to 32 bits", async () => {
    const cut = { persons: 50, outDir: join(root, "cut"), threads: 0 };
    const low = await generateSample({ ...cut, seed: 7 });
    const high = await generateSample({ ...cut, seed: 7 + 2 ** 32 });
    expect(high.files.persons.sha256).not.toBe(low.files.persons.sha256);
  });

  it("a person is the same in a larger register", async () => {
    await generateSample({ ...base, persons: 100, outDir: join(root, "small"), threads: 0 });
    const small = await readFile(join(root, "small", "persons.csv"), "utf8");
    const large = await readFile(join(root, "base", "persons.csv"), "utf8");
    expect(large.startsWith(small)).toBe(true);
  });
});

describe("the manifest", () => {
  it("counts the lines, yen, bytes and digest of every file as they are", async () => {
    for (const file of sampleFiles) {
      const bytes = await readFile(join(root, "base", `${file}.csv`));
      const { header, rows } = table(bytes.toString());
      const yenAt = header.indexOf("納付額");
      const yen = rows.reduce((sum, row) => sum + Number(yenAt === -1 ? 0 : row[yenAt]), 0);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      expect(counts.files[file]).toEqual({ lines: rows.length, yen, bytes: bytes.length, sha256 });
    }
  });

  it("says the same on disk, with the options, and no unfinished file is left", async () => {
    const manifest: unknown = JSON.parse(await readFile(join(root, "base", "manifest.json"), "utf8"));
    const options = { ...base, until: "2026-03", historyMonths: 72, premiumPersons: base.persons };
    expect(manifest).toEqual({ options, ...counts });
    const names = [...sampleFiles.map((file) => `${file}.csv`), "manifest.json"];
    expect((await readdir(join(root, "base"))).sort()).toEqual(names.sort());
  });

  it("counts orphan records as the truth lists them", async () => {
    const { rows } = await read("truth");
    expect(rows.filter((row) => row[3] !== "")).toHaveLength(counts.ownedRecords);
    expect(rows.filter((row) => row[3] === "")).toHaveLength(counts.strangerRecords);
    expect(counts.files.orphans.yen).toBe(counts.files.truth.yen);
  });
});

describe("the persons file", () => {
  it("holds each pension number once, all within the heads 9900–9999 that no office has", async () => {
    const numbers = (await read("persons")).rows.map((row) => row[0]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.every((number) => /^99\d\d-\d{6}$/.test(number ?? ""))).toBe(true);
    expect(numbers.length).toBe(counts.persons + counts.files.duplicates.lines);
  });

  it("has only days that exist, and nobody died before birth", async () => {
    for (const row of (await read("persons")).rows) {
      const [born = "", died = ""] = [row[5], row[11]];
      expect(parseCivilDate(born)).toBe(born);
      expect(died === "" || (parseCivilDate(died) !== undefined && born < died)).toBe(true);
    }
  });

  it("names in the duplicates file two numbers of one person", async () => {
    const persons = new Map((await read("persons")).rows.map((row) => [row[0], row]));
    const { rows } = await read("duplicates");
    expect(rows.length).toBeGreaterThan(0);
    for (const [today, other] of rows) {
      expect(persons.get(other)?.slice(5, 9)).toEqual(persons.get(today)?.slice(5, 9));
    }
  });
});

describe("the premium file", () => {
  it("has no more than the asked number of months for anyone, none after the last, none twice", async () => {
    const options = { persons: 300, seed: 5, historyMonths: 30, premiumPersons: 120, threads: 0 };
    const until = parseCivilMonth("2020-12");
    const outDir = join(root, "bounded");
    await generateSample({ ...options, outDir, ...(until !== undefined && { until }) });
    const monthsOf = new Map<string, Set<string>>();
    for (const row of (await read("premiums", "bounded")).rows) {
      const months = monthsOf.get(row[6]?.slice(0, 9) ?? "") ?? new Set();
      const key = `${row[1]} ${row[3] === "付加" ? "additional" : ""}`;
      expect(months.has(key)).toBe(false);
      monthsOf.set(row[6]?.slice(0, 9) ?? "", months.add(key));
      expect((row[1] ?? "") <= "2020-12").toBe(true);
    }
    for (const months of monthsOf.values()) {
      expect([...months].filter((key) => key.endsWith(" ")).length).toBeLessThanOrEqual(30);
    }
    expect(monthsOf.size).toBeGreaterThan(110);
    expect(monthsOf.size).toBeLessThanOrEqual(120);
  });

  it("gives every line of all files a reference of its own", async () => {
    const references = [...(await read("premiums")).rows, ...(await read("orphans")).rows].map(
      (row) => row[6],
    );
    expect(new Set(references).size).toBe(references.length);
  });
});

describe("the register's intake", () => {
  it("takes every line of the sample under its built-in mapping", async () => {
    for (const file of ["persons", "premiums", "orphans"] as const) {
      const opened = await openFile(join(root, "base", `${file}.csv`));
      const mapping = decideMapping(file === "persons" ? "persons" : "premiums", opened.header);
      expect(mapping.missing).toEqual([]);
      expect(mapping.unused).toEqual([]);
      const parse = file === "persons" ? personParser(mapping) : premiumParser(mapping);
      let drafts = 0;
      for await (const batch of opened.rows()) {
        for (const row of batch.rows) {
          const line = parse(row);
          expect(line.kind === "reject" ? line.reasons : []).toEqual([]);
          drafts += 1;
        }
      }
      expect(drafts).toBe(counts.files[file].lines);
    }
  });
});

describe("options out of range are refused before any file is touched", () => {
  it.each([
    { persons: 0 },
    { persons: 1.5 },
    { persons: 10_000_001 },
    { seed: -1 },
    { seed: 2 ** 53 },
    { historyMonths: -1 },
    { premiumPersons: 2_501 },
  ])("%j", async (wrong) => {
    const outDir = join(root, "refused");
    await expect(generateSample({ ...base, outDir, ...wrong })).rejects.toMatchObject({
      code: "sample-options",
    });
    expect(await readdir(root)).not.toContain("refused");
  });
});

it("a small sample with all of its history has months of three decades", async () => {
  await generateSample({
    persons: 200,
    seed: 3,
    historyMonths: "full",
    outDir: join(root, "full"),
    threads: 0,
  });
  const months = (await read("premiums", "full")).rows.map((row) => row[1] ?? "").sort();
  expect((months[0] ?? "") < "1975").toBe(true);
  expect(months.at(-1)).toBe("2026-03");
});

it("progress ends at the number of persons", async () => {
  const seen: number[] = [];
  await generateSample({
    persons: 250,
    seed: 1,
    outDir: join(root, "progress"),
    threads: 0,
    chunkPersons: 100,
    onProgress: (done, all) => seen.push(done / all),
  });
  expect(seen).toEqual([0.4, 0.8, 1]);
});

it("stopped in the middle, it leaves no file under a final name, and the next run is whole", async () => {
  const options = { ...base, outDir: join(root, "stopped"), threads: 2, chunkPersons: 500 };
  const onProgress = () => {
    throw new Error("stopped by the test");
  };
  await expect(generateSample({ ...options, onProgress })).rejects.toThrow("stopped by the test");
  expect((await readdir(options.outDir)).filter((name) => !name.endsWith(".part"))).toEqual([]);
  expect(await generateSample(options)).toEqual(counts);
  expect((await readdir(options.outDir)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

function table(text: string): { header: string[]; rows: string[][] } {
  const [header = [], ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return { header, rows };
}

async function read(file: string, folder = "base"): Promise<{ header: string[]; rows: string[][] }> {
  return table(await readFile(join(root, folder, `${file}.csv`), "utf8"));
}
