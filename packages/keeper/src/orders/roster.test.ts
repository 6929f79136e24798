import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Budget,
  decideStatement,
  emptyRoster,
  type Roster,
  type RosterChange,
  rosterText,
  type Statement,
  statementText,
  withStatement,
} from "./roster.ts";
import type { Proof } from "../protocol/sign-in.ts";

const budget: Budget = { hour: 1, day: 2, days30: 3, softPercent: 80 };
const proof: Proof = { kind: "key-file", signature: new Uint8Array(64) };
const officer = (id: string, isOfficer = true): RosterChange[] => [
  { part: "actor", id, value: { office: "tokyo", isOfficer, isJob: false, purposes: [] } },
  { part: "credential", id: `${id}-key`, value: { kind: "key-file", actor: id, publicKey: btoa(id) } },
];
const genesis: Statement = {
  v: 1,
  sequence: 1,
  previous: emptyRoster.digest,
  changes: [
    { part: "office", id: "tokyo", value: { budget } },
    ...officer("a"),
    ...officer("b"),
    ...officer("c", false),
  ],
};
const parts = {
  digestOf: (text: string) => hash("sha256", text, "hex"),
  isUsable: ({ publicKey }: { publicKey: string }) => publicKey !== "bad0",
  verify: () => true,
};

const by = (...actors: string[]) => actors.map((actor) => ({ actor, credential: `${actor}-key`, proof }));
function decide(roster: Roster, statement: Statement, signers: string[], verify: () => boolean = () => true) {
  const text = statementText(statement);
  return decideStatement(roster, { text, signatures: by(...signers) }, { ...parts, verify });
}
function accepted(roster: Roster, statement: Statement, signers: string[]): Roster {
  const decision = decide(roster, statement, signers);
  if (decision.outcome !== "accepted") throw new Error(decision.outcome);
  return decision.roster;
}
const first = accepted(emptyRoster, genesis, ["a", "b"]);
const next = (...changes: RosterChange[]): Statement => ({
  v: 1,
  sequence: 2,
  previous: first.digest,
  changes,
});
const newOffice: RosterChange = { part: "office", id: "osaka", value: { budget } };

describe("a roster statement", () => {
  it("by two different officers is accepted, and makes the same roster when it is read again", () => {
    const statement = next(newOffice);
    const changed = accepted(first, statement, ["b", "a"]);
    expect(changed.offices.has("osaka")).toBe(true);
    const again = withStatement(first, statementText(statement), changed.digest);
    expect(rosterText(again)).toBe(rosterText(changed));
  });

  const wrong: Record<string, readonly [string, Statement, string[]]> = {
    "with an old number": ["other-sequence", { ...next(newOffice), sequence: 1 }, ["a", "b"]],
    "with a number that is to come": ["other-sequence", { ...next(newOffice), sequence: 3 }, ["a", "b"]],
    "that follows another roster": [
      "other-previous",
      { ...next(newOffice), previous: "0".repeat(64) },
      ["a", "b"],
    ],
    "by nobody": ["not-two-officers", next(newOffice), []],
    "by one officer": ["not-two-officers", next(newOffice), ["a"]],
    "by the same officer twice": ["not-two-officers", next(newOffice), ["a", "a"]],
    "by an officer and a clerk": ["not-two-officers", next(newOffice), ["a", "c"]],
    "by two officers and a clerk": ["not-two-officers", next(newOffice), ["a", "b", "c"]],
    "by an officer whom it makes": ["not-two-officers", next(...officer("d")), ["a", "d"]],
    "by a clerk whom it makes an officer": ["not-two-officers", next(...officer("c")), ["a", "c"]],
    "that leaves one officer": ["inconsistent", next({ part: "actor", id: "a", value: null }), ["a", "b"]],
    "that leaves an officer without a key": [
      "inconsistent",
      next({ part: "credential", id: "a-key", value: null }),
      ["a", "b"],
    ],
    "that takes away the office of an actor": [
      "inconsistent",
      next({ part: "office", id: "tokyo", value: null }),
      ["a", "b"],
    ],
    "with a purpose that does not exist": [
      "inconsistent",
      next({
        part: "actor",
        id: "c",
        value: { office: "tokyo", isOfficer: false, isJob: false, purposes: ["x"] },
      }),
      ["a", "b"],
    ],
    "with one key for two credentials": [
      "inconsistent",
      next({
        part: "credential",
        id: "second",
        value: { kind: "key-file", actor: "c", publicKey: btoa("a") },
      }),
      ["a", "b"],
    ],
    "with a key that is none": [
      "inconsistent",
      next({ part: "credential", id: "c-key", value: { kind: "key-file", actor: "c", publicKey: "bad0" } }),
      ["a", "b"],
    ],
  };
  it.each(Object.keys(wrong))("%s is refused", (name) => {
    const [outcome, statement, signers] = wrong[name] ?? [];
    if (statement === undefined || signers === undefined) throw new Error("no such case");
    expect(decide(first, statement, signers).outcome).toBe(outcome);
  });

  it("with a bad signature is refused", () => {
    expect(decide(first, next(newOffice), ["a", "b"], () => false).outcome).toBe("bad-signature");
  });

  it("by anybody is accepted exactly when all signers are officers and two of them differ", () => {
    const property = fc.property(
      fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 }),
      (signers) => {
        const oracle = new Set(signers).size >= 2 && signers.every((id) => id === "a" || id === "b");
        expect(decide(first, next(newOffice), signers).outcome === "accepted").toBe(oracle);
      },
    );
    fc.assert(property);
  });

  const unreadable: Record<string, string> = {
    "with white space": `${statementText(next(newOffice))} `,
    "with a member that is not known": statementText({ ...next(newOffice), more: 1 } as unknown as Statement),
    "with a budget below nothing": statementText(
      next({ part: "office", id: "osaka", value: { budget: { ...budget, hour: -1 } } }),
    ),
    "that is not JSON": "{",
    "nested beyond measure": "[".repeat(30_000),
  };
  it.each(Object.keys(unreadable))("%s is not read", (name) => {
    const signed = { text: unreadable[name] ?? "", signatures: by("a", "b") };
    expect(() => decideStatement(first, signed, parts)).toThrow("malformed order");
  });
});
