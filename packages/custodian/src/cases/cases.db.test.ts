import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { registerBarePersons } from "../../test/bare-persons.ts";
import { uuidMaker } from "../db/uuid.ts";
import type { Case, CaseActor } from "./case.ts";
import {
  addPersons,
  type CaseOutcome,
  type CaseParts,
  closeCase,
  findCase,
  listCases,
  openCase,
} from "./cases.ts";
import { caseLimits } from "./limits.ts";

let test: TestDatabases;
let parts: CaseParts;
let persons: readonly string[];

beforeAll(async () => {
  test = await openTestDatabases();
  parts = { register: test.custodian.register, now: () => new Date(), makeId: uuidMaker() };
  persons = await registerBarePersons(test.owner.register, caseLimits.persons + 1);
});
afterAll(() => test.drop());

const clerk: CaseActor = { actor: "test-clerk", office: "test-office" };
const reason = "a synthetic reason";
const nobody = "00000000-0000-7000-8000-000000000000";

const open = (given: readonly string[] = []): Promise<CaseOutcome> =>
  openCase(parts, { by: clerk, kind: "claim", reason, persons: given });

function caseOf(outcome: CaseOutcome): Case {
  if (outcome.outcome !== "done") throw new Error(`the case was refused: ${outcome.outcome}`);
  return outcome.case;
}

describe("a case", () => {
  it("is open and about its persons once it was opened", async () => {
    const made = caseOf(await open(persons.slice(0, 2)));
    expect(made).toMatchObject({ isOpen: true, kind: "claim", openedBy: "test-clerk", events: 1 });
    expect(await findCase(parts.register, made.caseId)).toEqual(made);
  });

  it("is about further persons once they were added, each once", async () => {
    const { caseId } = caseOf(await open(persons.slice(0, 2)));
    const added = caseOf(await addPersons(parts, caseId, clerk, persons.slice(1, 3), reason));
    expect(added.persons).toEqual(persons.slice(0, 3));
    expect(added.events).toBe(2);
  });

  it("is closed for good", async () => {
    const { caseId } = caseOf(await open());
    expect(caseOf(await closeCase(parts, caseId, clerk, reason)).isOpen).toBe(false);
    expect(await closeCase(parts, caseId, clerk, reason)).toEqual({ outcome: "case-closed" });
    expect(await addPersons(parts, caseId, clerk, persons.slice(0, 1), reason)).toEqual({
      outcome: "case-closed",
    });
  });

  it("takes every addition of writers at the same time, or says which did not come through", async () => {
    const { caseId } = caseOf(await open());
    const outcomes = await Promise.all(
      [0, 1, 2].map((i) => addPersons(parts, caseId, clerk, persons.slice(i, i + 1), reason)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    const found = await findCase(parts.register, caseId);
    expect(found?.persons.toSorted()).toEqual(persons.slice(0, 3).toSorted());
    expect(found?.events).toBe(4);
  });

  it("is listed for who opened it, newest first, and by whether it is open", async () => {
    const other = { actor: "test-lister", office: "test-office" };
    const openFor = async (): Promise<string> =>
      caseOf(await openCase(parts, { by: other, kind: "audit", reason, persons: [] })).caseId;
    const [first, second] = [await openFor(), await openFor()];
    await closeCase(parts, first, other, reason);
    const ids = async (isOpen?: boolean): Promise<string[]> =>
      (await listCases(parts.register, { actor: other.actor, ...(isOpen !== undefined && { isOpen }) })).map(
        ({ caseId }) => caseId,
      );
    expect([await ids(), await ids(true), await ids(false)]).toEqual([[second, first], [second], [first]]);
  });
});

describe("a case is refused", () => {
  it.each(["", "   ", "line\nbreak", "x".repeat(caseLimits.reasonLength + 1)])(
    "with the reason %j",
    async (badReason) => {
      const opening = { by: clerk, kind: "claim", reason: badReason, persons: [] } as const;
      expect(await openCase(parts, opening)).toEqual({ outcome: "malformed-case" });
    },
  );

  it("about a person who is not registered", async () => {
    expect(await open([nobody])).toEqual({ outcome: "unknown-person" });
    const { caseId } = caseOf(await open());
    expect(await addPersons(parts, caseId, clerk, [nobody], reason)).toEqual({ outcome: "unknown-person" });
  });

  it("about what is no person's key", async () => {
    expect(await open(["' or true --"])).toEqual({ outcome: "malformed-case" });
  });

  it("about more persons than a case may have, at once or one after another", async () => {
    expect(await open(persons)).toEqual({ outcome: "too-many-persons" });
    const { caseId } = caseOf(await open(persons.slice(0, caseLimits.persons)));
    expect(await addPersons(parts, caseId, clerk, persons.slice(-1), reason)).toEqual({
      outcome: "too-many-persons",
    });
  });

  it("when nobody opened it", async () => {
    expect(await closeCase(parts, nobody, clerk, reason)).toEqual({ outcome: "unknown-case" });
    expect(await findCase(parts.register, "not-a-case")).toBeUndefined();
  });
});
