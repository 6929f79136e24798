// Installs what is missing, so that `npm start` and `npm test` are the only commands a newcomer types.
// Runs on any Node from 20 on, before anything is installed: plain JavaScript, `node:` modules only.
// Installs when node_modules is absent or older than the lockfile it was made from, and builds the console when its
// sources are newer than what was built (two seconds); does nothing otherwise.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const lockfile = join(root, "package-lock.json");
// npm writes this file at the end of a finished installation, so its age is the installation's.
const installed = join(root, "node_modules", ".package-lock.json");

const isCurrent = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs;
if (!isCurrent) {
  process.stdout.write("Installing packages (once, about a minute) …\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.error !== undefined || npm.status !== 0) {
    process.stderr.write("npm ci failed; see its message above.\n");
    process.exit(npm.status ?? 1);
  }
}

// What the console is made of: its own sources, and the few modules of other packages that run in the browser too.
const consoleFolder = join(root, "packages", "console");
const built = join(consoleFolder, "dist", "index.html");
const sources = [
  "console/index.html",
  "console/vite.config.ts",
  "console/src",
  "kernel/src",
  "keeper/src",
  "tlog/src",
];
sources.push(
  "custodian/src/intake",
  "custodian/src/premiums",
  "custodian/src/register",
  "custodian/src/vault",
  "custodian/src/worklists",
  "custodian/src/changes",
);
const newestMs = Math.max(
  ...sources.map((path) => newestIn(join(root, "packages", path))),
  statSync(lockfile).mtimeMs,
);
if (!existsSync(built) || statSync(built).mtimeMs < newestMs) {
  process.stdout.write("Building the console …\n");
  // Into a folder beside, put in place whole: a build that was stopped leaves the old one.
  const partial = join(consoleFolder, "dist.partial");
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const node24 = join(root, "node_modules", "node", "bin", "node");
  const build = spawnSync(
    existsSync(node24) ? node24 : process.execPath,
    [vite, "build", consoleFolder, "--outDir", partial, "--emptyOutDir", "--logLevel", "error"],
    // A development build is half as large again: whoever builds in the midst of tests gets what everybody gets.
    { cwd: consoleFolder, stdio: "inherit", env: { ...process.env, NODE_ENV: "production" } },
  );
  if (build.error !== undefined || build.status !== 0) {
    process.stderr.write("The console was not built; see the message above.\n");
    process.exit(build.status ?? 1);
  }
  rmSync(join(consoleFolder, "dist"), { recursive: true, force: true });
  renameSync(partial, join(consoleFolder, "dist"));
}

/** The latest change of a file, or of any file below a folder. */
function newestIn(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const below = readdirSync(path, { recursive: true }).map((name) => statSync(join(path, name)).mtimeMs);
  return Math.max(stat.mtimeMs, ...below);
}
