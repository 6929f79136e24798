/** Days in the office, in a real browser: extracts and what ends them. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, TestConsole, type Visit } from "../system/console.ts";
import { personLine } from "../system/people.ts";

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

/** An order that the custodian itself refuses: for a case that was closed while the record was on the screen. */
async function makeAlarm(): Promise<void> {
  const clerk = await console.open();
  await clerk.enterDemo("clerk");
  await clerk.lookAt(2);
  await clerk.page.keyboard.press("Escape");
  await clerk.page.getByRole("link", { name: en.oneCase.openPerson }).click();
  await clerk.page.getByText(en.person.sealed).waitFor();
  const [caseId] = /[0-9a-f-]{36}/u.exec(clerk.page.url()) ?? [];
  const path = `${clerk.url}/api/cases/${caseId}/close`;
  const headers = { Origin: clerk.url };
  await clerk.context.request.post(path, { data: { reason: "answered" }, headers });
  await clerk.button(en.person.look).click();
  await clerk.page.getByText(en.problems["case-closed"]).waitFor();
  await clerk.context.close();
}

async function enterScreen(actor: string, screen: "alarms" | "office"): Promise<Visit> {
  const visit = await console.open();
  await visit.enterDemo(actor);
  await visit.page.getByRole("link", { name: en.shell[screen], exact: true }).click();
  return visit;
}

it("from an alarm to an incident in three clicks; counted by prefecture; approved and acted on in two steps by two", async () => {
  const towns = ["東京都架空区", "東京都試験市", "大阪府架空市", "北海道架空町", "沖縄県架空村"];
  await console.importPersons(towns.map((town, i) => personLine(20 + i, { address: `${town}${i}番地` })));
  await makeAlarm();
  const first = await enterScreen("officer-1", "alarms");
  const { page } = first;
  const refused = page.getByRole("row").filter({ hasText: en.problems["case-closed"] });
  await refused.getByRole("link", { name: en.incidents.startHere }).click();
  await first.button(en.incidents.open).click();
  await page.getByText(en.incidents.provisional).first().waitFor();
  await page.getByLabel(en.incidents.kind, { exact: true }).selectOption("key");
  await page.getByLabel(en.incidents.source, { exact: true }).fill("the host was found open");
  await first.button(en.incidents.add).click();
  const tile = page.locator(".map g").filter({ hasText: "Tokyo" });
  await tile.getByText("2", { exact: true }).waitFor();
  await expect(page.locator(".map g[data-shade]:not([data-shade='0'])").count()).resolves.toBe(4);
  await first.drawn("incident-map", "en-GB");

  const second = await enterScreen("officer-2", "office");
  const ofRevision = second.page.locator(".waiting li").filter({ hasText: en.office.revision("").slice(2) });
  // That of the incident before waits too; the newest stands last.
  await sign(second, ofRevision.last());
  await page.getByText(en.incidents.approvedBy("officer-2")).first().waitFor();
  await printRun(new URL(page.url()).pathname);
  await page.getByText(en.decisions.reissueHeading, { exact: true }).click();
  await page.getByLabel(en.decisions.block).fill("7000-7099");
  await first.button(en.decisions.propose).last().click();
  await page.getByText(en.decisions.proposed).waitFor();
  // It comes to the other's screen by itself; whoever proposed it cannot sign it again.
  const ofNumbers = second.page
    .locator(".waiting li")
    .filter({ hasText: en.decisions.reissue("8", "7000-7099") });
  await ofNumbers.waitFor();
  await expect(first.button(en.decisions.second).count()).resolves.toBe(0);
  await sign(second, ofNumbers);
  const work = second.page.getByRole("row").filter({ hasText: en.office.kinds.reissue });
  await work.getByText(en.office.states.queued, { exact: true }).waitFor();
  await second.drawn("office", "en-GB");
  const [incident = ""] = /[0-9a-f-]{36}/u.exec(page.url()) ?? [];
  const { code, stderr } = await console.folder.run("incident", "reissue-run", incident);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  await work.getByText(en.office.states.done, { exact: true }).waitFor();
  await expect(work.innerText()).resolves.toContain(en.office.done("8", "8"));
  expect([first.wrongs, second.wrongs]).toEqual([[], []]);
  for (const visit of [first, second]) await visit.context.close();
});

/** Its letters to a printing house, in two runs: as many as the revision has, nobody twice; another actor has them before them. */
async function printRun(room: string): Promise<void> {
  const visit = await console.open();
  await visit.enterDemo("operator");
  const { page } = visit;
  await page.evaluate(`history.pushState({}, '', '${room}'); dispatchEvent(new PopStateEvent('popstate'))`);
  const letters = page.getByRole("region", { name: en.letters.heading, exact: true });
  await letters.getByText(en.letters.printRun, { exact: true }).click();
  await letters.getByLabel(en.letters.workstation).fill("printer-1");
  await letters.getByText(en.letters.part, { exact: true }).click();
  await letters.getByLabel(en.letters.most).fill("7");
  await visit.button(en.letters.askPrintRun).click();
  await letters.getByText(en.letters.made("7")).waitFor();
  await letters.getByText(en.worklists.progress("7", "8")).waitFor();
  expect(await visit.barriers()).toEqual([]);
  await visit.drawn("letters", "en-GB");
  // The rest of them: nobody a second time.
  await visit.button(en.letters.askPrintRun).click();
  await letters.getByText(en.letters.allMade).waitFor();
  await letters.getByText(en.worklists.progress("8", "8")).waitFor();
  expect(visit.wrongs).toEqual([]);
  await visit.context.close();

  const approver = await enterScreen("approver", "office");
  await approver.page.locator(".waiting li").filter({ hasText: "recipient-key" }).nth(1).waitFor();
  await approver.context.close();
}

/** The first press shows the words, the second signs them. */
async function sign({ page }: Visit, row: Locator): Promise<void> {
  await row.getByText(en.office.read, { exact: true }).click();
  await row.getByText(en.office.readFirst).waitFor();
  await row.getByRole("button", { name: en.office.sign, exact: true }).click();
  await page.getByText(en.decisions.done).waitFor();
}

it("a clerk is told nothing of what is at risk, of what awaits a second actor, or of long work", async () => {
  const visit = await console.open();
  await visit.enterDemo("clerk");
  await expect(visit.page.getByRole("link", { name: en.shell.exposure }).count()).resolves.toBe(0);
  await expect(visit.page.getByRole("link", { name: en.shell.office }).count()).resolves.toBe(0);
  for (const screen of ["exposure", "office"] as const) {
    await visit.page.evaluate(
      `history.pushState({}, '', '/${screen}'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await visit.page.getByRole("heading", { level: 1, name: en[screen].heading }).waitFor();
    await visit.page.getByText(en.problems["purpose-not-held"]).waitFor();
  }
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
