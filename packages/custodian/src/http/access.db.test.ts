import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf, TestApi } from "../../test/api.ts";
import type { SignedInOverHttp } from "../../test/api.ts";
import { apiRoutes } from "./app.ts";

const nowhere = "00000000-0000-4000-8000-000000000000";
let api: TestApi;
let holder: SignedInOverHttp;

beforeAll(async () => {
  api = await TestApi.start();
  holder = await api.signIn(api.keeper.recipient);
});
afterAll(() => api.stop());

describe("a holder of extracts, who is outside the agency, is refused", () => {
  const ofStaff = apiRoutes.filter(({ access }) => access === "staff");

  it.each(ofStaff)("$method $path", async ({ method, path }) => {
    const asked = await api.ask(method.toUpperCase(), path.replaceAll(/\{\w+\}/gu, nowhere), {
      cookie: holder.cookie,
      ...(method === "post" && { body: {} }),
    });
    expect(problemOf(asked)).toBe("403 purpose-not-held");
  });

  it("the list of what was made for others, and its files", async () => {
    const { cookie } = holder;
    expect((await api.ask("GET", "/api/extracts", { cookie })).body).toEqual({ extracts: [] });
    expect(problemOf(await api.ask("GET", `/api/extracts/${nowhere}/file`, { cookie }))).toBe(
      "409 extract-refused",
    );
  });
});

describe("of the agency's own people", () => {
  it("whoever may not ask for extracts does not plan one", async () => {
    const { cookie } = await api.signIn(api.keeper.approver);
    const body = { criteria: { all: true }, reason: "a synthetic reason" };
    const asked = await api.ask("POST", "/api/extracts/plans", { cookie, body });
    expect(problemOf(asked)).toBe("403 purpose-not-held");
  });

  it("whoever may not approve one sees no sample, and does not seal", async () => {
    const { cookie } = await api.signIn(api.keeper.officers[0]);
    expect(problemOf(await api.ask("GET", `/api/extracts/${nowhere}/sample`, { cookie }))).toBe(
      "403 purpose-not-held",
    );
    expect(problemOf(await api.ask("POST", `/api/extracts/${nowhere}/seal`, { cookie, body: {} }))).toBe(
      "403 purpose-not-held",
    );
  });
});
