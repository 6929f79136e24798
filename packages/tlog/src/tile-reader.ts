/**
 * The reading side of a tiled log: proofs from tiles that somebody else stores. Pure but for `fetchTile`.
 *
 * No hash of a tile is used before the tile is tied to the root of a tree head that the caller trusts (a verified
 * checkpoint's, nothing less). The order of proof, top down:
 *
 * 1. The partial tiles of the tree hold every hash its root is folded from; they are fetched together, folded, and the
 *    fold compared with the root. One of them may be wrong, and which cannot be said: then all are refused.
 * 2. A full tile's root is one hash of the tile above it, which was proven before it; the tile is hashed and compared.
 *
 * Verified tiles are kept with their inner hashes, up to a bound, oldest out first; so a proof from a warm reader reads
 * nothing and hashes only what the right edge of the tree asks for. `saveTile` is told of each verified tile: the place
 * to fill a cache on a disk, since nothing unverified ever reaches it.
 */
import { Breach } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { cachedTilesMax, sizeLimit, tileHeight, tileWidth } from "./limits.ts";
import { planConsistency, planInclusion, readProof } from "./proof.ts";
import type { Tile, TileId } from "./tile.ts";
import { edgeTiles, hashesAt, tilePath } from "./tile.ts";
import { TileTree } from "./tile-tree.ts";
import type { Hash, NodeId, TreeHead } from "./tree.ts";
import { coverRange, emptyRoot, equalHashes, foldHashes, hashBytes } from "./tree.ts";

/**
 * Gives a tile's bytes, or `undefined` when there is no such tile. A partial tile that is gone is asked for once more as
 * the full tile, as the specification allows. A failure of the world is thrown and passes through.
 */
export type FetchTile = (tile: TileId) => Promise<Uint8Array | undefined>;

export interface TileReaderOptions {
  /** Called with each tile after it was verified; awaited. */
  readonly saveTile?: (tile: Tile) => Promise<void>;
  /** Verified tiles kept in memory, 16 kB each. */
  readonly cachedTilesMax?: number;
}

/** The partial tiles by level: proven together, before any other. */
type Edge = ReadonlyMap<number, TileTree>;

export class TileReader {
  readonly head: TreeHead;
  readonly #fetchTile: FetchTile;
  readonly #saveTile: ((tile: Tile) => Promise<void>) | undefined;
  readonly #cachedTilesMax: number;
  readonly #full = new Map<string, TileTree>();
  #edge: Edge | undefined;

  /** `head` is trusted: take it from a checkpoint whose signatures were verified. */
  constructor(head: TreeHead, fetchTile: FetchTile, options: TileReaderOptions = {}) {
    if (head.size < 0n || head.size >= sizeLimit)
      throw new Breach("a tree size is out of range", { size: head.size });
    this.head = head;
    this.#fetchTile = fetchTile;
    this.#saveTile = options.saveTile;
    this.#cachedTilesMax = options.cachedTilesMax ?? cachedTilesMax;
  }

  /** The proof that leaf `index` is in the tree. @throws {TlogFault} `tile-missing`, `bad-tile` */
  async proveInclusion(index: bigint): Promise<readonly Hash[]> {
    return await readProof(planInclusion(index, this.head.size), (nodes) => this.readNodes(nodes));
  }

  /** The proof that the tree begins with the tree of `oldSize`, at least 1. @throws {TlogFault} `tile-missing`, `bad-tile` */
  async proveConsistency(oldSize: bigint): Promise<readonly Hash[]> {
    return await readProof(planConsistency(oldSize, this.head.size), (nodes) => this.readNodes(nodes));
  }

  /** The hashes of the leaves `start` to before `end`. @throws {TlogFault} `tile-missing`, `bad-tile` */
  async readLeafHashes(start: bigint, end: bigint): Promise<readonly Hash[]> {
    const nodes: NodeId[] = [];
    for (let index = start; index < end; index++) nodes.push({ level: 0, index });
    return await this.readNodes(nodes);
  }

  /** The root of the tree at an earlier size. @throws {TlogFault} `tile-missing`, `bad-tile` */
  async readRoot(size: bigint): Promise<Hash> {
    if (size === 0n) return emptyRoot();
    return foldHashes(await this.readNodes(coverRange(0n, size)));
  }

