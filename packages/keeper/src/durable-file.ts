/**
 * Files that are whole or absent, whatever stops the machine: write beside, sync, rename, sync the folder.
 *
 * {@link replaceFile} is synchronous, for start-up and rotation; {@link exchangeFile}, once a second for the head, holds up
 * nobody.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { equalBytes } from "@kura/kernel/bytes.ts";
import { codeOf, Fault } from "@kura/kernel/fault.ts";

/**
 * Replaces the file at `path` by `bytes`, readable by its owner only.
 *
 * CRASH: before the rename the old file stands and a `.new` lies beside it, overwritten next time; after it the new one.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const beside = `${path}.new`;
  const file = openSync(beside, "w", 0o600);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncFolder(dirname(path));
}

/**
 * Compare and swap: replaces the file by `after` if it is `before`; otherwise changes nothing and answers false.
 *
 * One process at a time may call it for a path (`instance-lock.ts` sees to it on one machine); a writer elsewhere is
 * noticed at the next call. CRASH: as {@link replaceFile}.
 */
export async function exchangeFile(path: string, before: Uint8Array, after: Uint8Array): Promise<boolean> {
  if (!equalBytes(await readFile(path), before)) return false;
  const beside = `${path}.new`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(after);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return true;
}

/** Makes the names in a folder durable: without it a new or renamed file may vanish with the power. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The file's bytes, or `undefined` when there is none. */
export function findFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** @throws {Fault} `open-folder` when others on this machine may enter it. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new Fault("open-folder", "a folder of the keeper may be entered by others: chmod 700");
  }
}
