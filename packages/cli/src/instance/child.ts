/**
 * A process of ours that lives and dies with this one: it says one line when it is ready and stops when its standard
 * input ends, so that a killed parent leaves none behind.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
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

/** The descriptor at which a child finds the secret it is given. */
export const secretFd = 3;

/**
 * Runs `node args…` and waits for the line that begins with `readyPrefix`.
 *
 * @param secret handed over on {@link secretFd}: neither an argument nor the environment shows it.
 * @throws {Fault} `child-not-started` with the child's last line of its log, which holds no personal data.
 */
export async function startChild(
  args: readonly string[],
  readyPrefix: string,
  secret?: Uint8Array,
): Promise<Child> {
  const child = spawnNode(args, secret);
  const gone = once(child, "exit").then(([code]) => code as number | null);
  const lastLogLine = followLog(child, (line) => {
    // As the child wrote it; a terminal shows only what is worse than information.
    if (!isQuiet(line)) process.stderr.write(`${line}\n`);
  });
  const readyText = await Promise.race([
    readyLine(child, readyPrefix),
    gone.then(() => undefined),
    new Promise<undefined>((done) => setTimeout(done, readyTimeoutMs, undefined).unref()),
  ]);
  if (readyText === undefined) {
    child.kill("SIGKILL");
    throw new Fault("child-not-started", `a process did not start: ${lastLogLine()}`);
  }
  return { readyText, gone, stop: () => stopChild(child, gone) };
}

/**
 * Runs `node args…` to its end.
 *
 * @throws {Fault} `child-failed` with the last line of its log.
 */
export async function runChild(args: readonly string[], secret?: Uint8Array): Promise<void> {
  const child = spawnNode(args, secret);
  const lastLogLine = followLog(child, () => undefined);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Fault("child-failed", `a process failed: ${lastLogLine()}`);
}

function spawnNode(args: readonly string[], secret: Uint8Array | undefined): ChildProcess {
  const child = spawn(process.execPath, args, {
    stdio: ["pipe", "pipe", "pipe", secret === undefined ? "ignore" : "pipe"],
    detached: true,
  });
  const input = child.stdio[secretFd];
  if (secret !== undefined && input instanceof Writable) {
    // A child that ended before it read the secret says so itself, by its exit code.
    input.on("error", () => undefined);
    input.end(secret);
  }
  return child;
}

/** Tells every line of a child's log, and gives its last one. */
function followLog(child: ChildProcess, tell: (line: string) => void): () => string {
  let lastLine = "";
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      lastLine = line;
      tell(line);
    });
  }
  return () => lastLine;
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
