import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf, TestApi } from "../../test/api.ts";
import type { SignedInOverHttp } from "../../test/api.ts";
import { importText } from "../../test/import-text.ts";
import { premiumFile, premiumLine, personFile, testPerson } from "../../test/people.ts";

let api: TestApi;
let operator: SignedInOverHttp;
let approver: SignedInOverHttp;

beforeAll(async () => {
  api = await TestApi.start();
  const parts = { databases: api.test.custodian, keeper: api.keeper.client };
  await importText("persons", personFile(1, 3), parts);
  await importText("premiums", premiumFile(premiumLine(testPerson(1), "2024-04")), parts);
  operator = await api.signIn(api.keeper.operator);
  approver = await api.signIn(api.keeper.approver);
});
afterAll(() => api.stop());

const make = ({ cookie }: SignedInOverHttp) => {
  const body = {
    kind: "persons-to-check",
    title: "a synthetic list",
    fields: ["name"],
    criteria: { all: true },
  };
  return api.ask("POST", "/api/worklists", { cookie, body });
};

describe("a worklist over HTTP", () => {
  it("is made, seen and worked by who holds the purpose of its kind, and by nobody else", async () => {
    expect(problemOf(await make(approver))).toBe("403 purpose-not-held");
    const made = await make(operator);
    expect(made.status).toBe(200);
    const lot = `/api/worklists/${String(made.body["worklist"])}/lots/0`;
    const shown = await api.ask("GET", lot, { cookie: operator.cookie });
    expect(shown.status).toBe(200);
    const [{ person } = { person: "" }, ...others] = shown.body["persons"] as { person: string }[];

    expect((await api.ask("GET", "/api/worklists", { cookie: approver.cookie })).body["worklists"]).toEqual(
      [],
    );
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
