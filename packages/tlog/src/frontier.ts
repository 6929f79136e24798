/**
 * A growing tree in O(log n) memory: the hashes of its largest full subtrees from left to right, nothing else.
 *
 * For whoever writes a log, or recomputes one from its entries. There is one hash per one bit of the size, largest
 * subtree first, at most 64. Appending a leaf merges as many subtrees as the size has trailing one bits: one hash a leaf
 * on average. It cannot prove anything and forgets every leaf; tiles remember (see tile-writer.ts).
 */
import { Breach } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { sizeLimit } from "./limits.ts";
import { sha256, writeSha256 } from "./sha256.ts";
import type { Hash, TreeHead } from "./tree.ts";
import { emptyRoot, foldHashes, hashBytes, parseHash } from "./tree.ts";

/** Told of every node the moment it is full, lower levels first: leaf `index` at level 0, then what it completes. */
export type OnNode = (level: number, index: bigint, hash: Hash) => void;

export class Frontier {
  #size = 0n;
  readonly #hashes: Hash[] = [];
  /** `0x01 ‖ left ‖ right`, as `hashNode` makes anew for each node. */
  readonly #node = new Uint8Array(1 + 2 * hashBytes).fill(1);

  /**
   * A frontier as it was: `hashes` are those of `coverRange(0, size)`.
   *
   * @throws {TlogFault} `malformed-frontier` when their number or length is wrong. Whether they are true is for the
   * caller to check against a root it trusts.
   */
  static from(size: bigint, hashes: readonly Hash[]): Frontier {
    if (size < 0n || size >= sizeLimit || hashes.length !== countOnes(size)) {
      throw new TlogFault("malformed-frontier", "a frontier has one hash per one bit of its size", {
        size,
        hashes: hashes.length,
      });
    }
    const frontier = new Frontier();
    frontier.#size = size;
    frontier.#hashes.push(...hashes.map(parseHash));
    return frontier;
  }

  get size(): bigint {
    return this.#size;
  }

  /** The hashes of `coverRange(0, size)`. */
  get hashes(): readonly Hash[] {
    return [...this.#hashes];
  }

  /** MTH of everything appended. Costs one hash per one bit of the size. */
  root(): Hash {
    return this.#hashes.length === 0 ? emptyRoot() : foldHashes(this.#hashes);
  }

  head(): TreeHead {
    return { size: this.#size, root: this.root() };
  }

  /** Appends the next leaf's hash, and tells `onNode` of it and of every subtree that it completes. */
  append(leafHash: Hash, onNode?: OnNode): void {
    if (leafHash.length !== hashBytes) throw new Breach("a leaf hash is not 32 bytes", { size: this.#size });
    let hash = leafHash;
    let index = this.#size;
    onNode?.(0, index, hash);
    for (let level = 1; (index & 1n) === 1n; level++) {
      const left = this.#hashes.pop();
      if (left === undefined) throw new Breach("a frontier lost a hash", { size: this.#size, level });
      this.#node.set(left, 1);
      this.#node.set(hash, 1 + hashBytes);
      hash = sha256(this.#node);
      index >>= 1n;
      onNode?.(level, index, hash);
    }
    this.#hashes.push(hash);
    this.#size += 1n;
  }
}

/** The root over `leafHashes`. */
export function rootOf(leafHashes: Iterable<Hash>): Hash {
  const frontier = new Frontier();
  for (const hash of leafHashes) frontier.append(hash);
  return frontier.root();
}

/**
 * As {@link rootOf}, of at least one leaf hash, side by side in memory that is overwritten: for many trees of some hundred.
 *
 * Level by level, where a hash without a neighbour goes up as it is: the tree of RFC 6962, section 2.1.
 */
export function rootInPlace(hashes: Uint8Array): Hash {
  const node = new Uint8Array(1 + 2 * hashBytes).fill(1);
  for (let count = hashes.length / hashBytes; count > 1; count = Math.ceil(count / 2)) {
    for (let left = 0; left + 1 < count; left += 2) {
      for (let i = 0; i < 2 * hashBytes; i++) node[1 + i] = hashes[left * hashBytes + i] ?? 0;
      writeSha256(node, hashes, (left / 2) * hashBytes);
    }
    if (count % 2 === 1)
      hashes.copyWithin(((count - 1) / 2) * hashBytes, (count - 1) * hashBytes, count * hashBytes);
  }
  return new Uint8Array(hashes.subarray(0, hashBytes));
}

function countOnes(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}
