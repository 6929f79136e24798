/** Letters of a revision over HTTP: whom they are for, what is made of them, what one says; every refusal, and who is denied. */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nowhere, problemOf, type SignedInOverHttp, TestApi, wire } from "../../test/api.ts";
import { sqlText } from "../db/sql.ts";
import { uuidMaker } from "../db/uuid.ts";
import { addEvidence, approveRevision, openIncident } from "../incident/incidents.ts";
import { PersonSet } from "../incident/person-set.ts";

let api: TestApi;
let officer: SignedInOverHttp;
let operator: SignedInOverHttp;
let incident: string;
/** Numbers of the five people, in the order of their keys. */
let numbers: readonly number[];

const parts = () => ({ register: api.test.custodian.register, now: () => new Date(), makeId: uuidMaker() });
const get = ({ cookie }: SignedInOverHttp, path: string) => api.ask("GET", path, { cookie });
const post = ({ cookie }: SignedInOverHttp, path: string, body: unknown = {}) =>
  api.ask("POST", path, { cookie, body });
const lettersPath = () => `/api/incidents/${incident}/letters`;
const noOf = (n: number): number => numbers[n - 1] ?? 0;
const digestOf = (...ns: number[]): string => encodeHex(PersonSet.of(ns.map(noOf)).digest());

/** A list was found: so many fields of these people. @returns the number of the revision, approved unless it is not wanted. */
async function found(people: readonly number[], fields: number, isApproved = true): Promise<number> {
  const persons = PersonSet.of(people.map(noOf));
  const subject = { kind: "list", persons, fields, rows: people.length } as const;
  const added = await addEvidence(parts(), incident, "officer-1", { subject, window: {}, source: "police" });
  if (added.outcome !== "done") throw new Error(added.outcome);
  const { revisionNo } = added.revision;
  if (isApproved) await approveRevision(parts(), incident, revisionNo, "officer-2", 1n);
  return revisionNo;
}

const worklist = { kind: "worklist", title: "letters (invented)" } as const;
const make = (revision: number, part: object = {}, use: object = worklist, by = officer) =>
  post(by, lettersPath(), { revision, part, use });
const due = async () => (await get(officer, lettersPath())).body["due"];

beforeAll(async () => {
  api = await TestApi.start();
  [officer, operator] = [await api.signIn(api.keeper.officers[0]), await api.signIn(api.keeper.operator)];
  const rows = await api.test.auditor.register.list<{ no: bigint }>(
    sqlText("select person_no as no from persons order by person_no"),
  );
  numbers = rows.map(({ no }) => Number(no));
  const opening = { title: "a list was found", actor: "officer-1", office: "head", isWrongful: true };
  incident = await openIncident(parts(), { ...opening, knownAt: new Date() });
});
afterAll(() => api.stop());
beforeEach(() => api.renew());

const [number, name] = [1 << 1, 1 << 3];

describe("letters of a revision", () => {
  it("are made of none that nobody has approved", async () => {
    expect(problemOf(await make(7))).toBe("404 unknown-revision");
    expect(await found([1, 2, 3, 4], number, false)).toBe(1);
    expect(await due()).toBeUndefined();
    expect(problemOf(await make(1))).toBe("409 not-approved");
  });

  it("say what was exposed, are made once for everybody, and are equal to their part by count and digest", async () => {
    const revision = await found([2], number | name);
    expect(await due()).toEqual({
      revision,
      persons: 4,
      left: 4,
      kinds: [
        { letter: "10-0", fields: ["pensionNumber", "name"], doubtful: [], persons: 1, left: 1 },
        { letter: "2-0", fields: ["pensionNumber"], doubtful: [], persons: 3, left: 3 },
      ],
    });
    const first = await make(revision, { letter: "2-0", most: 2 });
    expect(first.body["use"]).toMatchObject({ persons: 2, digest: digestOf(1, 3) });
    const second = await make(revision, { letter: "2-0" });
    expect(second.body["use"]).toMatchObject({ persons: 1, digest: digestOf(4) });
    expect(problemOf(await make(revision, { letter: "2-0" }))).toBe("409 nobody-selected");
    expect(await due()).toMatchObject({ persons: 4, left: 1 });
    const { lists } = (await get(officer, lettersPath())).body as { lists: readonly object[] };
    const use = ({ body }: typeof first) => body["use"] as object;
    expect(lists).toEqual([
      expect.objectContaining({
        letters: second.body["letters"],
        revision,
        use: { ...use(second), workedOff: 0 },
      }),
      expect.objectContaining({
        letters: first.body["letters"],
        revision,
        use: { ...use(first), workedOff: 0 },
      }),
    ]);
  });

  it("go to a printing house one text at a time, planned for who may ask for extracts; a plan keeps its persons", async () => {
    const revision = await found([5], name);
    const run = { kind: "extract", reason: "letters (invented)" } as const;
    expect(problemOf(await make(revision, {}, run))).toBe("403 purpose-not-held");
    expect(problemOf(await make(revision, {}, run, operator))).toBe("409 letters-differ");
    const made = await make(revision, { letter: "10-0" }, run, operator);
    const { use, plan } = made.body as {
      use: { id: string };
      plan: { rows: number; honeyAt: readonly number[] };
    };
    expect(use).toMatchObject({ kind: "extract", persons: 1, digest: digestOf(2) });
    expect(plan.rows - plan.honeyAt.length).toBe(1);
    expect(await due()).toMatchObject({ left: 1 });
    expect(problemOf(await make(revision, { grade: "reachable" }))).toBe("409 nobody-selected");
    expect(problemOf(await make(revision, { office: "nowhere" }))).toBe("409 nobody-selected");
    expect(problemOf(await make(revision, { prefecture: "沖縄県" }))).toBe("409 nobody-selected");
  });

  it("leave out who is erased", async () => {
    const key = api.persons[4] ?? "";
    const revision = await found([1], number);
    expect(await due()).toMatchObject({ revision, left: 1 });
    await api.test.owner.register.transact((tx) =>
      tx.run(sqlText(`insert into erasures select '${key}', 'a test', now()`)),
    );
    expect(problemOf(await make(revision))).toBe("409 nobody-selected");
    expect(await due()).toMatchObject({ revision, persons: 5, left: 0 });
  });
});

