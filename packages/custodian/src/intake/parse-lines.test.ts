import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMapFile, readMapFile } from "./map-file.ts";
import { decideMapping } from "./mapping.ts";
import { openFile } from "./open-file.ts";
import { personParser } from "./parse-person.ts";
import { premiumParser } from "./parse-premium.ts";
import { allRows, temporaryFolder } from "./rows.fixture.ts";
import { writeRow } from "./write-row.ts";

const personHeader = [
  "基礎年金番号",
  "旧番号",
  "氏名",
  "カナ氏名",
  "生年月日",
  "性別",
  "郵便番号",
  "住所",
  "電話番号",
  "メール",
  "旧姓",
  "死亡年月日",
];
const parsePerson = personParser(decideMapping("persons", personHeader));
const premiumHeader = ["基礎年金番号", "氏名", "年月", "制度", "区分", "納付額", "標準報酬月額"];
const parsePremium = premiumParser(decideMapping("premiums", premiumHeader));

const person = (...cells: readonly string[]) =>
  parsePerson({
    line: 2,
    cells: [...cells, ...Array.from({ length: personHeader.length - cells.length }, () => "")],
  });
const premium = (...cells: readonly string[]) =>
  parsePremium({
    line: 2,
    cells: [...cells, ...Array.from({ length: premiumHeader.length - cells.length }, () => "")],
  });

function codesOf(line: ReturnType<typeof person> | ReturnType<typeof premium>): string[] {
  return line.kind === "draft"
    ? []
    : line.reasons.map(({ column, code }) => (column === undefined ? code : `${column}: ${code}`));
}

describe("a person line", () => {
  it("becomes a draft with every value in its one form", () => {
    const cells = [
      "１２３４-567890",
      "ab-1;ＣＤ2、AB1",
      "髙橋　花子",
      "ﾀｶﾊｼ ﾊﾅｺ",
      "S30.1.2",
      "女",
      "〒100-0001",
      "東京都架空区１－２",
    ];
    cells.push("03-0000-0000", "hanako@example.jp", "架空;山田", "令和6年5月1日");
    expect(person(...cells)).toEqual({
      kind: "draft",
      line: 2,
      row: { line: 2, cells },
      draft: {
        pensionNumber: "1234567890",
        schemeNumbers: ["AB1", "CD2"],
        name: "髙橋 花子",
        kana: "タカハシ ハナコ",
        birthDate: "1955-01-02",
        sex: "female",
        formerNames: ["架空", "山田"],
        formerKanas: [],
        postalCode: "1000001",
        address: "東京都架空区1-2",
        phone: "0300000000",
        email: "hanako@example.jp",
        diedOn: "2024-05-01",
      },
    });
  });

  it("with an empty optional cell has no such value, not an empty one", () => {
    const line = person("1234567890", "", "山田太郎", " 　");
    expect(line).toMatchObject({ kind: "draft" });
    const values = Object.entries(line.kind === "draft" ? line.draft : {});
    const given = values.filter(([, value]) => value !== undefined).map(([name]) => name);
    expect(given.sort()).toEqual(["formerKanas", "formerNames", "name", "pensionNumber", "schemeNumbers"]);
  });

  it("needs a pension number, or a scheme number, or a name with the birth date", () => {
    expect(codesOf(person("1234567890"))).toEqual([]);
    expect(codesOf(person("", "A1"))).toEqual([]);
    expect(codesOf(person("", "", "山田太郎", "", "1955-01-02"))).toEqual([]);
    expect(codesOf(person("", "", "", "ヤマダ", "1955-01-02"))).toEqual([]);
    expect(codesOf(person("", "", "山田太郎", "ヤマダ"))).toEqual(["no-identity"]);
    expect(codesOf(person("", "", "", "", "1955-01-02", "男"))).toEqual(["no-identity"]);
  });

  it("is rejected with every reason in it, each with the sender's own column", () => {
    expect(codesOf(person("123456789", "", "=1+1", "", "昭和65年1月1日", "3"))).toEqual([
      "基礎年金番号: pension-number-digits",
      "氏名: formula-cell",
      "生年月日: era-year-out-of-range",
      "性別: sex-form",
    ]);
  });

  it("is rejected for one value not understood in an optional column", () => {
    expect(codesOf(person("1234567890", "", "山田", "", "", "", "", "", "", "no-mail"))).toEqual([
      "メール: email-form",
    ]);
  });

  it("with a death before the birth is rejected", () => {
    const cells = ["1234567890", "", "", "", "1955-01-02", "", "", "", "", "", "", "1955-01-01"];
    expect(codesOf(person(...cells))).toEqual(["death-before-birth"]);
  });

  it.each([
    ["fewer cells than the header", ["1234567890"], "cell-count"],
    ["more cells than the header", [...Array.from({ length: 12 }, () => "1"), "x"], "cell-count"],
    ["nothing but delimiters", Array.from({ length: 12 }, () => " "), "empty-line"],
    ["nothing at all", [""], "empty-line"],
  ])("with %s is rejected as a whole", (_, cells, code) => {
    expect(codesOf(parsePerson({ line: 2, cells }))).toEqual([code]);
  });

  it("with empty cells beyond the header is taken", () => {
    const cells = ["1234567890", ...Array.from({ length: 13 }, () => "")];
    expect(codesOf(parsePerson({ line: 2, cells }))).toEqual([]);
  });
});

