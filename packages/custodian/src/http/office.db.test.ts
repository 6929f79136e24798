/** The office's two lists over HTTP: what waits for a second actor, and long work; each for those who may do something about it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nowhere, problemOf, type SignedInOverHttp, TestApi } from "../../test/api.ts";
import { sqlText } from "../db/sql.ts";

let api: TestApi;
let officer: SignedInOverHttp;
let second: SignedInOverHttp;
let approver: SignedInOverHttp;

beforeAll(async () => {
  api = await TestApi.start();
  const [one, two] = api.keeper.officers;
  [officer, second, approver] = [
    await api.signIn(one),
    await api.signIn(two),
    await api.signIn(api.keeper.approver),
  ];
});
afterAll(() => api.stop());
beforeEach(() => api.renew());

type Row = Record<string, unknown>;
const get = ({ cookie }: SignedInOverHttp, path: string) => api.ask("GET", path, { cookie });
const post = ({ cookie }: SignedInOverHttp, path: string, body: unknown = {}) =>
  api.ask("POST", path, { cookie, body });
const waitingOf = async (who: SignedInOverHttp) => (await get(who, "/api/waiting")).body["waiting"] as Row[];

describe("what waits for a second actor", () => {
  it("is a revision until another actor than its maker stands for it", async () => {
    const opening = { title: "an invented incident", knownAt: "2026-04-01T00:00:00Z", isWrongful: true };
    const { incident } = (await post(officer, "/api/incidents", opening)).body["incident"] as {
      incident: string;
    };
    expect(await waitingOf(officer)).toEqual([]);
    const evidence = { kind: "workstation", subject: "test-browser", source: "a proxy's log" };
    expect((await post(officer, `/api/incidents/${incident}/evidence`, evidence)).status).toBe(200);
    const [own] = await waitingOf(officer);
    const [others] = await waitingOf(second);
    expect(own).toMatchObject({ kind: "words", id: incident, title: opening.title, isOwn: true });
    expect(others).toMatchObject({ isOwn: false, words: { subject: "revision", revision: 1 } });
  });

  it("is a change of the roster, for officers alone", async () => {
    const change = { part: "office", id: "branch-office", value: { budget: "office" } };
    const proposed = await post(officer, "/api/roster/proposals", { changes: [change] });
    const kinds = async (who: SignedInOverHttp) => (await waitingOf(who)).map(({ kind }) => kind);
    expect([proposed.status, await kinds(second), await kinds(approver)]).toEqual([
      200,
      expect.arrayContaining(["roster", "words"]),
      [],
    ]);
  });
});

describe("long work", () => {
  const run = "00000000-0000-4000-8000-000000000001";

  it("is shown to officers as a whole, to others as far as they may begin it", async () => {
    const kinds = async (who: SignedInOverHttp) =>
      ((await get(who, "/api/works")).body["works"] as Row[]).map(
        ({ kind, state }) => `${String(kind)} ${String(state)}`,
      );
    expect([await kinds(officer), await kinds(approver)]).toEqual([["import done"], []]);
  });

  it("of matching is taken back by whoever may match, once it is there", async () => {
    const cancel = (who: SignedInOverHttp, id: string) => post(who, `/api/matching/runs/${id}/cancel`);
    await api.test.owner.register.list(
      sqlText(`insert into match_runs values ('${run}', 'operator', 'head-office', now())`),
    );
    expect(problemOf(await cancel(officer, nowhere))).toBe("404 not-found");
    expect((await cancel(officer, run)).body).toEqual({ run });
    const works = (await get(officer, "/api/works")).body["works"] as Row[];
    expect(works.find(({ id }) => id === run)).toMatchObject({ state: "cancelled", mayCancel: false });
  });
});
