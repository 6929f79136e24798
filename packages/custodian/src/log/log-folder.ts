/**
 * The log as files: `checkpoint` and `tile/…` exactly where c2sp.org/tlog-tiles has them, so that the folder can be served as
 * it is by any web server, copied, and verified with `kura log verify FOLDER`.
 *
 * Everything in it can be made again from the keeper's journal; nothing in it is believed without the keeper's signature.
 * A file is whole or absent: written beside, then renamed. Full tiles are synced, because they are never written again;
 * partial tiles and the checkpoint are not: a second later there are newer ones.
 */
import { readFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "@kura/kernel/fault.ts";
import { tileWidth } from "@kura/tlog/limits.ts";
import { type TileId, tilePath } from "@kura/tlog/tile.ts";

export class LogFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The published checkpoint: a note. */
  async findCheckpoint(): Promise<string | undefined> {
    const bytes = findFile(join(this.path, "checkpoint"));
    return bytes?.toString("utf8");
  }

  /** A tile, or an entry bundle, of exactly this width. */
  async findTile(id: TileId): Promise<Uint8Array | undefined> {
    // On this thread: the eight kilobytes of a tile are read in less time than it takes to hand the four calls to another.
    return findFile(join(this.path, tilePath(id)));
  }

  async writeTile(id: TileId, bytes: Uint8Array): Promise<void> {
    const isFull = id.width === tileWidth;
    const path = join(this.path, tilePath(id));
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, bytes, isFull);
    // Whoever still asks for a part of it is answered by the whole (c2sp.org/tlog-tiles, "Partial Tiles").
    if (isFull) await rm(`${path}.p`, { recursive: true, force: true });
  }

  /** The last step of publishing: every tile of the checkpoint is written. */
  async publish(checkpoint: string): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await writeWhole(join(this.path, "checkpoint"), Buffer.from(checkpoint), false);
  }
}

/** CRASH: the old file stands, and beside it one of this process's that nobody reads. */
async function writeWhole(path: string, bytes: Uint8Array, isSynced: boolean): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  const file = await open(beside, "w", 0o644);
  try {
    await file.writeFile(bytes);
    if (isSynced) await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

function findFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw error;
  }
}
