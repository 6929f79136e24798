/**
 * Logs in memory for tests: every node by its coordinates, every tile by its path, all through the package's own writer.
 */
import { Frontier } from "../src/frontier.ts";
import type { ReadNodes } from "../src/proof.ts";
import { TileWriter } from "../src/tile-writer.ts";
import { tilePath } from "../src/tile.ts";
import type { Hash, NodeId, TreeHead } from "../src/tree.ts";
import { hashLeaf } from "../src/tree.ts";
import { entriesTo } from "./reference.ts";

/** All full nodes of the synthetic log of `size`; the same nodes serve every smaller tree. */
export function nodesTo(size: number): { readonly read: ReadNodes; readonly get: (node: NodeId) => Hash } {
  const nodes = new Map<string, Hash>();
  const frontier = new Frontier();
  for (const entry of entriesTo(size)) {
    frontier.append(hashLeaf(entry), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
  }
  const get = ({ level, index }: NodeId): Hash => {
    const hash = nodes.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`the test log has no node ${level}/${index}`);
    return hash;
  };
  return { get, read: async (ids) => ids.map(get) };
}

/** The tiles a log of `size` serves when it published once at each of `sizes`, ascending. */
export function tilesOf(sizes: readonly number[]): {
  readonly head: TreeHead;
  readonly tiles: Map<string, Uint8Array>;
} {
  const writer = new TileWriter();
  const tiles = new Map<string, Uint8Array>();
  for (const size of sizes) {
    for (let i = Number(writer.size); i < size; i++) writer.append(leaf(i));
    for (const { id, bytes } of writer.flush().tiles) tiles.set(tilePath(id), bytes);
  }
  return { head: writer.head(), tiles };
}

/** A leaf hash that is cheap and different for every `i`. */
export function leaf(i: number): Hash {
  return hashLeaf(new TextEncoder().encode(`synthetic entry ${i}`));
}
