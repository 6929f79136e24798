/**
 * A console for tests: an instance with a few synthetic people, a real browser, and the steps that every day begins with.
 * What a page said wrongly (a script's failure, a broken policy, a request to anybody else) is collected and must be nothing.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { en } from "../../packages/console/src/words/en.ts";
import { ja, type Words } from "../../packages/console/src/words/ja.ts";
import { startBrowser, type TestBrowser } from "./browser.ts";
import { KuraFolder, root } from "./kura-folder.ts";
import { personHeader, personLine, premiumHeader, premiumLine, testPerson } from "./people.ts";

export { en, ja };

/** What no screen but the person's own may hold: the values of the first test persons. */
export const secrets = ["試験 架空子", "シケン カクウコ", "9999-000001", "9999000001", "架空県試験市1番地"];

export class TestConsole {
  readonly folder: KuraFolder;
  readonly url: string;
  readonly #browser: TestBrowser;

  /** @param url as passkeys want it: by name, not by number. */
  private constructor(folder: KuraFolder, url: string, browser: TestBrowser) {
    this.folder = folder;
    this.url = url;
    this.#browser = browser;
  }

  static async start(persons = 3): Promise<TestConsole> {
    const built = spawnSync(process.execPath, [join(root, "tools/install.mjs")], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(`the console is not built: ${built.stderr}`);
    const folder = await KuraFolder.make();
    const { url } = await folder.start("--empty");
    await importLines(folder, "persons", [personHeader, ...numbers(persons).map((n) => personLine(n))]);
    // The first has a life, for the eye; the others have four months each.
    const months = ["2020-04", "2020-05", "2020-07", "2021-01"];
    const premiums = numbers(persons)
      .slice(1)
      .flatMap((n) => months.map((month, i) => premiumLine(n, { month, reference: `R${n}-${i}` })));
    await importLines(folder, "premiums", [premiumHeader, ...lifeLines(), ...premiums]);
    return new TestConsole(folder, url.replace("127.0.0.1", "localhost"), await startBrowser());
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.folder.remove();
  }

  /** Further people, by the lines of a file. */
  async importPersons(lines: readonly string[]): Promise<void> {
    await importLines(this.folder, "persons", [personHeader, ...lines]);
  }

  /** Of everybody, for the demo's printing house; awaits approval. */
  async requestExtract(): Promise<void> {
    const args = [
      "--purpose",
      "mailing",
      "--columns",
      "name,kana,postalCode,address",
      "--holder",
      "recipient-key",
    ];
    const rest = ["--workstation", "printer-1", "--reason", "synthetic letters", "--all"];
    const { code, stderr } = await this.folder.run("extract", "request", ...args, ...rest);
    if (code !== 0) throw new Error(`no extract was asked for: ${stderr}`);
  }

  async open(locale: "ja-JP" | "en-GB" = "en-GB"): Promise<Visit> {
    const context = await this.#browser.browser.newContext({
      locale,
      viewport: { width: 1360, height: 860 },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    return new Visit(this.url, context, page, locale === "ja-JP" ? ja : en);
  }
}

/** One user at one browser. */
export class Visit {
  readonly url: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly words: Words;
  /** Failures of scripts, broken policies, requests to others. */
  readonly wrongs: string[] = [];

