/** That the table of traps (test/abuse/traps.test.ts) is true: every file in it exists and has the tests that are named. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listFiles, root } from "./source-tree.ts";

const own = "test/abuse/traps.test.ts";
const text = readFileSync(join(root, own), "utf8");
const rows = text
  .split("\n")
  .filter((line) => line.startsWith(" * | ") && !line.startsWith(" * |--"))
  .slice(1)
  .map((line) => line.slice(5, -2).split(" | "));
const tests = ["packages", "test"].flatMap((folder) => listFiles(folder, [".test.ts"]));

/** Of a file as the table writes it: a path, or the name alone where it is the only one. */
const filesOf = (named: string) => tests.filter(({ path }) => `/${path}`.endsWith(`/${named}`));

/** A folder of a package, or the one test file of that name, with a test of that title. */
function isThere(path: string, title: string): boolean {
  if (!path.endsWith(".ts")) return existsSync(join(root, "packages", path));
  const files = filesOf(path);
  return files.length === 1 && files[0]?.text.includes(title) === true;
}

describe("the table of traps", () => {
  it("has a row for each, and a test or a reason in each row", () => {
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const [trap, kept = ""] of rows) expect([trap, /`|below/u.test(kept)]).toEqual([trap, true]);
  });

  it.each(rows)("%s: is kept by tests that are there", (_trap, kept = "") => {
    const named = [...kept.matchAll(/`([\w/.-]+)`(?: \("([^"]+)"\))?/gu)];
    const missing = named.filter(([, path = "", title = ""]) => !isThere(path, title));
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });
});
