/**
 * One tile with all its inner hashes: the eight tree levels between its own hashes and its root. Internal to this package.
 *
 * Computed once, because whoever checks a tile needs its root and whoever proves from it needs the levels between.
 * A partial tile has the inner nodes that are full, and no root of its own.
 */
import { TlogFault } from "./fault.ts";
import { tileHeight, tileWidth } from "./limits.ts";
import { writeSha256 } from "./sha256.ts";
import type { TileId } from "./tile.ts";
import { tilePath } from "./tile.ts";
import type { Hash } from "./tree.ts";
import { hashBytes } from "./tree.ts";

export class TileTree {
  readonly id: TileId;
  readonly #level: number;
  /** Row r holds the full nodes of tree level 8L + r, from left to right, side by side: nine objects and not five hundred. */
  readonly #rows: readonly Uint8Array[];

  private constructor(id: TileId, level: number, rows: readonly Uint8Array[]) {
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
    let row = bytes;
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
    const at = Number(index - first) * hashBytes;
    const row = this.#rows[height];
    return row === undefined || at < 0 || at >= row.length ? undefined : row.subarray(at, at + hashBytes);
  }

  /** The hash that stands for this tile one tile level up. Only a full tile has one. */
  root(): Hash | undefined {
    return this.id.width === tileWidth ? this.#rows[tileHeight] : undefined;
  }
}

function pairUp(row: Uint8Array): Uint8Array {
  const pairBytes = 2 * hashBytes;
  const above = new Uint8Array(Math.floor(row.length / pairBytes) * hashBytes);
  // As `hashNode`: 0x01 and two hashes, which stand side by side here already.
  const message = new Uint8Array(1 + pairBytes);
  message[0] = 0x01;
  for (let at = 0; at < above.length; at += hashBytes) {
    message.set(row.subarray(2 * at, 2 * at + pairBytes), 1);
    writeSha256(message, above, at);
  }
  return above;
}
