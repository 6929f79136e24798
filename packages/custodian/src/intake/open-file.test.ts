import { describe, expect, it } from "vitest";
import { textEncoder } from "./encode-text.ts";
import { openFile } from "./open-file.ts";
import { allRows, faultCodeOf, temporaryFolder } from "./rows.fixture.ts";
import { packWorkbook, textRow } from "./workbook.fixture.ts";
import { openDuckDb, quoteSql } from "./confined-duckdb.ts";

const folder = temporaryFolder();
const sjis = textEncoder("shift_jis");
const sample = "番号,氏名\n1,髙橋 ㈱\n2,山田～－\n";

describe("a text file", () => {
  it.each([
    ["utf-8", false, Buffer.from(sample)],
    ["utf-8", true, Buffer.from(`\ufeff${sample}`)],
    ["shift_jis", false, sjis(sample)],
    ["utf-16le", true, Buffer.from(`\ufeff${sample}`, "utf16le")],
    ["utf-16be", true, Buffer.from(`\ufeff${sample}`, "utf16le").swap16()],
  ])("in %s (byte order mark: %s) is read with its digest", async (encoding, hasBom, bytes) => {
    const table = await folder.table("encoded", bytes);
    expect(table.dialect).toMatchObject({ encoding, hasBom, delimiter: ",", lineEnd: "\n" });
    expect(table.sha256).toMatch(/^[0-9a-f]{64}$/u);
    expect(table.byteLength).toBe(bytes.length);
    expect(table.header).toEqual(["番号", "氏名"]);
    expect(await allRows(table)).toEqual([
      { line: 2, cells: ["1", "髙橋 ㈱"] },
      { line: 3, cells: ["2", "山田～－"] },
    ]);
  });

  it.each([",", "\t", ";", "|"])("with delimiter %j is told by its content", async (delimiter) => {
    const table = await folder.table("cells.txt", sample.replaceAll(",", delimiter));
    expect(table.dialect?.delimiter).toBe(delimiter);
  });

  it("keeps commas inside quotation marks out of the choice of delimiter", async () => {
    const table = await folder.table("semi.csv", '氏名;住所\n山田;"架空市1,2,3"\n佐藤;"架空市4,5,6"\n');
    expect(table.dialect?.delimiter).toBe(";");
  });

  it.each([
    ["\n", "\n"],
    ["\r\n", "\r\n"],
    ["\r", "\r"],
  ])("with line ends %j keeps physical line numbers", async (end, lineEnd) => {
    const table = await folder.table("ends.csv", ["a,b", '"x', 'y",1', "z,2"].join(end));
    expect(table.dialect?.lineEnd).toBe(lineEnd);
    expect((await allRows(table)).map((row) => row.line)).toEqual([2, 4]);
  });

  it("is read on behind a line, so that an import resumes", async () => {
    const table = await folder.table("resume.csv", "a,b\n1,1\n2,2\n3,3\n");
    expect((await allRows(table, 2)).map((row) => row.cells[0])).toEqual(["2", "3"]);
  });

  it("longer than one chunk gives every row once, in order", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i},"架空 ""太郎""\n${i}",山田太郎`);
    const table = await folder.table("long.csv", sjis(`n,q,name\n${lines.join("\n")}\n`));
    const rows = await allRows(table);
    expect(rows.length).toBe(60_000);
    expect(rows.every((row, i) => row.cells[0] === String(i) && row.line === 2 + 2 * i)).toBe(true);
    expect(rows.every((row, i) => row.cells[1] === `架空 "太郎"\n${i}`)).toBe(true);
  });

  it("that changed while it was read is refused at its end", async () => {
    const table = await folder.table("grows.csv", "a,b\n1,1\n");
    await folder.write("grows.csv", "a,b\n1,1\n2,2\n");
    expect(await faultCodeOf(() => allRows(table))).toBe("file-changed");
  });
});

describe("an Excel workbook", () => {
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="0000\\-000000"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>';

  it("gives texts without furigana, numbers, and dates of either style", async () => {
    const sheet =
      `<sheetData>${textRow(1, ["氏名", "生年月日", "日", "番号", "額"])}` +
      '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" s="1"><v>20091</v></c><c r="C3" s="2"><v>1</v></c>' +
      '<c r="D3" s="3"><v>123456789</v></c><c r="E3"><v>1.6980000000000001E4</v></c></row></sheetData>';
    const sharedStrings =
      "<si><r><t>山田</t></r><r><t> 太郎</t></r><rPh sb='0' eb='2'><t>ヤマダ</t></rPh></si>";
    const table = await folder.table(
      "a.xlsx",
      packWorkbook({ sheets: { 名簿: sheet }, sharedStrings, styles }),
    );
    expect(table).toMatchObject({ format: "xlsx", sheet: "名簿" });
    expect(await allRows(table)).toEqual([
      { line: 3, cells: ["山田 太郎", "1955-01-02", "1900-01-01", "0123-456789", "16980"] },
    ]);
  });

  it("counts days from 1904 where it says so, and knows the day of 1900 that never was", async () => {
    const row = '<row r="2"><c s="1"><v>60</v></c></row>';
    const sheets = { s: `<sheetData>${textRow(1, ["day"])}${row}</sheetData>` };
    const of1904 = await folder.table("b.xlsx", packWorkbook({ sheets, styles, uses1904: true }));
    expect((await allRows(of1904))[0]?.cells).toEqual(["1904-03-01"]);
    const of1900 = await folder.table("c.xlsx", packWorkbook({ sheets, styles }));
    expect((await allRows(of1900))[0]?.troubles).toMatchObject([{ cell: 0, code: "no-such-day" }]);
  });

  it("is read from the first visible sheet with a value, or from the one named", async () => {
    const sheets = {
      secret: `<sheetData>${textRow(1, ["x"])}</sheetData>`,
      empty: "<sheetData><row r='1'><c s='1'/></row></sheetData>",
      first: `<sheetData>${textRow(1, ["a"])}${textRow(2, ["1"])}</sheetData>`,
      second: `<sheetData>${textRow(1, ["b"])}${textRow(2, ["2"])}</sheetData>`,
    };
    const bytes = packWorkbook({ sheets, hidden: ["secret"] });
    expect((await folder.table("d.xlsx", bytes)).sheet).toBe("first");
    expect((await folder.table("d.xlsx", bytes, { sheet: "second" })).header).toEqual(["b"]);
    expect(await faultCodeOf(() => folder.table("d.xlsx", bytes, { sheet: "third" }))).toBe("no-such-sheet");
  });

  it("makes every row under merged cells a reject, because only one of its cells has the value", async () => {
    const sheet =
      `<sheetData>${[textRow(1, ["a", "b"]), textRow(2, ["1", "2"]), textRow(3, ["3", "4"]), textRow(4, ["5", "6"])].join("")}</sheetData>` +
      '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>';
    const rows = await allRows(await folder.table("m.xlsx", packWorkbook({ sheets: { s: sheet } })));
    expect(rows.map((row) => row.troubles?.[0]?.code)).toEqual(["merged-cells", "merged-cells", undefined]);
  });

  it("pads rows whose last cells Excel left out, and leaves rows without any value out", async () => {
    const sheet = `<sheetData>${textRow(1, ["a", "b", "c"])}${textRow(2, ["1"])}${textRow(3, ["", ""])}${textRow(9, ["2"])}</sheetData>`;
    const rows = await allRows(await folder.table("p.xlsx", packWorkbook({ sheets: { s: sheet } })));
    expect(rows).toEqual([
      { line: 2, cells: ["1", "", ""] },
      { line: 9, cells: ["2", "", ""] },
    ]);
  });
});

describe("a Parquet file", () => {
  it("gives dates, decimals and nothing as text, numbered from 1", async () => {
    const path = folder.path("typed.parquet");
    const duck = await openDuckDb([path]);
    await duck.connection.run(
      `COPY (SELECT * FROM (VALUES ('山田', DATE '1955-01-02', 16980::DECIMAL(12,2)), (NULL, NULL, NULL)) t(氏名, 生年月日, 額)) TO ${quoteSql(path)} (FORMAT parquet)`,
    );
    duck.close();
    const table = await openFile(path);
    expect(table).toMatchObject({ format: "parquet", header: ["氏名", "生年月日", "額"] });
    expect(await allRows(table)).toEqual([
      { line: 1, cells: ["山田", "1955-01-02", "16980.00"] },
      { line: 2, cells: ["", "", ""] },
    ]);
  });

  it("with the character that joins its cells inside a value tells that row and shifts none", async () => {
    const path = folder.path("joiner.parquet");
    const duck = await openDuckDb([path]);
    await duck.connection.run(
      `COPY (SELECT * FROM (VALUES ('a' || chr(31) || 'b', NULL), ('c', 'd')) t("x""y", z)) TO ${quoteSql(path)} (FORMAT parquet)`,
    );
    duck.close();
    const table = await openFile(path);
    expect(table.header).toEqual(['x"y', "z"]);
    const rows = await allRows(table);
    expect(rows.map((row) => row.troubles?.[0]?.code)).toEqual(["control-character", undefined]);
    expect(rows[1]?.cells).toEqual(["c", "d"]);
  });

  it("is read by an engine that can touch no other file", async () => {
    const other = await folder.write("other.csv", "a\n1\n");
    const duck = await openDuckDb([folder.path("typed.parquet")]);
    await expect(duck.connection.run(`SELECT * FROM read_csv(${quoteSql(other)})`)).rejects.toThrow(
      /ermission/u,
    );
    await expect(duck.connection.run("SET enable_external_access = true")).rejects.toThrow(/locked/u);
    duck.close();
  });
});
