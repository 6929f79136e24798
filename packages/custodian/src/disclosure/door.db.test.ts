import type { CivilDate } from "@kura/kernel/civil-date.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { importText } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import { personFile, testPerson } from "../../test/people.ts";
import { signInTo } from "../../test/signed-in.ts";
import type { TestSession } from "../../test/signed-in.ts";
import type { Case, CaseKind } from "../cases/case.ts";
import { addPersons, closeCase, openCase } from "../cases/cases.ts";
import { sqlText } from "../db/sql.ts";
import { uuidMaker } from "../db/uuid.ts";
import { erasePerson } from "../register/erase-person.ts";
import { fieldNumbers } from "../register/field.ts";
import { addNameTerms, addNumberTerms, listTerms } from "../vault/terms.ts";
import { parsePensionNumber } from "../register/pension-number.ts";
import { askEvents, askSignOut } from "../vault/orders.ts";
import type { DoorParts, Refused } from "./door.ts";
import { look, type LookOutcome } from "./look.ts";
import { readPolicy } from "./policy.ts";
import { projectJournal } from "./project-journal.ts";
import { search, type SearchOutcome } from "./search.ts";
import { listAlarms, listOfActor } from "./store.ts";

const people = 30;
const by = { actor: "operator", office: "head-office" };
const reason = "a synthetic reason";

let keeper: TestKeeper;
let test: TestDatabases;
let parts: DoorParts;
let session: TestSession;
/** Keys in the order of {@link testPerson}'s numbers, from 1. */
let persons: readonly string[];

beforeAll(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  parts = {
    databases: test.custodian,
    keeper: keeper.client,
    policy: await readPolicy(undefined),
    now: () => new Date(),
    makeId: uuidMaker(),
  };
  await importText("persons", personFile(1, people), parts);
  const rows = await test.auditor.register.list<{ key: string }>(
    sqlText("select person_key::text as key from persons order by person_no"),
  );
  persons = rows.map(({ key }) => key);
  session = await signInTo(keeper.client, keeper.operator);
});
afterAll(async () => {
  await test.drop();
  await keeper.stop();
});

const caseParts = () => ({ register: test.custodian.register, now: parts.now, makeId: parts.makeId });

async function open(kind: CaseKind, about: readonly string[] = []): Promise<Case> {
  const outcome = await openCase(caseParts(), { by, kind, reason, persons: about });
  if (outcome.outcome !== "done") throw new Error(outcome.outcome);
  return outcome.case;
}

const person = (n: number): string => persons[n - 1] ?? "";
const { name, birthDate, phone } = fieldNumbers;

function answerOf<T extends LookOutcome | SearchOutcome>(outcome: T): Exclude<T, Refused> {
  if (outcome.outcome !== "answered") throw new Error(`refused: ${outcome.outcome}`);
  return outcome as Exclude<T, Refused>;
}

/** The name alone: what else a refusal says is in its own tests. */
const refusal = async (outcome: Promise<LookOutcome | SearchOutcome>): Promise<string> =>
  (await outcome).outcome;

async function countRefused(outcome: string): Promise<bigint> {
  const row = await test.auditor.register.get<{ count: bigint }>(
    sqlText(`select count(*) as count from refused_orders where outcome = '${outcome}'`),
  );
  return row.count;
}

