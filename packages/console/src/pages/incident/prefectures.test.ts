import { describe, expect, it } from "vitest";
import { findPrefecture, prefectures } from "./prefectures.ts";

describe("the map of prefectures", () => {
  it("has all forty-seven, each with a place of its own", () => {
    expect(prefectures.map(({ code }) => code)).toEqual(Array.from({ length: 47 }, (_, i) => i + 1));
    expect(new Set(prefectures.map(({ column, row }) => `${column} ${row}`)).size).toBe(47);
    expect(prefectures.every(({ name, english }) => name !== "" && english !== "")).toBe(true);
  });

  it("knows one by code and by name", () => {
    for (const value of ["13", "東京", "東京都"]) expect(findPrefecture(value)?.english).toBe("Tokyo");
    expect(findPrefecture("01")?.name).toBe("北海道");
    expect(findPrefecture("北海道")?.code).toBe(1);
    expect(findPrefecture("")).toBeUndefined();
    expect(findPrefecture("48")).toBeUndefined();
  });
});
