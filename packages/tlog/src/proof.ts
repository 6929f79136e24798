/**
 * Inclusion and consistency proofs: RFC 6962, sections 2.1.1 and 2.1.2, and for subtrees
 * draft-ietf-plants-merkle-tree-certs, sections 4.3 and 4.4. Pure; the verifier's half needs nothing but the arguments.
 *
 * Every proof is a walk from the root down to what is proven. At each fork the walk takes one side and the proof holds
 * the root of the other, lowest fork first. {@link inclusionPath} and {@link consistencyPath} write the walk down once,
 * and both halves follow the same words: the prover reads the hashes of the sides not taken, the verifier hashes its way
 * back up and compares. That a proof has exactly one shape for its positions is therefore visible: a path has one length.
 *
 *     INCLUSION(m, [lo,hi))     one leaf: empty. Else cut at mid: the side with m, then MTH of the other side.
 *     CONSISTENCY([s,e), [lo,hi))
 *       [s,e) = [lo,hi)         empty if the verifier knows this root (nothing was cut off the subtree yet), else MTH(lo,hi)
 *       e <= mid                the left side, then MTH(mid,hi): outside the subtree
 *       s >= mid                the right side, then MTH(lo,mid): outside the subtree
 *       else s = lo             the right side with [mid,e), then MTH(lo,mid): inside the subtree, its root not yet known
 *
 * A subtree [s,e) is one that some tree contains: s is a multiple of the smallest power of two that holds e - s.
 * Consistency from an empty tree is vacuous: `verifyConsistency` refuses old size 0, as RFC 6962 defines no proof for it;
 * c2sp.org/tlog-witness accepts it with an empty proof, and says so itself (see witness-server.ts).
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { BrokenCode } from "./fault.ts";
import { TlogFault } from "./fault.ts";
import { sizeLimit } from "./limits.ts";
import type { Hash, NodeId, TreeHead } from "./tree.ts";
import {
  bitLength,
  coverRange,
  emptyRoot,
  equalHashes,
  foldHashes,
  hashBytes,
  hashNode,
  splitSize,
} from "./tree.ts";

/** Half-open: the leaves from `start` to before `end`. */
export interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** For each hash of a proof, in order, the nodes whose fold it is. */
export type ProofPlan = readonly (readonly NodeId[])[];

/** Gives the hashes of the nodes asked for, in the same order. */
export type ReadNodes = (nodes: readonly NodeId[]) => Promise<readonly Hash[]>;

/**
 * Checks that `leafHash` is leaf `index` of the tree `head`.
 *
 * @throws {TlogFault} `bad-inclusion`
 */
export function verifyInclusion(index: bigint, leafHash: Hash, head: TreeHead, proof: readonly Hash[]): void {
  verifySubtreeInclusion(index, leafHash, { start: 0n, end: head.size }, head.root, proof);
}

/**
 * Checks that `leafHash` is leaf `index` of the log, and one of those under the subtree `range` with root `root`.
 *
 * @throws {TlogFault} `bad-inclusion`
 */
export function verifySubtreeInclusion(
  index: bigint,
  leafHash: Hash,
  range: Range,
  root: Hash,
  proof: readonly Hash[],
): void {
  const { start, end } = range;
  const evidence = { index, start, end, proofHashes: proof.length };
  if (!isSubtree(range) || index < start || index >= end) {
    throw broken("bad-inclusion", "the leaf is not in the subtree", evidence);
  }
  if (!areHashes([leafHash, ...proof])) throw broken("bad-inclusion", "a hash is not 32 bytes", evidence);
  const path = inclusionPath(index, range);
  if (path.length !== proof.length) throw broken("bad-inclusion", "the proof's length is wrong", evidence);
  let hash = leafHash;
  for (const [i, step] of path.entries()) hash = climb(step, hash, hashAt(proof, i));
  if (!equalHashes(hash, root)) throw broken("bad-inclusion", "the proof leads to another root", evidence);
}

