import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import { zipSync } from "fflate";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textEncoder } from "./encode-text.ts";
import { openFile } from "./open-file.ts";
import { openDuckDb, quoteSql } from "./confined-duckdb.ts";
import { allRows, faultCodeOf, temporaryFolder } from "./rows.fixture.ts";
import { packWorkbook, textRow } from "./workbook.fixture.ts";

const folder = temporaryFolder();
const sjis = textEncoder("shift_jis");
const readAll = async (name: string, bytes: string | Uint8Array) => allRows(await folder.table(name, bytes));

describe("a whole file is refused", () => {
  it.each([
    ["without a byte", "", "empty-file"],
    ["that is a PDF", "%PDF-1.7\n", "unknown-format"],
    ["that is an old or locked Excel file", Buffer.from("d0cf11e0a1b11ae1", "hex"), "unknown-format"],
    ["of NUL bytes", Buffer.alloc(5000), "unknown-format"],
    ["in UTF-16 without its mark", Buffer.from("番号,name\nabc,def\n", "utf16le"), "unknown-format"],
    ["whose first line is empty", "\n1,2\n", "no-header"],
    ["with 10,000 columns", `${"a,".repeat(9_999)}a\n`, "too-many-columns"],
    ["cut off inside quotation marks", 'a,b\n1,"cut', "truncated"],
    [
      "in EUC-JP, which would pass as half-width kana",
      Buffer.from("c8d6b9e62cbbe1ccbe0a312cbbb3c5c40a", "hex"),
      "unknown-format",
    ],
    ["in random bytes", Buffer.from("f8f9fafbfcfdfeff0aff80a0fd0afefefe0afdfdfd0a", "hex"), "undecodable"],
  ])("%s", async (_, bytes, code) => {
    expect(await faultCodeOf(() => readAll("refused", bytes))).toBe(code);
  });

  it("when one half of it is UTF-8 and the other Shift_JIS, naming a line and no content", async () => {
    const line = "山田太郎,東京都\n";
    const bytes = Buffer.concat([Buffer.from("a,b\n"), Buffer.from(line.repeat(20)), sjis(line.repeat(20))]);
    const act = () => readAll("mixed.csv", bytes);
    expect(await faultCodeOf(act)).toBe("mixed-encoding");
    await expect(act()).rejects.toThrow(/line 22/u);
    await expect(act()).rejects.not.toThrow(/山田/u);
  });

  it("when a single line has 100 MB, without holding it in memory", async () => {
    const out = createWriteStream(folder.path("one-line.csv"));
    const mebibyte = Buffer.alloc(1024 * 1024, "a");
    for (let i = 0; i < 100; i++) if (!out.write(mebibyte)) await once(out, "drain");
    out.end();
    await once(out, "close");
    const before = process.memoryUsage();
    expect(await faultCodeOf(() => openFile(folder.path("one-line.csv")))).toBe("line-too-long");
    const after = process.memoryUsage();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(50 * 1024 * 1024);
  });

  it("when a quotation mark opened in the middle swallows the rest", async () => {
    const bytes = `a,b\n1,"open\n${"2,x\n".repeat(1000)}`;
    expect(await faultCodeOf(() => readAll("open.csv", bytes))).toBe("unclosed-quote");
  });
});

describe("a single line is told apart", () => {
  it.each([
    ["utf-8", Buffer.from("a,b\n山田,1\n"), Buffer.from("佐藤,2\n")],
    ["shift_jis", sjis("a,b\n山田,1\n"), sjis("佐藤,2\n")],
  ] as const)("when it alone is not %s, and keeps its bytes", async (encoding, before, after) => {
    const bad = Buffer.from([0x41, 0xff, 0xfd, 0x2c, 0x33]);
    const table = await folder.table(
      "bad-line.csv",
      Buffer.concat([before, bad, Buffer.from("\r\n"), after]),
    );
    expect(table.dialect?.encoding).toBe(encoding);
    const rows = await allRows(table);
    expect(rows.map((row) => row.troubles?.[0]?.code)).toEqual([undefined, "undecodable", undefined]);
    expect(rows[1]).toMatchObject({ line: 3, raw: bad });
    expect(rows[2]).toMatchObject({ line: 4, cells: ["佐藤", "2"] });
  });

  it("when the damage is inside a record over several lines", async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,b\n"x\n'),
      Buffer.from([0xff]),
      Buffer.from('\ny",1\nz,2\n'),
    ]);
    const rows = await readAll("bad-record.csv", bytes);
    expect(rows.map((row) => [row.line, row.troubles?.[0]?.code])).toEqual([
      [2, "undecodable"],
      [5, undefined],
    ]);
  });

  it("whatever bytes stand in it: no crash but a typed refusal, and never a line lost", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (noise) => {
        const clean = noise.filter((byte) => byte !== 10 && byte !== 13 && byte !== 34);
        const filler = "山田,1\n".repeat(20);
        const bytes = Buffer.concat([Buffer.from(`a,b\n${filler}`), clean, Buffer.from(`\n${filler}`)]);
        const rows = await readAll("noise.csv", bytes);
        expect(rows.map((row) => row.line)).toEqual(Array.from({ length: 41 }, (_, i) => i + 2));
      }),
      { numRuns: 60 },
    );
  });
});

