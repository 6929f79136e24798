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
import { partCount, type SealedPart } from "@kura/keeper/protocol/extracts.ts";
import { askSealPart } from "../vault/extract-orders.ts";
import type { ExtractParts } from "./extracts.ts";
import { type FetchedPart, fetchParts } from "./fetch-parts.ts";
import { extractLimits } from "./limits.ts";
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
  const all = partCount(extract.rows);
  const done = await store.countSealedParts(register, extractId);
  let working: Promise<number> = Promise.resolve(done);
  const fetchGroup = (from: number): Promise<FetchedPart[]> =>
    fetchParts(
      parts.databases,
      store.partsOf(extractId),
      from,
      Math.min(all, from + extractLimits.groupParts),
    );
  let fetching = fetchGroup(done);
  for (let from = done; from < all; from += extractLimits.groupParts) {
    const group = await fetching;
    fetching = fetchGroup(from + group.length);
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
