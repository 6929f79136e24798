/**
 * What unseals the keeper: a passphrase, or a file of 32 random bytes.
 *
 * A passphrase is asked for by `kura start --passphrase` or read from the file that `KURA_PASSPHRASE_FILE` names (a
 * supervisor's credential); it goes to the keeper through a pipe of its own and is kept nowhere.
 */
import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "@kura/kernel/fault.ts";
import { secretFd } from "./child.ts";
import type { InstancePaths } from "./paths.ts";

/** How it is handed to the keeper. */
export interface UnsealingSecret {
  /** The keeper's arguments. */
  readonly args: readonly string[];
  /** What it reads from {@link secretFd}. */
  readonly passphrase?: Uint8Array;
}

/**
 * @param isSealed whether the keeper has keys already: then a key file that is missing is not made anew.
 * @throws {Fault} `no-key-file`
 */
export async function getUnsealingSecret(
  paths: InstancePaths,
  env: NodeJS.ProcessEnv,
  isSealed: boolean,
): Promise<UnsealingSecret> {
  const passphrase = await findPassphrase(paths, env);
  if (passphrase !== undefined) return { args: ["--passphrase-fd", String(secretFd)], passphrase };
  if (!(await exists(paths.keyFile))) {
    if (isSealed) {
      throw new Fault(
        "no-key-file",
        `the keeper's keys are sealed and there is no key file at ${paths.keyFile}: name it with KURA_KEY_FILE, or use kura start --passphrase`,
      );
    }
    await makeKeyFile(paths.keyFile);
  }
  return { args: ["--key-file", paths.keyFile] };
}

async function findPassphrase(paths: InstancePaths, env: NodeJS.ProcessEnv): Promise<Uint8Array | undefined> {
  if (paths.passphrase !== undefined) return paths.passphrase;
  const path = env["KURA_PASSPHRASE_FILE"];
  return path === undefined ? undefined : readFile(path);
}

/**
 * A key file of our own making, for a first start; whoever brings one is not given another.
 *
 * CRASH: it is whole and durable under its name before anything is sealed under it.
 */
async function makeKeyFile(path: string): Promise<void> {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  await writeFile(partial, randomBytes(32), { mode: 0o400, flag: "wx", flush: true });
  await rename(partial, path);
  await syncFolder(dirname(path));
}

/** Makes what was created or renamed in the folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