describe("a look", () => {
  it("gives the session that ordered it the fields ordered, and no others", async () => {
    const about = await open("claim", [person(1), person(2)]);
    const order = session.look(about, [person(1), person(2)], [name, birthDate]);
    const outcome = answerOf(await look(parts, session.asker, order));
    const facts = session.opened(order, outcome.answer);
    expect(facts.map((list) => list.map(({ field, value }) => [field, value]))).toEqual(
      [1, 2].map((n) => [
        [name, testPerson(n).name],
        [birthDate, testPerson(n).birthDate],
      ]),
    );
    expect(outcome.decision).toMatchObject({
      policies: ["own-kind-of-case"],
      policyDigest: parts.policy.digest,
    });
  });

  it("stands in the journal, which is copied into the database", async () => {
    const about = await open("claim", [person(3)]);
    const order = session.look(about, [person(3)], [name]);
    const { answer } = answerOf(await look(parts, session.asker, order));
    await projectJournal(test.custodian.register, journal());
    const [newest] = await listOfActor(test.custodian.register, "operator", 1);
    expect(newest).toMatchObject({
      eventNumber: answer.eventNumber,
      personKey: person(3),
      kind: "opened",
      purpose: "claim",
      caseId: about.caseId,
      fields: [name],
    });
  });

  it("leaves out who was erased, and says so", async () => {
    const about = await open("claim", [person(4), person(5)]);
    const personKey = Buffer.from(person(4).replaceAll("-", ""), "hex");
    const erasure = { personKey, sourceId: parts.makeId(), reason, atMs: Date.now() };
    await erasePerson(test.custodian, keeper.client, erasure);
    const order = session.look(about, [person(4), person(5)], [name]);
    const outcome = answerOf(await look(parts, session.asker, order));
    expect(outcome.erased).toEqual([person(4)]);
    expect(session.opened(order, outcome.answer)).toHaveLength(1);
    const alone = session.look(about, [person(4)], [name]);
    expect(await refusal(look(parts, session.asker, alone))).toBe("erased");
  });
});

const journal = () => ({
  events: async (from: bigint, limit: number) => {
    const answer = await askEvents(keeper.client, { from, limit });
    if (answer.outcome !== "ok") throw new Error(answer.outcome);
    return answer.value;
  },
});

