import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Asked, problemOf, TestApi } from "../../test/api.ts";
import type { SignedInOverHttp } from "../../test/api.ts";
import { importText } from "../../test/import-text.ts";
import { premiumFile, premiumLine, personFile, testPerson } from "../../test/people.ts";
import { worklistKinds } from "../worklists/worklist.ts";

let api: TestApi;
let operator: SignedInOverHttp;
let approver: SignedInOverHttp;
let clerk: SignedInOverHttp;
let callTaker: SignedInOverHttp;

beforeAll(async () => {
  api = await TestApi.start();
  const parts = { databases: api.test.custodian, keeper: api.keeper.client };
  await importText("persons", personFile(1, 3), parts);
  await importText("premiums", premiumFile(premiumLine(testPerson(1), "2024-04")), parts);
  operator = await api.signIn(api.keeper.operator);
  approver = await api.signIn(api.keeper.approver);
  clerk = await api.signIn(api.keeper.counter[0]);
  callTaker = await api.signIn(api.keeper.counter[1]);
});
afterAll(() => api.stop());

const make = ({ cookie }: SignedInOverHttp, change: object = {}) => {
  const body = {
    kind: "persons-to-check",
    title: "a synthetic list",
    fields: ["name"],
    criteria: { all: true },
    ...change,
  };
  return api.ask("POST", "/api/worklists", { cookie, body });
};

const get = (path: string, { cookie }: SignedInOverHttp) => api.ask("GET", path, { cookie });
const post = (path: string, { cookie }: SignedInOverHttp, body: object = {}) =>
  api.ask("POST", path, { cookie, body });
/** A problem without its status. */
const refusalOf = (asked: Asked): string => problemOf(asked).replace(/^\d+ /u, "");

interface LotAnswer {
  readonly persons: readonly { readonly person: string; readonly result?: string }[];
  readonly assignee?: string;
  readonly case?: string;
  readonly isDone: boolean;
}

/** The first lot of a list that the operator makes: its path, and whose it is about. */
async function newLot(change: object = {}) {
  const made = await make(operator, change);
  const worklist = String(made.body["worklist"]);
  const path = `/api/worklists/${worklist}/lots/0`;
  const { persons } = (await get(path, operator)).body as unknown as LotAnswer;
  return { worklist, path, persons: persons.map(({ person }) => person) };
}

async function listed(by: SignedInOverHttp, worklist: string) {
  const { worklists, mine } = (await get("/api/worklists", by)).body as {
    readonly worklists: readonly { readonly worklist: string }[];
    readonly mine: readonly { readonly worklist: string }[];
  };
  return {
    list: worklists.find((one) => one.worklist === worklist),
    mine: mine.filter((one) => one.worklist === worklist),
  };
}