describe("a hostile workbook", () => {
  const header = textRow(1, ["番号", "氏名"]);
  const sheet = (rows: string) => ({ s: `<sheetData>${header}${rows}</sheetData>` });

  it("that unpacks to two hundred times its size is refused before it is unpacked", async () => {
    const bomb = packWorkbook({
      sheets: sheet(""),
      parts: { "xl/media/a.bin": new Uint8Array(20 * 1024 * 1024) },
    });
    expect(bomb.length).toBeLessThan(60 * 1024);
    expect(await faultCodeOf(() => folder.table("bomb.xlsx", bomb))).toBe("zip-bomb");
  });

  it("with more parts than any workbook is refused", async () => {
    const parts = Object.fromEntries(Array.from({ length: 3_001 }, (_, i) => [`p${i}`, new Uint8Array(0)]));
    expect(
      await faultCodeOf(() => folder.table("parts.xlsx", packWorkbook({ sheets: sheet(""), parts }))),
    ).toBe("zip-bomb");
  });

  it("that states a smaller size than it unpacks to is stopped", async () => {
    const bytes = packWorkbook({ sheets: sheet(textRow(2, ["1", "山".repeat(3000)])) });
    const name = Buffer.from("xl/worksheets/sheet1.xml");
    const central = bytes.lastIndexOf(name) - 46;
    expect(bytes.readUInt32LE(central)).toBe(0x02014b50);
    bytes.writeUInt32LE(500, central + 24);
    expect(await faultCodeOf(() => readAll("liar.xlsx", bytes))).toBe("truncated");
  });

  it("with formulas: none is read, each is told with its row and column", async () => {
    const rows =
      '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>HYPERLINK("x")</f><v>山田</v></c></row>';
    expect((await readAll("f.xlsx", packWorkbook({ sheets: sheet(rows) })))[0]?.troubles).toMatchObject([
      { cell: 0, code: "formula-cell" },
      { cell: 1, code: "formula-cell" },
    ]);
  });

  it("with error cells, lost digits and texts it does not have tells each cell", async () => {
    const rows =
      '<row r="2"><c t="e"><v>#REF!</v></c><c t="s"><v>99</v></c></row><row r="3"><c><v>12345678901234567890</v></c><c><v>abc</v></c></row>';
    const troubles = (await readAll("e.xlsx", packWorkbook({ sheets: sheet(rows) }))).map((row) =>
      row.troubles?.map((trouble) => trouble.code),
    );
    expect(troubles).toEqual([
      ["error-cell", "malformed-cell"],
      ["number-precision-lost", "malformed-number"],
    ]);
  });

  it.each([
    ["is cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 300), "truncated"],
    ["has its data damaged", damageSheet, "truncated"],
  ])("that %s is refused", async (_, damage, code) => {
    const bytes = packWorkbook({ sheets: sheet(textRow(2, ["1", "x"])) });
    expect(await faultCodeOf(() => readAll("cut.xlsx", damage(bytes)))).toBe(code);
  });

  it.each([
    [
      "with entities of its own",
      '<!DOCTYPE x [<!ENTITY a "aaaa">]><row r="2"><c t="inlineStr"><is><t>&a;</t></is></c></row>',
    ],
    ["with rows out of order", `${textRow(3, ["1"])}${textRow(2, ["1"])}`],
    ["with tags that do not close", "<row r='2'><c>"],
    ["with one cell written twice", '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>'],
    ["with tags nested without end", "<a>".repeat(1000)],
    ["with a text without end", `<row r='2'><c><v>${"1 ".repeat(500_000)}</v></c></row>`],
  ])("%s is refused", async (_, rows) => {
    expect(await faultCodeOf(() => readAll("xml.xlsx", packWorkbook({ sheets: sheet(rows) })))).toBe(
      "malformed-workbook",
    );
  });

  it("with a million unfinished merged cells is searched in bounded time, then refused", async () => {
    const bytes = packWorkbook({
      sheets: { s: `<sheetData>${header}</sheetData><mergeCells ${"mergeCell ".repeat(1_000_000)}` },
    });
    expect(await faultCodeOf(() => readAll("merge.xlsx", bytes))).toBe("malformed-workbook");
  });

  it("with a cell in column ten thousand is refused", async () => {
    const rows = '<row r="2"><c r="NTP2" t="inlineStr"><is><t>x</t></is></c></row>';
    expect(await faultCodeOf(() => readAll("wide.xlsx", packWorkbook({ sheets: sheet(rows) })))).toBe(
      "too-many-columns",
    );
  });

  it("that is any other zip is refused", async () => {
    const zip = zipSync({ "word/document.xml": new Uint8Array(10) });
    expect(await faultCodeOf(() => folder.table("other.docx", zip))).toBe("unknown-format");
  });
});

describe("a hostile Parquet file", () => {
  it("cut off or damaged is refused, and the message has nothing of its content", async () => {
    const path = folder.path("whole.parquet");
    const duck = await openDuckDb([path]);
    await duck.connection.run(
      `COPY (SELECT '架空太郎' || i AS 氏名 FROM range(2000) t(i)) TO ${quoteSql(path)} (FORMAT parquet)`,
    );
    duck.close();
    const bytes = await readFile(path);
    expect(await faultCodeOf(() => folder.table("cut.parquet", bytes.subarray(0, -20)))).toBe("truncated");
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, damaged.length - 200, damaged.length - 8);
    await expect(readAll("damaged.parquet", damaged)).rejects.toThrow(
      /^the Parquet file is damaged or cut off$/u,
    );
  });
});

function damageSheet(bytes: Buffer): Buffer {
  const at = bytes.indexOf("xl/worksheets/sheet1.xml") + "xl/worksheets/sheet1.xml".length;
  const damaged = Buffer.from(bytes);
  damaged.fill(0xff, at, at + 20);
  return damaged;
}
