/**
 * The writing side of a tiled log: leaf hashes go in, tiles to be stored come out. Pure; whoever stores them decides the
 * order of durable effects (c2sp.org/tlog-tiles asks only that a published checkpoint's tiles exist).
 *
 * Holds a frontier and, for each tile level, the hashes of its partial tile: at most 8 kB a level, 64 kB for 2^64 leaves.
 * A node on every eighth tree level is one hash of a tile, so the tiles fall out of the frontier's own merging: each
 * inner hash of the log is computed once.
 *
 *     const writer = new TileWriter();
 *     for (const leaf of leaves) writer.append(leaf);
 *     const { tiles, head } = writer.flush();      // store the tiles, then sign and publish the head
 */
import { Breach } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { Frontier } from "./frontier.ts";
import { sizeLimit, tileHeight, tileWidth } from "./limits.ts";
import type { Tile, TileId } from "./tile.ts";
import { edgeTiles, hashesAt } from "./tile.ts";
import { TileTree } from "./tile-tree.ts";
import type { Hash, TreeHead } from "./tree.ts";
import { coverRange, equalHashes, hashBytes } from "./tree.ts";

export class TileWriter {
  #frontier = new Frontier();
  /** For each tile level the hashes of its unfinished tile, room for 256. */
  readonly #open: Uint8Array[] = [];
  #completed: Tile[] = [];
  #flushedSize = 0n;

  /**
   * A writer that goes on where the tree `head` ended.
   *
   * `readTile` gives the partial tiles of that size, as stored (a wider one will do). They are checked against the root:
   * a writer never goes on from tiles that are not the tree's.
   *
   * @throws {TlogFault} `bad-tile`
   */
  static async resume(head: TreeHead, readTile: (tile: TileId) => Promise<Uint8Array>): Promise<TileWriter> {
    if (head.size < 0n || head.size >= sizeLimit) {
      throw new TlogFault("malformed-frontier", "a size is below 2^64", { size: head.size });
    }
    const writer = new TileWriter();
    const trees = new Map<number, TileTree>();
    for (const id of edgeTiles(head.size)) {
      const bytes = (await readTile(id)).slice(0, id.width * hashBytes);
      const level = Number(id.level);
      trees.set(level, TileTree.from(id, bytes));
      writer.#openTile(level).set(bytes);
    }
    const hashes = coverRange(0n, head.size).map((node) => hashIn(trees, node.level, node.index));
    writer.#frontier = Frontier.from(head.size, hashes);
    writer.#flushedSize = head.size;
    if (!equalHashes(writer.#frontier.root(), head.root)) {
      throw new TlogFault("bad-tile", "the stored partial tiles are not those of the tree", {
        size: head.size,
      });
    }
    return writer;
  }

  get size(): bigint {
    return this.#frontier.size;
  }

  head(): TreeHead {
    return this.#frontier.head();
  }

  /** The hashes of `coverRange(0, size)`: what a frontier of the same log holds. */
  frontierHashes(): readonly Hash[] {
    return this.#frontier.hashes;
  }

  /** Appends the next leaf's hash. Full tiles are kept until {@link flush}: 8 kB for 256 leaves. */
  append(leafHash: Hash): void {
    this.#frontier.append(leafHash, (level, index, hash) => {
      if (level % tileHeight === 0) this.#addHash(level / tileHeight, index, hash);
    });
  }

  /**
   * The tiles that changed since the last flush, exactly those of `planTiles(sizeThen, sizeNow)`, and the head they belong
   * to. The caller owns the bytes.
   */
  flush(): { readonly head: TreeHead; readonly tiles: readonly Tile[] } {
    const tiles = this.#completed.sort(byLevelAndIndex);
    const edges: Tile[] = [];
    for (const id of edgeTiles(this.size)) {
      const level = Number(id.level);
      if (hashesAt(level, this.#flushedSize) === hashesAt(level, this.size)) continue;
      edges.push({ id, bytes: this.#openTile(level).slice(0, id.width * hashBytes) });
    }
    this.#completed = [];
    this.#flushedSize = this.size;
    return { head: this.head(), tiles: [...tiles, ...edges].sort(byLevelAndIndex) };
  }

  /** The full tiles since the last call or flush, without the partial ones: for long writes that are published at their end. */
  takeFull(): readonly Tile[] {
    const tiles = this.#completed.sort(byLevelAndIndex);
    this.#completed = [];
    return tiles;
  }

  #addHash(level: number, index: bigint, hash: Hash): void {
    const position = Number(BigInt.asUintN(tileHeight, index));
    const open = this.#openTile(level);
    open.set(hash, position * hashBytes);
    if (position < tileWidth - 1) return;
    const id = { level, index: index >> BigInt(tileHeight), width: tileWidth };
    this.#completed.push({ id, bytes: open.slice() });
  }

  #openTile(level: number): Uint8Array {
    while (this.#open.length <= level) this.#open.push(new Uint8Array(tileWidth * hashBytes));
    const open = this.#open[level];
    if (open === undefined) throw new Breach("a tile level has no buffer", { level });
    return open;
  }
}

function hashIn(trees: ReadonlyMap<number, TileTree>, level: number, index: bigint): Hash {
  const hash = trees.get(Math.floor(level / tileHeight))?.node(level, index);
  if (hash === undefined) throw new Breach("a frontier node is in no partial tile", { level, index });
  return hash;
}

function byLevelAndIndex(a: Tile, b: Tile): number {
  const levels = Number(a.id.level) - Number(b.id.level);
  return levels !== 0 ? levels : Number(a.id.index - b.id.index);
}
