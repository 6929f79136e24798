/**
 * `search to look`: in a real browser, from the press that searches a person by number to the name on the screen: the search
 * (journalled, revealed by the keeper), the choice among candidates, the look (journalled, opened, sealed to the tab) and
 * both answers opened there. Without the person's own time: the first candidate is chosen as soon as it stands there.
 *
 * Against the 150 ms that it may take. `--persons N` in the register (1,250,000 is the aim's), `--looks N` (at most 400: the
 * operator's budget of an hour). The first five looks warm both sides up.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSample } from "../packages/cli/src/sample/generate-sample.ts";
import { Visit } from "../test/system/console.ts";
import { startBrowser } from "../test/system/browser.ts";
import { KuraFolder, root } from "../test/system/kura-folder.ts";
import { en } from "../packages/console/src/words/en.ts";
import { type BenchOptions, type Figure, figure, median } from "./figure.ts";

const allowedMs = 150;
const warmUp = 5;
/** A look that takes longer than this has failed; the screen says why. */
const giveUpMs = 10_000;

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const persons = numberOf(args, "--persons", 20_000);
  const looks = numberOf(args, "--looks", 40);
  const built = spawnSync(process.execPath, [join(root, "tools/install.mjs")], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the console is not built: ${built.stderr}`);
  const dir = await mkdtemp(join(tmpdir(), "kura-bench-"));
  const folder = await KuraFolder.make();
  try {
    const { url } = await folder.start("--empty");
    await generateSample({ persons, seed: 1, outDir: dir, premiumPersons: 1, historyMonths: 1 });
    const file = join(dir, "persons.csv");
    const { code, stderr } = await folder.run("import", "persons", file);
    if (code !== 0) throw new Error(stderr);
    const times = await timeLooks(
      url.replace("127.0.0.1", "localhost"),
      await numbersIn(file, warmUp + looks),
    );
    return [figureOf(times.slice(warmUp), persons)];
  } finally {
    await folder.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

function figureOf(times: readonly Timing[], persons: number): Figure {
  const of = (part: keyof Timing): number => median(times.map((time) => time[part]));
  const whole = times.map(({ wholeMs }) => wholeMs).toSorted((a, b) => a - b);
  const slow = whole[Math.floor(whole.length * 0.95)] ?? Number.NaN;
  const asked = of("searchMs") + of("caseMs") + of("lookMs");
  const note = [
    `median of ${whole.length} in a browser, ${persons.toLocaleString("en")} persons; 95 of 100 within ${slow.toFixed(0)} ms`,
    `of it asked and answered: search ${of("searchMs").toFixed(0)}, into the case ${of("caseMs").toFixed(0)}, look ${of("lookMs").toFixed(0)} ms`,
    `in the browser (sealing, signing, opening, both screens and their frames): ${(of("wholeMs") - asked).toFixed(0)} ms`,
    `other questions meanwhile: ${of("others").toFixed(0)}`,
  ];
  return figure("search to look", of("wholeMs"), allowedMs, "ms", note.join("; "));
}

/** Milliseconds of one search to look. */
interface Timing {
  readonly wholeMs: number;
  readonly searchMs: number;
  readonly caseMs: number;
  readonly lookMs: number;
  /** Requests that the way did not need. */
  readonly others: number;
}

async function timeLooks(url: string, numbers: readonly string[]): Promise<Timing[]> {
  const chromium = await startBrowser();
  try {
    const context = await chromium.browser.newContext({ locale: "en-GB", reducedMotion: "reduce" });
    const visit = new Visit(url, context, await context.newPage(), en);
    await visit.enterDemo("operator");
    const times: Timing[] = [];
    for (const number of numbers) {
      // A case each: in one case a second look would be cheaper for both sides.
      await visit.openCase();
      await visit.page.getByLabel(en.search.number).fill(number);
      times.push(await visit.page.evaluate<Timing>(timing(en.search.find)));
    }
    return times;
  } finally {
    await chromium.close();
  }
}

/** By the page's own clock, looking at every frame: the driver's way to the browser and back is not timed. */
function timing(find: string): string {
  return `(async () => {
    const until = (selector) => new Promise((resolve, reject) => {
      const giveUpAt = performance.now() + ${giveUpMs};
      const look = () => {
        const found = document.querySelector(selector);
        if (found) resolve(found);
        else if (performance.now() > giveUpAt) reject(new Error(document.querySelector("main").innerText));
        else requestAnimationFrame(look);
      };
      look();
    });
    const button = [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === ${JSON.stringify(find)});
    performance.clearResourceTimings();
    const from = performance.now();
    button.click();
    (await until(".candidates button")).click();
    await until(".fact-value");
    const wholeMs = performance.now() - from;
    const asked = performance.getEntriesByType("resource").map(({ name, duration }) => [new URL(name).pathname, duration]);
    const of = (end) => asked.filter(([path]) => path.endsWith(end)).reduce((sum, [, ms]) => sum + ms, 0);
    return { wholeMs, searchMs: of("/searches"), caseMs: of("/persons"), lookMs: of("/looks"), others: asked.length - 3 };
  })()`;
}

/** Numbers of persons here and there in the file. */
async function numbersIn(file: string, count: number): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).split("\n").slice(1, -1);
  const step = Math.max(1, Math.floor(lines.length / (count + 1)));
  const numbers = lines.flatMap((line) => /\b\d{4}-?\d{6}\b/u.exec(line)?.[0] ?? []);
  return Array.from({ length: count }, (_, i) => numbers[(i * step) % numbers.length] ?? "");
}

function numberOf(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : Number(args[at + 1]);
}
