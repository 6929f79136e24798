import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldKana, foldKanaName, foldWidth, isKana } from "./kana.ts";

const text = fc.string({
  unit: fc.constantFrom(
    "ｶ",
    "ﾞ",
    "ﾊ",
    "ﾟ",
    "あ",
    "ゔ",
    "ヅ",
    "ズ",
    "ァ",
    "ー",
    "－",
    "・",
    " ",
    "　",
    "Ａ",
    "1",
    "山",
    "髙",
    "ヲ",
    "ゞ",
  ),
  maxLength: 12,
});

describe("folding", () => {
  it.each([
    ["ﾔﾏﾀﾞ　ﾀﾛｳ", "ヤマダ タロウ"],
    ["ＡＢＣ－１２３", "ABC-123"],
    ["  山田 \t 太郎\n", "山田 太郎"],
    ["ﾊﾟﾋﾟ", "パピ"],
    ["", ""],
  ])("of width turns %j into %j", (from, to) => expect(foldWidth(from)).toBe(to));

  it("of width is what NFKC and the rule of spaces make of every character, and of any two beside each other", () => {
    const byTheBook = (written: string): string => written.normalize("NFKC").replace(/\s+/gu, " ").trim();
    const differing = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
      .flatMap((character) => [character, `か${character}`, `${character}か`, `a ${character}`])
      .filter((written) => foldWidth(written) !== byTheBook(written));
    expect(differing).toEqual([]);
    const japanese = fc.string({
      unit: fc.integer({ min: 0x3000, max: 0x30ff }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(japanese, (written) => {
        expect(foldWidth(written)).toBe(byTheBook(written));
      }),
    );
  });

  it.each([
    ["やまだ たろう", "ヤマダ タロウ"],
    ["ゔぁいおりん", "ヴァイオリン"],
    ["いすゞ", "イスヾ"],
    ["ｼﾞｭﾝ", "ジュン"],
  ])("of kana turns %j into %j", (from, to) => expect(foldKana(from)).toBe(to));

  it.each([
    ["シヅオ", "シズオ", "シツオ"],
    ["スズキ", "ススキ", "スヅキ"],
    ["ジュンジ", "シユンシ", "ヂュンヂ"],
    ["ユウコ", "ゆうこ", "ﾕｳｺ"],
    ["キョウコ", "キヨウコ", "ｷﾖｳｺ"],
    ["オオノ", "オーオノ", "ヲオノ"],
    ["ジュン・イチ", "ジユンイチ", "シュン-イチ"],
    ["ヱイ", "エイ", "ゑゐ"],
  ])("of kana names makes %s, %s and %s one", (...writings) => {
    expect(new Set(writings.map(foldKanaName)).size).toBe(1);
  });

  it("of kana names keeps different names apart", () => {
    const names = ["ヤマダ タロウ", "ヤマダ ジロウ", "ヤマモト タロウ", "アマダ タロウ"];
    expect(new Set(names.map(foldKanaName)).size).toBe(names.length);
  });

  it("twice is the same as once", () => {
    fc.assert(
      fc.property(text, (value) => {
        for (const fold of [foldWidth, foldKana, foldKanaName]) expect(fold(fold(value))).toBe(fold(value));
      }),
    );
  });

  it("of a name is the same whether its width was folded before or not", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(foldKanaName(foldKana(value))).toBe(foldKanaName(value));
      }),
    );
  });
});

describe("a kana name", () => {
  it.each(["ヤマダ タロウ", "やまだ", "ﾔﾏﾀﾞ ﾀﾛｳ", "ジャン・ポール", "スーザン-アン"])("is %s", (name) =>
    expect(isKana(name)).toBe(true),
  );

  it.each(["山田", "ヤマダ太郎", "Yamada", "ヤマダ1", "", "ヤマダ\u0000"])("is not %j", (name) =>
    expect(isKana(name)).toBe(false),
  );
});
