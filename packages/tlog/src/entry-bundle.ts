/**
 * Bundles: the entries of a log as served (c2sp.org/tlog-tiles, "Log entries"). Pure.
 *
 *     bundle = (uint16 length, big-endian; length bytes) * width        width 1 to 256
 *
 * Entry i of bundle N is leaf 256N + i, and hashes to hash i of tile/0/N: nothing in a bundle may be used before
 * {@link verifyBundle} or an inclusion proof said so. An entry has at most 65,535 bytes.
 */
import { Breach } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { entryBytesMax, tileWidth } from "./limits.ts";
import type { Hash } from "./tree.ts";
import { equalHashes, hashLeaf } from "./tree.ts";

/** The bundle of these entries, 1 to 256 of them. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (
    entries.length === 0 ||
    entries.length > tileWidth ||
    entries.some((entry) => entry.length > entryBytesMax)
  ) {
    throw new Breach("a bundle has 1 to 256 entries of at most 65,535 bytes", { entries: entries.length });
  }
  const bundle = new Uint8Array(entries.reduce((total, entry) => total + 2 + entry.length, 0));
  const view = new DataView(bundle.buffer);
  let offset = 0;
  for (const entry of entries) {
    view.setUint16(offset, entry.length);
    bundle.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bundle;
}

/** The entries, as views of `bundle`. @throws {TlogFault} `malformed-bundle` unless it holds exactly `width` entries. */
export function decodeBundle(bundle: Uint8Array, width: number): readonly Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bundle.length) {
    const start = offset + 2;
    const end = start <= bundle.length ? start + view.getUint16(offset) : Number.POSITIVE_INFINITY;
    if (end > bundle.length || entries.length === width) throw malformed(bundle.length, width);
    entries.push(bundle.subarray(start, end));
    offset = end;
  }
  if (entries.length !== width) throw malformed(bundle.length, width);
  return entries;
}

/**
 * The entries of a bundle, each checked against its leaf hash (verified hashes: see `TileReader.readLeafHashes`).
 *
 * @throws {TlogFault} `malformed-bundle`, `bad-bundle`
 */
export function verifyBundle(bundle: Uint8Array, leafHashes: readonly Hash[]): readonly Uint8Array[] {
  const entries = decodeBundle(bundle, leafHashes.length);
  for (const [position, entry] of entries.entries()) {
    const expected = leafHashes[position];
    if (expected === undefined || !equalHashes(hashLeaf(entry), expected)) {
      throw new TlogFault("bad-bundle", "an entry is not the one that was logged", { position });
    }
  }
  return entries;
}

function malformed(bytes: number, width: number): TlogFault {
  return new TlogFault("malformed-bundle", "a bundle does not hold its entries exactly", { bytes, width });
}
