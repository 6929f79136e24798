// Builds the console when its sources are newer than what was built (two seconds); does nothing otherwise. Run by
// `tools/install.mjs` and, in a checkout, by `kura start`: nobody is served screens that are older than their sources.
// Plain JavaScript for any Node from 20 on, `node:` modules only.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const consoleFolder = join(root, "packages", "console");
const dist = join(consoleFolder, "dist");
const built = join(dist, "index.html");

// What the console is made of: its own sources, and the few folders of other packages that run in the browser too.
const sources = [
  "console/index.html",
  "console/vite.config.ts",
  "console/src",
  "kernel/src",
  "keeper/src",
  "tlog/src",
  "custodian/src/changes",
  "custodian/src/intake",
  "custodian/src/premiums",
  "custodian/src/register",
  "custodian/src/vault",
  "custodian/src/worklists",
];

if (isStale()) {
  process.stderr.write("Building the console …\n");
  // Into a folder of this process, put in place whole: a build that was stopped leaves the old one.
  const partial = `${dist}.partial-${process.pid}`;
  const node24 = join(root, "node_modules", "node", "bin", "node");
  const build = spawnSync(
    existsSync(node24) ? node24 : process.execPath,
    [
      join(root, "node_modules", "vite", "bin", "vite.js"),
      "build",
      consoleFolder,
      "--outDir",
      partial,
      "--emptyOutDir",
      "--logLevel",
      "error",
    ],
    // A development build is half as large again: whoever builds in the midst of tests gets what everybody gets.
    { cwd: consoleFolder, stdio: ["ignore", 2, 2], env: { ...process.env, NODE_ENV: "production" } },
  );
  if (build.error !== undefined || build.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    process.stderr.write("The console was not built; see the message above.\n");
    process.exit(build.status ?? 1);
  }
  // Another process may have built it meanwhile: its build is as good.
  if (isStale()) {
    rmSync(dist, { recursive: true, force: true });
    renameSync(partial, dist);
  }
  rmSync(partial, { recursive: true, force: true });
}

function isStale() {
  if (!existsSync(built)) return true;
  const newestMs = Math.max(
    ...sources.map((path) => newestIn(join(root, "packages", path))),
    statSync(join(root, "package-lock.json")).mtimeMs,
  );
  return statSync(built).mtimeMs < newestMs;
}

/** The latest change of a file, or of any file below a folder. */
function newestIn(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const below = readdirSync(path, { recursive: true }).map((name) => statSync(join(path, name)).mtimeMs);
  return Math.max(stat.mtimeMs, ...below);
}
