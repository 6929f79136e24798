/**
 * A real Chromium for tests of the console: the browser that npm brings, with a Japanese font that npm brings.
 *
 * Flags of our own: what the package proposes for servers switches the web's security off, which is what is tested here.
 * Its files are unpacked below the system's folder for temporary files, once for all runs.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

export interface TestBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
  "--disable-background-networking",
];

const aliases = [
  ["sans-serif", "Noto Sans JP"],
  ["monospace", "DejaVu Sans Mono"],
]
  .map(([from, to]) => `<alias><family>${from}</family><prefer><family>${to}</family></prefer></alias>`)
  .join("");

export async function startBrowser(): Promise<TestBrowser> {
  const folder = await mkdtemp(join(tmpdir(), "kura-browser-"));
  const fonts = dirname(fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans-jp/package.json")));
  const config = join(folder, "fonts.conf");
  const dirs = [fonts, "/usr/share/fonts"].map((dir) => `<dir>${dir}</dir>`).join("");
  await writeFile(
    config,
    `<?xml version="1.0"?><fontconfig>${dirs}<cachedir>${folder}</cachedir>${aliases}</fontconfig>\n`,
  );
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: flags,
    env: { PATH: process.env["PATH"] ?? "", FONTCONFIG_FILE: config, HOME: folder },
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { browser, close };
}
