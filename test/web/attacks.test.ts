/**
 * Attacks on whoever sits at the console, in a real browser: a stolen cookie, a script in the page, a custodian that lies, a
 * keeper that stops; and what each role is denied.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { orderText } from "../../packages/keeper/src/client-side.ts";
import { en, secrets, TestConsole, type Visit } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start(4);
});
afterAll(() => console.stop());

/** Which of the secrets the page holds anywhere. */
async function shown({ page }: Visit): Promise<string[]> {
  const content = await page.content();
  return secrets.filter((secret) => content.includes(secret));
}

/** By the visitor's cookie, past the console. */
async function get<T>({ context, url }: Visit, path: string): Promise<T> {
  return (await context.request.get(`${url}${path}`)).json() as Promise<T>;
}

interface KnownCase {
  readonly caseId: string;
  readonly persons: readonly string[];
}

async function newestCase(visit: Visit): Promise<KnownCase> {
  const { cases } = await get<{ cases: KnownCase[] }>(visit, "/api/cases?open=true&mine=true");
  const [first] = cases;
  if (first === undefined) throw new Error("no case is open");
  return first;
}

describe("a hijacked tab", () => {
  it("gives its cookie away and no look with it: orders are signed by a key that the cookie's thief has not", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await visit.lookAt(1);
    const first = await newestCase(visit);
    const { session } = await get<{ session: string }>(visit, "/api/me");
    const persons = first.persons.map((person) => person.replaceAll("-", ""));
    // Right in everything but the signature.
    const about = { kind: "look", purpose: "claim", case: first.caseId, caseKind: "claim" } as const;
    const head = { v: 1, session, number: 1_000, atMs: Date.now() } as const;
    const text = orderText({ ...head, ...about, persons, fields: [3] });
    const order = { text, signature: `${"A".repeat(86)}==` };
    const headers = { Origin: visit.url };
    const answer = await visit.context.request.post(`${visit.url}/api/looks`, { data: order, headers });
    const said = await answer.text();
    expect(persons).toHaveLength(1);
    expect(said).toContain("bad-signature");
    expect([answer.status(), secrets.filter((secret) => said.includes(secret))]).toEqual([403, []]);
    await visit.context.close();
  });

  it("runs no script that is written into it, and speaks to nobody else", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    const tried = await visit.page.evaluate(`(async () => {
      const script = document.createElement("script");
      const written = (() => { try { script.text = "window.owned = 1"; document.body.append(script); return "written"; }
        catch { return "refused"; } })();
      const html = (() => { try { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.owned = 1'>");
        return "written"; } catch { return "refused"; } })();
      const away = await fetch("https://example.com/", { mode: "no-cors" }).then(() => "sent", () => "refused");
      return [written, html, away, typeof window.owned].join(" ");
    })()`);
    expect(tried).toBe("refused refused refused undefined");
    await visit.context.close();
  });

  it("holds no key where a script could find one, and none that could be taken out", async () => {
    const visit = await console.open();
    await visit.page.addInitScript(`
      const generate = crypto.subtle.generateKey.bind(crypto.subtle);
      window.made = [];
      crypto.subtle.generateKey = async (...given) => { const pair = await generate(...given); window.made.push(pair); return pair; };`);
    await visit.enterDemo("clerk");
    const found = await visit.page.evaluate(`(async () => {
      const stored = [...Object.values(localStorage)].join("") + (await indexedDB.databases()).length;
      const taken = await Promise.all(window.made.map(({ privateKey }) =>
        crypto.subtle.exportKey("pkcs8", privateKey).then(() => "taken", () => "refused")));
      return [/pkcs8|PRIVATE/.test(stored), ...taken].join(" ");
    })()`);
    expect(found).toBe("false refused refused");
    await visit.context.close();
  });
});

describe("a custodian that lies", () => {
  interface Sealed {
    readonly eventNumber: string;
    readonly sealed: string;
  }
  const lies: Readonly<Record<string, (truth: Sealed, before: Sealed | undefined) => unknown>> = {
    "another event's number": (truth) => ({ ...truth, eventNumber: "1" }),
    "an answer that was changed": (truth) => ({ ...truth, sealed: `A${truth.sealed.slice(1)}` }),
    "the answer to an earlier order": (truth, before) => ({ ...truth, ...before }),
    "no answer at all": () => ({ hello: "world" }),
  };

  it.each(Object.entries(lies))("shows nothing with %s", async (_name, lie) => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    let before: Sealed | undefined;
    await visit.page.route("**/api/looks", async (route) => {
      if (route.request().method() !== "POST") return route.fallback();
      const response = await route.fetch();
      const truth = (await response.json()) as Sealed;
      const told =
        before === undefined && lie === lies["the answer to an earlier order"] ? truth : lie(truth, before);
      before ??= truth;
      return route.fulfill({ response, json: told });
    });
    await visit.openCase();
    await visit.findByNumber("9999-000002");
    await visit.page.getByText(en.search.chooseHint).waitFor();
    await visit.page.keyboard.press("1");
    if (lie === lies["the answer to an earlier order"]) {
      await visit.page.getByText("試験 架空子", { exact: true }).waitFor();
      await visit.page.keyboard.press("Escape");
      await visit.page.getByRole("link", { name: en.oneCase.openPerson }).click();
      await visit.button(en.person.look).click();
    }
    const alert = visit.page.getByRole("alert");
    await alert.waitFor();
    const { contradiction, unreadable } = en.problems;
    expect([contradiction, en.problems["does-not-open"], unreadable]).toContain(await alert.innerText());
    await expect(shown(visit)).resolves.toEqual([]);
    await visit.context.close();
  });

  it("is told from the truth by its log: another one than this machine saw is refused", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await visit.page.getByRole("link", { name: en.shell.trust, exact: true }).click();
    await visit.button(en.trust.verify).click();
    await visit.page.getByText(en.trust.firstTime).waitFor();
    await visit.button(en.trust.verify).click();
    await visit.page.getByText(en.trust.grown("").trim().slice(0, 16)).waitFor();
    await visit.page.evaluate(`(() => {
      const prefs = JSON.parse(localStorage.kura);
      localStorage.kura = JSON.stringify({ ...prefs, log: { ...prefs.log, root: "00".repeat(32) } });
    })()`);
    await visit.button(en.trust.verify).click();
    await visit.page.getByText(en.problems["log-forked"]).waitFor();
    await visit.page.route("**/log/tile/entries/**", async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
      return route.fulfill({ response, body });
    });
    await visit.page.evaluate("localStorage.removeItem('kura')");
    await visit.button(en.trust.verify).click();
    await visit.page.getByText(en.problems["log-broken"]).waitFor();
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  });
});

