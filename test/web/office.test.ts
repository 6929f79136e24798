/** Days in the office, in a real browser: extracts and what ends them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, TestConsole } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start();
  await console.requestExtract();
});
afterAll(() => console.stop());

it("an approver stops an extract with one click, and the list says so", async () => {
  const visit = await console.open();
  await visit.enterDemo("approver");
  await visit.page.getByRole("link", { name: en.shell.extracts }).click();
  await visit.page.getByText(en.extracts.states.asked).waitFor();
  await visit.button(en.extracts.revoke).click();
  await visit.page.getByText(en.extracts.states.revoked, { exact: true }).waitFor();
  await expect(visit.button(en.extracts.revoke).count()).resolves.toBe(0);
  expect(visit.wrongs).toEqual([]);
  await visit.context.close();
});

it("a clerk has no way to the extracts, and no purpose to end one", async () => {
  const visit = await console.open();
  await visit.enterDemo("clerk");
  await expect(visit.page.getByRole("link", { name: en.shell.extracts }).count()).resolves.toBe(0);
  await visit.context.close();
});

it("somebody without the purpose is shown no unknown owner", async () => {
  const visit = await console.open();
  await visit.enterDemo("clerk");
  await expect(visit.page.getByRole("link", { name: en.shell.matching }).count()).resolves.toBe(0);
  await visit.page.evaluate(
    "history.pushState({}, '', '/matching'); dispatchEvent(new PopStateEvent('popstate'))",
  );
  await visit.page.getByText(en.problems["purpose-not-held"]).waitFor();
  await visit.context.close();
});
