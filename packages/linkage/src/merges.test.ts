import { describe, expect, it } from "vitest";
import { appendMerge, appendUndo, applyMerges, listStanding } from "./merges.ts";

const GROUPS = new Map([
  ["r1", "a"],
  ["r2", "b"],
  ["r3", "c"],
  ["r4", "d"],
]);
const AT = "2026-01-01";

describe("reversible merges", () => {
  it("undoes an early merge and leaves the later one standing", () => {
    const merged = appendMerge(appendMerge([], ["a", "b"], "same person", AT), ["b", "c"], "same person", AT);
    expect(new Set(applyMerges(GROUPS, merged).values())).toEqual(new Set(["a", "d"]));
    const undone = appendUndo(merged, 1, "two people", AT);
    expect(Object.fromEntries(applyMerges(GROUPS, undone))).toEqual({ r1: "a", r2: "b", r3: "b", r4: "d" });
    expect(undone).toHaveLength(3);
  });

  it("refuses to undo what does not stand, and a merge with itself", () => {
    const merged = appendMerge([], ["a", "b"], "x", AT);
    expect(() => appendUndo(appendUndo(merged, 1, "x", AT), 1, "x", AT)).toThrow("does not stand");
    expect(() => appendUndo(merged, 9, "x", AT)).toThrow("does not stand");
    expect(() => appendMerge([], ["a", "a"], "x", AT)).toThrow("itself");
    expect(listStanding(merged)).toHaveLength(1);
  });
});
