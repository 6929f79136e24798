import { describe, expect, it } from "vitest";
import { hasAllTerms, maskName, maskPerson, startOfAddress } from "./search-match.ts";

const facts = [
  { field: 1, value: "9999-999999" },
  { field: 3, value: "試験 花子" },
  { field: 4, value: "シケン ハナコ" },
  { field: 5, value: "見本" },
  { field: 7, value: "1950-01-02" },
  { field: 10, value: "架空県架空市一丁目" },
  { field: 12, value: "Hanako@Example.jp" },
];
const has = (kind: number, text: string): boolean => hasAllTerms(facts, [{ kind, text }]);

describe("a person is found", () => {
  it("by each kind of term, in its normal form", () => {
    expect(has(1, "9999-999999")).toBe(true);
    expect(has(3, "シケンハナコ|1950-01-02")).toBe(true);
    expect(has(4, "試験花子|1950-01-02")).toBe(true);
  });

  it("by a former surname before today's given name", () => {
    expect(has(4, "見本花子|1950-01-02")).toBe(true);
  });

  it("by all terms together only, and never by none", () => {
    const number = { kind: 1, text: "9999-999999" };
    expect(hasAllTerms(facts, [number, { kind: 4, text: "試験花子|1950-01-02" }])).toBe(true);
    expect(hasAllTerms(facts, [number, { kind: 4, text: "試験花子|1950-01-03" }])).toBe(false);
    expect(hasAllTerms(facts, [])).toBe(false);
  });

  it("not by a value of another kind, nor by a kind that finds nobody", () => {
    expect(has(2, "9999-999999")).toBe(false);
    expect(has(7, "9999-999999")).toBe(false);
    expect(has(3, "試験花子|1950-01-02")).toBe(false);
  });
});

describe("what is shown of a found person", () => {
  it("is masked to the first character of each name, the year, and the place behind the prefecture", () => {
    const personKey = new Uint8Array(16);
    expect(maskPerson(personKey, facts)).toEqual({
      personKey,
      maskedName: "試○ 花○",
      birthYear: "1950",
      addressStart: "架空市",
    });
  });

  it("is empty where nothing is recorded", () => {
    const personKey = new Uint8Array(16);
    expect(maskPerson(personKey, [])).toEqual({ personKey, maskedName: "", birthYear: "", addressStart: "" });
  });

  it("takes away the prefecture, whichever it is", () => {
    const addresses = [
      "東京都千代田区",
      "北海道札幌市中央区",
      "京都府京都市",
      "大阪府大阪市",
      "神奈川県横浜市",
      "三重県津市",
    ];
    expect(addresses.map(startOfAddress)).toEqual(["千代田", "札幌市", "京都市", "大阪市", "横浜市", "津市"]);
    expect(maskName("𠮷田　太郎")).toBe("𠮷○ 太○");
  });
});
