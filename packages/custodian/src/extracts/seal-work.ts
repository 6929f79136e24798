/** Sealing an extract as queued work: how the queue's worker runs it, and how far it is. */
import { partCount } from "@kura/keeper/protocol/extracts.ts";
import type { Reader } from "../db/database.ts";
import type { Work } from "../queue/worker.ts";
import type { ExtractParts } from "./extracts.ts";

import { sealExtract, type SealProgress } from "./seal-extract.ts";
import { countSealedParts, findExtract } from "./store.ts";

export const sealKind = "seal-extract";

export function sealWork(parts: ExtractParts, now: () => Date): Work {
  return {
    // What the keeper refuses (not approved, revoked, expired, other persons) it refuses again.
    finalCodes: ["extract-refused", "unknown-extract"],
    run: async (extractId, goOn) => {
      await sealExtract(parts, extractId, now, goOn);
    },
  };
}

/** Parts that are kept: what a stopped run goes on behind. */
export async function findProgress(reader: Reader, extractId: string): Promise<SealProgress | undefined> {
  const extract = await findExtract(reader, extractId);
  if (extract === undefined) return undefined;
  const { rows } = extract;
  return { partsDone: await countSealedParts(reader, extractId), parts: partCount(rows), rows };
}
