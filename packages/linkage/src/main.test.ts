import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { civilRegister, type SyntheticRow } from "../test/synthetic.ts";

const folder = mkdtempSync(join(tmpdir(), "linkage-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

function writeCsv(name: string, rows: readonly SyntheticRow[]): string {
  const path = join(folder, name);
  const columns = Object.keys(rows[0] ?? {});
  writeFileSync(
    path,
    [columns.join(","), ...rows.map((row) => columns.map((column) => row[column]).join(","))].join("\n"),
  );
  return path;
}

const run = (...args: string[]): string =>
  execFileSync(process.execPath, [MAIN, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const ROLES = [
  "fname_c1=given_name",
  "lname_c1=surname",
  "by=birth_year",
  "bm=birth_month",
  "bd=birth_day",
  "truth=truth",
].flatMap((role) => ["--role", role]);

describe("the command line", () => {
  const rows = civilRegister(1200, 200, 5);
  const first = writeCsv(
    "first.csv",
    rows.filter((row) => row["id"]?.startsWith("p")),
  );
  const second = writeCsv(
    "second.csv",
    rows.filter((row) => row["id"]?.startsWith("d")),
  );

  it("links two files with one command, and writes links, pairs and a report that needs no network", () => {
    const [out, pairs, report] = ["links.csv", "pairs.parquet", "report.html"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const figures: unknown = JSON.parse(
      run(
        "link",
        first,
        second,
        ...ROLES,
        "--out",
        out,
        "--pairs",
        pairs,
        "--report",
        report,
        "--json",
        "--quiet",
      ),
    );
    expect(Object(figures).accuracy.f1).toBeGreaterThan(0.95);
    expect(readFileSync(out, "utf8").split("\n")[0]).toBe("id_a,id_b,match_weight,match_probability");
    expect(readFileSync(pairs).subarray(0, 4).toString()).toBe("PAR1");
    const html = readFileSync(report, "utf8");
    expect(html).toContain("<svg");
    expect(html).not.toMatch(/<script|https?:|src=|@import/);
  });

  it("groups one file, keeps ids on the next run, and uses a saved model", () => {
    const all = writeCsv("all.csv", rows);
    const [one, two, model] = ["one.csv", "two.csv", "model.json"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    run("dedupe", all, ...ROLES, "--out", one, "--save-model", model, "--quiet");
    run("dedupe", all, ...ROLES, "--out", two, "--previous", one, "--model", model, "--quiet");
    const ids = (path: string): Set<string> =>
      new Set(
        readFileSync(path, "utf8")
          .split("\n")
          .map((line) => line.split(",")[0] ?? ""),
      );
    const [before, after] = [ids(one), ids(two)];
    expect([...before].filter((id) => after.has(id)).length / before.size).toBeGreaterThan(0.95);
  });

  it("refuses a wrong role with a sentence and exit code 1, without a stack", () => {
    const refused = spawnSync(process.execPath, [MAIN, "dedupe", first, "--role", "by=shoe size"], {
      encoding: "utf8",
    });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('"shoe size" is not a role');
    expect(refused.stderr).not.toContain("    at ");
  });

  it("refuses what it cannot read or could not write with a sentence, before any work", () => {
    const file = (name: string, content: string | Uint8Array): string => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const nowhere = join(folder, "nowhere/out.csv");
    const refusals: readonly (readonly [readonly string[], string])[] = [
      [[file("empty.csv", "")], "is empty"],
      [[file("ragged.csv", "id,surname\n1,a,b\n2\n3,c,d,e\n")], "different numbers of cells"],
      [[file("sjis.csv", Uint8Array.of(0x69, 0x64, 0x0a, 0x8e, 0x52, 0x93, 0x63, 0x0a))], "not in UTF-8"],
      [[folder], "cannot be read"],
      [[first, "--out", nowhere], "cannot be written"],
      [[first, "--report", nowhere], "cannot be written"],
      [[first, "--out", "out.txt"], ".csv or .parquet"],
      [[first, "--least-probability", "high"], "from 0 to 1"],
      [[first, "--labels", first], "id_a, id_b and match"],
      [[first, "--work", first], "cannot be made"],
    ];
    for (const [args, sentence] of refusals) {
      const refused = spawnSync(process.execPath, [MAIN, "dedupe", ...args, "--quiet"], { encoding: "utf8" });
      expect([args, refused.status]).toEqual([args, 1]);
      expect(refused.stderr).toContain(sentence);
      expect(refused.stderr).not.toContain("    at ");
    }
  }, 60_000);

  it("reads UTF-16 as spreadsheets write it, and ids with commas, quotes and line ends come back as they were", () => {
    const ids = ['a,"1"', "b\n2", "c 3", "d;4"];
    const lines = ids.map(
      (id, k) => `"${id.replaceAll('"', '""')}",${k % 2 === 0 ? "ann" : "bob"},smith${k}`,
    );
    const path = join(folder, "wide.csv");
    writeFileSync(path, `\ufeff${["id,given_name,surname", ...lines].join("\n")}\n`, "utf16le");
    const [one, two] = [join(folder, "wide-1.csv"), join(folder, "wide-2.csv")];
    run("dedupe", path, "--out", one, "--quiet");
    run("dedupe", path, "--out", two, "--previous", one, "--quiet");
    expect(readFileSync(two, "utf8")).toBe(readFileSync(one, "utf8"));
    expect(readFileSync(one, "utf8")).toContain('"a,""1"""');
  });

  it("escapes what records say in the report", () => {
    const nasty = writeCsv(
      "nasty.csv",
      rows.map((row, k) => ({
        ...row,
        lname_c1: k < 700 ? `${row["lname_c1"] ?? ""}<script>alert(1)</script>` : (row["lname_c1"] ?? ""),
        id: `<b>${row["id"] ?? ""}`,
      })),
    );
    const report = join(folder, "nasty.html");
    run("dedupe", nasty, ...ROLES, "--report", report, "--quiet");
    expect(readFileSync(report, "utf8")).not.toMatch(/<script|<b>/);
  });
});
