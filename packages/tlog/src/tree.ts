/**
 * The Merkle tree of RFC 6962, section 2.1, over SHA-256: hashes of leaves and nodes, and how ranges are cut.
 *
 * For a list D of n entries:
 *
 *     MTH({})     = SHA-256()
 *     MTH({d})    = SHA-256(0x00 || d)
 *     MTH(D[0:n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])),  k the largest power of two smaller than n
 *
 * The prefix bytes keep a leaf from being passed off as a node. A *node* (level l, index i) is MTH(D[i*2^l : (i+1)*2^l]):
 * full, hence never to change again. Everything else in the tree is made of nodes when it is needed.
 */
import { Breach } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { sha256 } from "./sha256.ts";

/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

export const hashBytes = 32;

/** What a checkpoint commits to. */
export interface TreeHead {
  readonly size: bigint;
  readonly root: Hash;
}

/** A full subtree: 2^level leaves from leaf index * 2^level on. */
export interface NodeId {
  readonly level: number;
  readonly index: bigint;
}

/** SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array): Hash {
  const message = new Uint8Array(1 + entry.length);
  message.set(entry, 1);
  return sha256(message);
}

/** SHA-256(0x01 || left || right). */
export function hashNode(left: Hash, right: Hash): Hash {
  const message = new Uint8Array(1 + 2 * hashBytes);
  message[0] = 0x01;
  message.set(left, 1);
  message.set(right, 1 + hashBytes);
  return sha256(message);
}

/** The root of the tree without entries: SHA-256 of the empty string. */
export function emptyRoot(): Hash {
  return sha256(new Uint8Array(0));
}

/** @throws {TlogFault} `malformed-hash` unless `bytes` has 32 bytes. */
export function parseHash(bytes: Uint8Array): Hash {
  if (bytes.length !== hashBytes) {
    throw new TlogFault("malformed-hash", "a hash is not 32 bytes long", { length: bytes.length });
  }
  return bytes;
}

/** The largest power of two smaller than `size`. `size` is at least 2. */
export function splitSize(size: bigint): bigint {
  return 1n << BigInt(bitLength(size - 1n) - 1);
}

/** How many binary digits `value` has; 0 for 0. `value` is below 2^64. */
export function bitLength(value: bigint): number {
  const high = Number(value >> 32n);
  return high === 0 ? 32 - Math.clz32(Number(value)) : 64 - Math.clz32(high);
}

/**
 * The nodes whose hashes, folded from the right, are MTH(D[start:end]), in order of their leaves.
 *
 * `start` is a multiple of the smallest power of two that holds `end - start`, as every range is that the tree is cut
 * into. At most one node a level: 64.
 */
export function coverRange(start: bigint, end: bigint): readonly NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = start; at < end;) {
    const level = bitLength(end - at) - 1;
    nodes.push({ level, index: at >> BigInt(level) });
    at += 1n << BigInt(level);
  }
  return nodes;
}

/** MTH of a range, from the hashes of {@link coverRange}: the rightmost two first. */
export function foldHashes(hashes: readonly Hash[]): Hash {
  const last = hashes.at(-1);
  if (last === undefined) throw new Breach("a fold of no hashes", {});
  let folded = last;
  for (let i = hashes.length - 2; i >= 0; i--) folded = hashNode(hashes[i] ?? last, folded);
  return folded;
}

/** Whether two hashes are the same. Not constant in time: hashes of a public tree are not secrets. */
export function equalHashes(a: Hash, b: Hash): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