/**
 * Checks that the tree `newHead` begins with the whole tree `oldHead`. The old size is at least 1.
 *
 * @throws {TlogFault} `bad-consistency`
 */
export function verifyConsistency(oldHead: TreeHead, newHead: TreeHead, proof: readonly Hash[]): void {
  if (oldHead.size <= 0n) {
    throw broken("bad-consistency", "consistency with an empty tree says nothing", { newSize: newHead.size });
  }
  verifySubtreeConsistency({ start: 0n, end: oldHead.size }, oldHead.root, newHead, proof);
}

/**
 * Checks that the subtree `range` with root `subtreeRoot` is part of the tree `head`. An empty subtree has the empty root
 * and an empty proof, and says nothing about the tree.
 *
 * @throws {TlogFault} `bad-consistency`
 */
export function verifySubtreeConsistency(
  range: Range,
  subtreeRoot: Hash,
  head: TreeHead,
  proof: readonly Hash[],
): void {
  const evidence = { start: range.start, end: range.end, size: head.size, proofHashes: proof.length };
  if (!isSubtree(range) || range.end > head.size || head.size >= sizeLimit) {
    throw broken("bad-consistency", "it is not a subtree of the tree", evidence);
  }
  if (!areHashes(proof)) throw broken("bad-consistency", "a hash is not 32 bytes", evidence);
  if (range.start === range.end) {
    if (proof.length === 0 && equalHashes(subtreeRoot, emptyRoot())) return;
    throw broken("bad-consistency", "an empty subtree has an empty proof and the empty root", evidence);
  }
  const { isRootKnown, steps } = consistencyPath(range, head.size);
  const siblings = isRootKnown ? proof : proof.slice(1);
  if (siblings.length !== steps.length || proof.length - siblings.length !== (isRootKnown ? 0 : 1)) {
    throw broken("bad-consistency", "the proof's length is wrong", evidence);
  }
  const seed = isRootKnown ? subtreeRoot : hashAt(proof, 0);
  let inSubtree = seed;
  let inTree = seed;
  for (const [i, step] of steps.entries()) {
    const sibling = hashAt(siblings, i);
    if (step.isInSubtree) inSubtree = climb(step, inSubtree, sibling);
    inTree = climb(step, inTree, sibling);
  }
  if (!equalHashes(inSubtree, subtreeRoot)) {
    throw broken("bad-consistency", "the proof leads to another subtree root", evidence);
  }
  if (!equalHashes(inTree, head.root))
    throw broken("bad-consistency", "the proof leads to another root", evidence);
}

/** What to read to prove leaf `index` in the tree of `size`. @throws {Breach} when there is no such leaf. */
export function planInclusion(index: bigint, size: bigint): ProofPlan {
  return planSubtreeInclusion(index, { start: 0n, end: size });
}

/** What to read to prove leaf `index` under the subtree `range`. @throws {Breach} when it is not under it. */
export function planSubtreeInclusion(index: bigint, range: Range): ProofPlan {
  if (!isSubtree(range) || index < range.start || index >= range.end) {
    throw new Breach("no proof exists: the leaf is not in the subtree", { index, ...range });
  }
  return inclusionPath(index, range).map((step) => coverRange(step.start, step.end));
}

/** What to read to prove that the tree of `size` begins with the tree of `oldSize`, which is at least 1. */
export function planConsistency(oldSize: bigint, size: bigint): ProofPlan {
  if (oldSize < 1n) throw new Breach("no proof exists: the old tree is empty", { oldSize, size });
  return planSubtreeConsistency({ start: 0n, end: oldSize }, size);
}

/** What to read to prove that the subtree `range` is part of the tree of `size`. */
export function planSubtreeConsistency(range: Range, size: bigint): ProofPlan {
  if (!isSubtree(range) || range.end > size || size >= sizeLimit) {
    throw new Breach("no proof exists: it is not a subtree of the tree", { ...range, size });
  }
  if (range.start === range.end) return [];
  const { isRootKnown, steps, meeting } = consistencyPath(range, size);
  const plan = steps.map((step) => coverRange(step.start, step.end));
  return isRootKnown ? plan : [coverRange(meeting.start, meeting.end), ...plan];
}