describe("what is denied to", () => {
  it("a clerk: alarms, whatever address is typed", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await expect(visit.page.getByRole("link", { name: en.shell.alarms }).count()).resolves.toBe(0);
    await visit.page.evaluate(
      "history.pushState({}, '', '/alarms'); dispatchEvent(new PopStateEvent('popstate'))",
    );
    await visit.page.getByText(en.problems["not-an-officer"]).waitFor();
    await visit.context.close();
  });

  it("a printing house: everything but what was made for it", async () => {
    const visit = await console.open();
    await visit.enterDemo("recipient");
    await visit.page.getByRole("heading", { name: en.extracts.heading }).waitFor();
    const links = await visit.page.getByRole("navigation").getByRole("link").allInnerTexts();
    expect(links).toEqual([en.shell.extracts, en.shell.trust]);
    for (const path of ["/cases", "/worklists", "/exposure", "/incidents", "/looks"]) {
      await visit.page.evaluate(
        `history.pushState({}, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
      );
      await visit.page.locator(".notice-bad", { hasText: en.problems["purpose-not-held"] }).first().waitFor();
      expect(await shown(visit)).toEqual([]);
    }
    await visit.context.close();
  });

  it("an approver: the search and the record in a clerk's case, and the answer about whom it is about", async () => {
    const clerk = await console.open();
    await clerk.enterDemo("clerk");
    await clerk.lookAt(1);
    const { caseId, persons } = await newestCase(clerk);
    const visit = await console.open();
    await visit.enterDemo("approver");
    // Of a real person in a real case: refused for who asks, not for what is asked.
    const answer = await visit.context.request.post(`${visit.url}/api/answers`, {
      data: { person: persons[0], case: caseId },
      headers: { Origin: visit.url },
    });
    expect([answer.status(), await answer.text()]).toEqual([403, expect.stringContaining("not-looked-at")]);
    await expect(visit.page.getByRole("link", { name: en.shell.alarms }).count()).resolves.toBe(0);
    await visit.button(en.cases.everybody).click();
    await visit.page.locator(`tbody a[href*="${caseId}"]`).click();
    await visit.page.getByRole("link", { name: en.oneCase.openPerson }).waitFor();
    await expect(visit.page.getByText(en.search.heading).count()).resolves.toBe(0);
    await visit.page.getByRole("link", { name: en.oneCase.openPerson }).click();
    await visit.page.getByText(en.person.sealed).waitFor();
    await expect(visit.button(en.person.look).isDisabled()).resolves.toBe(true);
    expect(await shown(visit)).toEqual([]);
    for (const one of [clerk, visit]) await one.context.close();
  });

  it("an officer: cases of their own and every search, for lack of a purpose", async () => {
    const visit = await console.open();
    await visit.enterDemo("officer-1");
    await expect(visit.page.getByText(en.cases.start).count()).resolves.toBe(0);
    await visit.context.close();
  });

  it("somebody in the call centre: a search in a claim that is another's", async () => {
    const clerk = await console.open();
    await clerk.enterDemo("clerk");
    await clerk.openCase("claim");
    const caller = await console.open();
    await caller.enterDemo("call-taker");
    await caller.button(en.cases.everybody).click();
    await caller.page.locator("tbody a").first().click();
    await caller.page.getByRole("heading", { name: en.oneCase.persons }).waitFor();
    await expect(caller.page.getByText(en.search.heading).count()).resolves.toBe(0);
    await clerk.context.close();
    await caller.context.close();
  });
});

// Last: nothing works behind it.
describe("a keeper that stops", () => {
  it("leaves a screen that says so and shows nothing new", async () => {
    const visit = await console.open();
    await visit.enterDemo("clerk");
    await visit.openCase();
    const keeper = await console.folder.get("keeper");
    process.kill(keeper.pid, "SIGKILL");
    await visit.findByNumber("9999-000003");
    const alert = visit.page.getByRole("alert");
    await alert.waitFor();
    const { unavailable, unreachable } = en.problems;
    expect([unavailable, unreachable]).toContain(await alert.innerText());
    await expect(shown(visit)).resolves.toEqual([]);
    await visit.context.close();
  });
});
