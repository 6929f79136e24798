/** Whom one account was shown, asked for over HTTP. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { problemOf, TestApi, wire } from "../../test/api.ts";
import { fieldNumbers } from "../register/field.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

it("is counted from the looks, from now on and before, and told to who watches alone", async () => {
  const staff = await api.signIn(api.keeper.operator);
  const person = api.persons[0] ?? "";
  const about = await api.openCase(staff.cookie, [person]);
  for (let n = 0; n < 2; n++) {
    const order = staff.look(about, [person], [fieldNumbers.name]);
    await api.ask("POST", "/api/looks", { cookie: staff.cookie, body: wire(order) });
  }
  const officer = await api.signIn(api.keeper.officers[0]);
  const count = async (path: string): Promise<unknown> =>
    (await api.ask("GET", `/api/exposure/accounts/${path}`, { cookie: officer.cookie })).body;
  const shown = { persons: 1, looks: 2, fields: [{ fields: ["name"], persons: 1, looks: 2 }] };
  const nothing = { persons: 0, looks: 0, fields: [] };
  expect(await count("operator")).toEqual(shown);
  expect(await count("operator?since=2020-01-01T00:00:00Z")).toEqual(shown);
  expect(await count("operator?until=2020-01-01T00:00:00Z")).toEqual(nothing);
  expect(await count("nobody")).toEqual(nothing);
  const clerk = await api.signIn(api.keeper.counter[0]);
  const asked = await api.ask("GET", "/api/exposure/accounts/operator", { cookie: clerk.cookie });
  expect(problemOf(asked)).toBe("403 purpose-not-held");
});