describe("a worklist over HTTP", () => {
  it("goes from plan to done: given out, handed over, worked off, counted", async () => {
    const { worklist, path, persons } = await newLot({ dueOn: "2030-03-31" });
    const [first = "", second = "", ...others] = persons;
    const assigned = await post(`${path}/assign`, operator, { assignee: "clerk" });
    expect(assigned.body).toMatchObject({ assignee: "clerk", isDone: false });
    expect((await listed(clerk, worklist)).mine).toEqual([{ worklist, lot: 0 }]);
    const inOrder = await post(`${path}/results`, clerk, { person: first, result: "in-order" });
    expect(inOrder.body["persons"]).toContainEqual({ person: first, result: "in-order" });

    const handed = await post(`${path}/assign`, clerk, { assignee: "operator" });
    expect(handed.body).toMatchObject({ assignee: "operator", case: assigned.body["case"] });
    expect((await listed(clerk, worklist)).mine).toEqual([]);
    const late = { person: second, result: "in-order" };
    expect(refusalOf(await post(`${path}/results`, clerk, late))).toBe("other-assignee");
    expect(refusalOf(await post(`${path}/done`, clerk))).toBe("other-assignee");

    await post(`${path}/results`, operator, { person: second, result: "correction-needed" });
    expect(refusalOf(await post(`${path}/done`, operator))).toBe("persons-left");
    for (const person of others) await post(`${path}/results`, operator, { person, result: "in-order" });
    expect((await post(`${path}/done`, operator)).body).toMatchObject({ isDone: true });
    expect((await listed(clerk, worklist)).list).toMatchObject({
      dueOn: "2030-03-31",
      madeBy: "operator",
      persons: persons.length,
      lots: 1,
      doneLots: 1,
      results: { "in-order": persons.length - 1, "correction-needed": 1 },
    });
    expect((await get(`/api/cases/${String(handed.body["case"])}`, operator)).body).toMatchObject({
      isOpen: false,
    });
    for (const [step, body] of [
      ["assign", { assignee: "clerk" }],
      ["results", { person: first, result: "in-order" }],
      ["done", {}],
    ] as const) {
      expect(refusalOf(await post(`${path}/${step}`, operator, body))).toBe("lot-done");
    }
  });

  it("takes no result before the lot is somebody's, of nobody in it, and no word of another kind", async () => {
    const { path, persons } = await newLot();
    const [person = ""] = persons;
    const given = { person, result: "in-order" };
    expect(refusalOf(await post(`${path}/results`, operator, given))).toBe("not-assigned");
    expect(refusalOf(await post(`${path}/done`, operator))).toBe("not-assigned");
    await post(`${path}/assign`, operator, { assignee: "operator" });
    const stranger = { ...given, person: "00000000-0000-7000-8000-00000000dead" };
    expect(refusalOf(await post(`${path}/results`, operator, stranger))).toBe("person-not-in-lot");
    const otherWord = { ...given, result: "returned" };
    expect(refusalOf(await post(`${path}/results`, operator, otherWord))).toBe("no-such-result");
    const untouched = (await get(path, operator)).body as unknown as LotAnswer;
    expect(untouched.persons.every(({ result }) => result === undefined)).toBe(true);
  });

  it("is made of somebody, under words that can be shown, by criteria that open nothing", async () => {
    const nobody = { criteria: { registeredTo: "1999-12-31" } };
    expect(refusalOf(await make(operator, nobody))).toBe("nobody-selected");
    expect(refusalOf(await make(operator, { title: "one\u0007two" }))).toBe("bad-title");
    for (const change of [
      { kind: "everything" },
      { title: "" },
      { fields: [] },
      { fields: ["password"] },
      { dueOn: "tomorrow" },
      { criteria: {} },
      { criteria: { numbers: "9999-000001" } },
    ]) {
      expect({ change, refusal: refusalOf(await make(operator, change)) }).toEqual({
        change,
        refusal: "malformed-request",
      });
    }
  });

  it("is nothing to somebody who is not signed in, and an unknown one is unknown", async () => {
    const { path } = await newLot();
    for (const ask of ["/api/worklists", path]) expect((await api.ask("GET", ask, {})).status).toBe(401);
    const elsewhere = "/api/worklists/00000000-0000-7000-8000-00000000dead/lots/0";
    expect(refusalOf(await get(elsewhere, operator))).toBe("unknown-lot");
    expect(refusalOf(await post(`${elsewhere}/assign`, operator, { assignee: "clerk" }))).toBe("unknown-lot");
    expect(refusalOf(await get(path.replace(/0$/u, "7"), operator))).toBe("unknown-lot");
  });

  // Letters are made of a revision: letters.db.test.ts.
  const otherKinds = Object.entries(worklistKinds).filter(([kind]) => kind !== "letters");
  it.each(otherKinds)("of the kind %s is for who holds its purpose", async (kind, one) => {
    const holders = { operator, clerk, approver, callTaker };
    const mayWork: Readonly<Record<string, readonly string[]>> = {
      "address-change": ["operator", "clerk"],
      "contribution-inquiry": ["operator", "clerk"],
      "record-matching": ["operator", "approver"],
    };
    const { worklist, path } = await newLot({ kind });
    for (const [who, session] of Object.entries(holders)) {
      const isTheirs = mayWork[one.caseKind]?.includes(who) === true;
      const status = isTheirs ? 200 : 403;
      const asked = [
        await make(session, { kind }),
        await get(path, session),
        await post(`${path}/assign`, session, { assignee: who }),
      ];
      const isListed = (await listed(session, worklist)).list !== undefined;
      expect({ who, isListed, statuses: asked.map((answer) => answer.status) }).toEqual({
        who,
        isListed: isTheirs,
        statuses: [status, status, status],
      });
    }
  });

  it("is made, seen and worked by who holds the purpose of its kind, and by nobody else", async () => {
    expect(problemOf(await make(approver))).toBe("403 purpose-not-held");
    const made = await make(operator);
    expect(made.status).toBe(200);
    const lot = `/api/worklists/${String(made.body["worklist"])}/lots/0`;
    const shown = await api.ask("GET", lot, { cookie: operator.cookie });
    expect(shown.status).toBe(200);
    const [{ person } = { person: "" }, ...others] = shown.body["persons"] as { person: string }[];

    expect((await listed(approver, String(made.body["worklist"]))).list).toBeUndefined();
    for (const [method, path, body] of [
      ["GET", lot.slice(0, lot.lastIndexOf("/")), undefined],
      ["GET", lot, undefined],
      ["POST", `${lot}/assign`, { assignee: "approver" }],
      ["POST", `${lot}/results`, { person, result: "in-order" }],
      ["POST", `${lot}/done`, {}],
    ] as const) {
      const given = body === undefined ? {} : { body };
      expect(problemOf(await api.ask(method, path, { cookie: approver.cookie, ...given }))).toBe(
        "403 purpose-not-held",
      );
    }
    const assigned = await api.ask("POST", `${lot}/assign`, {
      cookie: operator.cookie,
      body: { assignee: "operator" },
    });
    expect(assigned.status).toBe(200);
    const lots = await api.ask("GET", lot.slice(0, lot.lastIndexOf("/")), { cookie: operator.cookie });
    expect(lots.body["lots"]).toEqual([
      { lot: 0, persons: others.length + 1, withResult: 0, assignee: "operator", isDone: false },
    ]);
  });
});