describe("a premium line", () => {
  it("becomes a draft with its entry", () => {
    expect(
      premium("1234-567890", "山田太郎", "令和6年5月", "厚生年金", "納付", "¥27,450", "300,000"),
    ).toMatchObject({
      kind: "draft",
      draft: {
        pensionNumber: "1234567890",
        entry: {
          month: "2024-05",
          scheme: "employees",
          kind: "paid",
          amountYen: 27_450,
          remunerationYen: 300_000,
        },
      },
    });
  });

  it("with the least clue to its person is taken, and with none rejected", () => {
    expect(codesOf(premium("", "山田", "2024-05", "1", "未納"))).toEqual([]);
    expect(codesOf(premium("", "", "2024-05", "1", "未納"))).toEqual(["no-identity"]);
  });

  it.each([
    [["2024-13", "1", "納付", "16980"], "年月: month-out-of-range"],
    [["2024-05", "8", "納付", "16980"], "制度: scheme-form"],
    [["2024-05", "1", "寄付", "16980"], "区分: kind-form"],
    [["2024-05", "1", "納付", "-16980"], "納付額: negative-yen"],
    [["2024-05", "1", "納付", "1.5"], "納付額: yen-fraction"],
    [["2024-05", "1", "納付", ""], "yen-missing"],
    [["2024-05", "1", "未納", "16980"], "yen-for-kind"],
    [["", "1", "未納", ""], "month-missing"],
    [["2024-05", "", "未納", ""], "scheme-missing"],
    [["2024-05", "1", "", ""], "kind-missing"],
  ])("%j is rejected as %s", (cells, code) =>
    expect(codesOf(premium("1234567890", "", ...cells))).toEqual([code]),
  );

  it("of a dependent spouse or of an exempted month needs no amount, and a partly exempted one may have one", () => {
    expect(premium("1234567890", "", "2024-05", "3号", "納付")).toMatchObject({
      draft: { entry: { amountYen: 0 } },
    });
    expect(premium("1234567890", "", "2024-05", "1", "全額免除")).toMatchObject({
      draft: { entry: { amountYen: 0 } },
    });
    expect(premium("1234567890", "", "2024-05", "1", "半額免除", "8490")).toMatchObject({
      draft: { entry: { amountYen: 8490 } },
    });
  });

  it("in the sender's own codes is read by the map file", () => {
    const map = {
      for: "premiums",
      fields: {
        pensionNumber: "n",
        month: "m",
        scheme: { constant: "national1" },
        kind: { column: "k", values: { A: "paid" } },
        amountYen: "y",
      },
    };
    const parse = premiumParser(
      decideMapping("premiums", ["n", "m", "k", "y"], parseMapFile(JSON.stringify(map), "premiums")),
    );
    expect(parse({ line: 2, cells: ["1234567890", "2024-05", "A", "16980"] })).toMatchObject({
      draft: { entry: { kind: "paid", scheme: "national1" } },
    });
    expect(codesOf(parse({ line: 2, cells: ["1234567890", "2024-05", "B", "16980"] }))).toEqual([
      "k: kind-form",
    ]);
  });
});

describe("any line", () => {
  it("has exactly one outcome, keeps its number and cells, and its reasons hold none of its values", () => {
    const unusual = fc
      .string({
        unit: fc.constantFrom("=", "-", "9", "\u0000", "年", " ", "x", "元", "S", "."),
        maxLength: 12,
      })
      .map((text) => `${text}秘`);
    const row = fc.array(unusual, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(row, fc.nat(), (cells, number) => {
        const line = parsePerson({ line: number, cells });
        expect(line).toMatchObject({ kind: "reject", line: number, cells });
        expect(codesOf(line).length).toBeGreaterThan(0);
        expect(codesOf(line).join()).not.toContain("秘");
        expect(JSON.stringify(line.kind === "reject" && line.reasons)).not.toContain("秘");
      }),
    );
  });
});

describe("a file", () => {
  const folder = temporaryFolder();

  it("has as many outcomes as it has records, each of its own line, whatever its cells hold", async () => {
    const cell = fc.string({
      unit: fc.constantFrom("1", "山", '"', ",", "\n", "\r", "=", " ", "S"),
      maxLength: 10,
    });
    const record = fc.array(cell, { minLength: 1, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 20 }), async (records) => {
        const text = [personHeader, ...records].map((cells) => `${writeRow(cells, ",")}\r\n`).join("");
        const rows = await allRows(await folder.table("any.csv", text));
        const outcomes = rows.map(parsePerson);
        expect(rows.map((row) => row.cells)).toEqual(records);
        expect(new Set(outcomes.map(({ line }) => line)).size).toBe(records.length);
        const drafts = outcomes.filter(({ kind }) => kind === "draft").length;
        expect(drafts + outcomes.filter(({ kind }) => kind === "reject").length).toBe(records.length);
      }),
      { numRuns: 60 },
    );
  });
});

const febrl = new URL("../../../../../shared/data/linkage/febrl/dataset4a.csv", import.meta.url).pathname;
const febrlMap = new URL("../../../../docs/operations/febrl-map.json", import.meta.url).pathname;

describe("the Febrl sample", () => {
  it.skipIf(!existsSync(febrl))(
    "goes in with its map file, all 5,000 lines accounted for (skipped where ../shared is absent)",
    async () => {
      const table = await openFile(febrl);
      const mapping = decideMapping("persons", table.header, await readMapFile(febrlMap, "persons"));
      const lines = (await allRows(table)).map(personParser(mapping));
      const drafts = lines.filter((line) => line.kind === "draft");
      expect(lines).toHaveLength(5_000);
      expect(drafts).toHaveLength(5_000);
      expect(drafts.filter(({ draft }) => draft.birthDate === undefined)).toHaveLength(94);
      expect(drafts.filter(({ draft }) => draft.name === undefined)).toHaveLength(1);
    },
  );
});
