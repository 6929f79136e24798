/** What a clerk types becomes the very term that was indexed. */
import { describe, expect, it } from "vitest";
import { readBirthDate, termsOfName, termsOfNumber } from "./terms.ts";

describe("search terms", () => {
  it("of a number are its ten digits, however it is written", () => {
    const forms = ["9999-000001", "9999000001", "９９９９－０００００１", " 9999ー000001 "];
    expect(new Set(forms.map((form) => JSON.stringify(termsOfNumber(form))))).toEqual(
      new Set([JSON.stringify({ outcome: "terms", terms: [{ kind: 1, text: "9999000001" }] })]),
    );
    expect(termsOfNumber("9999-00001")).toEqual({ outcome: "bad-number" });
  });

  it("of a name are folded, with the birth date, in kana of any width or kind", () => {
    const forms = [
      ["シケン カクウコ", "1950-01-03"],
      ["しけん かくうこ", "S25.1.3"],
      ["ｼｹﾝ ｶｸｳｺ", "昭和25年1月3日"],
    ] as const;
    expect(new Set(forms.map(([kana, birth]) => JSON.stringify(termsOfName(kana, birth))))).toHaveLength(1);
    expect(termsOfName("試験 架空子", "1950-01-03")).toEqual({ outcome: "bad-kana" });
    expect(termsOfName("シケン カクウコ", "昭和65年1月3日")).toEqual({ outcome: "bad-birth" });
  });

  it("know that an era has an end", () => {
    expect(readBirthDate("昭和64年1月7日")).toBe("1989-01-07");
    expect(readBirthDate("昭和64年1月8日")).toBeUndefined();
    expect(readBirthDate("平成元年1月8日")).toBe("1989-01-08");
  });
});
