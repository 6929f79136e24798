import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaf, tilesOf } from "../test/memory-log.ts";
import type { FetchTile } from "./tile-reader.ts";
import { TileReader } from "./tile-reader.ts";
import { TileWriter } from "./tile-writer.ts";
import { tilePath } from "./tile.ts";

function fetchFrom(tiles: ReadonlyMap<string, Uint8Array>): FetchTile {
  return async (id) => tiles.get(tilePath(id));
}

describe("a lying tile server is found out", () => {
  const { head, tiles } = tilesOf([66_000]);
  const paths = ["tile/0/003", "tile/0/257.p/208", "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"];

  it("whatever bit it changes in a tile that is used, before anything is saved or returned", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), async (path, draw) => {
        const honest = tiles.get(path) ?? new Uint8Array(0);
        const bit = draw % (honest.length * 8);
        const bent = honest.slice();
        bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const saved: string[] = [];
        const reader = new TileReader(head, fetchFrom(new Map([...tiles, [path, bent]])), {
          saveTile: async ({ id }) => void saved.push(tilePath(id)),
        });
        await expect(reader.proveInclusion(1000n)).rejects.toThrow(
          expect.objectContaining({ code: "bad-tile" }),
        );
        expect(saved).not.toContain(path);
      }),
      { numRuns: 60 },
    );
  });

  it("when it serves too few or too many bytes, another tile, or an older tree", async () => {
    const honest = tiles.get("tile/0/003") ?? new Uint8Array(0);
    const refused = expect.objectContaining({ code: "bad-tile" });
    const lies = [
      honest.subarray(32),
      new Uint8Array([...honest, ...honest.subarray(0, 32)]),
      tiles.get("tile/0/004"),
    ];
    for (const lie of lies) {
      const reader = new TileReader(head, async (id) =>
        tilePath(id) === "tile/0/003" ? lie : tiles.get(tilePath(id)),
      );
      await expect(reader.proveInclusion(1000n)).rejects.toThrow(refused);
    }
    const other = tilesOf([65_900]);
    const stale = new TileReader({ ...head, root: other.head.root }, fetchFrom(tiles));
    await expect(stale.proveInclusion(1000n)).rejects.toThrow(refused);
  });

  it("when it shows a later tree that does not begin with the earlier one, or an earlier one", async () => {
    const refused = expect.objectContaining({
      code: "bad-consistency",
      evidence: { oldSize: 300n, newSize: 700n },
    });
    const writer = new TileWriter();
    const forked = new Map<string, Uint8Array>();
    // The same log but for leaf 7, which was rewritten.
    for (let i = 0; i < 700; i++) writer.append(leaf(i === 7 ? 70_000 : i));
    const { head: fork, tiles: forkTiles } = writer.flush();
    for (const { id, bytes } of forkTiles) forked.set(tilePath(id), bytes);
    const honest = tilesOf([300]);
    let serving: ReadonlyMap<string, Uint8Array> = honest.tiles;
    const reader = new TileReader(honest.head, async (id) => serving.get(tilePath(id)));
    await reader.proveInclusion(7n);
    serving = forked;
    await expect(reader.advance(fork)).rejects.toThrow(refused);
    const later = new TileReader(fork, fetchFrom(forked));
    await expect(later.advance(honest.head)).rejects.toThrow(
      expect.objectContaining({ code: "bad-consistency" }),
    );
  });
});
