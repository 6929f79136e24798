/**
 * One tile with all its inner hashes: the eight tree levels between its own hashes and its root. Internal to this package.
 *
 * Computed once, because whoever checks a tile needs its root and whoever proves from it needs the levels between.
 * A partial tile has the inner nodes that are full, and no root of its own.
 */
import { TlogFault } from "./fault.ts";
import { tileHeight, tileWidth } from "./limits.ts";
import type { TileId } from "./tile.ts";
import { tilePath } from "./tile.ts";
import type { Hash } from "./tree.ts";
import { hashBytes, hashNode } from "./tree.ts";

export class TileTree {
  readonly id: TileId;
  readonly #level: number;
  /** Row r holds the full nodes of tree level 8L + r, from left to right. */
  readonly #rows: readonly (readonly Hash[])[];

  private constructor(id: TileId, level: number, rows: readonly (readonly Hash[])[]) {
    this.id = id;
    this.#level = level;
    this.#rows = rows;
  }

  /**
   * Hashes the tile through: up to 255 hashes. Keeps views of `bytes`: they must not change.
   *
   * @throws {TlogFault} `bad-tile` unless there are exactly `32 * width` bytes of a tile of hashes.
   */
  static from(id: TileId, bytes: Uint8Array): TileTree {
    if (typeof id.level !== "number" || bytes.length !== id.width * hashBytes) {
      const evidence = { tile: tilePath(id), bytes: bytes.length };
      throw new TlogFault("bad-tile", "a tile's length is not that of its width", evidence);
    }
    let row: Hash[] = [];
    for (let at = 0; at < bytes.length; at += hashBytes) row.push(bytes.subarray(at, at + hashBytes));
    const rows = [row];
    for (let height = 1; height <= tileHeight; height++) {
      row = pairUp(row);
      rows.push(row);
    }
    return new TileTree(id, id.level, rows);
  }

  /** The node of the tree at (level, index), if it is full and in this tile. */
  node(level: number, index: bigint): Hash | undefined {
    const height = level - this.#level * tileHeight;
    const first = (this.id.index << BigInt(tileHeight)) >> BigInt(height);
    return this.#rows[height]?.[Number(index - first)];
  }

  /** The hash that stands for this tile one tile level up. Only a full tile has one. */
  root(): Hash | undefined {
    return this.id.width === tileWidth ? this.#rows[tileHeight]?.[0] : undefined;
  }
}

function pairUp(row: readonly Hash[]): Hash[] {
  const above: Hash[] = [];
  for (let i = 0; i + 1 < row.length; i += 2) {
    const left = row[i];
    const right = row[i + 1];
    if (left !== undefined && right !== undefined) above.push(hashNode(left, right));
  }
  return above;
}
