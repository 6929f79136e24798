/**
 * Bulk work without a file, in a real browser: a list is made, its lot is taken, opened row by row by keyboard, handed over
 * and finished; whoever has not the purpose or the lot writes nothing.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, secrets, TestConsole, type Visit } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start();
});
afterAll(() => console.stop());

const title = "a synthetic list";

async function enter(actor: string): Promise<Visit> {
  const visit = await console.open();
  await visit.enterDemo(actor);
  await visit.page.getByRole("link", { name: en.shell.worklists, exact: true }).click();
  await visit.page.getByRole("heading", { name: en.worklists.mine }).waitFor();
  return visit;
}

it("is worked off by keyboard, each opening a look, and finished by whom it was handed to", async () => {
  const clerk = await enter("clerk");
  const { page } = clerk;
  await page.getByLabel(en.worklists.kind, { exact: true }).selectOption("persons-to-check");
  await page.getByLabel(en.worklists.title, { exact: true }).fill(title);
  await page.getByLabel(en.worklists.select).selectOption("all");
  await clerk.button(en.worklists.create).click();
  await clerk.button(en.worklists.takeNext).click();
  const rows = page.locator("tbody tr");
  await rows.nth(2).waitFor();
  for (const secret of secrets) expect(await page.content()).not.toContain(secret);

  await page.locator("h1").focus();
  await page.keyboard.press("Enter");
  await page.getByText("9999-000001").waitFor();
  await page.keyboard.press("1");
  await rows.first().locator("[aria-pressed=true]").waitFor();
  await expect(rows.nth(1).getAttribute("aria-current")).resolves.toBe("true");
  await page.keyboard.press("2");
  await rows.nth(1).locator("[aria-pressed=true]").waitFor();
  await expect(clerk.button(en.worklists.finish).isDisabled()).resolves.toBe(true);

  await page.getByText(en.worklists.handOver, { exact: true }).first().click();
  await page.getByLabel(en.worklists.giveTo).selectOption("operator");
  await clerk.button(en.worklists.handOver).click();
  await page.getByText(en.worklists.notYours("operator")).waitFor();
  await expect(page.locator("tbody .segments").count()).resolves.toBe(0);
  await page.getByRole("link", { name: en.shell.looks, exact: true }).click();
  await page.getByRole("heading", { name: en.looks.heading }).waitFor();
  await page.locator("tbody tr").first().waitFor();
  await expect(page.locator("tbody tr").count()).resolves.toBe(1);

  const operator = await enter("operator");
  await operator.page.getByRole("link", { name: en.worklists.openLot }).click();
  await operator.page.locator("tbody tr").nth(2).waitFor();
  for (const secret of secrets) expect(await operator.page.content()).not.toContain(secret);
  await operator.page.locator("tbody tr").nth(2).getByText(en.worklists.results["in-order"]).click();
  await operator.button(en.worklists.finish).click();
  await operator.page.getByText(en.worklists.done).waitFor();
  expect([clerk.wrongs, operator.wrongs]).toEqual([[], []]);
  for (const visit of [clerk, operator]) await visit.context.close();
});

it("selects by what only the keeper compares: asked by one, said again by another, opened as a list", async () => {
  const operator = await enter("operator");
  const { page } = operator;
  await page.getByRole("link", { name: en.shell.screens, exact: true }).click();
  await page.getByLabel(en.screens.purpose).selectOption("mailing");
  await page.getByLabel(en.screens.reason, { exact: true }).fill("notices for one town");
  await page.getByLabel(en.worklists.select).selectOption("all");
  await page.getByLabel(en.screens.names.addressPrefix).fill("架空県試験市");
  await operator.button(en.screens.askNow).click();
  await page.getByText(en.screens.isAsked).waitFor();
  const row = page.getByRole("row").filter({ hasText: "notices for one town" });
  await row.getByText(en.screens.states.waits).waitFor();
  expect([page.url(), await page.content()].join(" ")).not.toContain("架空県試験市");

  const approver = await console.open();
  await approver.enterDemo("approver");
  await approver.page.getByRole("link", { name: en.shell.office, exact: true }).click();
  const waiting = approver.page.locator(".waiting li").filter({ hasText: en.screens.agree });
  await waiting.getByText(en.screens.agree, { exact: true }).click();
  await expect(waiting.innerText()).resolves.not.toContain("架空県");
  for (const [said, answer] of [
    ["架空県別市", en.problems["other-criterion"]],
    ["架空県試験市", en.screens.agreed],
  ] as const) {
    await waiting.getByLabel(en.screens.names.addressPrefix).fill(said);
    await approver.button(en.screens.agreeNow).click();
    await approver.page.getByText(answer).waitFor();
  }

  await row.getByText(en.screens.states.done).waitFor();
  await row.getByRole("link", { name: en.screens.toWorklist }).click();
  await page.getByLabel(en.worklists.kind, { exact: true }).selectOption("mailing-targets");
  await page.getByLabel(en.worklists.title, { exact: true }).fill("whom the screen found");
  await operator.button(en.worklists.create).click();
  await page.getByRole("heading", { name: "whom the screen found" }).waitFor();
  await page.getByText(en.worklists.progress("0", "3")).first().waitFor();
  expect([operator.wrongs, approver.wrongs]).toEqual([[], []]);
  for (const visit of [operator, approver]) await visit.context.close();
});

it("shows the call centre, which holds no purpose of any list, neither lists nor lots", async () => {
  const visit = await console.open();
  await visit.enterDemo("call-taker");
  await expect(visit.page.getByRole("link", { name: en.shell.worklists }).count()).resolves.toBe(0);
  const clerk = await enter("clerk");
  await clerk.page.getByRole("link", { name: title }).click();
  await clerk.page.getByRole("heading", { name: title }).waitFor();
  const address = new URL(clerk.page.url()).pathname;
  await visit.page.evaluate(
    `history.pushState({}, '', '${address}'); dispatchEvent(new PopStateEvent('popstate'))`,
  );
  await visit.page.getByText(en.problems["purpose-not-held"]).waitFor();
  await expect(visit.page.locator("tbody").count()).resolves.toBe(0);
  for (const one of [visit, clerk]) await one.context.close();
});
