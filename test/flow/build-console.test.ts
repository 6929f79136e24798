/** The build of the console: made when there is none or a source is newer, left alone otherwise, whole or not at all. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../system/kura-folder.ts";

const script = readFileSync(join(root, "tools/build-console.mjs"), "utf8");
let tree: string;

/** A checkout in small, whose builder counts how often it was called. */
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), "kura-build-"));
  put("tools/build-console.mjs", script);
  put("package-lock.json", "{}");
  for (const [, path = ""] of script.matchAll(/^ {2}"([\w/.-]+)",$/gmu)) {
    put(join("packages", path.includes(".") ? path : join(path, "a.ts")), "");
  }
  put(
    "node_modules/vite/bin/vite.js",
    `const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
     const out = process.argv[process.argv.indexOf("--outDir") + 1];
     appendFileSync(${JSON.stringify(join(tree, "calls"))}, "x");
     mkdirSync(out, { recursive: true });
     writeFileSync(out + "/index.html", process.env.BUILT ?? "");
     process.exit(process.env.BUILT === undefined ? 1 : 0);`,
  );
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

function build(given?: string): { status: number | null; calls: number; page: string } {
  const { BUILT: _, ...env } = process.env;
  const { status } = spawnSync(process.execPath, [join(tree, "tools/build-console.mjs")], {
    env: { ...env, ...(given !== undefined && { BUILT: given }) },
  });
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  return {
    status,
    calls: read(join(tree, "calls")).length,
    page: read(join(tree, "packages/console/dist/index.html")),
  };
}

it("is made once, anew behind a change of any source, and the old one stays where it fails", () => {
  expect(build("first")).toEqual({ status: 0, calls: 1, page: "first" });
  expect(build("unneeded")).toEqual({ status: 0, calls: 1, page: "first" });
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(tree, "packages/custodian/src/register/a.ts"), later, later);
  expect(build()).toEqual({ status: 1, calls: 2, page: "first" });
  expect(build("second")).toEqual({ status: 0, calls: 3, page: "second" });
});

it("watches every folder that the console takes something from", () => {
  const from = join(root, "packages/console/src");
  const files = readdirSync(from, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/u.test(name) && !name.includes(".test."),
  );
  const folders = new Set(
    files.flatMap((name) =>
      [
        ...readFileSync(join(from, name), "utf8").matchAll(/"@kura\/(?:custodian\/([a-z]+)|([a-z]+))\//gu),
      ].map(([, folder, of]) => (folder === undefined ? `${of}/src` : `custodian/src/${folder}`)),
    ),
  );
  expect(folders.size).toBeGreaterThan(3);
  expect([...folders].filter((folder) => !script.includes(`"${folder}"`))).toEqual([]);
});
