import { describe, expect, it } from "vitest";
import { decideAmendment } from "@kura/keeper/operations/roster.ts";
import { generateActorKey } from "@kura/keeper/order-session.ts";
import { decodeAmendRequest } from "@kura/keeper/protocol/sign-in.ts";
import { emptyRoster, withStatement } from "@kura/keeper/orders/roster.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { type Beginner, draftFirstStatement, publicHalfOf, signFirstStatement } from "./first-statement.ts";

const keyOf = (actor: string) => generateActorKey(actor, `${actor}-key`).key;
const [akiko, ben, chie] = [keyOf("akiko"), keyOf("ben"), keyOf("chie")];
const people: readonly Beginner[] = [
  { actor: "akiko", part: "officer" },
  { actor: "ben", part: "officer" },
  { actor: "chie", part: "operator" },
];
const keys = [akiko, ben, chie].map(publicHalfOf);
const draft = draftFirstStatement("head-office", people, keys);

const byKeeper = (bytes: Uint8Array): string =>
  decideAmendment(emptyRoster, decodeAmendRequest(bytes), new Map()).outcome;
const codeFrom = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
};

describe("an agency's first statement", () => {
  it("is the keeper's once two officers in it have signed, in any order, and not before", () => {
    const { bytes: one } = signFirstStatement(draft, ben);
    expect([draft, one].map(byKeeper)).toEqual(["not-two-officers", "not-two-officers"]);
    const { bytes: both, signedBy } = signFirstStatement(one, akiko);
    expect(signedBy).toEqual(["ben", "akiko"]);
    expect(byKeeper(both)).toBe("accepted");
  });

  it("has each officer's signature once", () => {
    const twice = signFirstStatement(signFirstStatement(draft, ben).bytes, ben);
    expect(twice.signedBy).toEqual(["ben"]);
    expect(byKeeper(twice.bytes)).toBe("not-two-officers");
  });

  it("is signed by nobody who is no officer in it, nor by another key under an officer's name", () => {
    for (const key of [chie, keyOf("ben")]) {
      expect(codeFrom(() => signFirstStatement(draft, key))).toBe("not-an-officer-in-it");
    }
    expect(codeFrom(() => signFirstStatement(Uint8Array.of(1, 2, 3), ben))).toBe("bad-genesis");
  });

  it("lets officers change the roster, stop extracts, decide about incidents, and see nobody", () => {
    const { bytes } = signFirstStatement(signFirstStatement(draft, ben).bytes, akiko);
    const decided = decideAmendment(emptyRoster, decodeAmendRequest(bytes), new Map());
    if (decided.outcome !== "accepted") throw new Error(decided.outcome);
    const { text, digest } = decided.event;
    const { actors, purposes } = withStatement(emptyRoster, text, digest);
    const kindsOf = (actor: string) =>
      (actors.get(actor)?.purposes ?? []).flatMap((id) => purposes.get(id)?.kinds ?? []);
    expect(actors.get("akiko")).toMatchObject({ isOfficer: true });
    expect(kindsOf("akiko")).toEqual(["revoke", "resolve"]);
    expect(actors.get("chie")).toMatchObject({ isOfficer: false });
    expect(kindsOf("chie")).not.toContain("approve");
  });

  it.each([
    ["one officer only", people.slice(1), keys],
    ["one name twice", [...people, { actor: "chie", part: "approver" } as const], keys],
    ["nobody's key", people, keys.slice(1)],
  ])("is not drawn up with %s", (_what, whom, given) => {
    expect(codeFrom(() => draftFirstStatement("head-office", whom, given))).toBe("bad-first-roster");
  });
});
