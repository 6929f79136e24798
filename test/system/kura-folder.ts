/**
 * A folder for one instance of a whole-system test: where its data are, how `kura` is run on it, what is left of it.
 *
 * Everything here runs the real program in processes of its own, as a user would. `remove` first kills what a failed
 * test left running; which processes belong to the folder is read from the system, not remembered.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));
const script = join(root, "packages/cli/src/main.ts");
/** Nothing here takes a tenth of that on a quiet machine. */
const exitTimeoutMs = 240_000;

export interface FolderOptions {
  /** Where to make it; the system's folder for temporary files unless given. */
  readonly parent?: string;
  /** Below the folder: `KURA_DATA` is `<folder>/<dataName>`. */
  readonly dataName?: string;
  /** 0755 unless given, so that root's PostgreSQL user may enter. */
  readonly mode?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Run `kura` as this user of the system. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** What a finished run of `kura` said. */
export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of `kura` that goes on. */
export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  output(): { readonly stdout: string; readonly stderr: string };
}

export class KuraFolder {
  readonly path: string;
  readonly dataDir: string;
  readonly #options: FolderOptions;

  private constructor(path: string, options: FolderOptions) {
    this.path = path;
    this.dataDir = join(path, options.dataName ?? "kura-data");
    this.#options = options;
  }

  static async make(options: FolderOptions = {}): Promise<KuraFolder> {
    const path = await mkdtemp(join(options.parent ?? tmpdir(), "kura-system-"));
    await chmod(path, options.mode ?? 0o755);
    const folder = new KuraFolder(path, options);
    await mkdir(dirname(folder.dataDir), { recursive: true });
    if (options.user !== undefined) await chown(path, options.user.uid, options.user.gid);
    return folder;
  }

  get keyFile(): string {
    return `${this.dataDir}.key`;
  }

