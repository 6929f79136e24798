/**
 * A day at the counter in a real browser: sign in, case, find, look, premiums, who looked; in both languages; and what the
 * browser is left with afterwards.
 */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { en, ja, secrets, TestConsole, type Visit } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start(4);
});
afterAll(() => console.stop());

/** Where a browser could keep something: addresses, titles, stores, caches. */
async function leftBehind({ page, context }: Visit): Promise<string> {
  const kept = await page.evaluate(`(async () => JSON.stringify({
    local: { ...localStorage }, session: { ...sessionStorage }, state: history.state,
    databases: await indexedDB.databases(), caches: await caches.keys(), title: document.title, url: location.href,
    cookies: document.cookie }))()`);
  return `${String(kept)} ${JSON.stringify(await context.cookies())}`;
}

describe.each(["ja-JP", "en-GB"] as const)("a clerk at the counter (%s)", (locale) => {
  const words = locale === "ja-JP" ? ja : en;

  it("finds a person by number, sees what identifies them, and the journal's number of the look", async () => {
    const visit = await console.open(locale);
    await visit.enterDemo("clerk");
    await visit.lookAt(1);
    const text = await visit.text();
    expect(text).toContain("9999-000001");
    expect(text).toContain("1950-01-03");
    expect(text).not.toContain("架空県試験市1番地");
    await expect(visit.page.getByText(words.person.event("").trim()).isVisible()).resolves.toBe(true);
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });

  it("sees premiums month by month, the gaps, the statement and who looked", async () => {
    const visit = await console.open(locale);
    await visit.enterDemo("clerk");
    // A person of their own: the numbers of who looked begin at one.
    await visit.lookAt(locale === "ja-JP" ? 2 : 4);
    await visit.page.getByRole("tab", { name: words.person.tabs.premiums }).click();
    const grid = visit.page.getByRole("grid");
    await grid.waitFor();
    await expect(grid.locator("[data-look=paid]").count()).resolves.toBe(4);
    await expect(visit.text()).resolves.toContain("1970-01 – 2009-12");
    await visit.page.getByRole("tab", { name: words.person.tabs.statement }).click();
    await visit.page.getByText(words.statement.estimate).waitFor();
    await expect(visit.text()).resolves.toContain("67,920");
    await visit.page.emulateMedia({ media: "print" });
    await visit.drawn("statement-on-paper", locale);
    await expect(visit.page.locator(".estimate").isVisible()).resolves.toBe(true);
    await expect(visit.page.locator(".top, .side, .tabs").first().isVisible()).resolves.toBe(false);
    await visit.page.emulateMedia({ media: "screen" });
    await visit.page.getByRole("tab", { name: words.person.tabs.looks }).click();
    await visit.page.getByText(words.whoLooked.complete(2)).waitFor();
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });
});

describe("what the browser keeps", () => {
  it("is neither the person nor the search, while the page is shown and after", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await visit.lookAt(1);
    const during = await leftBehind(visit);
    await visit.page.keyboard.press("Escape");
    await visit.page.getByRole("heading", { name: en.search.heading }).waitFor();
    const after = `${await leftBehind(visit)} ${await visit.page.content()}`;
    await visit.page.goBack();
    await visit.page.getByText(en.person.sealed).waitFor();
    const back = await visit.page.content();
    for (const secret of secrets)
      expect([during, after, back].filter((text) => text.includes(secret))).toEqual([]);
    await visit.context.close();
  });

  it("is nothing that a reload could bring back: the session is gone with the page", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await visit.lookAt(1);
    await visit.page.reload();
    await visit.page.getByRole("heading", { name: en.signIn.heading }).waitFor();
    for (const secret of secrets) expect(await visit.page.content()).not.toContain(secret);
    await visit.context.close();
  });

  it("is cleared when nobody touches it for five minutes", async () => {
    const visit = await console.open();
    await visit.page.clock.install();
    await visit.enterDemo("clerk");
    await visit.lookAt(1);
    await visit.page.clock.runFor(5 * 60_000 + 1_000);
    await visit.page.getByText(en.shell.locked).waitFor();
    for (const secret of secrets) expect(await visit.page.content()).not.toContain(secret);
    await visit.context.close();
  });
});

describe("more than what identifies a person", () => {
  it("needs a reason, which the case keeps, and is another look", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await visit.lookAt(3);
    await visit.page.getByLabel(en.fields.address).check();
    await visit.page.getByLabel(en.person.moreReason).fill("returned letter");
    await visit.button(en.person.openMore).click();
    await visit.page.getByText("架空県試験市3番地").waitFor();
    await visit.page.getByRole("tab", { name: en.person.tabs.looks }).click();
    await visit.page.getByText(en.whoLooked.complete(3)).waitFor();
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });
});