  constructor(url: string, context: BrowserContext, page: Page, words: Words) {
    this.url = url;
    this.context = context;
    this.page = page;
    this.words = words;
    page.on("pageerror", (error) => this.wrongs.push(`script: ${error.message}`));
    page.on("console", (message) => {
      // A refused request is said by the browser too, and by the screen in its own words.
      const isRefusal = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isRefusal) this.wrongs.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(url)) this.wrongs.push(`elsewhere: ${request.url()}`);
    });
  }

  async enterDemo(actor: string): Promise<void> {
    await this.page.goto(this.url);
    await this.page.getByRole("button", { name: this.words.demo.enter(actor) }).click();
    await this.page.getByRole("navigation").waitFor();
  }

  async openCase(kind: keyof Words["caseKinds"] = "claim"): Promise<void> {
    const { page, words } = this;
    await page.getByRole("link", { name: words.shell.cases, exact: true }).click();
    await page.getByLabel(words.cases.kind).selectOption(kind);
    await page.getByLabel(words.cases.reason).fill("reference 2026-1122");
    await this.button(words.cases.create).click();
    await page.getByRole("heading", { name: words.search.heading }).waitFor();
  }

  async findByNumber(number: string): Promise<void> {
    await this.page.getByLabel(this.words.search.number).fill(number);
    await this.button(this.words.search.find).click();
  }

  /** A case, a search, and the person's page with what identifies them. */
  async lookAt(n: number, kind: keyof Words["caseKinds"] = "claim"): Promise<void> {
    await this.openCase(kind);
    await this.findByNumber(`9999-${String(n).padStart(6, "0")}`);
    await this.page.getByText(this.words.search.chooseHint).waitFor();
    await this.page.keyboard.press("1");
    await this.page.getByText("試験 架空子", { exact: true }).waitFor();
  }

  /** Into docs/screens, when `KURA_SCREENS` is set (or into `KURA_SCREENS_INTO`). */
  async drawn(name: string, locale: string, theme: "light" | "dark" = "light"): Promise<void> {
    if (process.env["KURA_SCREENS"] === undefined) return;
    const folder = process.env["KURA_SCREENS_INTO"] ?? join(root, "docs/screens");
    await mkdir(folder, { recursive: true });
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.evaluate("scrollTo(0, 0)");
    const path = join(folder, `${name}-${locale.slice(0, 2)}${theme === "dark" ? "-dark" : ""}.png`);
    await this.page.screenshot({ path, fullPage: true });
  }

  button(name: string) {
    return this.page.getByRole("button", { name, exact: true });
  }

  async text(): Promise<string> {
    return this.page.locator("body").innerText();
  }

  /** What axe finds against WCAG 2.2 AA, one line each. */
  async barriers(): Promise<string[]> {
    // By the debugger, not as a script of the page: the page's policy would not let it in.
    await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(wcag)} }).then((result) => result.violations.map((one) =>
        one.id + ": " + one.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary).join(" | ")))`,
    );
    return found as string[];
  }
}

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const axeSource = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** From 1970 to 2009: work, a year unpaid, years as a dependent spouse, exemptions, half a year of which nothing is known. */
function lifeLines(): string[] {
  const runs = [
    ["1970-01", "1985-03", "厚生年金", "納付", "21500"],
    ["1985-04", "1986-03", "国民年金第1号", "未納", "0"],
    ["1986-04", "1995-03", "国民年金第3号", "納付", "0"],
    ["1995-04", "1999-12", "厚生年金", "納付", "48200"],
    ["2000-01", "2001-06", "国民年金第1号", "全額免除", "0"],
    ["2002-01", "2005-03", "国民年金第1号", "納付", "13300"],
    ["2005-04", "2006-06", "国民年金第1号", "半額免除", "6790"],
    ["2006-07", "2009-12", "厚生年金", "納付", "61400"],
  ] as const;
  const { number, name, kana, birthDate } = testPerson(1);
  return runs.flatMap(([from, to, scheme, kind, amount]) =>
    monthsFrom(from, to).map((month) =>
      [number, name, kana, birthDate, month, scheme, kind, amount, `L${month}`].join(","),
    ),
  );
}

function monthsFrom(from: string, to: string): string[] {
  const index = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  return Array.from({ length: index(to) - index(from) + 1 }, (_, i) => {
    const at = index(from) + i;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
  });
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

async function importLines(
  folder: KuraFolder,
  kind: "persons" | "premiums",
  lines: readonly string[],
): Promise<void> {
  const file = join(folder.path, `${kind}.csv`);
  await writeFile(file, `${lines.join("\n")}\n`);
  const { code, stderr } = await folder.run("import", kind, file);
  if (code !== 0) throw new Error(`${kind} were not taken in: ${stderr}`);
}
