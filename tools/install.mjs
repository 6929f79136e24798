// Installs what is missing, so that `npm start` and `npm test` are the only commands a newcomer types.
// Runs on any Node from 20 on, before anything is installed: plain JavaScript, `node:` modules only.
// Installs when node_modules is absent or older than the lockfile it was made from, and has the console built
// (`build-console.mjs`); does nothing otherwise.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
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

// By a process of its own: `kura start` runs the same file.
const built = spawnSync(process.execPath, [join(root, "tools", "build-console.mjs")], { stdio: "inherit" });
process.exit(built.status ?? 1);
