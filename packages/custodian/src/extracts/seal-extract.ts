/**
 * The job that seals an approved extract, part by part; needs no key and no order, because the approval is the order.
 *
 *   fetch (server puts the bytes together) ─▶ seal (keeper: journals, opens, encrypts) ─▶ commit chunks
 *
 * The three overlap; parts reach the keeper in their order. CRASH: what was committed stays, nothing else is anywhere: no
 * file, no plaintext. The next run goes on behind the last committed part; parts whose answer was lost are sealed again
 * with the same persons, who are then counted twice in their own chains. Sealed parts + left parts = all parts.
 */
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";
import type { SealedPart } from "@kura/keeper/protocol-extracts.ts";
import { personKeyBytes, wrappedKeyBytes } from "@kura/keeper/protocol.ts";
import { askSealPart } from "../vault/extract-orders.ts";
import { extractLimits } from "./limits.ts";
import type { ExtractParts } from "./extracts.ts";
import { partsOf } from "./plan-extract.ts";
import * as store from "./store.ts";

export interface SealProgress {
  readonly partsDone: number;
  readonly parts: number;
  readonly rows: number;
}

/**
 * @param onProgress awaited before each group of parts; what it throws ends the run, and what is committed stays.
 * @throws {Fault} `unknown-extract`; `extract-refused` with the keeper's reason; `seal-running` when another run is quicker.
 */
export async function sealExtract(
  parts: ExtractParts,
  extractId: string,
  now: () => Date,
  onProgress: (progress: SealProgress) => void | Promise<void> = () => undefined,
): Promise<SealProgress> {
  const { register } = parts.databases;
  const extract = await store.findExtract(register, extractId);
  if (extract === undefined) throw new Fault("unknown-extract", "there is no such extract");
  const all = partsOf(extract.rows);
  const done = await store.countSealedParts(register, extractId);
  let working: Promise<number> = Promise.resolve(done);
  let fetching = fetchGroup(parts, extractId, done, all);
  for (let from = done; from < all; from += extractLimits.groupParts) {
    const group = await fetching;
    fetching = fetchGroup(parts, extractId, from + group.length, all);
    // Asked before the group ahead is back, so that the keeper never waits for a commit; committed behind it.
    const sealing = Promise.all(group.map((part) => sealOne(parts, extractId, part)));
    const ahead = working;
    working = ahead.then(async () => commitGroup(parts, extractId, group, await sealing, now));
    // Whoever fails first is told; the others' failures follow from it.
    for (const other of [fetching, sealing, working]) other.catch(() => undefined);
    await onProgress({ partsDone: await ahead, parts: all, rows: extract.rows });
  }
  await working;
  const partsDone = await store.countSealedParts(register, extractId);
  if (partsDone !== all) throw new Breach("an extract's parts do not add up", { partsDone, parts: all });
  const progress = { partsDone, parts: all, rows: extract.rows };
  await onProgress(progress);
  return progress;
}

interface FetchedPart {
  readonly part: number;
  readonly personKeys: Uint8Array;
  readonly records: Uint8Array;
  readonly wrappedKeys: Uint8Array;
}

async function fetchGroup(
  { databases }: ExtractParts,
  extractId: string,
  from: number,
  all: number,
): Promise<FetchedPart[]> {
  if (from >= all) return [];
  const limit = Math.min(extractLimits.groupParts, all - from);
  const material = await store.listPartMaterial(databases.register, extractId, from, limit);
  if (material.length !== limit || material.some(({ part }, i) => part !== from + i)) {
    throw new Breach("an extract lacks parts", { from });
  }
  const keys = Buffer.concat(material.map(({ personKeys }) => personKeys));
  const wrapped = await store.getWrappedKeys(databases.keys, keys);
  let end = 0;
  return material.map((part) => {
    const start = end;
    end += (part.personKeys.length / personKeyBytes) * wrappedKeyBytes;
    return { ...part, wrappedKeys: wrapped.subarray(start, end) };
  });
}

async function sealOne({ keeper }: ExtractParts, extractId: string, part: FetchedPart): Promise<SealedPart> {
  const answer = await askSealPart(keeper, { extractId, ...part });
  if (answer.outcome === "ok") return answer.value;
  throw new Fault(answer.outcome, `the keeper seals no part of this extract: ${answer.reason}`);
}

async function commitGroup(
  { databases }: ExtractParts,
  extractId: string,
  group: readonly FetchedPart[],
  sealed: readonly SealedPart[],
  now: () => Date,
): Promise<number> {
  const rows = sealed.map(({ eventNumber, chunks, honey }, i) => ({
    part: group[i]?.part ?? 0,
    eventNumber,
    chunks,
    honey,
  }));
  try {
    await databases.register.transact((tx) => store.appendChunks(tx, extractId, rows, now().getTime()));
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    throw new Fault("seal-running", "another run seals this extract", { cause: fault });
  }
  return (group.at(-1)?.part ?? 0) + 1;
}