// Behind the others, which count the looks at these persons.
describe("a change of address", () => {
  it("is registered from the person's page, and the next look shows it; every line still adds up", async () => {
    const visit = await console.open();
    const { page } = visit;
    await visit.enterDemo("clerk");
    await visit.lookAt(2, "address-change");
    await page.getByRole("tab", { name: en.person.tabs.change }).click();
    await page.getByLabel(en.fields.postalCode).fill("１００－０００１");
    await page.getByLabel(en.fields.address).fill("架空県新町9番地");
    await visit.button(en.change.register).click();
    await page.getByText(en.change.registered).waitFor();
    await page.getByRole("tab", { name: en.person.tabs.record }).click();
    await page.getByLabel(en.fields.address).check();
    await page.getByLabel(en.person.moreReason).fill("to read it back");
    await visit.button(en.person.openMore).click();
    await page.locator(".fact-value", { hasText: "架空県新町9番地" }).waitFor();
    await expect(page.locator(".fact-before").innerText()).resolves.toContain("架空県試験市2番地");
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
    const { code, stdout } = await console.folder.run("audit");
    expect([code, stdout]).toEqual([0, expect.any(String)]);
  });

  it("is not offered in a case in which nobody changes anything", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await visit.lookAt(3, "contribution-inquiry");
    await visit.page.getByRole("tab", { name: en.person.tabs.change }).click();
    await visit.page.getByText(en.change.notHere).waitFor();
    await expect(visit.button(en.change.register).count()).resolves.toBe(0);
    await visit.context.close();
  });
});

/** By Tab alone, as somebody without a mouse gets there; what is reached can be seen to be. */
async function reach({ page }: Visit, target: Locator): Promise<void> {
  await target.waitFor();
  const isReached = (): Promise<boolean> =>
    target.evaluate((element) => element === element.ownerDocument.activeElement);
  for (let presses = 0; presses < 120 && !(await isReached()); presses++) await page.keyboard.press("Tab");
  await expect(target.evaluate((element) => element.matches(":focus-visible"))).resolves.toBe(true);
}

describe("without a mouse", () => {
  it("a day goes from signing in to a search, a look, a change, an answer and a list", async () => {
    const visit = await console.open();
    const { page } = visit;
    const press = (key: string) => page.keyboard.press(key);
    await page.goto(visit.url);
    await reach(visit, page.getByRole("button", { name: en.demo.enter("clerk") }));
    await press("Enter");
    await page.getByRole("heading", { level: 1, name: en.cases.heading }).waitFor();

    // A dialog gives the focus back to what opened it.
    const help = page.getByRole("button", { name: en.shell.shortcuts });
    await reach(visit, help);
    await press("Enter");
    await page.getByRole("dialog").waitFor();
    await press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await reach(visit, help);
    await reach(visit, page.getByRole("link", { name: en.skip }));
    await press("Enter");
    await page.locator("#main:focus").waitFor();

    const kind = page.getByLabel(en.cases.kind);
    await reach(visit, kind);
    for (let at = 0; (await kind.inputValue()) !== "address-change" && at < 9; at++) await press("ArrowDown");
    await reach(visit, page.getByLabel(en.cases.reason));
    await page.keyboard.type("reference 2026-1122");
    await press("Enter");
    await page.getByRole("heading", { name: en.search.heading }).waitFor();
    await press("/");
    await page.keyboard.type("9999-000004");
    await press("Enter");
    await page.getByText(en.search.chooseHint).waitFor();
    await press("1");
    await page.getByText("試験 架空子", { exact: true }).waitFor();

    const tab = (name: keyof typeof en.person.tabs) =>
      page.getByRole("tab", { name: en.person.tabs[name], exact: true });
    await reach(visit, tab("record"));
    while ((await tab("change").getAttribute("aria-selected")) !== "true") await press("ArrowRight");
    await reach(visit, page.getByLabel(en.fields.phone));
    await page.keyboard.type("03-1234-5678");
    await press("Enter");
    await page.getByText(en.change.registered).waitFor();
    await reach(visit, tab("change"));
    while ((await tab("answer").getAttribute("aria-selected")) !== "true") await press("ArrowRight");
    await reach(visit, visit.button(en.answerDesk.ask));
    await press("Enter");
    await page.getByText(en.answerDesk.none).waitFor();
    await press("Escape");
    await page.getByRole("heading", { name: en.search.heading }).waitFor();

    await reach(visit, page.getByRole("link", { name: en.shell.worklists, exact: true }));
    await press("Enter");
    await page.getByRole("heading", { name: en.worklists.mine }).waitFor();
    await reach(visit, page.getByLabel(en.worklists.title, { exact: true }));
    await page.keyboard.type("by keyboard alone");
    const whom = page.getByLabel(en.worklists.select);
    await reach(visit, whom);
    for (let at = 0; (await whom.inputValue()) !== "all" && at < 9; at++) await press("ArrowDown");
    await reach(visit, visit.button(en.worklists.create));
    await press("Enter");
    await reach(visit, visit.button(en.worklists.takeNext));
    await press("Enter");
    await page.locator("tbody .segments").first().waitFor();
    await press("Enter");
    await page.locator("tbody .seal-open").waitFor();
    await press("1");
    await page.locator("tbody [aria-pressed=true]").waitFor();
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });
});
