import { describe, expect, it } from "vitest";
import { RequestBudget } from "./request-budget.ts";

describe("a budget of requests", () => {
  it("ends for one name and not for another, and fills again with time", () => {
    let nowMs = 0;
    const budget = new RequestBudget(3, () => new Date(nowMs));
    const take = (name: string, times: number) => Array.from({ length: times }, () => budget.take(name));
    expect(take("one", 4)).toEqual([true, true, true, false]);
    expect(take("other", 1)).toEqual([true]);
    nowMs += 20_000;
    expect(take("one", 2)).toEqual([true, false]);
  });

  it("is not filled by a clock that goes back", () => {
    let nowMs = 1_000_000;
    const budget = new RequestBudget(1, () => new Date(nowMs));
    budget.take("one");
    nowMs = 0;
    expect(budget.take("one")).toBe(false);
  });
});