  /** `kura` with these arguments, without waiting. */
  spawn(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: this.path,
      env: { ...cleanEnv(), ...this.#options.env, ...env, KURA_DATA: this.dataDir },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own: a signal to the group is what Ctrl-C in a terminal is.
      detached: true,
      ...this.#options.user,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
    return { pid: child.pid ?? 0, child, ended, output: () => ({ stdout, stderr }) };
  }

  /** `kura` with these arguments, to its end. */
  async run(...args: readonly string[]): Promise<Ended> {
    return endOf(this.spawn(args));
  }

  /** The same with the key of a demo actor. */
  runAs(actor: string, ...args: readonly string[]): Promise<Ended> {
    return this.spawn(args, { KURA_ACTOR_KEY: `${this.keyFile}.demo-${actor}` }).ended;
  }

  /** `kura start`, ready. */
  async start(...args: readonly string[]): Promise<Started> {
    return this.startWith({}, ...args);
  }

  /** The same with settings of its own. */
  async startWith(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Started> {
    const running = this.spawn(["start", "--port", "0", ...args], env);
    const url = await urlOf(running);
    return { ...running, url };
  }

  /** Processes of the folder by what they are, without our own. */
  async processes(): Promise<FolderProcess[]> {
    const clusterDir = await this.clusterDir();
    const all = await listProcesses();
    return all.filter(
      ({ pid, args, cwd }) =>
        pid !== process.pid && [this.path, dirname(clusterDir)].some((dir) => belongs(dir, args, cwd)),
    );
  }

  /** Where PostgreSQL's files are; root keeps them elsewhere when its user cannot reach the folder. */
  async clusterDir(): Promise<string> {
    const written = await readFile(join(this.dataDir, "postgres.location"), "utf8").catch(() => "");
    return written === "" ? join(this.dataDir, "postgres") : written.trim();
  }

  /** The process of that part; of PostgreSQL the first, whose death takes the others with it. */
  async get(part: Part): Promise<FolderProcess> {
    const all = (await this.processes()).filter((one) => partOf(one) === part);
    // A child of the server has the server's name until it gives itself one.
    const found = all.filter(({ parent }) => !all.some(({ pid }) => pid === parent));
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} processes of ${part}`);
    return found[0];
  }

  async killAll(): Promise<void> {
    for (const { pid } of await this.processes()) kill(pid);
    await this.waitUntilNobody();
  }

  /** Waits until no process of the folder is left; says which are when that takes too long. */
  async waitUntilNobody(): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      if ((await this.processes()).length === 0) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    const left = (await this.processes()).map(({ args }) => args).join("\n");
    throw new Error(`processes are left:\n${left}`);
  }

  async remove(): Promise<void> {
    await this.killAll();
    const clusterDir = await this.clusterDir();
    await rm(this.path, { recursive: true, force: true });
    if (!clusterDir.startsWith(this.path)) await rm(dirname(clusterDir), { recursive: true, force: true });
  }
}

export interface Started extends Running {
  readonly url: string;
}

export interface FolderProcess {
  readonly pid: number;
  /** 0 when it has gone meanwhile. */
  readonly parent: number;
  readonly args: string;
  readonly cwd: string;
}

export type Part = "supervisor" | "keeper" | "custodian" | "postgres";

/** What a process of a folder is; the server's children are nothing by themselves. */
export function partOf({ args }: FolderProcess): Part | undefined {
  if (args.includes("keeper/src/main.ts")) return "keeper";
  if (args.includes("custodian/src/main.ts")) return "custodian";
  if (args.includes("cli/src/main.ts")) return "supervisor";
  return /\/bin\/postgres -D /.test(args) ? "postgres" : undefined;
}

/** Waits for the end; a run that does not end is killed and is an error. */
export async function endOf(running: Running, timeoutMs: number = exitTimeoutMs): Promise<Ended> {
  const timeout = new Promise<undefined>((done) => setTimeout(done, timeoutMs, undefined).unref());
  const ended = await Promise.race([running.ended, timeout]);
  if (ended !== undefined) return ended;
  kill(running.pid);
  throw new Error(`kura did not end: ${running.output().stderr}`);
}

/** A command that must succeed. */
export async function must(run: Promise<Ended>): Promise<Ended> {
  const ended = await run;
  if (ended.code !== 0) throw new Error(`it was refused: ${ended.stderr}`);
  return ended;
}

/** SIGKILL; a process that has gone already is no error. */
export function kill(pid: number): void {
  if (pid <= 0) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function urlOf(running: Running): Promise<string> {
  const said = new Promise<string>((resolve) => {
    const look = (): void => {
      const url = /^ready (http:\/\/\S+)$/m.exec(running.output().stdout)?.[1];
      if (url !== undefined) resolve(url);
    };
    running.child.stdout?.on("data", look);
  });
  // Without the timer of `endOf`, which would kill a run that has long been ready and goes on.
  const timeout = new Promise<undefined>((done) => setTimeout(done, exitTimeoutMs, undefined).unref());
  const url = await Promise.race([said, running.ended, timeout]);
  if (typeof url === "string") return url;
  if (url === undefined) kill(running.pid);
  throw new Error(`kura did not start: ${running.output().stderr}`);
}

/** Our own settings never reach a test's instance. */
function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:KURA_|NODE_|VITEST)/.test(name)),
  );
}

function belongs(dir: string, args: string, cwd: string): boolean {
  return args.includes(`${dir}/`) || cwd === dir || cwd.startsWith(`${dir}/`);
}

async function listProcesses(): Promise<FolderProcess[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((one) => one !== undefined);
}

/** `undefined` for a process that has gone meanwhile, or is dead and waits for its parent to notice. */
async function readProcess(pid: number): Promise<FolderProcess | undefined> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (text === "") return undefined;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const parent = Number(/^PPid:\t(\d+)$/mu.exec(status)?.[1] ?? 0);
  return { pid, parent, args: text.replaceAll("\0", " ").trim(), cwd };
}
