/**
 * Every screen, by day and by night, in both languages: free of barriers (WCAG 2.2 AA, by axe), silent about failures, and
 * drawn into docs/screens when `KURA_SCREENS` is set.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ja, TestConsole, type Visit } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start();
  await console.requestExtract();
});
afterAll(() => console.stop());

async function check(visit: Visit, name: string, locale: string): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await visit.page.emulateMedia({ colorScheme: theme });
    await visit.drawn(name, locale, theme);
    expect([name, theme, await visit.barriers()]).toEqual([name, theme, []]);
  }
  await visit.page.emulateMedia({ colorScheme: "light" });
}

const contentOf = {
  history: "li",
  premiums: "[role=grid]",
  statement: ".estimate",
  looks: "table",
  answer: "button",
  change: ".card",
  extracts: "table",
  exposure: ".bars",
  office: "table",
  alarms: ".empty",
  roster: "table",
  trust: ".figure",
};

describe.each(["ja-JP", "en-GB"] as const)("every screen (%s)", (locale) => {
  it("of a clerk is free of barriers", async () => {
    const visit = await console.open(locale);
    const { page, words } = visit;
    await page.goto(visit.url);
    await page.getByText(words.demo.title).waitFor();
    await check(visit, "sign-in", locale);
    await page.goto(`${visit.url}/enrol`);
    await page.getByText(words.enrol.lead).waitFor();
    await check(visit, "enrol", locale);
    await visit.enterDemo("clerk");
    await page.getByText(words.cases.start).waitFor();
    await check(visit, "cases", locale);
    await visit.openCase();
    await page.getByRole("button", { name: words.search.byName }).click();
    await page.getByLabel(words.search.kana).fill("しけん かくうこ");
    await page.getByLabel(words.search.birth).fill("S25.1.3");
    await page.getByRole("button", { name: words.search.find, exact: true }).click();
    await page.getByText(words.search.results(1)).waitFor();
    await check(visit, "found", locale);
    await page.keyboard.press("1");
    await page.getByText(words.person.facts).waitFor();
    await check(visit, "record", locale);
    for (const tab of ["history", "premiums", "statement", "change", "looks", "answer"] as const) {
      await page.getByRole("tab", { name: words.person.tabs[tab] }).click();
      await page.locator(`[role=tabpanel] ${contentOf[tab]}`).first().waitFor();
      await check(visit, tab, locale);
    }
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: words.oneCase.openPerson }).click();
    await page.getByText(words.person.sealed).waitFor();
    await check(visit, "sealed", locale);
    await page.getByRole("link", { name: words.shell.looks }).click();
    await page.getByRole("table").waitFor();
    await check(visit, "my-looks", locale);
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await check(visit, "keyboard", locale);
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });

  it("of worklists is free of barriers", async () => {
    const visit = await console.open(locale);
    const { page, words } = visit;
    await visit.enterDemo("clerk");
    await page.getByRole("link", { name: words.shell.worklists, exact: true }).click();
    const title = words === ja ? "4月の通知書(架空)" : "notices of April (invented)";
    await page.getByLabel(words.worklists.title, { exact: true }).fill(title);
    await page.getByLabel(words.worklists.dueOn, { exact: true }).fill("2030-04-30");
    await page.getByLabel(words.worklists.select).selectOption("all");
    await visit.button(words.worklists.create).click();
    await visit.button(words.worklists.takeNext).click();
    await page.locator("tbody tr").nth(2).waitFor();
    await page.locator("h1").focus();
    await page.keyboard.press("Enter");
    await page.locator("tbody .seal-open").waitFor();
    await page.keyboard.press("1");
    await page.locator("tbody [aria-pressed=true]").waitFor();
    await check(visit, "lot", locale);
    await page.locator(".back a").click();
    await page.locator("tbody .badge").waitFor();
    await check(visit, "worklist", locale);
    await page.locator(".back a").click();
    await page.getByRole("heading", { name: words.worklists.mine }).waitFor();
    await check(visit, "worklists", locale);
    await page.getByRole("link", { name: words.shell.screens, exact: true }).click();
    await page.getByLabel(words.screens.reason, { exact: true }).fill(title);
    await page.getByLabel(words.worklists.select).selectOption("all");
    await page.getByLabel(words.screens.names.kanaPrefix).fill("シケン");
    await visit.button(words.screens.askNow).click();
    await page.getByText(words.screens.isAsked).waitFor();
    await page.getByRole("row").nth(1).waitFor();
    await check(visit, "screens", locale);
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });

  it("of an officer is free of barriers", async () => {
    const visit = await console.open(locale);
    const { page, words } = visit;
    await visit.enterDemo("officer-1");
    for (const screen of ["extracts", "exposure", "office", "alarms", "roster", "trust"] as const) {
      await page.getByRole("link", { name: words.shell[screen], exact: true }).click();
      await page.getByRole("heading", { level: 1, name: words[screen].heading }).waitFor();
      await page.locator(contentOf[screen]).first().waitFor();
      await check(visit, screen, locale);
    }
    await page.getByRole("link", { name: words.shell.incidents, exact: true }).click();
    await page.getByText(words.incidents.start).waitFor();
    await check(visit, "incidents", locale);
    await makeIncident(visit);
    await check(visit, "incident-room", locale);
    await page.getByRole("button", { name: words.incidents.reportKinds["ppc-preliminary"] }).click();
    await page.locator("article.report h4").first().waitFor();
    await check(visit, "incident-report", locale);
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });
});

/** With three pieces of evidence, each of which moves the count. */
async function makeIncident({ page, words }: Visit): Promise<void> {
  const title =
    words === ja ? "端末で不審なリンクが開かれた(架空)" : "a link was opened on a workstation (invented)";
  await page.getByLabel(words.incidents.title).fill(title);
  await page.getByRole("button", { name: words.incidents.open, exact: true }).click();
  for (const [kind, subject] of [
    ["actor", "clerk"],
    ["workstation", "browser"],
    ["backup", ""],
  ] as const) {
    const before = await page.locator(".evidence-list > li").count();
    await page.getByLabel(words.incidents.kind, { exact: true }).selectOption(kind);
    if (subject !== "") await page.getByLabel(words.incidents.subject, { exact: true }).fill(subject);
    await page.getByLabel(words.incidents.source, { exact: true }).fill("proxy log");
    await page.getByRole("button", { name: words.incidents.add, exact: true }).click();
    await page.locator(".evidence-list > li").nth(before).waitFor();
  }
}
