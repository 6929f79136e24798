import { decodeBase64 } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodesTo } from "../test/memory-log.ts";
import { entriesTo, mth, path, proof as consistencyProof, subproof } from "../test/reference.ts";
import { hasVectors, listVectors, readVector } from "../test/shared-vectors.ts";
import { rootOf } from "./frontier.ts";
import {
  assembleProof,
  isSubtree,
  planConsistency,
  planInclusion,
  planSubtreeConsistency,
  planSubtreeInclusion,
  readProof,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from "./proof.ts";
import type { ProofPlan } from "./proof.ts";
import type { Hash, TreeHead } from "./tree.ts";
import { hashLeaf } from "./tree.ts";

const maxSize = 300;
const entries = entriesTo(maxSize);
const leaves = entries.map(hashLeaf);
const log = nodesTo(maxSize);
const heads: readonly TreeHead[] = Array.from({ length: maxSize + 1 }, (_, size) => ({
  size: BigInt(size),
  root: rootOf(leaves.slice(0, size)),
}));

function make(plan: ProofPlan): readonly Hash[] {
  return assembleProof(plan, plan.flat().map(log.get));
}

function at<T>(list: readonly T[], i: number): T {
  const item = list[i];
  if (item === undefined) throw new Error(`the test has no item ${i}`);
  return item;
}

describe("inclusion", () => {
  it(`of every leaf verifies in every tree to size ${maxSize}`, () => {
    for (let size = 1; size <= maxSize; size++) {
      for (let index = 0; index < size; index++) {
        verifyInclusion(
          BigInt(index),
          at(leaves, index),
          at(heads, size),
          make(planInclusion(BigInt(index), BigInt(size))),
        );
      }
    }
    expect.assertions(0);
  });

  it("is proven by the very hashes of PATH in RFC 6962", () => {
    for (const size of [1, 2, 3, 5, 7, 8, 13, 33, 64, 65]) {
      for (let index = 0; index < size; index++) {
        expect(make(planInclusion(BigInt(index), BigInt(size)))).toEqual(path(index, entries.slice(0, size)));
      }
    }
  });

  it("cannot be planned for a leaf that is not there", () => {
    expect(() => planInclusion(5n, 5n)).toThrow("no proof exists");
    expect(() => planInclusion(-1n, 5n)).toThrow("no proof exists");
    expect(() => planSubtreeInclusion(3n, { start: 4n, end: 6n })).toThrow("no proof exists");
  });

  it("reads all its nodes at once", async () => {
    const calls: number[] = [];
    const read = async (nodes: Parameters<typeof log.read>[0]): Promise<readonly Hash[]> => {
      calls.push(nodes.length);
      return await log.read(nodes);
    };
    const proof = await readProof(planInclusion(77n, 300n), read);
    verifyInclusion(77n, at(leaves, 77), at(heads, 300), proof);
    expect(calls).toHaveLength(1);
  });
});

describe("consistency", () => {
  it(`of every tree with every larger one verifies, to size ${maxSize}`, () => {
    for (let size = 1; size <= maxSize; size++) {
      for (let old = 1; old <= size; old++) {
        verifyConsistency(at(heads, old), at(heads, size), make(planConsistency(BigInt(old), BigInt(size))));
      }
    }
    expect.assertions(0);
  });

  it("is proven by the very hashes of PROOF in RFC 6962", () => {
    for (const size of [1, 2, 3, 6, 7, 8, 13, 33, 65]) {
      for (let old = 1; old <= size; old++) {
        const expected = consistencyProof(old, entries.slice(0, size));
        expect(make(planConsistency(BigInt(old), BigInt(size)))).toEqual(expected);
      }
    }
  });

  it("with an empty tree is refused: it would say nothing", () => {
    expect(() => verifyConsistency(at(heads, 0), at(heads, 7), [])).toThrow(
      expect.objectContaining({ code: "bad-consistency" }),
    );
    expect(() => planConsistency(0n, 7n)).toThrow("the old tree is empty");
    expect(() => planConsistency(8n, 7n)).toThrow("no proof exists");
    expect(() => planConsistency(1n, 1n << 64n)).toThrow("no proof exists");
  });
});

describe("a subtree", () => {
  it("is proven and verified wherever the draft allows one, to size 40", () => {
    const size = 40;
    const head = at(heads, size);
    let subtrees = 0;
    for (let start = 0; start < size; start++) {
      for (let end = start + 1; end <= size; end++) {
        const range = { start: BigInt(start), end: BigInt(end) };
        if (!isSubtree(range)) continue;
        subtrees += 1;
        const root = mth(entries.slice(start, end));
        const proof = make(planSubtreeConsistency(range, BigInt(size)));
        expect(proof).toEqual(subproof(start, end, entries.slice(0, size), true));
        verifySubtreeConsistency(range, root, head, proof);
        for (let index = start; index < end; index++) {
          const inclusion = make(planSubtreeInclusion(BigInt(index), range));
          expect(inclusion).toEqual(path(index - start, entries.slice(start, end)));
          verifySubtreeInclusion(BigInt(index), at(leaves, index), range, root, inclusion);
        }
      }
    }
    expect(subtrees).toBeGreaterThan(100);
  });

  it("begins at a multiple of the smallest power of two that holds it", () => {
    const isValid = (start: bigint, end: bigint): boolean => isSubtree({ start, end });
    expect([
      isValid(4n, 7n),
      isValid(8n, 13n),
      isValid(0n, 13n),
      isValid(3n, 4n),
      isValid(5n, 5n),
    ]).not.toContain(false);
    expect([
      isValid(2n, 5n),
      isValid(1n, 3n),
      isValid(2n, 6n),
      isValid(4n, 3n),
      isValid(-1n, 3n),
    ]).not.toContain(true);
    expect(isValid(1n, 9223372036854775810n)).toBe(false);
    expect(isValid(0n, 1n << 64n)).toBe(false);
  });
});

describe.skipIf(!hasVectors)("the vectors of transparency-dev/merkle", () => {
  it.each(listVectors("01-rfc6962-merkle/inclusion"))("%s", (file) => {
    const v = readVector(file) as InclusionVector;
    const head = { size: BigInt(v.treeSize), root: bytes(v.root) };
    expect(refuses(() => verifyInclusion(BigInt(v.leafIdx), bytes(v.leafHash), head, hashes(v.proof)))).toBe(
      v.wantErr,
    );
  });

  it.each(listVectors("01-rfc6962-merkle/consistency"))("%s", (file) => {
    const v = readVector(file) as ConsistencyVector;
    const oldHead = { size: BigInt(v.size1), root: bytes(v.root1) };
    const newHead = { size: BigInt(v.size2), root: bytes(v.root2) };
    expect(refuses(() => verifyConsistency(oldHead, newHead, hashes(v.proof)))).toBe(v.wantErr);
  });

  it.each(listVectors("01-rfc6962-merkle/subtreeinclusion"))("%s", (file) => {
    const v = readVector(file) as InclusionVector;
    const range = { start: BigInt(v.start), end: BigInt(v.end) };
    const verify = (): void =>
      verifySubtreeInclusion(BigInt(v.leafIdx), bytes(v.leafHash), range, bytes(v.root), hashes(v.proof));
    expect(refuses(verify)).toBe(v.wantErr);
  });

  it.each(listVectors("01-rfc6962-merkle/subtreeconsistency"))("%s", (file) => {
    const v = readVector(file) as ConsistencyVector;
    const range = { start: BigInt(v.start), end: BigInt(v.end) };
    const head = { size: BigInt(v.size), root: bytes(v.root2) };
    expect(refuses(() => verifySubtreeConsistency(range, bytes(v.root1), head, hashes(v.proof)))).toBe(
      v.wantErr,
    );
  });
});

describe("random positions", () => {
  it("in huge trees have a plan whose length is the path's", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        (size, n) => {
          const plan = planInclusion(n % size, size);
          expect(plan.length).toBeLessThanOrEqual(64);
          expect(plan.flat().length).toBeLessThanOrEqual(128);
        },
      ),
    );
  });
});

interface InclusionVector {
  readonly leafIdx: number | string;
  readonly treeSize: number | string;
  readonly start: number | string;
  readonly end: number | string;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly size1: number | string;
  readonly size2: number | string;
  readonly start: number | string;
  readonly end: number | string;
  readonly size: number | string;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

function bytes(base64: string | null): Hash {
  return decodeBase64(base64 ?? "");
}

function hashes(proof: readonly string[] | null): readonly Hash[] {
  return (proof ?? []).map(bytes);
}

/** Whether it refuses, and with one of the two codes: anything else thrown fails the test. */
function refuses(verify: () => void): boolean {
  try {
    verify();
    return false;
  } catch (error) {
    if (!["bad-inclusion", "bad-consistency"].includes((error as { code?: string }).code ?? "")) throw error;
    return true;
  }
}
