import { describe, expect, it } from "vitest";
import { nameGroups } from "./stable-ids.ts";

describe("ids of groups", () => {
  it("do not depend on the order of records", () => {
    const first = nameGroups(Int32Array.of(0, 0, 2), ["x", "y", "z"], new Map());
    const second = nameGroups(Int32Array.of(0, 1, 1), ["z", "y", "x"], new Map());
    expect([first[0], first[1], first[2]]).toEqual([second[2], second[1], second[0]]);
  });

  it("stay with the group that keeps most records of an earlier one", () => {
    const previous = new Map([
      ["x", "old"],
      ["y", "old"],
      ["z", "old"],
    ]);
    const ids = nameGroups(Int32Array.of(0, 0, 2), ["x", "y", "z"], previous);
    expect(ids[0]).toBe("old");
    expect(ids[1]).toBe("old");
    expect(ids[2]).not.toBe("old");
  });
});