/** The proof itself: reads all nodes of `plan` in one call, then folds. At most 64 nodes a proof hash in the worst case, 2 log₂ n in all. */
export async function readProof(plan: ProofPlan, readNodes: ReadNodes): Promise<readonly Hash[]> {
  return assembleProof(plan, await readNodes(plan.flat()));
}

/** The proof from the hashes of `plan.flat()`, for those who have them at hand. */
export function assembleProof(plan: ProofPlan, hashes: readonly Hash[]): readonly Hash[] {
  if (hashes.length !== plan.flat().length) {
    throw new Breach("as many hashes are needed as nodes were asked for", { hashes: hashes.length });
  }
  let next = 0;
  return plan.map((nodes) => foldHashes(hashes.slice(next, (next += nodes.length))));
}

/** Whether some tree contains this range as a subtree (draft-ietf-plants-merkle-tree-certs, section 4.1). */
export function isSubtree({ start, end }: Range): boolean {
  if (start < 0n || start > end || end >= sizeLimit) return false;
  if (start === 0n || start === end) return true;
  return start % (1n << BigInt(bitLength(end - start - 1n))) === 0n;
}

/** One fork of a walk: the side not taken, whose root the proof holds. */
interface Step extends Range {
  readonly side: "left" | "right";
  /** Whether the side not taken lies inside the subtree whose consistency is proven. */
  readonly isInSubtree: boolean;
}

/** The forks between leaf `index` and the root of `range`, lowest first. */
function inclusionPath(index: bigint, range: Range): readonly Step[] {
  const steps: Step[] = [];
  let { start, end } = range;
  while (end - start > 1n) {
    const mid = start + splitSize(end - start);
    const isLeft = index < mid;
    steps.push(isLeft ? rightSide(mid, end) : leftSide(start, mid, false));
    if (isLeft) end = mid;
    else start = mid;
  }
  return steps.reverse();
}

/** The forks between the subtree and the root of the tree, lowest first, and where the walk met the subtree's edge. */
function consistencyPath(
  subtree: Range,
  size: bigint,
): { isRootKnown: boolean; meeting: Range; steps: readonly Step[] } {
  const steps: Step[] = [];
  let isRootKnown = true;
  let wanted = subtree.start;
  let start = 0n;
  let end = size;
  while (wanted !== start || subtree.end !== end) {
    const mid = start + splitSize(end - start);
    if (subtree.end <= mid) {
      steps.push(rightSide(mid, end));
      end = mid;
      continue;
    }
    // Left of `wanted` is outside the subtree; otherwise the subtree straddles the cut and its left part is complete.
    const isInSubtree = wanted < mid;
    steps.push(leftSide(start, mid, isInSubtree));
    if (isInSubtree) {
      isRootKnown = false;
      wanted = mid;
    }
    start = mid;
  }
  return { isRootKnown, meeting: { start, end }, steps: steps.reverse() };
}

function leftSide(start: bigint, end: bigint, isInSubtree: boolean): Step {
  return { side: "left", start, end, isInSubtree };
}

function rightSide(start: bigint, end: bigint): Step {
  return { side: "right", start, end, isInSubtree: false };
}

function climb(step: Step, hash: Hash, sibling: Hash): Hash {
  return step.side === "left" ? hashNode(sibling, hash) : hashNode(hash, sibling);
}

function areHashes(hashes: readonly Hash[]): boolean {
  return hashes.every((hash) => hash.length === hashBytes);
}

function hashAt(hashes: readonly Hash[], i: number): Hash {
  const hash = hashes[i];
  if (hash === undefined) throw new Breach("a proof was read past its end", { i, hashes: hashes.length });
  return hash;
}

function broken(code: BrokenCode, why: string, evidence: Record<string, bigint | number>): TlogFault {
  return new TlogFault(code, why, evidence);
}
