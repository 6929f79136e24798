import { describe, expect, it } from "vitest";
import { searchTermsOf } from "./search-terms.ts";

describe("what a caller says becomes terms in their normal forms", () => {
  it.each([
    [{ number: "9999-000001" }, [{ kind: 1, text: "9999000001" }]],
    [{ number: "９９９９０００００１" }, [{ kind: 1, text: "9999000001" }]],
    [{ schemeNumber: "ab-12 34" }, [{ kind: 2, text: "AB1234" }]],
    [{ name: "試験 花子", birth: "1950-01-02" }, [{ kind: 4, text: "試験花子|1950-01-02" }]],
  ])("%j", (said, terms) => {
    expect(searchTermsOf(said)).toEqual(terms);
  });

  it("several together mean one person who has all of them", () => {
    const terms = searchTermsOf({ number: "9999-000001", kana: "シケン ハナコ", birth: "1950-01-02" });
    expect(terms.map(({ kind }) => kind)).toEqual([1, 3]);
  });
});

describe("a search is refused", () => {
  it.each([
    [{}],
    [{ number: "12" }],
    [{ birth: "1950-01-02" }],
    [{ name: "試験 花子" }],
    [{ kana: "シケン ハナコ" }],
    [{ name: "試験 花子", birth: "2 January 1950" }],
  ])("%j, without repeating it", (said) => {
    const why = thrownBy(() => searchTermsOf(said));
    expect(why).toMatchObject({ code: "bad-search" });
    expect(String(why)).not.toMatch(/試験|シケン|1950/u);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