describe("the letter to one person", () => {
  interface Listed {
    readonly worklists: readonly { readonly worklist: string; readonly letters?: string }[];
  }
  const lotOf = async (letters: unknown) => {
    const { worklists } = (await get(operator, "/api/worklists")).body as unknown as Listed;
    const list = worklists.find((one) => one.letters === letters);
    return `/api/worklists/${list?.worklist}/lots/0`;
  };

  it("is written of a look in its list's case, by the list's revision, and not when a newer one says otherwise", async () => {
    const { lists } = (await get(officer, lettersPath())).body as { lists: readonly { letters: string }[] };
    const letters = lists.at(-1)?.letters ?? "";
    const lot = await lotOf(letters);
    const { body } = await post(operator, `${lot}/assign`, { assignee: "operator" });
    const { case: caseId, persons } = body as { case: string; persons: readonly { person: string }[] };
    const person = persons[0]?.person ?? "";
    const write = (who: string, of = letters) =>
      post(operator, `/api/letters/${of}/answers`, { person: who, case: caseId });
    expect(problemOf(await write(person))).toBe("403 not-looked-at");
    const look = operator.orders.order({
      kind: "look",
      purpose: "incident-response",
      case: caseId,
      caseKind: "incident-response",
      persons: [person.replaceAll("-", "")],
      fields: [3, 9, 10],
    });
    expect((await post(operator, "/api/looks", wire(look))).status).toBe(200);
    expect((await write(person)).body).toMatchObject({
      incident,
      revision: 2,
      answer: "exposed",
      fields: ["pensionNumber"],
      doubtful: [],
    });
    expect(problemOf(await write(nowhere))).toBe("404 unknown-person");
    expect(problemOf(await write(api.persons[4] ?? ""))).toBe("404 unknown-person");
    expect(problemOf(await write(person, nowhere))).toBe("404 unknown-letters");

    await found([1], number | name, false);
    expect(problemOf(await write(person))).toBe("409 letter-superseded");
  });

  it("is due again where a newer revision says something else, and to nobody else", async () => {
    const revision = await found([1], name);
    expect(await due()).toMatchObject({ revision, left: 1, persons: 5 });
  });
});

describe("letters are denied to", () => {
  it("whoever does not work on incidents", async () => {
    for (const key of [...api.keeper.counter, api.keeper.approver]) {
      const who = await api.signIn(key);
      const asked = [
        await get(who, lettersPath()),
        await make(1, {}, worklist, who),
        await post(who, `/api/letters/${nowhere}/answers`, { person: nowhere, case: nowhere }),
      ];
      expect(asked.map(problemOf)).toEqual(Array(3).fill("403 purpose-not-held"));
    }
  });

  it("every other way of selecting persons: nothing is made of a list but what is proved equal to it", async () => {
    const criteria = { letters: nowhere };
    const list = { kind: "persons-to-check", title: "invented", fields: ["name"], criteria };
    const asked = [
      await post(operator, "/api/worklists", list),
      await post(operator, "/api/worklists", { ...list, kind: "letters", criteria: { all: true } }),
      await post(operator, "/api/extracts/plans", { criteria, reason: "invented" }),
      await post(operator, "/api/screens/plans", { criteria, reason: "invented" }),
    ];
    expect(asked.map(problemOf)).toEqual(Array(4).fill("400 malformed-request"));
  });
});

describe("a list that is not equal to its part", () => {
  it("is used for nothing", async () => {
    await api.test.owner.register.transact((tx) =>
      tx.run(
        sqlText(`
          create function lose_one() returns trigger language plpgsql as $$
            begin new.person_keys := new.person_keys[2:]; return new; end $$;
          create trigger lose_one before insert on worklist_lots for each row execute function lose_one()`),
      ),
    );
    const uses = async () =>
      api.test.auditor.register.get<{ n: bigint }>(sqlText("select count(*) as n from letter_uses"));
    const before = await uses();
    const refused = await make(await found([2, 3], 1 << 7), {});
    expect([problemOf(refused), await uses()]).toEqual(["503 journal-breach", before]);
    expect(await due()).toMatchObject({ left: 3 });
  });
});
