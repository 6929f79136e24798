// Builds the folder that is published: `npm run build`, then `npm publish dist`. Plain JavaScript, `node:` modules only.
// Sources run as they are in this repository, but Node strips no types below node_modules; so the published folder has
// JavaScript and declarations, and the few kernel files it uses lie beside them: it installs without any other package.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const out = join(here, "dist");
const stage = join(here, "dist/stage");

// The kernel is imported by name; in the published folder it is two folders up and back down.
function stageSources(from, to, isWanted) {
  mkdirSync(join(stage, to), { recursive: true });
  for (const name of readdirSync(join(root, "packages", from))) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts") || !isWanted(name)) continue;
    const text = readFileSync(join(root, "packages", from, name), "utf8");
    writeFileSync(join(stage, to, name), text.replaceAll('"@kura/kernel/', '"../kernel/'));
  }
}

rmSync(out, { recursive: true, force: true });
stageSources("tlog/src", "tlog", () => true);
stageSources("kernel/src", "kernel", (name) => ["bytes.ts", "fault.ts", "wire.ts"].includes(name));
const compilerOptions = {
  noEmit: false,
  declaration: true,
  rewriteRelativeImportExtensions: true,
  rootDir: ".",
  outDir: "..",
};
const config = {
  extends: "../../../../tsconfig.json",
  compilerOptions,
  include: [],
  files: ["tlog/index.ts"],
};
writeFileSync(join(stage, "tsconfig.json"), JSON.stringify(config));
const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", stage], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
rmSync(stage, { recursive: true });
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const { name, version, description, keywords, license, type } = JSON.parse(
  readFileSync(join(here, "package.json"), "utf8"),
);
const face = { types: "./tlog/index.d.ts", default: "./tlog/index.js" };
const engines = { node: ">=20.16" };
const published = {
  name,
  version,
  description,
  keywords,
  license,
  type,
  engines,
  sideEffects: false,
  exports: { ".": face },
};
writeFileSync(join(out, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
copyFileSync(join(here, "README.md"), join(out, "README.md"));
copyFileSync(join(root, "LICENSE"), join(out, "LICENSE"));