describe("a look is refused", () => {
  it("when its text is no look", async () => {
    const signature = new Uint8Array(64);
    for (const text of ["", "{}", "null", "[", `{"kind":"look"}`, "x".repeat(100_000)]) {
      expect(await refusal(look(parts, session.asker, { text, signature }))).toBe("malformed-order");
    }
  });

  it("for a field that does not exist", async () => {
    const about = await open("claim", [person(1)]);
    const order = session.look(about, [person(1)], [200]);
    expect(await refusal(look(parts, session.asker, order))).toBe("malformed-order");
  });

  it("when another session signed it", async () => {
    const about = await open("claim", [person(1)]);
    const other = await signInTo(keeper.client, keeper.operator);
    const order = other.look(about, [person(1)], [name]);
    expect(await refusal(look(parts, session.asker, order))).toBe("other-session");
  });

  it("without a case, in a closed case, in a case of another kind", async () => {
    const about = await open("claim", [person(1)]);
    const closed = await open("claim", [person(1)]);
    await closeCase(caseParts(), closed.caseId, by, reason);
    const order = (given: Case) =>
      look(parts, session.asker, session.look(given, [person(1)], [name], "claim"));
    expect(await refusal(order({ ...about, caseId: "00000000-0000-7000-8000-000000000000" }))).toBe(
      "unknown-case",
    );
    expect(await refusal(order({ ...about, caseId: "none" }))).toBe("unknown-case");
    expect(await refusal(order(closed))).toBe("case-closed");
    expect(await refusal(order({ ...about, kind: "audit" }))).toBe("other-case-kind");
  });

  it("for a person whom the case is not about, also beside one whom it is about", async () => {
    const about = await open("claim", [person(1)]);
    const before = await countRefused("person-not-in-case");
    const order = session.look(about, [person(1), person(2)], [name]);
    expect(await refusal(look(parts, session.asker, order))).toBe("person-not-in-case");
    expect(await countRefused("person-not-in-case")).toBe(before + 1n);
  });

  it("for a purpose that the case does not serve, and for a field that the purpose does not need", async () => {
    const about = await open("call-centre-inquiry", [person(1)]);
    const byPurpose = session.look(about, [person(1)], [name], "claim");
    expect(await look(parts, session.asker, byPurpose)).toEqual({ outcome: "policy-denied", policies: [] });
    const byField = session.look(about, [person(1)], [phone]);
    expect(await look(parts, session.asker, byField)).toEqual({
      outcome: "policy-denied",
      policies: ["inquiries-show-who-it-is"],
    });
  });

  it("whose session has ended, and the attempt is written down where alarms are read", async () => {
    const about = await open("claim", [person(6)]);
    const ended = await signInTo(keeper.client, keeper.operator);
    const content = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
    expect((await askSignOut(keeper.client, ended.orders.order(content))).outcome).toBe("ok");
    const before = await countRefused("session-ended");
    expect(await refusal(look(parts, ended.asker, ended.look(about, [person(6)], [name])))).toBe(
      "session-ended",
    );
    const found = await ended.search(about, [{ kind: 1, text: "9999000006" }]);
    expect(await refusal(search(parts, ended.asker, found))).toBe("session-ended");
    expect(await countRefused("session-ended")).toBe(before + 2n);
    const alarms = await listAlarms(test.custodian.register, 2);
    expect(alarms.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(
      Array.from({ length: 2 }, () => "refused session-ended"),
    );
  });

  it("by the keeper, when it was changed on the way, was seen before, or comes too late", async () => {
    const about = await open("claim", [person(1), person(2)]);
    const order = session.look(about, [person(1)], [name]);
    const widened = { ...order, text: order.text.replace(`[${name}]`, `[${name},${birthDate}]`) };
    expect(await refusal(look(parts, session.asker, widened))).toBe("bad-signature");
    await look(parts, session.asker, order);
    expect(await refusal(look(parts, session.asker, order))).toBe("replayed");
    const head = { purpose: "claim", case: about.caseId, caseKind: about.kind } as const;
    const late = session.orders.order(
      { kind: "look", ...head, persons: [person(1).replaceAll("-", "")], fields: [name] },
      Date.now() - 600_000,
    );
    expect(await refusal(look(parts, session.asker, late))).toBe("stale");
  });
});

describe("a search", () => {
  const number = (n: number): Term[] => {
    const pensionNumber = parsePensionNumber(testPerson(n).number);
    const identity = { schemeNumbers: [], ...(pensionNumber !== undefined && { pensionNumber }) };
    return listTerms((add) => addNumberTerms(identity, add));
  };
  const kana = (n: number): Term[] => {
    const { kana: name, birthDate: born } = testPerson(n);
    return listTerms((add) =>
      addNameTerms({ schemeNumbers: [], kana: name, birthDate: born as CivilDate }, add),
    );
  };

  it("shows the session masked whom it asked for", async () => {
    const about = await open("call-centre-inquiry");
    const order = await session.search(about, number(7));
    const { answer } = answerOf(await search(parts, session.asker, order));
    expect(session.found(order, answer).persons.map((found) => ({ ...found, personKey: undefined }))).toEqual(
      [{ personKey: undefined, maskedName: "試○ 春○", birthYear: "1950", addressStart: "試験市" }],
    );
    expect(Buffer.from(session.found(order, answer).persons[0]?.personKey ?? []).toString("hex")).toBe(
      person(7).replaceAll("-", ""),
    );
  });

  it("finds only who has every term", async () => {
    const about = await open("claim");
    const both = await session.search(about, [...number(8), ...kana(8)]);
    const neither = await session.search(about, [...number(8), ...kana(9)]);
    const counts = [];
    for (const order of [both, neither]) {
      const { answer } = answerOf(await search(parts, session.asker, order));
      counts.push(session.found(order, answer).persons.length);
    }
    expect(counts).toEqual([1, 0]);
  });

  it("makes a look possible once its finding is a person of the case", async () => {
    const about = await open("claim");
    const order = await session.search(about, number(9));
    answerOf(await search(parts, session.asker, order));
    expect(await refusal(look(parts, session.asker, session.look(about, [person(9)], [name])))).toBe(
      "person-not-in-case",
    );
    await addPersons(caseParts(), about.caseId, by, [person(9)], reason);
    expect(await refusal(look(parts, session.asker, session.look(about, [person(9)], [name])))).toBe(
      "answered",
    );
  });

  it("is refused without an open case, for another purpose, and when it is no search", async () => {
    const about = await open("claim");
    const ofPurpose = await session.search(about, number(1), "audit");
    expect(await refusal(search(parts, session.asker, ofPurpose))).toBe("policy-denied");
    const noSearch = session.look(about, [person(1)], [name]);
    expect(await refusal(search(parts, session.asker, noSearch))).toBe("malformed-order");
    await closeCase(caseParts(), about.caseId, by, reason);
    expect(await refusal(search(parts, session.asker, await session.search(about, number(1))))).toBe(
      "case-closed",
    );
  });
});
