import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BudgetBook, type Budgets, WindowTotal, type Spender } from "./budget.ts";
import type { Budget } from "./roster.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const much: Budget = { hour: 1_000, day: 1_000, days30: 1_000, softPercent: 100 };
const budgets: Budgets = { actor: much, office: much, agency: much };
const anna: Spender = { actor: "anna", office: "tokyo", caseId: "c1" };
const t0 = 1_000 * dayMs;

function spend(
  book: BudgetBook,
  spender: Spender,
  persons: readonly number[],
  limits: Budgets,
  nowMs: number,
) {
  const decision = book.decide(spender, persons, limits, nowMs);
  if (decision.outcome === "within") book.charge(spender, persons, nowMs);
  return decision;
}

describe("a budget", () => {
  it("counts persons, not looks", () => {
    const book = new BudgetBook();
    const two = { ...budgets, actor: { ...much, hour: 2 } };
    for (let look = 0; look < 100; look++) {
      expect(spend(book, anna, [1, 2], two, t0 + look).outcome).toBe("within");
    }
    expect(spend(book, anna, [3], two, t0)).toMatchObject({ scope: "actor", window: "hour" });
  });

  it("is free for a person in a case that was paid for, for thirty days", () => {
    const book = new BudgetBook();
    const one = { ...budgets, actor: { ...much, hour: 1 } };
    expect(spend(book, anna, [1], one, t0).outcome).toBe("within");
    expect(spend(book, anna, [2], one, t0 + 2 * hourMs).outcome).toBe("within");
    expect(spend(book, anna, [1], one, t0 + 2 * hourMs).outcome).toBe("within");
    expect(spend(book, { ...anna, caseId: "c2" }, [1], one, t0 + 2 * hourMs).outcome).toBe("exhausted");
    expect(spend(book, anna, [1], one, t0 + 40 * dayMs).outcome).toBe("within");
    expect(spend(book, anna, [2], one, t0 + 40 * dayMs).outcome).toBe("exhausted");
  });

  it("refuses the whole order when its last person is one too many, and charges nobody", () => {
    const book = new BudgetBook();
    const two = { ...budgets, office: { ...much, day: 2 } };
    expect(spend(book, anna, [1, 2, 3], two, t0)).toMatchObject({ scope: "office", window: "day" });
    expect(spend(book, anna, [1, 2], two, t0).outcome).toBe("within");
  });

  it("is the office's and the agency's too, whoever of them looks", () => {
    const book = new BudgetBook();
    const limits = { ...budgets, office: { ...much, day: 2 }, agency: { ...much, day: 3 } };
    expect(spend(book, anna, [1, 2], limits, t0).outcome).toBe("within");
    const colleague = { ...anna, actor: "berta" };
    expect(spend(book, colleague, [3], limits, t0)).toMatchObject({ scope: "office" });
    const elsewhere = { ...colleague, office: "osaka" };
    expect(spend(book, elsewhere, [3], limits, t0).outcome).toBe("within");
    expect(spend(book, elsewhere, [4], limits, t0)).toMatchObject({ scope: "agency" });
  });

  it("warns from the soft share on", () => {
    const book = new BudgetBook();
    const soft = { ...budgets, actor: { ...much, day: 4, softPercent: 50 } };
    const isNear = [1, 2, 3]
      .map((person) => spend(book, anna, [person], soft, t0))
      .map((one) => one.outcome === "within" && one.isNear);
    expect(isNear).toEqual([false, false, true]);
  });

  it("of nothing allows nobody", () => {
    const none = { ...budgets, agency: { ...much, days30: 0 } };
    expect(spend(new BudgetBook(), anna, [undefined as unknown as number], none, t0).outcome).toBe(
      "exhausted",
    );
  });

  it("never lets more distinct persons through in a window than its limit, against a count over the whole history", () => {
    const limits: Budget = { hour: 3, day: 5, days30: 8, softPercent: 100 };
    const lengths = { hour: hourMs, day: dayMs, days30: 30 * dayMs };
    const look = fc.record({
      person: fc.integer({ min: 1, max: 15 }),
      caseId: fc.constantFrom("c1", "c2", "c3"),
      stepMs: fc.constantFrom(0, minuteMs, 20 * minuteMs, 3 * hourMs, 2 * dayMs),
    });
    const property = fc.property(fc.array(look, { maxLength: 80 }), (looks) => {
      const book = new BudgetBook();
      const paid: { person: number; caseId: string; atMs: number }[] = [];
      let nowMs = t0;
      for (const { person, caseId, stepMs } of looks) {
        nowMs += stepMs;
        const decision = spend(book, { ...anna, caseId }, [person], { ...budgets, actor: limits }, nowMs);
        const isFree = paid.some(
          (one) => one.person === person && one.caseId === caseId && nowMs - one.atMs < 30 * dayMs,
        );
        expect(isFree && decision.outcome !== "within").toBe(false);
        if (decision.outcome === "within" && !isFree) paid.push({ person, caseId, atMs: nowMs });
        for (const [name, lengthMs] of Object.entries(lengths)) {
          const seen = new Set(paid.filter((one) => nowMs - one.atMs < lengthMs).map((one) => one.person));
          // What was paid again after its bucket is in `seen` once: the book counts each person once as well.
          expect(seen.size).toBeLessThanOrEqual(limits[name as keyof typeof lengths]);
        }
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("is given back when the window has passed, at the latest one bucket later", () => {
    const one = { ...budgets, actor: { ...much, hour: 1 } };
    const property = fc.property(fc.integer({ min: 0, max: hourMs }), (offsetMs) => {
      const book = new BudgetBook();
      spend(book, anna, [1], one, t0 + offsetMs);
      expect(spend(book, anna, [2], one, t0 + offsetMs + hourMs - 1).outcome).toBe("exhausted");
      expect(spend(book, anna, [2], one, t0 + offsetMs + hourMs + 5 * minuteMs).outcome).toBe("within");
    });
    fc.assert(property, { numRuns: 100 });
  });
});

describe("the sum of a day", () => {
  it("holds a whole day and forgets the day before", () => {
    const total = new WindowTotal("day");
    total.add(5, t0);
    total.add(7, t0 + 10 * hourMs);
    expect(total.total(t0 + dayMs - 1)).toBe(12);
    expect(total.total(t0 + dayMs + 2 * hourMs)).toBe(7);
    expect(total.total(t0 + 3 * dayMs)).toBe(0);
  });
});
