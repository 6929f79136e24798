import { readdir, readFile, stat, truncate } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { textEncoder } from "./encode-text.ts";
import { decideMapping } from "./mapping.ts";
import { openFile } from "./open-file.ts";
import { personParser } from "./parse-person.ts";
import { openRejects } from "./rejects.ts";
import type { RejectedLine } from "./rejects.ts";
import { allRows, faultCodeOf, temporaryFolder } from "./rows.fixture.ts";
import { openDuckDb, quoteSql } from "./confined-duckdb.ts";
import type { TableFile } from "./table-file.ts";
import { packWorkbook, textRow } from "./workbook.fixture.ts";

const folder = temporaryFolder();
const sjis = textEncoder("shift_jis");

async function rejectedLines(table: TableFile): Promise<RejectedLine[]> {
  const parse = personParser(decideMapping("persons", table.header));
  return (await allRows(table)).map(parse).filter((line) => line.kind === "reject");
}

async function writeRejects(table: TableFile, path: string): Promise<void> {
  const rejects = await openRejects(path, table);
  await rejects.append(await rejectedLines(table));
  await rejects.finish();
}

describe("the rejects of a text file", () => {
  it("come back in its encoding, delimiter and line ends, with line, column and reason", async () => {
    const text =
      '基礎年金番号;氏名;生年月日\r\n123456789;髙橋 "㈱";1955-01-02\r\n1234567890;山田;1955-01-02\r\n';
    const table = await folder.table("sjis.csv", sjis(text));
    const path = folder.path("sjis-rejects.csv");
    await writeRejects(table, path);
    const bytes = await readFile(path);
    expect(new TextDecoder("shift_jis", { fatal: true }).decode(bytes)).toMatch(
      /^基礎年金番号;氏名;生年月日;line;column;reason\r\n123456789;"髙橋 ""㈱""";1955-01-02;2;基礎年金番号;"pension-number-digits: [^\r\n]*"\r\n$/u,
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("give an undecodable line its own bytes back", async () => {
    const bad = Buffer.from([0x31, 0xff, 0x2c, 0x32]);
    const table = await folder.table(
      "bad.csv",
      Buffer.concat([Buffer.from("番号,氏名\n"), bad, Buffer.from("\n")]),
    );
    const rejects = await openRejects(folder.path("bad-rejects.csv"), table);
    await rejects.append([{ line: 2, cells: [], reasons: [{ code: "undecodable", text: "x" }], raw: bad }]);
    await rejects.finish();
    const bytes = await readFile(folder.path("bad-rejects.csv"));
    expect(bytes.includes(Buffer.concat([Buffer.from("\n"), bad, Buffer.from(",2,,undecodable: x\n")]))).toBe(
      true,
    );
  });

  it("mended and sent again do not grow three columns each time", async () => {
    const table = await folder.table("again.csv", "基礎年金番号,line,column,reason\n12345,2,x,y\n");
    await writeRejects(table, folder.path("again-rejects.csv"));
    expect(await readFile(folder.path("again-rejects.csv"), "utf8")).toMatch(
      /^基礎年金番号,line,column,reason\n12345,2,基礎年金番号,pension-number-digits: .*\n$/u,
    );
  });

  it("resume at a length: what was written behind it is gone, nothing is doubled", async () => {
    const table = await folder.table("resume.csv", "基礎年金番号\n1\n2\n3\n");
    const lines = await rejectedLines(table);
    const path = folder.path("resume-rejects.csv");
    const first = await openRejects(path, table);
    const resumeAtBytes = await first.append(lines.slice(0, 1));
    await first.append(lines.slice(1, 2));
    await first.close();
    const second = await openRejects(path, table, { resumeAtBytes });
    await second.append(lines.slice(1));
    expect(await second.finish()).toBe(true);
    const written = (await readFile(path, "utf8")).split("\n").map((line) => line.split(",")[1]);
    expect(written).toEqual(["line", "2", "3", "4", undefined]);
    expect((await readdir(folder.path("."))).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("begin again where the import stopped before any batch counted", async () => {
    const table = await folder.table("begin.csv", "基礎年金番号\n1\n");
    const path = folder.path("begin-rejects.csv");
    const first = await openRejects(path, table);
    await first.append(await rejectedLines(table));
    await first.close();
    await writeRejects(table, path);
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(3);
  });

  it("are whole when the import stopped after it finished them and before it could say so", async () => {
    const table = await folder.table("late.csv", "基礎年金番号\n1\n");
    const path = folder.path("late-rejects.csv");
    const first = await openRejects(path, table);
    const resumeAtBytes = await first.append(await rejectedLines(table));
    const part = await readFile(`${path}.${table.sha256.slice(0, 8)}.part`);
    await first.finish();
    const behind = await openRejects(path, table, { resumeAtBytes });
    expect(await behind.append([])).toBe(resumeAtBytes);
    expect(await behind.finish()).toBe(true);
    await folder.write(`late-rejects.csv.${table.sha256.slice(0, 8)}.part`, part);
    const inside = await openRejects(path, table, { resumeAtBytes });
    expect(await inside.finish()).toBe(true);
    expect(await readFile(path)).toEqual(part);
  });

  it("leave no file where nothing was rejected", async () => {
    const table = await folder.table("none.csv", "基礎年金番号\n1234567890\n");
    const path = folder.path("none-rejects.csv");
    const rejects = await openRejects(path, table);
    expect(await rejects.finish()).toBe(false);
    expect((await readdir(folder.path("."))).filter((name) => name.startsWith("none-rejects"))).toEqual([]);
  });

  it("are never written over another file, nor inside the data folder, nor behind a part that was cut or taken away", async () => {
    const table = await folder.table("in.csv", "基礎年金番号\n1\n");
    const other = await folder.write("other-rejects.csv", "x");
    expect(await faultCodeOf(() => openRejects(other, table))).toBe("rejects-exist");
    const outside = folder.path("data");
    expect(await faultCodeOf(() => openRejects(`${outside}/r.csv`, table, { outside }))).toBe(
      "rejects-inside-data",
    );
    const path = folder.path("cut-rejects.csv");
    expect(await faultCodeOf(() => openRejects(path, table, { resumeAtBytes: 10 }))).toBe("rejects-lost");
    await (await openRejects(path, table)).close();
    await truncate(`${path}.${table.sha256.slice(0, 8)}.part`, 3);
    expect(await faultCodeOf(() => openRejects(path, table, { resumeAtBytes: 10 }))).toBe("rejects-lost");
  });
});

describe("the rejects of a packed file", () => {
  it("of Excel are an Excel workbook that can be read back, its texts no formulas", async () => {
    const rows = [
      textRow(1, ["基礎年金番号", "氏名"]),
      textRow(2, ["123", "=1+1 &amp; &lt;b&gt;"]),
      textRow(5, ["1234567890", "山田"]),
    ];
    const table = await folder.table(
      "x.xlsx",
      packWorkbook({ sheets: { s: `<sheetData>${rows.join("")}</sheetData>` } }),
    );
    const path = folder.path("x-rejects.xlsx");
    await writeRejects(table, path);
    const again = await openFile(path);
    expect(again).toMatchObject({
      format: "xlsx",
      header: ["基礎年金番号", "氏名", "line", "column", "reason"],
    });
    expect((await allRows(again)).map((row) => row.cells.slice(0, 4))).toEqual([
      ["123", "=1+1 & <b>", "2", "基礎年金番号; 氏名"],
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("of Parquet are a Parquet file that can be read back", async () => {
    const from = folder.path("p.parquet");
    const duck = await openDuckDb([from]);
    await duck.connection.run(
      `COPY (SELECT '12,"3' AS 基礎年金番号, '山田' AS 氏名) TO ${quoteSql(from)} (FORMAT parquet)`,
    );
    duck.close();
    const path = folder.path("p-rejects.parquet");
    await writeRejects(await openFile(from), path);
    const again = await openFile(path);
    expect(again).toMatchObject({
      format: "parquet",
      header: ["基礎年金番号", "氏名", "line", "column", "reason"],
    });
    expect((await allRows(again)).map((row) => row.cells.slice(0, 3))).toEqual([['12,"3', "山田", "1"]]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe("Shift_JIS", () => {
  it("is written so that it decodes to the same text, for every character it has", () => {
    const decoder = new TextDecoder("shift_jis", { fatal: true });
    const characters: string[] = [];
    for (let lead = 0x81; lead <= 0xfc; lead++) {
      for (let trail = 0x40; trail <= 0xfc; trail++) {
        const text = new TextDecoder("shift_jis").decode(Uint8Array.of(lead, trail));
        if (text.length === 1 && text !== "\ufffd") characters.push(text);
      }
    }
    expect(characters.length).toBeGreaterThan(9_000);
    const text = characters.join("");
    expect(decoder.decode(sjis(text))).toBe(text);
  });

  it("is written with the codes other systems expect where a character has several", () => {
    expect(sjis("髙①ｱ∵").toString("hex")).toBe("fbfc8740b181e6");
  });
});
