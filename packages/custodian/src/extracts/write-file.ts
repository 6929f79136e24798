/**
 * From the chunks of a sealed extract to its file. The file can be made as often as it is wanted; each has a key of its own.
 *
 * CRASH: a `.partial` beside the place of the file, of ciphertext; the next run writes it anew.
 */
import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { partCount } from "@kura/keeper/protocol/extracts.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { Database } from "../db/database.ts";
import { encryptFile } from "./age-file.ts";
import type { ExtractParts } from "./extracts.ts";
import { extractLimits } from "./limits.ts";
import * as store from "./store.ts";

export interface WrittenFile {
  readonly digest: Uint8Array;
  readonly sizeBytes: number;
}

/** The file as a stream. @throws {Fault} `unknown-extract`, `not-sealed` */
export async function streamFile(
  { databases, keeper }: ExtractParts,
  extractId: string,
): Promise<ReadableStream<Uint8Array>> {
  const { register } = databases;
  const [extract, request] = await Promise.all([
    store.findExtract(register, extractId),
    store.findRequest(register, extractId),
  ]);
  if (extract === undefined || request === undefined) {
    throw new Fault("unknown-extract", "there is no such extract, or nobody has asked for it yet");
  }
  if ((await store.countSealedParts(register, extractId)) !== partCount(extract.rows)) {
    throw new Fault("not-sealed", "the extract is not sealed yet");
  }
  const head = { extractId, rows: extract.rows, chunkRows: request.chunkRows };
  return encryptFile(head, (await keeper.status()).hpkeKey, chunksOf(register, extractId));
}

/** Writes the file to `path`, whole or not at all, and notes that it exists. */
export async function writeFile(
  parts: ExtractParts,
  extractId: string,
  path: string,
  by: { readonly actor: string; readonly now: () => Date },
): Promise<WrittenFile> {
  const stream = await streamFile(parts, extractId);
  const partial = `${path}.partial`;
  const handle = await open(partial, "w", 0o600);
  const hash = createHash("sha256");
  let sizeBytes = 0;
  try {
    for await (const bytes of stream) {
      hash.update(bytes);
      sizeBytes += bytes.length;
      await handle.writeFile(bytes);
    }
    await handle.datasync();
  } catch (thrown) {
    await handle.close();
    await rm(partial, { force: true });
    throw thrown;
  }
  await handle.close();
  const digest = hash.digest();
  const { actor, now } = by;
  await store.appendFile(parts.databases.register, { extractId, digest, sizeBytes, actor, at: now() });
  await rename(partial, path);
  return { digest, sizeBytes };
}

/** The next group is fetched while the one before it is encrypted and written. */
async function* chunksOf(register: Database, extractId: string): AsyncGenerator<Uint8Array> {
  const fetch = (part: number): Promise<Uint8Array[]> =>
    store.listChunks(register, extractId, part, extractLimits.groupParts);
  let next = fetch(0);
  for (let part = extractLimits.groupParts; ; part += extractLimits.groupParts) {
    const page = await next;
    next = page.length < extractLimits.groupParts ? Promise.resolve([]) : fetch(part);
    // Whoever stops reading does not learn how the next group would have fared.
    next.catch(() => undefined);
    yield* page;
    if (page.length < extractLimits.groupParts) return;
  }
}
