import { describe, expect, it } from "vitest";
import { decideState, isDue, isEnded, type JobEvent, type JobEventKind } from "./job.ts";
import { queueLimits } from "./limits.ts";

const at = new Date("2026-04-01T00:00:00Z");
const after = (ms: number): Date => new Date(at.getTime() + ms);
const eventsOf = (...kinds: readonly JobEventKind[]): { readonly events: readonly JobEvent[] } => ({
  events: kinds.map((kind) => ({ kind, code: kind === "failed" ? "keeper-unreachable" : undefined, at })),
});
const failedTimes = (times: number) =>
  eventsOf(...Array.from({ length: times }, () => ["begun", "failed"] as const).flat());

describe("a queued job", () => {
  it("is due from the start, and when whoever began it was killed", () => {
    expect(isDue(eventsOf(), at)).toBe(true);
    expect(decideState(eventsOf("begun"))).toEqual({ state: "running" });
    expect(isDue(eventsOf("begun"), at)).toBe(true);
  });

  it("waits longer after each failure, and is given up in the end", () => {
    const waits = [1, 2, 3].map((times) => {
      const state = decideState(failedTimes(times));
      return state.state === "waiting" ? state.retryAt.getTime() - at.getTime() : undefined;
    });
    expect(waits).toEqual([5_000, 10_000, 20_000]);
    expect(isDue(failedTimes(1), after(4_999))).toBe(false);
    expect(isDue(failedTimes(1), after(5_000))).toBe(true);
    const last = failedTimes(queueLimits.attempts);
    expect(decideState(last)).toEqual({ state: "given-up", code: "keeper-unreachable" });
    expect([isDue(last, after(1e9)), isEnded(last)]).toEqual([false, true]);
  });

  it.each(["finished", "refused", "cancelled"] as const)("that is %s is never due again", (kind) => {
    const events = eventsOf("begun", kind);
    expect([isDue(events, after(1e9)), isEnded(events)]).toEqual([false, true]);
  });
});
