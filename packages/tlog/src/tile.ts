/**
 * Where the hashes and entries of a log are served: the coordinates and paths of c2sp.org/tlog-tiles.
 *
 *     tile/<L>/<N>[.p/<W>]          up to 256 hashes of 32 bytes: nodes of tree level 8L, from node 256N on
 *     tile/entries/<N>[.p/<W>]      up to 256 entries (see entry-bundle.ts), those of the leaves of tile/0/<N>
 *
 * N is written in groups of three digits, all but the last with an `x` before them: 1234067 is `x001/x234/067`. A tile
 * of 256 hashes is full and never changes. A shorter one is partial, has `.p/<W>`, and is never hashed into the level
 * above. In a tree of size s the partial tile of level L has floor(s / 256^L) mod 256 hashes; empty tiles do not exist.
 */
import { TlogFault } from "./fault.ts";
import { sizeLimit, tileHeight, tileLevelMax, tileWidth } from "./limits.ts";

/** `level` counts tiles, eight tree levels each. `width` is 1 to 256; 256 is a full tile. */
export interface TileId {
  readonly level: number | "entries";
  readonly index: bigint;
  readonly width: number;
}

/** A tile of hashes and its bytes, `32 * width` of them. */
export interface Tile {
  readonly id: TileId;
  readonly bytes: Uint8Array;
}

/** The path below the log's prefix, without a leading slash. */
export function tilePath({ level, index, width }: TileId): string {
  let digits = index.toString();
  digits = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = digits.match(/.../g) ?? [];
  const last = groups.pop() ?? "";
  const path = ["tile", String(level), ...groups.map((group) => `x${group}`), last].join("/");
  return width === tileWidth ? path : `${path}.p/${width}`;
}

/** @throws {TlogFault} `malformed-tile` unless {@link tilePath} gives exactly this path for what is returned. */
export function parseTilePath(path: string): TileId {
  const match =
    /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  const [, levelText = "", indexText = "", widthText] = match ?? [];
  const level: TileId["level"] = levelText === "entries" ? "entries" : Number(levelText);
  const index = BigInt(indexText.replaceAll(/[x/]/g, ""));
  const width = widthText === undefined ? tileWidth : Number(widthText);
  const id = { level, index, width };
  const isInRange = level === "entries" || level <= tileLevelMax;
  const isPartial = widthText === undefined || width < tileWidth;
  if (match === null || !isInRange || !isPartial || index >= sizeLimit || tilePath(id) !== path) {
    throw new TlogFault("malformed-tile", "not a tile path");
  }
  return id;
}

/**
 * The tiles of hashes that a log publishes when it grows from `oldSize` to `newSize`: lowest level first, in each the full
 * ones, then the partial one. Nothing where a level did not change.
 */
export function planTiles(oldSize: bigint, newSize: bigint): readonly TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; hashesAt(level, newSize) > 0n; level++) {
    const before = hashesAt(level, oldSize);
    const after = hashesAt(level, newSize);
    if (before === after) continue;
    for (let index = before / width; index < after / width; index++) {
      tiles.push({ level, index, width: tileWidth });
    }
    if (after % width > 0n) tiles.push({ level, index: after / width, width: Number(after % width) });
  }
  return tiles;
}

/** The entry bundles that go with {@link planTiles}: those of the leaves of its tiles of level 0. */
export function planBundles(oldSize: bigint, newSize: bigint): readonly TileId[] {
  return planTiles(oldSize, newSize)
    .filter(({ level }) => level === 0)
    .map((id) => ({ ...id, level: "entries" }));
}

/** The partial tiles of a tree of `size`, lowest level first: together they hold all that its root is folded from. */
export function edgeTiles(size: bigint): readonly TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; hashesAt(level, size) > 0n; level++) {
    const hashes = hashesAt(level, size);
    if (hashes % width > 0n) tiles.push({ level, index: hashes / width, width: Number(hashes % width) });
  }
  return tiles;
}

/** How many hashes of tile level `level` a tree of `size` has: its full subtrees of 256^level leaves. */
export function hashesAt(level: number, size: bigint): bigint {
  return size >> BigInt(tileHeight * level);
}

const width = BigInt(tileWidth);
