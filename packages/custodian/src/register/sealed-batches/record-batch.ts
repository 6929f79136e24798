/**
 * What of a batch of sealed records is kept beside them, so that a proof leads from each to the event that it was sealed in.
 *
 * Made by whoever had records sealed, committed with them; read for receipts (`receipts/receipt-material.ts`).
 */
import { hash } from "node:crypto";
import type { SealedColumns } from "@kura/keeper/protocol/protocol.ts";

const digestBytes = 32;

export interface RecordBatchRow {
  readonly sourceId: Uint8Array;
  /** Lines of the source, both included. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Of the keeper's `sealed` event. */
  readonly eventNumber: bigint;
  /** SHA-256 of each record in the order of the call, 32 bytes each. */
  readonly digests: Uint8Array;
}

/** @param sealed the answer of one call of `seal` for at least one record, in the order of their lines. */
export function recordBatchOf(
  sourceId: Uint8Array,
  firstLine: number,
  lastLine: number,
  sealed: Omit<SealedColumns, "wrappedStarts" | "wrappedLengths">,
): RecordBatchRow {
  const { eventNumber, bytes, sealedStarts, sealedLengths } = sealed;
  const digests = Buffer.alloc(digestBytes * sealedStarts.length);
  for (const [i, start] of sealedStarts.entries()) {
    const record = bytes.subarray(start, start + (sealedLengths[i] ?? 0));
    digests.write(hash("sha256", record, "binary"), digestBytes * i, "latin1");
  }
  return { sourceId, firstLine, lastLine, eventNumber, digests };
}
