/**
 * Verifies a whole log by reading all of it: every entry is hashed, every tile recomputed and compared, and the root is that
 * of the checkpoint. For auditors and mirrors; whoever wants one entry uses tile-reader.ts.
 *
 * The checkpoint's own signatures are another question, and come first: see verify.ts.
 */
import { decodeBundle } from "./entry-bundle.ts";
import { TlogFault } from "./fault.ts";
import { tileWidth } from "./limits.ts";
import { type Tile, type TileId, tilePath } from "./tile.ts";
import type { FetchTile } from "./tile-reader.ts";
import { TileWriter } from "./tile-writer.ts";
import { equalHashes, hashBytes, hashLeaf, type TreeHead } from "./tree.ts";

export interface VerifyLogOptions {
  /** Told of each verified entry in order; awaited once a bundle. */
  readonly onEntries?: (first: bigint, entries: readonly Uint8Array[]) => Promise<void> | void;
  /** Bundles asked for ahead of the one that is hashed. */
  readonly ahead?: number;
}

/**
 * @param head of a checkpoint whose signatures were verified.
 * @throws {TlogFault} `tile-missing`, `malformed-bundle`; `bad-tile` for a tile that is not the one its entries make, or
 * entries that do not lead to the root.
 */
export async function verifyLog(
  head: TreeHead,
  fetchTile: FetchTile,
  { onEntries, ahead = 8 }: VerifyLogOptions = {},
): Promise<void> {
  const writer = new TileWriter();
  for await (const { index, bytes, width } of readBundles(head.size, fetchTile, ahead)) {
    const entries = decodeBundle(bytes, countEntries(bytes, width)).slice(0, width);
    for (const entry of entries) writer.append(hashLeaf(entry));
    await onEntries?.(index * BigInt(tileWidth), entries);
    // Between two bundles the upper tiles are at widths that nobody publishes: only full ones are compared.
    if (width === tileWidth) await compareTiles(writer.takeFull(), fetchTile);
  }
  await compareTiles(writer.flush().tiles, fetchTile);
  const { size, root } = writer.head();
  if (size !== head.size || !equalHashes(root, head.root)) {
    throw new TlogFault("bad-tile", "the entries do not lead to the checkpoint's root", { size: head.size });
  }
}

interface Bundle {
  readonly index: bigint;
  readonly width: number;
  readonly bytes: Uint8Array;
}

/** In order, some asked for ahead. */
async function* readBundles(size: bigint, fetchTile: FetchTile, ahead: number): AsyncGenerator<Bundle> {
  const waiting: Promise<Bundle>[] = [];
  const count = (size + BigInt(tileWidth) - 1n) / BigInt(tileWidth);
  for (let next = 0n; next < count || waiting.length > 0;) {
    for (; next < count && waiting.length <= ahead; next++) {
      const left = size - next * BigInt(tileWidth);
      const width = left < tileWidth ? Number(left) : tileWidth;
      const bundle = readBundle(next, width, fetchTile);
      // Thrown where it is awaited; until then it is not unhandled.
      bundle.catch(() => undefined);
      waiting.push(bundle);
    }
    const first = await waiting.shift();
    if (first !== undefined) yield first;
  }
}

async function readBundle(index: bigint, width: number, fetchTile: FetchTile): Promise<Bundle> {
  return { index, width, bytes: await fetchWhole({ level: "entries", index, width }, fetchTile) };
}

/** How many entries a bundle says it has: `width`, or all 256 where the full one was served for a part of it. */
function countEntries(bundle: Uint8Array, width: number): number {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  let entries = 0;
  for (let at = 0; at + 2 <= bundle.length && entries <= tileWidth; entries++) at += 2 + view.getUint16(at);
  return entries === tileWidth ? tileWidth : width;
}

/** Recomputed tiles, against those that are served. */
async function compareTiles(tiles: readonly Tile[], fetchTile: FetchTile): Promise<void> {
  for (const { id, bytes } of tiles) {
    const served = await fetchWhole(id, fetchTile);
    if (!equalHashes(served.subarray(0, id.width * hashBytes), bytes)) {
      throw new TlogFault("bad-tile", "a tile is not the one that its entries make", { tile: tilePath(id) });
    }
  }
}

async function fetchWhole(id: TileId, fetchTile: FetchTile): Promise<Uint8Array> {
  const bytes =
    (await fetchTile(id)) ??
    (id.width === tileWidth ? undefined : await fetchTile({ ...id, width: tileWidth }));
  if (bytes === undefined)
    throw new TlogFault("tile-missing", "a tile is not served", { tile: tilePath(id) });
  return bytes;
}
