import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideOrder, isJournalled, type OrderCase, refusals } from "./admit-order.ts";
import type { LookOrder } from "../client-side.ts";
import { limits } from "../limits.ts";
import { emptyRoster, type Roster } from "./roster.ts";
import { Session } from "./session.ts";

const [p1, p2, p3] = ["01", "02", "03"].map((byte) => byte.repeat(16));
const nowMs = 1_800_000_000_000;
const roster: Roster = {
  ...emptyRoster,
  purposes: new Map([["claim", { kinds: ["look"], fields: [3, 7] }]]),
  actors: new Map([["anna", { office: "tokyo", isOfficer: false, isJob: false, purposes: ["claim"] }]]),
  credentials: new Map([["anna-key", { kind: "key-file", actor: "anna", publicKey: "" }]]),
};
const order: LookOrder = {
  v: 1,
  kind: "look",
  session: "ab".repeat(16),
  number: 5,
  atMs: nowMs,
  purpose: "claim",
  case: "c1",
  caseKind: "claim",
  persons: [p1 ?? "", p2 ?? ""],
  fields: [3],
};

function newSession(): Session {
  const start = { session: order.session, actor: "anna", credential: "anna-key", workstation: "test-desk" };
  const session = new Session({ ...start, signingKey: "", hpkeKey: "", expiresMs: nowMs + 1 }, "");
  session.lastNumber = 4;
  return session;
}

const fine: OrderCase = {
  order,
  session: newSession(),
  roster,
  nowMs,
  given: [p1 ?? ""],
  isSigned: () => true,
  isErased: () => false,
  isHoney: () => false,
  budget: () => ({ outcome: "within", isNear: true }),
};

/** One way of being wrong for each refusal. */
const faults: Readonly<Record<(typeof refusals)[number][0], (of: OrderCase) => OrderCase>> = {
  "unknown-session": (of) => ({ ...of, session: undefined }),
  "session-ended": (of) => ({ ...of, nowMs: nowMs + 1 }),
  "bad-signature": (of) => ({ ...of, isSigned: () => false }),
  stale: (of) => ({ ...of, order: { ...of.order, atMs: nowMs + limits.orderAgeMs + 10 } }),
  replayed: (of) => ({ ...of, order: { ...of.order, number: 4 } }),
  "purpose-not-held": (of) => ({ ...of, order: { ...of.order, purpose: "curiosity" } }),
  "field-not-allowed": (of) => ({ ...of, order: { ...of.order, fields: [3, 10] } as LookOrder }),
  "person-not-in-order": (of) => ({ ...of, given: [...of.given, p3 ?? ""] }),
  erased: (of) => ({ ...of, isErased: (person) => person === p1 }),
  "budget-exhausted": (of) => ({
    ...of,
    budget: () => ({ outcome: "exhausted", scope: "actor", window: "day" }),
  }),
  stopped: (of) => ({ ...of, isHoney: (person) => person === p1 }),
};
const names = refusals.map(([name]) => name);

describe("an order", () => {
  it("that nothing speaks against is admitted, with the budget's warning", () => {
    expect(decideOrder(fine)).toMatchObject({ outcome: "admitted", isNearBudget: true });
  });

  it("has its refusals in this order of precedence", () => {
    expect(names).toEqual([
      "unknown-session",
      "session-ended",
      "bad-signature",
      "stale",
      "replayed",
      "purpose-not-held",
      "field-not-allowed",
      "person-not-in-order",
      "erased",
      "budget-exhausted",
      "stopped",
    ]);
  });

  it("with any set of faults is refused for the first of them", () => {
    const property = fc.property(fc.subarray(names, { minLength: 1 }), fc.boolean(), (drawn, isReversed) => {
      const applied = isReversed ? drawn.toReversed() : drawn;
      const of = applied.reduce((made, name) => faults[name](made), fine);
      // An order of a purpose nobody knows allows no field either, and a session that is unknown has no end.
      expect(decideOrder(of).outcome).toBe(names.find((name) => drawn.includes(name)));
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("is journalled once it is known to be the actor's own, and not before", () => {
    expect(names.filter((name) => !isJournalled(name))).toEqual([
      "unknown-session",
      "session-ended",
      "bad-signature",
      "stale",
      "replayed",
    ]);
  });

  const ended: Record<string, (of: OrderCase) => OrderCase> = {
    "was ended": (of) => {
      const session = newSession();
      session.isEnded = true;
      return { ...of, session };
    },
    "has expired": (of) => ({ ...of, nowMs: nowMs + 1 }),
    "began with a key that was replaced": (of) => ({
      ...of,
      roster: {
        ...roster,
        credentials: new Map([["anna-key", { kind: "key-file", actor: "anna", publicKey: "another" }]]),
      },
    }),
    "belongs to an actor who left": (of) => ({ ...of, roster: { ...roster, actors: new Map() } }),
    "began with a credential that was taken away": (of) => ({
      ...of,
      roster: { ...roster, credentials: new Map() },
    }),
  };
  it.each(Object.keys(ended))("of a session that %s is of an ended session", (name) => {
    expect(decideOrder(ended[name]?.(fine) ?? fine).outcome).toBe("session-ended");
  });

  it("is stale from two minutes and a millisecond on, before and after", () => {
    const at = (differenceMs: number): string =>
      decideOrder({ ...fine, order: { ...order, atMs: nowMs + differenceMs } }).outcome;
    expect([-120_001, -120_000, 120_000, 120_001].map(at)).toEqual([
      "stale",
      "admitted",
      "admitted",
      "stale",
    ]);
  });

  it("is not admitted for a purpose that serves other kinds of orders", () => {
    const purposes = new Map([["claim", { kinds: ["search"] as const, fields: [3] }]]);
    expect(decideOrder({ ...fine, roster: { ...roster, purposes } }).outcome).toBe("purpose-not-held");
  });
});
