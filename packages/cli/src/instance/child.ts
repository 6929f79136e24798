/**
 * A process of ours that lives and dies with this one: it says one line when it is ready and stops when its standard
 * input ends, so that a killed parent leaves none behind.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Fault } from "@kura/kernel/fault.ts";

export interface Child {
  /** What followed `ready ` on its line. */
  readonly readyText: string;
  /** Settles when the process has gone, however it went. */
  readonly gone: Promise<number | null>;
  stop(): Promise<void>;
}

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;

/**
 * Runs `node args…` and waits for the line that begins with `readyPrefix`.
 *
 * @throws {Fault} `child-not-started` with the child's last line of its log, which holds no personal data.
 */
export async function startChild(args: readonly string[], readyPrefix: string): Promise<Child> {
  const child = spawn(process.execPath, args, {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const gone = once(child, "exit").then(([code]) => code as number | null);
  let lastLogLine = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    lastLogLine = line;
    // The log of our children, line by line as they wrote it; a terminal shows only what is worse than information.
    if (!isQuiet(line)) process.stderr.write(`${line}\n`);
  });
  const readyText = await Promise.race([
    readyLine(child, readyPrefix),
    gone.then(() => undefined),
    new Promise<undefined>((done) => setTimeout(done, readyTimeoutMs, undefined).unref()),
  ]);
  if (readyText === undefined) {
    child.kill("SIGKILL");
    throw new Fault("child-not-started", `a process did not start: ${lastLogLine}`);
  }
  return { readyText, gone, stop: () => stopChild(child, gone) };
}

async function readyLine(child: ChildProcess, prefix: string): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith(prefix)) return line.slice(prefix.length).trim();
  }
  return undefined;
}

function isQuiet(line: string): boolean {
  return /"level":"(?:info|debug)"/.test(line);
}

async function stopChild(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timeout = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await gone;
  clearTimeout(timeout);
}