  /**
   * A reader of a later tree of the same log, which keeps the tiles verified here. Proves first that the later tree begins
   * with this one: its own verified nodes must fold to this root.
   *
   * @throws {TlogFault} `bad-consistency` (the log signed two histories, if it signed both heads), `tile-missing`, `bad-tile`
   */
  async advance(head: TreeHead): Promise<TileReader> {
    const options = { cachedTilesMax: this.#cachedTilesMax };
    const save = this.#saveTile;
    const next = new TileReader(
      head,
      this.#fetchTile,
      save === undefined ? options : { ...options, saveTile: save },
    );
    const isLater = head.size >= this.head.size;
    if (!isLater || !equalHashes(await next.readRoot(this.head.size), this.head.root)) {
      const evidence = { oldSize: this.head.size, newSize: head.size };
      throw new TlogFault("bad-consistency", "the later tree does not begin with the earlier one", evidence);
    }
    // Full tiles of the earlier tree are full tiles of the later one: nothing in them can change any more.
    for (const [key, tree] of this.#full) next.#keep(key, tree);
    return next;
  }

  /** Verified hashes of nodes of this tree, in the order asked. @throws {TlogFault} `tile-missing`, `bad-tile` */
  async readNodes(nodes: readonly NodeId[]): Promise<readonly Hash[]> {
    const edge = (this.#edge ??= await this.#readEdge());
    const hashes: Hash[] = [];
    for (const node of nodes) hashes.push(await this.#readNode(edge, node));
    return hashes;
  }

  async #readNode(edge: Edge, { level, index }: NodeId): Promise<Hash> {
    if (index < 0n || (index + 1n) << BigInt(level) > this.head.size) {
      throw new Breach("a node is not in the tree", { level, index, size: this.head.size });
    }
    const tileLevel = Math.floor(level / tileHeight);
    const tileIndex = (index << BigInt(level % tileHeight)) >> BigInt(tileHeight);
    const tree =
      this.#findTile(edge, tileLevel, tileIndex) ?? (await this.#readTile(edge, tileLevel, tileIndex));
    const hash = tree.node(level, index);
    if (hash === undefined) throw new Breach("a verified tile lacks a node of the tree", { level, index });
    return hash;
  }

  #findTile(edge: Edge, level: number, index: bigint): TileTree | undefined {
    const atEdge = edge.get(level);
    return atEdge?.id.index === index ? atEdge : this.#full.get(`${level}/${index}`);
  }

  /** A full tile that is not kept. */
  async #readTile(edge: Edge, level: number, index: bigint): Promise<TileTree> {
    const id = { level, index, width: tileWidth };
    const parentIndex = index >> BigInt(tileHeight);
    // Every full tile has a hash in the level above: recursion ends at a partial tile, after at most eight levels.
    const above =
      this.#findTile(edge, level + 1, parentIndex) ?? (await this.#readTile(edge, level + 1, parentIndex));
    const expected = above.node((level + 1) * tileHeight, index);
    const bytes = await this.#fetch(id);
    const tree = TileTree.from(id, bytes);
    const root = tree.root();
    if (expected === undefined || root === undefined || !equalHashes(root, expected)) {
      throw new TlogFault("bad-tile", "a tile is not the one its parent names", { tile: tilePath(id) });
    }
    // INVARIANT: only here and below the root's own check is a tile kept or saved (tile-reader.abuse.test.ts).
    await this.#saveTile?.({ id, bytes });
    this.#keep(`${level}/${index}`, tree);
    return tree;
  }

  async #readEdge(): Promise<Edge> {
    const ids = edgeTiles(this.head.size);
    const tiles = await Promise.all(ids.map(async (id) => ({ id, bytes: await this.#fetch(id) })));
    const trees = new Map(tiles.map(({ id, bytes }) => [Number(id.level), TileTree.from(id, bytes)]));
    const hashes = coverRange(0n, this.head.size).map(({ level, index }) => {
      const hash = trees.get(Math.floor(level / tileHeight))?.node(level, index);
      if (hash === undefined) throw new Breach("the partial tiles do not cover the tree", { level, index });
      return hash;
    });
    const root = hashes.length === 0 ? emptyRoot() : foldHashes(hashes);
    if (!equalHashes(root, this.head.root)) {
      throw new TlogFault("bad-tile", "the partial tiles do not lead to the root", { size: this.head.size });
    }
    for (const tile of tiles) await this.#saveTile?.(tile);
    return trees;
  }

  async #fetch(id: TileId): Promise<Uint8Array> {
    const bytes = await this.#fetchTile(id);
    // A copy: what is verified must be what is used, even if the caller's buffer is used again.
    if (bytes !== undefined) return bytes.slice();
    const full = id.width === tileWidth ? undefined : await this.#fetchTile({ ...id, width: tileWidth });
    if (full === undefined)
      throw new TlogFault("tile-missing", "a tile is not served", { tile: tilePath(id) });
    return full.slice(0, id.width * hashBytes);
  }

  #keep(key: string, tree: TileTree): void {
    this.#full.set(key, tree);
    if (this.#full.size <= this.#cachedTilesMax) return;
    const [oldest] = this.#full.keys();
    if (oldest !== undefined) this.#full.delete(oldest);
  }
}

/** The tile of hashes that holds leaf `index` in a tree of `size`, at the width that the tree has it. */
export function leafTile(index: bigint, size: bigint): TileId {
  const tileIndex = index >> BigInt(tileHeight);
  const left = hashesAt(0, size) - (tileIndex << BigInt(tileHeight));
  return { level: 0, index: tileIndex, width: left < tileWidth ? Number(left) : tileWidth };
}
