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
