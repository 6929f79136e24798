import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import type { TileId } from "./tile.ts";
import { edgeTiles, parseTilePath, planBundles, planTiles, tilePath } from "./tile.ts";

const anyTile: fc.Arbitrary<TileId> = fc.record({
  level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant("entries" as const)),
  index: fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }),
  width: fc.integer({ min: 1, max: 256 }),
});

describe("a tile path", () => {
  it.each([
    [{ level: 0, index: 0n, width: 256 }, "tile/0/000"],
    [{ level: 0, index: 273n, width: 112 }, "tile/0/273.p/112"],
    [{ level: 63, index: 1234067n, width: 256 }, "tile/63/x001/x234/067"],
    [{ level: "entries" as const, index: 1000n, width: 1 }, "tile/entries/x001/000.p/1"],
  ])("of %o is %s", (id, path) => {
    expect(tilePath(id)).toBe(path);
    expect(parseTilePath(path)).toEqual(id);
  });

  it("and its tile are one and the same", () => {
    fc.assert(
      fc.property(anyTile, (id) => {
        expect(parseTilePath(tilePath(id))).toEqual(id);
      }),
    );
  });

  it.each([
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/00/000",
    "tile/01/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/8/0/000",
    "tile/0/x000/000",
    "tile/0/001/000",
    "tile/0/x001/x000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p",
    "tile/0/000/p/1",
    "tile/0/000 ",
    "tile/0/000\n",
    "/tile/0/000",
    "tile/data/000",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
    "",
  ])("is refused in another spelling: %j", (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: "malformed-tile" }));
  });
});

describe("the tiles of a tree", () => {
  it("are those of the specification's example of 70,000 entries", () => {
    const tiles = planTiles(0n, 70_000n);
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(tiles.filter(({ width }) => width < 256)).toEqual([
      { level: 0, index: 273n, width: 112 },
      { level: 1, index: 1n, width: 17 },
      { level: 2, index: 0n, width: 1 },
    ]);
    expect(tiles.filter(({ level, width }) => level === 1 && width === 256)).toEqual([
      { level: 1, index: 0n, width: 256 },
    ]);
  });

  it("of 256 entries are a full tile and a partial one above it", () => {
    expect(planTiles(0n, 256n)).toEqual([
      { level: 0, index: 0n, width: 256 },
      { level: 1, index: 0n, width: 1 },
    ]);
    expect(edgeTiles(256n)).toEqual([{ level: 1, index: 0n, width: 1 }]);
  });

  it("of an empty tree are none, nor are any new where nothing was added", () => {
    expect(planTiles(0n, 0n)).toEqual([]);
    expect(planTiles(70_000n, 70_000n)).toEqual([]);
    expect(edgeTiles(0n)).toEqual([]);
  });

  it("have bundles of the entries of their leaves", () => {
    expect(planBundles(200n, 600n).map(tilePath)).toEqual([
      "tile/entries/000",
      "tile/entries/001",
      "tile/entries/002.p/88",
    ]);
    expect(planBundles(600n, 600n)).toEqual([]);
  });

  it("published step by step include those published at once", () => {
    fc.assert(
      fc.property(fc.nat({ max: 200_000 }), fc.nat({ max: 200_000 }), (a, b) => {
        const [middle, size] = a < b ? [BigInt(a), BigInt(b)] : [BigInt(b), BigInt(a)];
        const stepwise = new Set([...planTiles(0n, middle), ...planTiles(middle, size)].map(tilePath));
        expect(
          planTiles(0n, size)
            .map(tilePath)
            .filter((path) => !stepwise.has(path)),
        ).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe.skipIf(!hasVectors)("the worked examples of c2sp.org/tlog-tiles", () => {
  it("are reproduced", () => {
    const examples = readVector("02-c2sp-examples/c2sp-examples.json") as {
      tile_path: { index: number; path: string };
    };
    const { index, path } = examples.tile_path;
    expect(tilePath({ level: 0, index: BigInt(index), width: 256 })).toBe(`tile/0/${path}`);
  });
});
