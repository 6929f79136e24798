/** What a counter's computer loads before its first case: little enough for a slow line, and nothing of anybody else. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { root } from "../system/kura-folder.ts";

const dist = join(root, "packages/console/dist");
/** Of script, packed by gzip, in bytes. */
const firstLoadMax = 200_000;

beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, "tools/install.mjs")], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the console is not built: ${built.stderr}`);
});

it("is under two hundred kilobytes of script", () => {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/gu)].map((match) => match[1] ?? "");
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
  expect(scripts.length).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(firstLoadMax);
});

it("names no other host, and has no script or style inside the page", () => {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  expect(page).not.toMatch(/https?:|<style|style=|<script(?![^>]*\bsrc=)/u);
  const styles = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".css"));
  for (const name of styles)
    expect(readFileSync(join(dist, "assets", name), "utf8")).not.toMatch(/https?:|@import/u);
});
