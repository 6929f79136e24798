/**
 * An instance: PostgreSQL (unless a server of one's own is named), the keeper, and the schema brought up to date.
 *
 * `openInstance` attaches to the one that runs on the folder, or starts one for the time of a command. The parts stop in
 * the order custodian, keeper, PostgreSQL, so that nobody loses what it is still using.
 * CRASH: a killed instance leaves PostgreSQL running without us; the next start finds it by its pid file, stops it and
 * starts anew. Keeper and custodian stop by themselves when our end of their standard input is gone.
 */
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { targetOfUrls } from "@kura/custodian/db/database.ts";
import type { DatabaseTarget } from "@kura/custodian/db/database.ts";
import { ownerRole, startEmbeddedServer } from "@kura/custodian/db/embedded-server.ts";
import { migrate } from "@kura/custodian/db/migrate.ts";
import { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { takeInstanceLock } from "@kura/keeper/instance-lock.ts";
import { keeperCommand } from "@kura/keeper/launch.ts";
import { listDemoKeys, makeDemoActors } from "./actor-keys.ts";
import { runChild, startChild } from "./child.ts";
import type { Child } from "./child.ts";
import type { InstancePaths } from "./paths.ts";
import { getUnsealingSecret, syncFolder } from "./unsealing-secret.ts";
import type { UnsealingSecret } from "./unsealing-secret.ts";

/** How the parts of a running instance are reached; the content of `instance.json`. */
export interface InstanceAddress {
  readonly pid: number;
  readonly target: DatabaseTarget;
  readonly keeperSocket: string;
  /** Key files of a demonstration's actors, which its console hands out; none for an agency of one's own. */
  readonly demoKeys: readonly string[];
  /** Of the custodian; absent while a command runs an instance of its own. */
  readonly url?: string;
}

export interface Instance {
  readonly address: InstanceAddress;
  /** Settles when a part stopped that should not have; the reason in words. */
  readonly failed: Promise<string>;
  /** Stops the parts that were started here: none where others had started the instance. */
  stop(): Promise<void>;
}

/** `sun_path` less the name of the socket. */
const socketDirBytesMax = 90;

/**
 * Starts PostgreSQL and the keeper on the folder.
 *
 * @throws {Fault} `already-running` when an instance has the folder.
 */
export async function startInstance(paths: InstancePaths, env: NodeJS.ProcessEnv): Promise<Instance> {
  await mkdir(paths.dataDir, { recursive: true });
  const lock = await takeInstanceLock(paths.dataDir, "instance").catch(async (fault: unknown) => {
    throw codeOf(fault) === "already-running" ? await describeRunning(paths) : fault;
  });
  const stops: (() => Promise<void>)[] = [async () => lock.release()];
  const stopAll = async (): Promise<void> => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopAll());
  try {
    const { target, gone } = await startDatabase(paths, env, stops);
    await migrate(target);
    const { child, socket } = await startKeeper(paths, env, stops);
    const demoKeys = await listDemoKeys(paths, env);
    const address = { pid: process.pid, target, keeperSocket: socket, demoKeys };
    await writeAddress(paths, address);
    stops.push(() => rm(paths.instanceFile, { force: true }));
    const failed = Promise.race([
      child.gone.then(() => "the keeper stopped"),
      gone.then(() => "PostgreSQL stopped"),
    ]);
    return { address, failed, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** The running instance of the folder, or one that lives until `stop`. */
export async function openInstance(paths: InstancePaths, env: NodeJS.ProcessEnv): Promise<Instance> {
  const address = await findRunning(paths);
  if (address === undefined) return startInstance(paths, env);
  return { address, failed: new Promise(() => undefined), stop: async () => undefined };
}

/** Its address, when an instance on the folder answers. */
export async function findRunning(paths: InstancePaths): Promise<InstanceAddress | undefined> {
  const address = await readAddress(paths);
  if (address === undefined) return undefined;
  const keeper = new KeeperClient(address.keeperSocket);
  try {
    await keeper.status();
    return address;
  } catch (fault) {
    if (codeOf(fault) === "keeper-unreachable") return undefined;
    throw fault;
  } finally {
    await keeper.close();
  }
}

/** Written whole or not at all. */
export async function writeAddress(paths: InstancePaths, address: InstanceAddress): Promise<void> {
  const partial = `${paths.instanceFile}.partial`;
  await writeFile(partial, `${JSON.stringify(address, undefined, 2)}\n`, { mode: 0o600 });
  await rename(partial, paths.instanceFile);
}

async function readAddress(paths: InstancePaths): Promise<InstanceAddress | undefined> {
  const text = await readFile(paths.instanceFile, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as InstanceAddress);
}

async function describeRunning(paths: InstancePaths): Promise<Fault> {
  const address = await readAddress(paths);
  const where =
    address === undefined
      ? ""
      : ` (process ${address.pid}${address.url === undefined ? "" : `, ${address.url}`})`;
  return new Fault(
    "already-running",
    `an instance runs on ${paths.dataDir} already${where}; stop it, or set KURA_DATA to another folder`,
  );
}

async function startDatabase(
  paths: InstancePaths,
  env: NodeJS.ProcessEnv,
  stops: (() => Promise<void>)[],
): Promise<{ target: DatabaseTarget; gone: Promise<void> }> {
  const url = env["KURA_DATABASE_URL"];
  if (url !== undefined) {
    const target = targetOfUrls(url, env["KURA_KEYS_DATABASE_URL"]);
    // A server of one's own may come and go; who asks it meanwhile is told so.
    return { target, gone: new Promise(() => undefined) };
  }
  const server = await startEmbeddedServer(paths.dataDir);
  stops.push(() => server.stop());
  const { socketDir, port, gone } = server;
  return { target: { kind: "socket", socketDir, port, ownerRole }, gone };
}

async function startKeeper(
  paths: InstancePaths,
  env: NodeJS.ProcessEnv,
  stops: (() => Promise<void>)[],
): Promise<{ child: Child; socket: string }> {
  const isSealed = await exists(join(paths.keeperDir, "keys.sealed"));
  const secret = await getUnsealingSecret(paths, env, isSealed);
  if (!isSealed) await initKeeper(paths, env, secret);
  const socketDir = await makeSocketDir(paths.keeperDir, stops);
  const socket = join(socketDir, "keeper.sock");
  const args = ["--dir", paths.keeperDir, ...secret.args, "--socket", socket, "--follow-stdin"];
  const child = await startChild([...keeperCommand, ...args], "keeper ready", secret.passphrase);
  stops.push(() => child.stop());
  return { child, socket };
}

/**
 * Keys and the first roster. Whoever brings no statement of their own (`KURA_GENESIS`) is given demo officers.
 *
 * CRASH: the keeper's files appear together or not at all; the next start begins anew, and makes the actors' keys again.
 */
async function initKeeper(
  paths: InstancePaths,
  env: NodeJS.ProcessEnv,
  secret: UnsealingSecret,
): Promise<void> {
  const genesis = env["KURA_GENESIS"] ?? (await makeDemoActors(paths));
  const partial = `${paths.keeperDir}.partial`;
  await rm(partial, { recursive: true, force: true });
  const args = ["--dir", partial, ...secret.args, "--genesis", genesis];
  await runChild([...keeperCommand, "init", ...args], secret.passphrase);
  await rename(partial, paths.keeperDir);
  await syncFolder(paths.dataDir);
}

async function makeSocketDir(keeperDir: string, stops: (() => Promise<void>)[]): Promise<string> {
  const near = join(keeperDir, "run");
  const isNear = Buffer.byteLength(near) <= socketDirBytesMax;
  const socketDir = isNear ? near : await mkdtemp(join(tmpdir(), "kura-keeper-"));
  if (isNear) await mkdir(near, { recursive: true });
  else stops.push(() => rm(socketDir, { recursive: true, force: true }));
  await chmod(socketDir, 0o700);
  return socketDir;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
