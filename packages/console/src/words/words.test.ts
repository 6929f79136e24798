/** Both languages have every word, and no word is empty or left in the other language. */
import { describe, expect, it } from "vitest";
import { refusalTitles } from "@kura/custodian/disclosure/refusals.ts";
import { doorRefusals } from "@kura/custodian/disclosure/door.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";

/** `cases.columns.kind` → its words, functions called with a sign for each argument. */
function wordsIn(value: unknown, given: readonly unknown[] = ["1", "2"], path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function")
    return [[path, String((value as (...all: unknown[]) => unknown)(...given))]];
  return Object.entries(value as object).flatMap(([key, one]) =>
    wordsIn(one, given, path === "" ? key : `${path}.${key}`),
  );
}

describe("the words", () => {
  // These the API says in English itself; other languages translate them by its own words.
  const isSaidByApi = ([path]: [string, string]): boolean =>
    /^(?:matching\.evidence|incidents\.duties)\./u.test(path);
  const said = (all: unknown): [string, string][] => wordsIn(all).filter((word) => !isSaidByApi(word));
  const [japanese, english] = [said(ja), said(en)];

  it("are the same keys in both languages", () => {
    expect(english.map(([path]) => path).toSorted()).toEqual(japanese.map(([path]) => path).toSorted());
    expect(japanese.length).toBeGreaterThan(300);
  });

  it("are never empty", () => {
    expect([...japanese, ...english].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("count one of a thing as one", () => {
    const ones = wordsIn(en, ["1", "1", "1"]);
    const things = "persons|records|entries|events|months|hours|days|lots|rows|times|candidates|signatures";
    const wrong = ones.filter(([, text]) => new RegExp(`\\b1 (?:\\w+ )?(?:${things})\\b`, "u").test(text));
    expect(wrong).toEqual([]);
  });

  it("are English in English, but for examples of what to type", () => {
    const left = english
      .filter(([, text]) => /[\u3040-\u30ff\u4e00-\u9fff]/u.test(text))
      .map(([path]) => path);
    expect(left).toEqual(["search.birthHint"]);
  });

  it("say what to do at every refusal of the door", () => {
    const known = Object.keys(ja.problems);
    const silent = doorRefusals.filter((name) => !known.includes(name));
    expect(silent).toEqual(["malformed-order", "other-session", "other-case-kind"]);
    expect(Object.keys(refusalTitles)).toContain("stopped");
  });
});
