import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Interner } from "../column.ts";
import { compareJapaneseNames, SEPARATOR } from "./compare.ts";
import { confuseKana, foldKana, roundKana } from "./kana.ts";
import { loadJapaneseLists, parseMjMap, parseReadings } from "./load.ts";
import { foldKanji } from "./names.ts";
import { learnSplitter } from "./split.ts";

const lists = loadJapaneseLists(undefined, []);
const MJ = new URL("../../../../../shared/data/ja/mj/mj_shrink_tables.json", import.meta.url);

function levelOf(left: string, right: string, readings: readonly [string, string[]][] = []): string {
  const interner = new Interner();
  const codes = Int32Array.of(
    interner.code(left.replace("|", SEPARATOR)),
    interner.code(right.replace("|", SEPARATOR)),
  );
  const comparison = compareJapaneseNames(
    "name",
    ["name"],
    { codes, values: interner.values },
    { ...lists, readings: new Map(readings) },
  );
  const [a = 0, b = 0] = codes;
  const level = a === b ? (comparison.sameLevels?.[a] ?? 0) : comparison.compare(a, b);
  return comparison.levels[level]?.label ?? "";
}

describe("kana", () => {
  it("folds width, script and spaces, and keeps voiced marks", () => {
    expect(foldKana("ﾔﾏﾀﾞ ﾀﾛｳ")).toBe("ヤマダタロウ");
    expect(foldKana("やまだ")).toBe("ヤマダ");
  });

  it("rounds voiced marks, small kana and same sounds as the rules of 2007 do", () => {
    expect(roundKana("キョウヅカ")).toBe(roundKana("キヨウズカ"));
    expect(roundKana("ヤマザキ")).toBe(roundKana("ヤマサキ"));
    expect(roundKana("ユウコ")).not.toBe(roundKana("ヒロコ"));
  });

  it("takes similar shapes for one: ソ and ン, シ and ツ", () => {
    expect(confuseKana("ソノダ")).toBe(confuseKana("ンノダ"));
    expect(confuseKana("シカダ")).toBe(confuseKana("ツカダ"));
  });
});

describe("Japanese names", () => {
  it("compares variant kanji as one", () => {
    expect(foldKanji("髙橋", lists)).toBe(foldKanji("高橋", lists));
    expect(foldKanji("渡邊", lists)).toBe(foldKanji("渡辺", lists));
    expect(foldKanji("齋藤", lists)).toBe(foldKanji("斉藤", lists));
  });

  it("has a level of its own for each way of agreeing", () => {
    expect(levelOf("裕子|ヒロコ", "裕子|ユウコ")).toBe("same kanji, other kana");
    expect(levelOf("|ヤマザキ", "|ヤマサキ")).toBe("same kana but for voicing and size");
    expect(levelOf("|ソノダ", "|ンノダ")).toBe("similar shapes of kana");
    expect(levelOf("|サトウ", "佐藤|サトウ")).toBe("same kana");
    expect(levelOf("|サトウ", "|サトウ")).toBe("same kana");
    expect(levelOf("佐藤|サトウ", "佐藤|サトウ")).toBe("same kanji and kana");
    expect(levelOf("佐藤|サトウ", "鈴木|スズキ")).toBe("different");
  });

  it("knows from lists of readings that kanji can be read as kana, and that two readings share a kanji", () => {
    expect(levelOf("幸子|", "|サチコ", [["幸子", ["サチコ", "ユキコ"]]])).toBe("kanji can be read so");
    expect(levelOf("|ユキコ", "|サチコ", [["幸子", ["サチコ", "ユキコ"]]])).toBe(
      "another reading of the kanji",
    );
    expect(levelOf("幸子|", "|ハナコ", [["幸子", ["サチコ"]]])).toBe("different");
  });

  it("finds the border of a name whose space was lost", () => {
    const values = ["ヤマダ タロウ", "ヤマダ ハナコ", "スズキ タロウ", "スズキハナコ"];
    const column = { codes: Int32Array.of(0, 1, 2, 3), values };
    const splitter = learnSplitter([{ name: "kana", role: "full_kana", column }], lists);
    expect(splitter.split("", "", "スズキハナコ")).toEqual({ surname: "スズキ", given: "ハナコ" });
  });

  it("reads lists of readings in the forms they come in", () => {
    expect(
      parseReadings("佐藤,1887000,さとう,satou\nあい,ai,愛,藍\n    - ['愛斗', 'あいと', 'アイト', 'Aito']"),
    ).toEqual([
      ["佐藤", "サトウ"],
      ["愛", "アイ"],
      ["藍", "アイ"],
      ["愛斗", "アイト"],
    ]);
  });

  it.skipIf(!existsSync(MJ))("loads the official MJ map (skipped where the reference data is absent)", () => {
    const variants = parseMjMap(readFileSync(MJ, "utf8"));
    expect(variants.size).toBeGreaterThan(9000);
    expect(variants.get("㐀")).toBe("丘");
  });
});
