import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFactList, encodeFactList, FactListEncoder } from "@kura/kernel/fact-list.ts";
import type { FactValue } from "@kura/kernel/fact-list.ts";
import { decodeUtf8 } from "@kura/kernel/bytes.ts";
import { WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "@kura/keeper/limits.ts";
import { ByteRow } from "../intake/byte-row.ts";
import type { PersonDraft } from "../intake/draft.ts";
import { decideMapping } from "../intake/mapping.ts";
import { personLineParser, personParser } from "../intake/parse-person.ts";
import { PlainPersons } from "../intake/plain-person.ts";
import type { PlainPerson } from "../intake/plain-person.ts";
import { PlainTerms } from "./plain-terms.ts";
import { addFormerNameTerms, addNameTerms, addNumberTerms, listTerms } from "../vault/terms.ts";
import { addFactsOfPerson } from "./facts.ts";
import { LineEncoder } from "./line-tokens.ts";

const header = [
  "住所",
  "基礎年金番号",
  "氏名",
  "カナ氏名",
  "旧姓",
  "旧氏名",
  "旧姓カナ",
  "生年月日",
  "性別",
  "郵便番号",
  "電話番号",
  "メール",
  "死亡年月日",
  "旧番号",
  "旧制度番号2",
  "備考",
];
const mapping = decideMapping("persons", header);
const general = personParser(mapping);

function rowOf(line: string): ByteRow {
  const block = Buffer.from(`前の行\n${line}\n`);
  return new ByteRow(2, block, block.indexOf("\n") + 1, block.length - 1, ",");
}

function plain(line: string): PlainPerson | undefined {
  const reader = PlainPersons.of(mapping, ",");
  if (reader === undefined) throw new Error("the mapping is not plain");
  return reader.read(rowOf(line));
}

/** Facts and terms of a line that was read as bytes. */
function byBytes(person: PlainPerson): unknown {
  const facts = new FactListEncoder(new WireWriter());
  facts.begin();
  for (let i = 0; i < person.count; i++)
    facts.addEncoded(
      person.fields[i] ?? 0,
      person.bytes,
      person.starts[i] ?? 0,
      person.ends[i] ?? 0,
      person.asOf,
    );
  const writer = new WireWriter();
  const kinds: number[] = [];
  const terms = new PlainTerms(writer, kinds);
  terms.addNumbers(person);
  terms.addNames(person);
  terms.addFormerNames(person);
  const reader = new WireReader(writer.finish());
  const written = kinds.map((kind) => ({ kind, same: reader.u8() === kind, text: reader.text(4_096) }));
  reader.end();
  expect(written.every(({ same }) => same)).toBe(true);
  return { facts: decodeFactList(facts.end()), terms: written.map(({ kind, text }) => ({ kind, text })) };
}

/** The same by the general parser, whose texts are the rule. */
function byTexts(draft: PersonDraft): unknown {
  const facts: FactValue[] = [];
  addFactsOfPerson(draft, (field, value) =>
    facts.push({ field, value, ...(draft.asOf !== undefined && { from: draft.asOf }) }),
  );
  return {
    facts: decodeFactList(encodeFactList(facts)),
    terms: listTerms((add) => {
      addNumberTerms(draft, add);
      addNameTerms(draft, add);
      addFormerNameTerms(draft, add);
    }),
  };
}

const plainCells: Readonly<Record<string, readonly string[]>> = {
  住所: ["東京都架空区一丁目2番3号", "架空市 見本 4-5　第二ビル", "A棟々〆ヶ", ""],
  基礎年金番号: ["1234-567890", "0987654321"],
  氏名: ["架空　花子", "見本 太郎", "髙橋", "㍻野　一", "鄕々 か", "Sample Name"],
  カナ氏名: ["カクウ　ハナコ", "ミホン タロー", "ヂヅヴヶ・ンー", ""],
  旧姓: ["", "旧見本", "旧架空　花子", "㍿本"],
  旧氏名: ["", "元見本"],
  旧姓カナ: ["", "モトミホン", "モトカクウ　ハナコ"],
  生年月日: ["1955-01-02", "2000-02-29", "1800-01-31", ""],
  性別: ["男", "女", "1", "女性", ""],
  郵便番号: ["100-0001", "1000001", ""],
  電話番号: ["03-0000-0000", "09000000000", ""],
  メール: ["", "a.b-c@example.jp", "x_1@mail.example.co.jp"],
  死亡年月日: ["", "2024-12-31"],
  旧番号: ["", "国1234-567890", "AB12"],
  旧制度番号2: ["", "厚9-1"],
  備考: ["", "何でも", "=1+1"],
};

const oddCells = [
  " ",
  "　",
  "A  B",
  "あ　　い",
  "ﾊﾅｺ",
  "は な",
  "S30.1.2",
  "1955-02-30",
  "1900-02-29",
  "昭和65年1月1日",
  "1799-01-01",
  "123456789",
  "12345-67890",
  "=A1",
  "-5",
  "@x",
  "+81-3-0000-0000",
  "a@b",
  "a@@b.c",
  "a@b.",
  "a@.b",
  ".@b.c",
  "-a@b.c",
  "甲;乙",
  "甲、乙",
  "甲|乙",
  "神",
  "𠮷野",
  "か\u3099",
  "カ\u3099",
  "\u0001",
  "\u200b",
  "\ufffd",
  "ab-1",
  "不明",
  "3",
  "a".repeat(201),
  "ア".repeat(200),
  "ア".repeat(201),
  "字".repeat(200),
  "1".repeat(21),
  "\t",
  "\u007f",
  "é",
  "〒100-0001",
  "－",
  "、",
  "々",
  "ヿ",
  "㍻",
  "\u4dff",
  "\u9fff",
  "\ua000",
];

const cell = (column: string) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...(plainCells[column] ?? [""])) },
    { weight: 1, arbitrary: fc.constantFrom(...oddCells) },
    {
      weight: 1,
      arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }).map((text) => text.replace(/[",\r\n]/gu, "")),
    },
  );

describe("a line that is read as bytes", () => {
  it("has the facts and terms that the general parser gives it", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.tuple(...header.map(cell)), (cells) => {
        const person = plain(cells.join(","));
        if (person === undefined) return;
        read += 1;
        const line = general({ line: 2, cells });
        if (line.kind !== "draft") throw new Error("the general parser refuses it");
        expect(byBytes(person)).toEqual(byTexts(line.draft));
      }),
      { numRuns: 4_000 },
    );
    expect(read).toBeGreaterThan(400);
  });

  it("is any line of values in the plain form", () => {
    fc.assert(
      fc.property(
        fc.tuple(...header.map((column) => fc.constantFrom(...(plainCells[column] ?? [""])))),
        (cells) => {
          expect(plain(cells.join(","))).toBeDefined();
        },
      ),
    );
  });

  it("is none that the general parser refuses: one odd cell among plain ones", () => {
    const cells = header.map((column) => plainCells[column]?.[0] ?? "");
    const wrong: unknown[] = [];
    for (const [place, column] of header.entries()) {
      for (const odd of oddCells) {
        const changed = cells.with(place, odd);
        const line = general({ line: 2, cells: changed });
        const person = plain(changed.join(","));
        const isSame =
          person === undefined ||
          (line.kind === "draft" && isDeepStrictEqual(byBytes(person), byTexts(line.draft)));
        if (!isSame) wrong.push([column, odd]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ["a cell too few", header.slice(1).map(() => "1")],
    ["a cell too many", [...header, "1"].map(() => "1")],
    ["nothing in it", header.map(() => "")],
    [
      "a death before the birth",
      header.map((name) => ({ 死亡年月日: "1955-01-01" })[name] ?? plainCells[name]?.[0] ?? ""),
    ],
    [
      "the same old name twice",
      header.map((name) =>
        name.startsWith("旧") && !name.includes("番号") ? "ミホン" : (plainCells[name]?.[0] ?? ""),
      ),
    ],
    ["no name, no number", header.map((name) => (name === "住所" ? "架空市" : ""))],
    [
      "more bytes than are read so",
      header.map((name) => (name === "備考" ? "x".repeat(3_000) : (plainCells[name]?.[0] ?? ""))),
    ],
  ])("leaves to the general parser a line with %s", (_, cells) => {
    expect(plain(cells.join(","))).toBeUndefined();
  });

  it("keeps nothing of the line before", () => {
    const parse = personLineParser(mapping, ",");
    const full = header.map((column) => plainCells[column]?.find((text) => text !== "") ?? "");
    const bare = header.map((column) => (column === "基礎年金番号" ? "1234567890" : ""));
    parse(rowOf(full.join(",")));
    const line = parse(rowOf(bare.join(",")));
    if (line.kind !== "draft" || !("bytes" in line.draft)) throw new Error("it was not read as bytes");
    expect(byBytes(line.draft)).toEqual({
      facts: [{ field: 1, value: "1234567890" }],
      terms: [{ kind: 1, text: "1234567890" }],
    });
    expect(decodeUtf8(line.draft.bytes.slice(0, 10))).toBe("1234567890");
  });

  it("holds from the day that the line states", () => {
    const dated = decideMapping("persons", ["基礎年金番号", "氏名", "基準日"]);
    const block = Buffer.from("1234-567890,架空　花子,2020-04-01");
    const person = PlainPersons.of(dated, ",")?.read(new ByteRow(2, block, 0, block.length, ","));
    const line = personParser(dated)({ line: 2, cells: block.toString().split(",") });
    if (person === undefined || line.kind !== "draft") throw new Error("it is a plain line");
    expect(person.asOf).toBe("2020-04-01");
    expect(byBytes(person)).toEqual(byTexts(line.draft));
  });
});

describe("a mapping", () => {
  it("with joined columns, a constant, codes or a stated format is read the general way", () => {
    const joined = decideMapping("persons", ["姓", "名", "生年月日"]);
    expect(PlainPersons.of(joined, ",")).toBeUndefined();
    const [birth] = decideMapping("persons", ["生年月日"]).sources.get("birthDate") ?? [];
    if (birth === undefined) throw new Error("the header is known");
    for (const more of [{ format: "DDMMYYYY" }, { constant: "x" }, { values: new Map([["1", "男"]]) }]) {
      const sources = new Map([["birthDate", [{ ...birth, ...more }]] as const]);
      expect(PlainPersons.of({ ...mapping, sources }, ",")).toBeUndefined();
    }
    expect(PlainPersons.of(mapping, "、")).toBeUndefined();
  });
});

describe("a batch", () => {
  it("is full before its terms, or its facts, are more than the keeper takes at once", () => {
    const names = Array.from({ length: 20 }, (_, i) => `架空${i}`).join("、");
    const listed = header.map((column) => ({ 旧姓: names, 生年月日: "1955-01-02" })[column] ?? "");
    const long = header.map((column) =>
      column === "住所" ? "架".repeat(500) : column === "基礎年金番号" ? "1234567890" : "",
    );
    for (const cells of [listed.with(1, "1234567890"), long]) {
      const encoder = new LineEncoder({ indexWritten: async () => new BigInt64Array() });
      const row = { line: 2, cells };
      const line = general(row);
      if (line.kind !== "draft") throw new Error("the line is good");
      let lines = 0;
      for (; !encoder.isFull; lines++) encoder.take(line);
      expect(lines).toBeLessThan(limits.terms);
      expect(lines * termsOf(line.draft)).toBeLessThan(limits.terms);
      expect(lines * Buffer.byteLength(cells.join(""))).toBeLessThan(limits.requestBytes);
    }
  });
});

function termsOf(draft: PersonDraft): number {
  const terms = listTerms((add) => {
    addNumberTerms(draft, add);
    addNameTerms(draft, add);
    addFormerNameTerms(draft, add);
  });
  return terms.length + 1;
}
