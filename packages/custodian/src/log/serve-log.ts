/**
 * The published log over HTTP as c2sp.org/tlog-tiles has it. Anybody may read it, from anywhere: it shows how much there is,
 * and of whom nothing.
 *
 * A tile never changes, so it may be kept for ever; the checkpoint may not be kept at all.
 */
import { TlogFault } from "@kura/tlog/fault.ts";
import { parseTilePath, type TileId } from "@kura/tlog/tile.ts";
import type { LogFolder } from "./log-folder.ts";

export interface Served {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** @param path below the log's prefix: `checkpoint`, `tile/0/000`. */
export async function findServed(folder: LogFolder, path: string): Promise<Served | undefined> {
  if (path === "checkpoint") {
    const note = await folder.findCheckpoint();
    if (note === undefined) return undefined;
    return { body: Buffer.from(note), contentType: "text/plain; charset=utf-8", cacheControl: "no-cache" };
  }
  const id = findTileId(path);
  const body = id === undefined ? undefined : await folder.findTile(id);
  if (body === undefined) return undefined;
  return {
    body,
    contentType: "application/octet-stream",
    cacheControl: "public, max-age=31536000, immutable",
  };
}

/** The path goes to the disk only as what it was parsed to. */
function findTileId(path: string): TileId | undefined {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof TlogFault) return undefined;
    throw error;
  }
}
