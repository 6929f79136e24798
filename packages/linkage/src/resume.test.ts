// A run that is really killed, with a signal that no program can catch, goes on from its work folder to the same result.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { historicalPeople } from "../test/synthetic.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linkage-kill-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROLES = ["first_name=given_name", "surname=surname", "dob=birth_date", "birth_place=place"];

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the program; kills it once a file is there. */
async function run(args: readonly string[], killAt?: string): Promise<Ended> {
  const roles = ROLES.flatMap((role) => ["--role", role]);
  const child = spawn(process.execPath, [MAIN, "dedupe", ...args, ...roles, "--quiet"], { stdio: "ignore" });
  const ended = new Promise<Ended>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  if (killAt === undefined) return ended;
  while (child.exitCode === null && !existsSync(killAt)) await sleep(2);
  child.kill("SIGKILL");
  return ended;
}

describe("a run that is killed while it scores", () => {
  it("leaves whole stages, and goes on from them to the same groups", async () => {
    const rows = historicalPeople({ people: 5000, recordsPerPerson: 5, dirt: 0.8, seed: 12 });
    const columns = ["unique_id", "first_name", "surname", "dob", "birth_place"];
    const input = join(folder, "people.csv");
    writeFileSync(
      input,
      [columns.join(","), ...rows.map((row) => columns.map((c) => row[c]).join(","))].join("\n"),
    );
    const [plain, out, work] = ["plain.csv", "out.csv", "work"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    expect(await run([input, "--out", plain])).toEqual({ code: 0, signal: null });

    const killed = await run([input, "--out", out, "--work", work], join(work, "edges-1.bin"));
    expect(killed.signal).toBe("SIGKILL");
    expect(existsSync(out)).toBe(false);
    const kept = readdirSync(work).filter((name) => name.startsWith("edges-") && !name.endsWith(".part"));
    expect(kept.length).toBeGreaterThanOrEqual(2);
    const before = statSync(join(work, "edges-0.bin")).mtimeMs;

    expect(await run([input, "--out", out, "--work", work])).toEqual({ code: 0, signal: null });
    expect(statSync(join(work, "edges-0.bin")).mtimeMs).toBe(before);
    expect(readFileSync(out, "utf8")).toBe(readFileSync(plain, "utf8"));
  }, 180_000);
});
