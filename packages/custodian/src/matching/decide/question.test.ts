import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapAround, renderQuestion } from "./question.ts";

describe("the question to the likely owner", () => {
  it("names the gap in the addressee's own record", () => {
    const gap = gapAround(["1970-04", "1971-03", "1980-01"], "1975-06", "1976-02");
    expect(gap).toEqual({ after: "1971-03", before: "1980-01" });
    const text = renderQuestion({ name: "見本 花子", address: "架空県架空市1" }, gap, "C-1");
    expect(text).toContain("見本 花子 様");
    expect(text).toContain("1971年3月より後、1980年1月より前");
  });

  it("says nothing of the other record: the same gap gives the same letter, whatever the months in it", () => {
    const month = fc.integer({ min: 0, max: 11 }).map((m) => `1975-${String(m + 1).padStart(2, "0")}`);
    const paid = ["1974-12", "1976-01"];
    fc.assert(
      fc.property(month, month, (a, b) => {
        const [first, last] = a < b ? [a, b] : [b, a];
        const text = renderQuestion({ name: "見本", address: "架空" }, gapAround(paid, first, last), "C-1");
        expect(text).not.toContain("1975");
      }),
    );
  });

  it("has words for a record that begins later, ends earlier, or is empty", () => {
    expect(gapAround([], "1975-01", "1975-02")).toEqual({});
    expect(gapAround(["1980-01"], "1975-01", "1975-02")).toEqual({ before: "1980-01" });
    expect(gapAround(["1970-01"], "1975-01", "1975-02")).toEqual({ after: "1970-01" });
  });
});
