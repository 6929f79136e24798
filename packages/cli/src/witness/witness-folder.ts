/**
 * A witness's memory: one file for each log, `<sha256 of the origin>.head`, and its key. Written whole, synced, then answered.
 *
 * The folder must never be put back to an older state: a witness that forgot would sign a second history. Keep it out of
 * backups; when it is lost, begin anew under another name (c2sp.org/tlog-witness).
 * CRASH: before the rename the old head stands and nothing was answered; after it the log asks again with the new size.
 */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { parseNote } from "@kura/tlog/note.ts";
import { createSigner, encodeSignerKey, parseSignerKey, type Signer } from "@kura/tlog/signer.ts";
import { keyType } from "@kura/tlog/verifier-key.ts";
import type { CosignedHead, WitnessStore } from "@kura/tlog/witness-server.ts";
import { originHash } from "@kura/tlog/witness-message.ts";
import type { TreeHead } from "@kura/tlog/tree.ts";

export class WitnessFolder implements WitnessStore {
  readonly #path: string;
  /** Ends with the last write: one at a time, whatever the log. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async findHead(origin: string): Promise<TreeHead | undefined> {
    const note = await this.findNote(originHash(origin));
    return note === undefined ? undefined : parseCheckpoint(parseNote(note).text);
  }

  replaceHead(origin: string, oldSize: bigint, next: CosignedHead): Promise<boolean> {
    const replaced = this.#writing.then(async () => {
      const head = await this.findHead(origin);
      if ((head?.size ?? 0n) !== oldSize) return false;
      await writeSynced(this.#path, `${next.originHash}.head`, next.note);
      return true;
    });
    this.#writing = replaced.catch(() => undefined);
    return replaced;
  }

  async findNote(hash: string): Promise<string | undefined> {
    return findText(join(this.#path, `${hash}.head`));
  }
}

/**
 * The witness's key, made on the first call.
 *
 * @param name of the key, for ever: like witness.example.jp/kura
 * @throws {Fault} `other-witness` when the folder's has another name.
 */
export async function getWitnessKey(path: string, name: string): Promise<Signer> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const file = join(path, "witness.key");
  const kept = await findText(file);
  if (kept !== undefined) {
    const signer = await parseSignerKey(kept.trimEnd());
    if (signer.key.name === name) return signer;
    throw new Fault("other-witness", `the witness of this folder is named ${signer.key.name}, for ever`);
  }
  const seed = randomBytes(32);
  const { key } = await createSigner(name, keyType.cosignature, seed);
  const text = encodeSignerKey(key, seed);
  await writeFile(file, `${text}\n`, { mode: 0o400, flag: "wx" });
  return parseSignerKey(text);
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function writeSynced(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const names = await open(folder, "r");
  try {
    await names.sync();
  } finally {
    await names.close();
  }
}
