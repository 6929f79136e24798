import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaf, tilesOf } from "../test/memory-log.ts";
import { Frontier } from "./frontier.ts";
import { verifyConsistency, verifyInclusion } from "./proof.ts";
import type { FetchTile } from "./tile-reader.ts";
import { leafTile, TileReader } from "./tile-reader.ts";
import { TileWriter } from "./tile-writer.ts";
import { planTiles, tilePath } from "./tile.ts";
import { hashBytes } from "./tree.ts";

function fetchFrom(tiles: ReadonlyMap<string, Uint8Array>): FetchTile {
  return async (id) => tiles.get(tilePath(id));
}

/** Sizes at which a log published: ascending, the last one being its size. */
const published = fc
  .array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 })
  .map((steps) => steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0)));

describe("a tile writer", () => {
  it("gives exactly the tiles that the specification asks for, in that order", () => {
    fc.assert(
      fc.property(published, (sizes) => {
        const writer = new TileWriter();
        let before = 0n;
        for (const size of sizes) {
          while (writer.size < size) writer.append(leaf(Number(writer.size)));
          const { head, tiles } = writer.flush();
          expect(tiles.map(({ id }) => id)).toEqual(planTiles(before, BigInt(size)));
          expect(tiles.every(({ id, bytes }) => bytes.length === id.width * hashBytes)).toBe(true);
          expect(head.size).toBe(BigInt(size));
          before = head.size;
        }
        expect(writer.flush().tiles).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("has the root and the frontier of the plain tree", () => {
    const writer = new TileWriter();
    const frontier = new Frontier();
    for (let i = 0; i < 1000; i++) {
      writer.append(leaf(i));
      frontier.append(leaf(i));
    }
    expect(writer.head()).toEqual(frontier.head());
    expect(writer.frontierHashes()).toEqual(frontier.hashes);
  });

  it("resumed from its stored tiles goes on as if it had never stopped", async () => {
    await fc.assert(
      fc.asyncProperty(published, fc.integer({ min: 0, max: 600 }), async (sizes, more) => {
        const { head, tiles } = tilesOf(sizes);
        const resumed = await TileWriter.resume(
          head,
          async (id) => tiles.get(tilePath(id)) ?? new Uint8Array(0),
        );
        const whole = new TileWriter();
        for (let i = 0; i < Number(head.size); i++) whole.append(leaf(i));
        whole.flush();
        for (let i = Number(head.size); i < Number(head.size) + more; i++) {
          whole.append(leaf(i));
          resumed.append(leaf(i));
        }
        expect(resumed.flush()).toEqual(whole.flush());
      }),
      { numRuns: 20 },
    );
  });

  it("does not resume from tiles that are not the tree's", async () => {
    const { head, tiles } = tilesOf([300]);
    const bent = async (id: Parameters<FetchTile>[0]): Promise<Uint8Array> =>
      (tiles.get(tilePath(id)) ?? new Uint8Array(0)).map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    const refused = expect.objectContaining({ code: "bad-tile" });
    await expect(TileWriter.resume(head, bent)).rejects.toThrow(refused);
    await expect(TileWriter.resume(head, async () => new Uint8Array(32))).rejects.toThrow(refused);
    const empty = await TileWriter.resume(new Frontier().head(), bent);
    expect(empty.size).toBe(0n);
  });
});

describe("a tile reader", () => {
  const sizes = [1, 255, 256, 257, 512, 700, 1024, 65_536, 66_000];

  it.each(sizes)("proves entries and earlier trees of a log of %i from its tiles", async (size) => {
    const { head, tiles } = tilesOf([size]);
    const reader = new TileReader(head, fetchFrom(tiles));
    for (const index of new Set([0, 1, 127, 255, 256, size >> 1, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue;
      verifyInclusion(BigInt(index), leaf(index), head, await reader.proveInclusion(BigInt(index)));
    }
    for (const old of new Set([1, 2, 255, 256, 257, size >> 1, size - 1, size])) {
      if (old < 1 || old > size) continue;
      const oldHead = { size: BigInt(old), root: await reader.readRoot(BigInt(old)) };
      const frontier = new Frontier();
      for (let i = 0; i < old; i++) frontier.append(leaf(i));
      expect(oldHead.root).toEqual(frontier.root());
      verifyConsistency(oldHead, head, await reader.proveConsistency(BigInt(old)));
    }
  });

  it("asks for O(log n) tiles: five for the first proof in 66,000 entries, none for the next beside it", async () => {
    const { head, tiles } = tilesOf([66_000]);
    const asked: string[] = [];
    const reader = new TileReader(head, async (id) => {
      asked.push(tilePath(id));
      return tiles.get(tilePath(id));
    });
    await reader.proveInclusion(1000n);
    expect(asked.sort()).toEqual([
      "tile/0/003",
      "tile/0/257.p/208",
      "tile/1/000",
      "tile/1/001.p/1",
      "tile/2/000.p/1",
    ]);
    await reader.proveInclusion(1001n);
    expect(asked).toHaveLength(5);
  });

  it("takes the full tile where the partial one is gone", async () => {
    const { head } = tilesOf([300]);
    const { tiles } = tilesOf([600]);
    expect(tiles.has("tile/0/001.p/44")).toBe(false);
    const later = new Map([...tiles, ...tilesOf([300]).tiles]);
    later.delete("tile/0/001.p/44");
    const reader = new TileReader(head, fetchFrom(later));
    verifyInclusion(299n, leaf(299), head, await reader.proveInclusion(299n));
  });

  it("says which tile is not served, and recovers when it is served again", async () => {
    const { head, tiles } = tilesOf([600]);
    const served = new Map(tiles);
    served.delete("tile/0/000");
    const reader = new TileReader(head, fetchFrom(served));
    await expect(reader.proveInclusion(3n)).rejects.toThrow(
      expect.objectContaining({ code: "tile-missing", evidence: { tile: "tile/0/000" } }),
    );
    served.set("tile/0/000", tiles.get("tile/0/000") ?? new Uint8Array(0));
    verifyInclusion(3n, leaf(3), head, await reader.proveInclusion(3n));
  });

  it("stays right when the buffer that a tile came in is used again", async () => {
    const { head, tiles } = tilesOf([600]);
    const buffer = new Uint8Array(8192);
    const reader = new TileReader(head, async (id) => {
      const bytes = tiles.get(tilePath(id)) ?? new Uint8Array(0);
      buffer.set(bytes);
      return bytes.length === buffer.length ? buffer : bytes.slice();
    });
    const proof = await reader.proveInclusion(3n);
    verifyInclusion(3n, leaf(3), head, proof);
    buffer.fill(0);
    expect(await reader.proveInclusion(3n)).toEqual(proof);
  });

  it("keeps no more full tiles than its bound, and stays right", async () => {
    const { head, tiles } = tilesOf([5000]);
    let fetches = 0;
    const counted: FetchTile = async (id) => {
      fetches += 1;
      return tiles.get(tilePath(id));
    };
    const reader = new TileReader(head, counted, { cachedTilesMax: 2 });
    for (const index of [0n, 300n, 600n, 0n, 300n]) {
      verifyInclusion(index, leaf(Number(index)), head, await reader.proveInclusion(index));
    }
    expect(fetches).toBe(2 + 5);
  });

  it("gives leaf hashes for a bundle, and names the tile they are in", async () => {
    const { head, tiles } = tilesOf([600]);
    const reader = new TileReader(head, fetchFrom(tiles));
    expect(await reader.readLeafHashes(254n, 258n)).toEqual([254, 255, 256, 257].map(leaf));
    expect(leafTile(599n, 600n)).toEqual({ level: 0, index: 2n, width: 88 });
    expect(leafTile(511n, 600n)).toEqual({ level: 0, index: 1n, width: 256 });
  });

  it("advances to a later tree and keeps what it verified", async () => {
    const { tiles } = tilesOf([700, 1500]);
    const [before, after] = [tilesOf([700]).head, tilesOf([1500]).head];
    const asked: string[] = [];
    const reader = new TileReader(before, async (id) => {
      asked.push(tilePath(id));
      return tiles.get(tilePath(id));
    });
    await reader.proveInclusion(3n);
    asked.length = 0;
    const later = await reader.advance(after);
    verifyInclusion(3n, leaf(3), after, await later.proveInclusion(3n));
    expect(asked.sort()).toEqual(["tile/0/002", "tile/0/005.p/220", "tile/1/000.p/5"]);
    expect((await later.advance(after)).head).toEqual(after);
    const first = new TileReader(new Frontier().head(), fetchFrom(tiles));
    expect((await first.advance(before)).head).toEqual(before);
  });

  it("reads nothing of an empty tree", async () => {
    const reader = new TileReader(new Frontier().head(), fetchFrom(new Map()));
    expect(await reader.readNodes([])).toEqual([]);
    expect(await reader.readRoot(0n)).toEqual(new Frontier().root());
    await expect(reader.proveInclusion(0n)).rejects.toThrow("no proof exists");
    await expect(reader.readLeafHashes(0n, 1n)).rejects.toThrow("not in the tree");
  });
});
