import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldKanjiName } from "./kanji.ts";

describe("kanji names are compared", () => {
  it("in one form of each variant, without spaces and variation selectors", () => {
    expect(foldKanjiName("齋藤　壽子")).toBe(foldKanjiName("斉藤寿子"));
    expect(foldKanjiName("渡\u{E0101}邉")).toBe(foldKanjiName("渡辺"));
    expect(foldKanjiName("𠮷田 髙")).toBe(foldKanjiName("吉田高"));
    expect(foldKanjiName("高橋")).not.toBe(foldKanjiName("高田"));
  });

  it("in a form that is its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(foldKanjiName(foldKanjiName(name))).toBe(foldKanjiName(name));
      }),
    );
  });
});
