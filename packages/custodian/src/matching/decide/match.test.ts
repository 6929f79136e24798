import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideEvent, foldMatch } from "./match.ts";
import type { Match, MatchEvent } from "./match.ts";

const at = new Date("2026-01-02T03:04:05Z");
const actors = ["reviewer", "colleague", "third"] as const;
const kinds = [
  "accepted",
  "none-fits",
  "seconded",
  "opposed",
  "asked",
  "confirmed",
  "denied",
  "posted",
  "undone",
] as const;

function event(kind: MatchEvent["kind"], actor: string, needsSecond = true): MatchEvent {
  const shared = { actor, office: "head-office", reason: "test", at };
  if (kind === "accepted") return { ...shared, kind, person: "p", runId: "r", needsSecond };
  if (kind === "asked" || kind === "denied") return { ...shared, kind, reference: "R-1" };
  if (kind === "confirmed") return { ...shared, kind, reference: "R-1", operationId: "o" };
  return kind === "undone" ? { ...shared, kind, operationId: "u" } : { ...shared, kind };
}

function play(events: readonly MatchEvent[]): { match: Match; written: MatchEvent[] } {
  const written: MatchEvent[] = [];
  for (const one of events) {
    if (decideEvent(foldMatch(written), one, 500) === undefined) written.push(one);
  }
  return { match: foldMatch(written), written };
}

const anEvent = fc.record({
  kind: fc.constantFrom(...kinds),
  actor: fc.constantFrom(...actors),
  needsSecond: fc.boolean(),
});

/** A second writing of the rule, event by event. */
function brokenRules(written: readonly MatchEvent[]): string[] {
  let acceptedBy = "";
  let [isSeconded, isConfirmed] = [false, false];
  return written.flatMap((one) => {
    if (one.kind === "accepted") [acceptedBy, isSeconded, isConfirmed] = [one.actor, !one.needsSecond, false];
    if (one.kind === "seconded") isSeconded = true;
    if (one.kind === "confirmed") isConfirmed = true;
    const isOwn = one.actor === acceptedBy;
    return [
      ...((one.kind === "seconded" || one.kind === "confirmed") && isOwn ? ["own match"] : []),
      ...(one.kind === "asked" && !isSeconded ? ["asked without a second opinion"] : []),
      ...(one.kind === "posted" && !isConfirmed ? ["posted without a confirmation"] : []),
    ];
  });
}

describe("a match", () => {
  it("goes from acceptance over a second opinion, a question and a confirmation to posting", () => {
    const path = ["accepted", "seconded", "asked", "confirmed", "posted"] as const;
    const who = ["reviewer", "colleague", "reviewer", "colleague", "colleague"];
    const { match } = play(path.map((kind, i) => event(kind, who[i] ?? "")));
    expect(match).toMatchObject({
      state: "posted",
      person: "p",
      by: "reviewer",
      operationId: "o",
      events: 5,
    });
  });

  it("wants no second opinion where it is not close", () => {
    expect(play([event("accepted", "reviewer", false), event("asked", "reviewer")]).match.state).toBe(
      "asked",
    );
    expect(play([event("accepted", "reviewer", true), event("asked", "reviewer")]).match.state).toBe(
      "wants-second",
    );
  });

  it("whatever is tried in whatever order: nobody seconds or confirms their own, and nothing is posted unconfirmed", () => {
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 40 }), (tries) => {
        const { written } = play(
          tries.map(({ kind, actor, needsSecond }) => event(kind, actor, needsSecond)),
        );
        expect(brokenRules(written)).toEqual([]);
      }),
    );
  });

  it("is undone by one more event, from wherever it stands, and is open then", () => {
    const path = ["accepted", "seconded", "asked", "confirmed", "posted"] as const;
    for (let length = 1; length <= path.length; length++) {
      const events = path.slice(0, length).map((kind, i) => event(kind, actors[i % 2] ?? ""));
      const { match, written } = play([...events, event("undone", "third")]);
      expect(match).toEqual({ state: "open", last: "undone", events: written.length });
      expect(written).toHaveLength(length + 1);
    }
    expect(decideEvent(foldMatch([]), event("undone", "third"), 500)).toBe("other-state");
  });
});
