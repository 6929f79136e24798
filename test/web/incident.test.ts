/**
 * An incident in a real browser: a clerk looks at somebody, an officer opens an incident on that clerk's workstation, the
 * count is there at once, another officer approves it, and the answer desk and the letter say what the revision says.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, secrets, TestConsole, type Visit } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start();
});
afterAll(() => console.stop());

async function openRoom(actor: string): Promise<Visit> {
  const visit = await console.open();
  await visit.enterDemo(actor);
  await visit.page.getByRole("link", { name: en.shell.incidents, exact: true }).click();
  return visit;
}

it("counts who a workstation was shown, and tells the person who asks", async () => {
  const clerk = await console.open();
  await clerk.enterDemo("clerk");
  await clerk.lookAt(1);
  // Where a letter would go is opened by a look of its own, with its reason.
  await clerk.page.getByLabel(en.fields.address).check();
  await clerk.page.getByLabel(en.person.moreReason).fill("a returned letter");
  await clerk.button(en.person.openMore).click();
  await clerk.page.getByText("架空県試験市1番地").waitFor();

  const officer = await openRoom("officer-1");
  await officer.page.getByText(en.incidents.empty).waitFor();
  await officer.page.getByLabel(en.incidents.title).fill("a link was opened on a workstation");
  await officer.button(en.incidents.open).click();
  await officer.page.getByText(en.incidents.noRevision).waitFor();
  await officer.page.getByLabel(en.incidents.subject).fill("browser");
  await officer.page.getByLabel(en.incidents.source, { exact: true }).fill("the proxy's log");
  await officer.button(en.incidents.add).click();
  const headline = officer.page.locator(".headline");
  await headline.getByText(en.incidents.provisional).waitFor();
  await expect(headline.innerText()).resolves.toMatch(/1 person\s/u);
  await expect(officer.page.getByRole("button", { name: en.incidents.approve }).count()).resolves.toBe(0);

  const second = await openRoom("officer-2");
  await second.page.getByRole("link", { name: "a link was opened on a workstation" }).click();
  await second.button(en.incidents.approve).click();
  await second.page.getByText(en.incidents.approvedBy("officer-2")).first().waitFor();

  await clerk.page.getByRole("tab", { name: en.person.tabs.answer }).click();
  await clerk.button(en.answerDesk.ask).click();
  // Since when that machine was compromised is not known, and no time is made up.
  await clerk.page.getByText(en.answerDesk["cannot-rule-out"], { exact: true }).waitFor();
  await expect(clerk.page.locator(".notice-warning").innerText()).resolves.toContain(en.fields.birthDate);
  const letter = clerk.page.getByRole("article", { name: en.letter.heading });
  await expect(letter.innerText()).resolves.toMatch(
    new RegExp(`架空県試験市1番地.*試験 架空子.*${en.fields.birthDate}.*revision 1,`, "su"),
  );
  await clerk.page.emulateMedia({ media: "print" });
  await clerk.drawn("letter-on-paper", "en-GB");
  await expect(letter.isVisible()).resolves.toBe(true);
  for (const other of [".side", ".top", ".tabs", ".page-head", ".notice-warning", ".letter button"])
    await expect(clerk.page.locator(other).first().isVisible()).resolves.toBe(false);
  await clerk.page.emulateMedia({ media: "screen" });

  await clerk.page.keyboard.press("Escape");
  await clerk.lookAt(1, "address-change");
  await clerk.page.getByRole("tab", { name: en.person.tabs.change }).click();
  await clerk.page.getByLabel(en.fields.phone).fill("03-1234-5678");
  await clerk.button(en.change.register).click();
  await clerk.page.getByText(en.change.held).waitFor();
  await second.page.getByRole("link", { name: en.shell.incidents, exact: true }).click();
  await second.page.getByText(en.held.waits).waitFor();
  await expect(second.text()).resolves.not.toContain("1234-5678");

  // The first officer says what proved it, the second the same; then the form that was kept is registered.
  await officer.page.getByText(en.held.prove, { exact: true }).click();
  await officer.page.getByLabel(en.held.proof).fill("a visit with a passport");
  await officer.button(en.decisions.propose).last().click();
  await officer.page.getByText(en.decisions.proposed).waitFor();
  await expect(officer.button(en.decisions.second).count()).resolves.toBe(0);
  await second.page.getByRole("link", { name: "a link was opened on a workstation" }).click();
  await second.button(en.decisions.second).click();
  await second.page.getByText(en.decisions.done).waitFor();
  await clerk.button(en.change.register).click();
  await clerk.page.getByText(en.change.registered).waitFor();

  // A report says whose revision it is of.
  await officer.button(en.incidents.reportKinds["ppc-preliminary"]).click();
  const report = officer.page.locator("article.report");
  await report.getByRole("heading", { level: 4 }).nth(8).waitFor();
  await expect(report.innerText()).resolves.toContain(en.incidents.approvedBy("officer-2"));
  // On paper it is alone: no menu, no button, no figures around it.
  await officer.page.emulateMedia({ media: "print" });
  await officer.drawn("report-on-paper", "en-GB");
  await expect(report.isVisible()).resolves.toBe(true);
  for (const other of [".side", ".top", ".headline", "article.report button"])
    await expect(officer.page.locator(other).first().isVisible()).resolves.toBe(false);
  await officer.page.emulateMedia({ media: "screen" });

  await printLetters();

  await officer.page.getByText(en.incidents.withdraw, { exact: true }).first().click();
  await officer.page.getByLabel(en.incidents.withdrawReason).fill("another machine was meant");
  await officer.button(en.incidents.withdraw).click();
  await officer.page.getByText(en.incidents.revision(2), { exact: false }).first().waitFor();
  await expect(headline.innerText()).resolves.toMatch(/^\D*0 persons/u);
  // What moved, and by which evidence.
  const diff = officer.page.getByRole("region", { name: en.incidents.diff, exact: true });
  await expect(diff.last().getByRole("row").last().innerText()).resolves.toMatch(
    /withdrawn 1 Workstation.*−1/su,
  );
  // Whoever was told otherwise before is to be called back.
  await officer.page.getByText(en.incidents.callBackCount(1, "1")).waitFor();
  expect([clerk.wrongs, officer.wrongs, second.wrongs]).toEqual([[], [], []]);
  for (const visit of [clerk, officer, second]) await visit.context.close();
});

/** Of the approved revision, worked off inside: made with one press, opened, printed and marked by keyboard. */
async function printLetters(): Promise<void> {
  const visit = await openRoom("operator");
  const { page } = visit;
  await page.addInitScript("window.print = () => { document.documentElement.dataset.printed = ''; };");
  await page.evaluate("window.print = () => { document.documentElement.dataset.printed = ''; };");
  await page.getByRole("link", { name: "a link was opened on a workstation" }).click();
  const letters = page.getByRole("region", { name: en.letters.heading, exact: true });
  await letters.getByText(en.worklists.progress("0", "1")).waitFor();
  await visit.button(en.letters.makeWorklist).click();
  await page.getByRole("heading", { name: en.letters.title(1) }).waitFor();
  await visit.button(en.worklists.takeNext).click();
  await page.locator("tbody .segments").waitFor();
  for (const secret of secrets) expect(await page.content()).not.toContain(secret);
  await page.locator("h1").focus();
  await page.keyboard.press("Enter");
  const letter = page.getByRole("article", { name: en.letter.heading });
  await expect(letter.innerText()).resolves.toMatch(/架空県試験市1番地.*試験 架空子.*revision 1,/su);
  expect(await visit.barriers()).toEqual([]);
  await visit.drawn("letters-lot", "en-GB");
  await page.keyboard.press("p");
  await page.locator("html[data-printed]").waitFor();
  await page.keyboard.press("1");
  await page.locator("tbody [aria-pressed=true]").waitFor();
  await visit.button(en.worklists.finish).click();
  await page.getByText(en.worklists.done).waitFor();
  await expect(letter.count()).resolves.toBe(0);
  await page.getByRole("link", { name: en.shell.incidents, exact: true }).click();
  await page.getByRole("link", { name: "a link was opened on a workstation" }).click();
  await letters.getByText(en.letters.allMade).waitFor();
  await letters.getByText(en.worklists.progress("1", "1")).nth(1).waitFor();
  expect(visit.wrongs).toEqual([]);
  await visit.context.close();
}

it("shows a clerk no incident and no evidence", async () => {
  const visit = await console.open();
  await visit.enterDemo("clerk");
  await expect(visit.page.getByRole("link", { name: en.shell.incidents }).count()).resolves.toBe(0);
  await visit.page.evaluate(
    "history.pushState({}, '', '/incidents'); dispatchEvent(new PopStateEvent('popstate'))",
  );
  await visit.page.getByText(en.problems["purpose-not-held"]).waitFor();
  await visit.context.close();
});
