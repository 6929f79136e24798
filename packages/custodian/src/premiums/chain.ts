/**
 * The chain of one person's premium entries: each digest commits to the one before, so that none can be changed, moved to
 * another person, taken out or slipped in without every later digest changing too.
 *
 * Pure; posting computes it, `kura audit` verifies it. It does not notice entries cut off at the end: whoever verifies must
 * know the head from elsewhere (the person's row, a checkpoint) and pass it. Bytes: `docs/formats/premium-chain.md`.
 */
import { hash } from "node:crypto";
import { encodeUtf8, equalBytes } from "@kura/kernel/bytes.ts";
import { monthIndex } from "@kura/kernel/civil-date.ts";
import { assert } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { kindNumbers, schemeNumbers } from "./entry.ts";
import type { LedgerEntry } from "./entry.ts";

/** Where an entry came from: the import or form, and the line in it (0 where there are no lines). */
export interface EntrySource {
  readonly sourceId: Uint8Array;
  readonly sourceLine: number;
}

/** What `previous` is for a person's first entry: 32 zero bytes. */
export const chainStart: Uint8Array = new Uint8Array(32);

/**
 * SHA-256 over the 106 bytes of the entry with its place.
 *
 * `previous` has 32 bytes, `personKey` and `source.sourceId` 16 each. A remuneration of 0 and none are the same bytes:
 * `checkEntry` refuses 0.
 */
export function entryDigest(
  previous: Uint8Array,
  personKey: Uint8Array,
  entry: LedgerEntry,
  source: EntrySource,
): Uint8Array {
  assert(previous.length === 32, "a digest has 32 bytes");
  assert(personKey.length === 16 && source.sourceId.length === 16, "a key has 16 bytes");
  assert(entry.entryNo >= 1 && Number.isSafeInteger(entry.amountYen), "an entry is numbered and whole");
  const wire = new WireWriter(entryBytes)
    .raw(domain)
    .raw(previous)
    .raw(personKey)
    .u32(entry.entryNo)
    .u16(monthIndex(entry.month))
    .u8(schemeNumbers[entry.scheme])
    .u8(kindNumbers[entry.kind])
    // Two's complement in 64 bits, without a bigint per entry: high half first.
    .u32(Math.floor(entry.amountYen / 2 ** 32) >>> 0)
    .u32(entry.amountYen >>> 0)
    .u32(entry.remunerationYen ?? 0)
    .u32(entry.reverses ?? 0)
    .raw(source.sourceId)
    .u32(source.sourceLine);
  // Through text: on Node 24 three times as fast as asking for bytes, which makes an ArrayBuffer per digest.
  return Buffer.from(hash("sha256", wire.finish(), "hex"), "hex");
}

export interface ChainedEntry extends LedgerEntry, EntrySource {
  readonly digest: Uint8Array;
}

export interface ChainHead {
  readonly entryNo: number;
  readonly digest: Uint8Array;
}

/** In order of precedence, at the first entry where it holds. */
export type ChainVerdict =
  | { readonly kind: "misnumbered"; readonly entryNo: number; readonly expectedNo: number }
  | { readonly kind: "altered"; readonly entryNo: number }
  /** The entries are a chain, but not the one whose head is known: cut off, or grown behind our back. */
  | { readonly kind: "other-head"; readonly entryNo: number; readonly expectedNo: number }
  | { readonly kind: "whole"; readonly head: ChainHead };

/** Whether all entries of one person, in order, are the chain that ends in `head` (left out: any end is accepted). */
export function verifyChain(
  personKey: Uint8Array,
  entries: Iterable<ChainedEntry>,
  head?: ChainHead,
): ChainVerdict {
  let last: ChainHead = { entryNo: 0, digest: chainStart };
  for (const entry of entries) {
    const expectedNo = last.entryNo + 1;
    if (entry.entryNo !== expectedNo) return { kind: "misnumbered", entryNo: entry.entryNo, expectedNo };
    const digest = entryDigest(last.digest, personKey, entry, entry);
    if (!equalBytes(digest, entry.digest)) return { kind: "altered", entryNo: entry.entryNo };
    last = { entryNo: entry.entryNo, digest };
  }
  if (head !== undefined && (head.entryNo !== last.entryNo || !equalBytes(head.digest, last.digest))) {
    return { kind: "other-head", entryNo: last.entryNo, expectedNo: head.entryNo };
  }
  return { kind: "whole", head: last };
}

/** No other use of SHA-256 in Kura begins with these 14 bytes. */
const domain = encodeUtf8("kura/premium/1");

/** Two blocks of SHA-256: at most 119 bytes keep it so. */
export const entryBytes = 106;
