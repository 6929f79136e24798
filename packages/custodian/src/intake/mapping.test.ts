import { describe, expect, it } from "vitest";
import { parseMapFile } from "./map-file.ts";
import { decideMapping } from "./mapping.ts";
import { maskCell, maskRow, renderMapping } from "./render-mapping.ts";
import { foldHeader, listSpellings, personTargets, premiumTargets, spellings } from "./targets.ts";

/** Target → labels of its sources. */
function labelsOf(kind: "persons" | "premiums", header: readonly string[]) {
  const { sources } = decideMapping(kind, header);
  return Object.fromEntries(
    [...sources].map(([target, list]) => [target, list.map((source) => source.label)]),
  );
}

describe("a header", () => {
  it("in Japanese is recognised for every person field", () => {
    const header = [
      "基礎年金番号",
      "旧制度番号",
      "漢字氏名",
      "フリガナ",
      "生年月日",
      "性別",
      "受付番号",
      "旧姓",
      "旧姓カナ",
    ];
    header.push("郵便番号", "住所", "電話番号", "メール", "死亡年月日", "基準日");
    const mapping = decideMapping("persons", header);
    expect([...mapping.sources.keys()].sort()).toEqual([...personTargets].sort());
    expect(mapping).toMatchObject({ unused: [], missing: [] });
  });

  it("in English is recognised for every premium field, whatever its case and separators", () => {
    const header = ["Pension Number", "scheme_number", "NAME", "kana", "birth-date", "Sex", "Reference"];
    header.push("Month", "Scheme", "Kind", "amount_yen", "remunerationYen");
    const mapping = decideMapping("premiums", header);
    expect([...mapping.sources.keys()].sort()).toEqual([...premiumTargets].sort());
    expect(mapping.missing).toEqual([]);
  });

  it("in parts is joined in the order of a Japanese name and address, not of the file", () => {
    expect(labelsOf("persons", ["given_name", "surname", "住所2", "都道府県", "住所1"])).toMatchObject({
      name: ["surname + given_name"],
      address: ["都道府県 + 住所1 + 住所2"],
    });
  });

  it("with a whole name leaves the parts of it unused", () => {
    const mapping = decideMapping("persons", ["氏", "名", "氏名", "生年月日"]);
    expect(mapping.unused).toEqual([0, 1]);
  });

  it("with several old numbers takes each", () => {
    expect(labelsOf("persons", ["旧番号1", "旧番号2"])).toEqual({ schemeNumber: ["旧番号1", "旧番号2"] });
  });

  it("with system and category columns joins them to one scheme, and with year and month to one month", () => {
    expect(labelsOf("premiums", ["種別", "制度", "月", "年"])).toMatchObject({
      scheme: ["制度 + 種別"],
      month: ["年 + 月"],
    });
  });

  it("that lacks what a line must have is told in words", () => {
    expect(decideMapping("persons", ["氏名", "住所"]).missing).toHaveLength(1);
    expect(decideMapping("premiums", ["氏名", "年月"]).missing).toEqual(["scheme", "kind"]);
    expect(decideMapping("premiums", ["年月", "制度", "区分"]).missing).toHaveLength(1);
  });
});

describe("the spellings", () => {
  it("are all in folded form, and none is empty or claimed by two fields of one kind of file", () => {
    for (const targets of [personTargets, premiumTargets]) {
      const all = targets.flatMap((target) =>
        [spellings[target].whole, ...(spellings[target].parts ?? [])].flatMap(listSpellings),
      );
      expect(all.map(foldHeader)).toEqual(all);
      expect(all).not.toContain("");
      expect(new Set(all).size).toBe(all.length);
    }
  });
});

describe("a map file", () => {
  const map = {
    for: "persons",
    fields: {
      name: ["surname", "given_name"],
      birthDate: { column: "dob", format: "YYYYMMDD" },
      sex: { constant: "unknown" },
      schemeNumber: { each: ["n1", "n2"] },
      address: { columns: ["street", "city"], join: ", " },
    },
  };

  it("names every column that is read, and nothing is guessed beside it", () => {
    const header = ["dob", "surname", "given_name", "n1", "n2", "street", "city", "phone"];
    const mapping = decideMapping("persons", header, parseMapFile(JSON.stringify(map), "persons"));
    expect(mapping.sources.get("name")).toMatchObject([{ columns: [1, 2], join: " " }]);
    expect(mapping.sources.get("schemeNumber")).toHaveLength(2);
    expect(mapping.sources.get("sex")).toMatchObject([{ columns: [], constant: "unknown" }]);
    expect(mapping.unused).toEqual([7]);
  });

  it("that names a column the file lacks is refused with the column's name", () => {
    const parsed = parseMapFile(JSON.stringify(map), "persons");
    expect(() => decideMapping("persons", ["dob", "n1", "n2"], parsed)).toThrow(/surname/u);
  });

  it.each([
    ["no JSON", "{", /not JSON/u],
    ["an unknown field", '{"for":"persons","fields":{"nmae":"a"}}', /nmae/u],
    ["an unknown word in an entry", '{"for":"persons","fields":{"name":{"colum":"a"}}}', /fields\.name/u],
    [
      "a format without a year",
      '{"for":"persons","fields":{"birthDate":{"column":"a","format":"MMDD"}}}',
      /format|birthDate/u,
    ],
    ["the other kind of file", '{"for":"premiums","fields":{}}', /persons/u],
    ["several values for a field of one", '{"for":"persons","fields":{"sex":{"each":["a"]}}}', /sex/u],
    ["a premium's field for persons", '{"for":"persons","fields":{"amountYen":"a"}}', /amountYen/u],
  ])("with %s is refused, naming the place", (_, json, message) => {
    expect(() => parseMapFile(json, "persons")).toThrow(message);
  });
});

describe("a dry run", () => {
  it("shows which column goes where, which go nowhere, and what is missing", () => {
    const text = renderMapping(decideMapping("premiums", ["氏名", "年月", "備考"]));
    expect(text).toMatch(/name +← 氏名/u);
    expect(text).toMatch(/not used: 備考/u);
    expect(text).toMatch(/MISSING: scheme/u);
  });

  it("of a file without a header shows nobody", () => {
    expect(renderMapping(decideMapping("persons", ["1234567890", "山田太郎"]))).not.toMatch(/山田|1234/u);
    expect(renderMapping(decideMapping("persons", ["1234567890", "氏名"]))).not.toMatch(/1234/u);
  });

  it.each([
    ["山田太郎", "山＊＊＊"],
    ["1234-567890", "＊＊＊＊-＊＊＊＊90"],
    ["1955-01-02", "＊＊＊＊-＊＊-02"],
    ["昭和30年1月2日", "＊＊＊＊＊＊＊＊＊"],
    ["taro@example.jp", "t＊＊＊@＊＊＊＊＊＊＊.＊＊"],
    ["男", "＊"],
    ["林 太", "＊ ＊"],
    ["", ""],
    ["𠮷田太郎", "𠮷＊＊＊"],
  ])("shows %s as %s", (cell, masked) => expect(maskCell(cell)).toBe(masked));

  it("masks every cell of a row", () => {
    expect(maskRow({ line: 2, cells: ["山田太郎", "男"] })).toEqual(["山＊＊＊", "＊"]);
  });
});
