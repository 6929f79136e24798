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

it("an officer sees what is at risk, stops an extract there, and is in an incident after three clicks", async () => {
  await console.requestExtract();
  const clerk = await console.open();
  await clerk.enterDemo("clerk");
  await clerk.lookAt(1);
  await clerk.context.close();
  const visit = await console.open();
  const { page } = visit;
  await visit.enterDemo("officer-1");
  await page.getByRole("link", { name: en.shell.exposure, exact: true }).click();
  await expect(page.locator(".headline").innerText()).resolves.toMatch(/\n?1 person\n/u);
  await visit.button(en.extracts.revoke).click();
  await page.getByText(en.extracts.revoked).waitFor();
  await page.getByText(en.exposure.noExtracts).waitFor();
  const worst = page.getByRole("row").filter({ hasText: "clerk" });
  await worst.getByRole("link", { name: en.incidents.startHere }).click();
  await visit.button(en.incidents.open).click();
  await page.getByText(en.incidents.provisional).first().waitFor();
  await expect(page.locator(".evidence-list").innerText()).resolves.toContain("clerk");
  await expect(page.locator(".headline").innerText()).resolves.toMatch(/1 person\s/u);
  expect(visit.wrongs).toEqual([]);
  await visit.context.close();
});

it("a clerk is told nothing of what is at risk", async () => {
  const visit = await console.open();
  await visit.enterDemo("clerk");
  await expect(visit.page.getByRole("link", { name: en.shell.exposure }).count()).resolves.toBe(0);
  await visit.page.evaluate(
    "history.pushState({}, '', '/exposure'); dispatchEvent(new PopStateEvent('popstate'))",
  );
  await visit.page.getByText(en.problems["purpose-not-held"]).waitFor();
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
