import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodesTo } from "../test/memory-log.ts";
import { entriesTo } from "../test/reference.ts";
import { rootOf } from "./frontier.ts";
import {
  assembleProof,
  isSubtree,
  planConsistency,
  planInclusion,
  planSubtreeConsistency,
  planSubtreeInclusion,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from "./proof.ts";
import type { ProofPlan } from "./proof.ts";
import type { Hash, TreeHead } from "./tree.ts";
import { hashLeaf } from "./tree.ts";

const maxSize = 300;
const leaves = entriesTo(maxSize).map(hashLeaf);
const log = nodesTo(maxSize);

function head(size: number): TreeHead {
  return { size: BigInt(size), root: rootOf(leaves.slice(0, size)) };
}

function make(plan: ProofPlan): Hash[] {
  return [...assembleProof(plan, plan.flat().map(log.get))];
}

function flip(hash: Hash, bit: number): Hash {
  const flipped = hash.slice();
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

const size = fc.integer({ min: 1, max: maxSize });
const bit = fc.integer({ min: 0, max: 255 });
const position = fc.nat();

const badInclusion = expect.objectContaining({ code: "bad-inclusion" });
const badConsistency = expect.objectContaining({ code: "bad-consistency" });

describe("an inclusion proof does not verify", () => {
  const forged = fc.record({ size, index: position, place: position, bit });

  function check(draw: { size: number; index: number }): {
    tree: TreeHead;
    index: bigint;
    leaf: Hash;
    proof: Hash[];
  } {
    const position = draw.index % draw.size;
    const index = BigInt(position);
    const leaf = leaves[position];
    if (leaf === undefined) throw new Error("no such leaf");
    return { tree: head(draw.size), index, leaf, proof: make(planInclusion(index, BigInt(draw.size))) };
  }

  it("with one bit of one hash flipped", () => {
    fc.assert(
      fc.property(forged, (draw) => {
        const { tree, index, leaf, proof } = check(draw);
        expect(() => verifyInclusion(index, flip(leaf, draw.bit), tree, proof)).toThrow(badInclusion);
        expect(() =>
          verifyInclusion(index, leaf, { ...tree, root: flip(tree.root, draw.bit) }, proof),
        ).toThrow(badInclusion);
        if (proof.length === 0) return;
        const place = draw.place % proof.length;
        const bent = proof.map((hash, i) => (i === place ? flip(hash, draw.bit) : hash));
        expect(() => verifyInclusion(index, leaf, tree, bent)).toThrow(badInclusion);
      }),
    );
  });

  it("with a hash dropped, doubled, added, cut short, or two exchanged", () => {
    fc.assert(
      fc.property(forged, (draw) => {
        const { tree, index, leaf, proof } = check(draw);
        const place = draw.place % (proof.length + 1);
        const extra = proof[place] ?? tree.root;
        expect(() => verifyInclusion(index, leaf, tree, proof.toSpliced(place, 0, extra))).toThrow(
          badInclusion,
        );
        if (place === proof.length) return;
        expect(() => verifyInclusion(index, leaf, tree, proof.toSpliced(place, 1))).toThrow(badInclusion);
        expect(() => verifyInclusion(index, leaf, tree, proof.with(place, extra.subarray(0, 31)))).toThrow(
          badInclusion,
        );
        if (proof.length < 2) return;
        const other = (place + 1) % proof.length;
        const exchanged = proof.with(place, proof[other] ?? extra).with(other, extra);
        expect(() => verifyInclusion(index, leaf, tree, exchanged)).toThrow(badInclusion);
      }),
    );
  });

  it("at another index, or in a tree of another size", () => {
    fc.assert(
      fc.property(fc.record({ size, index: position, wrongIndex: position, wrongSize: size }), (draw) => {
        const { tree, index, leaf, proof } = check(draw);
        // Never `index` itself: 1 to size + 1 steps further, modulo size + 2.
        const wrongIndex = (index + 1n + BigInt(draw.wrongIndex % (draw.size + 1))) % BigInt(draw.size + 2);
        expect(() => verifyInclusion(wrongIndex, leaf, tree, proof)).toThrow(badInclusion);
        if (draw.wrongSize === draw.size) return;
        // A wrong size with the right root can only be told by the shape of the path; with its own root it always is.
        expect(() => verifyInclusion(index, leaf, head(draw.wrongSize), proof)).toThrow(badInclusion);
      }),
    );
  });

  it("for an index that is negative or beyond 64 bits", () => {
    const tree = head(8);
    const proof = make(planInclusion(0n, 8n));
    const [leaf = tree.root] = leaves;
    expect(() => verifyInclusion(-8n, leaf, tree, proof)).toThrow(badInclusion);
    expect(() => verifyInclusion(1n << 64n, leaf, tree, proof)).toThrow(badInclusion);
    expect(() => verifyInclusion(0n, leaf, { ...tree, size: 1n << 64n }, proof)).toThrow(badInclusion);
  });
});

describe("a consistency proof does not verify", () => {
  const forged = fc.record({ size, old: position, place: position, bit });

  function check(draw: { size: number; old: number }): { before: TreeHead; after: TreeHead; proof: Hash[] } {
    const old = (draw.old % draw.size) + 1;
    return {
      before: head(old),
      after: head(draw.size),
      proof: make(planConsistency(BigInt(old), BigInt(draw.size))),
    };
  }

  it("with one bit flipped in a root or in any hash", () => {
    fc.assert(
      fc.property(forged, (draw) => {
        const { before, after, proof } = check(draw);
        const bentBefore = { ...before, root: flip(before.root, draw.bit) };
        const bentAfter = { ...after, root: flip(after.root, draw.bit) };
        expect(() => verifyConsistency(bentBefore, after, proof)).toThrow(badConsistency);
        expect(() => verifyConsistency(before, bentAfter, proof)).toThrow(badConsistency);
        if (proof.length === 0) return;
        const place = draw.place % proof.length;
        const bent = proof.map((hash, i) => (i === place ? flip(hash, draw.bit) : hash));
        expect(() => verifyConsistency(before, after, bent)).toThrow(badConsistency);
      }),
    );
  });

  it("with a hash dropped or added", () => {
    fc.assert(
      fc.property(forged, (draw) => {
        const { before, after, proof } = check(draw);
        const place = draw.place % (proof.length + 1);
        const added = proof.toSpliced(place, 0, proof[place] ?? before.root);
        expect(() => verifyConsistency(before, after, added)).toThrow(badConsistency);
        if (place === proof.length) return;
        expect(() => verifyConsistency(before, after, proof.toSpliced(place, 1))).toThrow(badConsistency);
      }),
    );
  });

  it("from or to another size, or backwards", () => {
    fc.assert(
      fc.property(fc.record({ size, old: position, other: size }), (draw) => {
        const { before, after, proof } = check(draw);
        const other = head(draw.other);
        const lies: [TreeHead, TreeHead][] = [
          [before, other],
          [other, after],
          [after, before],
        ];
        for (const [from, to] of lies.filter(
          ([from, to]) => from.size !== before.size || to.size !== after.size,
        )) {
          expect(() => verifyConsistency(from, to, proof)).toThrow(badConsistency);
        }
      }),
    );
  });
});

describe("a subtree proof does not verify", () => {
  // A subtree of 2^level leaves at most, cut short by `less`, at a multiple of 2^level.
  const drawn = fc
    .record({
      level: fc.integer({ min: 0, max: 7 }),
      at: position,
      less: position,
      index: position,
      place: position,
      bit,
      size,
    })
    .map((draw) => {
      const width = 2 ** draw.level;
      const start = width * (draw.at % Math.floor(maxSize / width));
      const end = Math.min(start + width - (draw.less % Math.ceil(width / 2)), maxSize);
      const tree = head(Math.max(draw.size, end));
      return { ...draw, start, end, tree, range: { start: BigInt(start), end: BigInt(end) } };
    });

  it("with a bit flipped, a hash dropped or added, or for another subtree", () => {
    fc.assert(
      fc.property(drawn, ({ range, start, end, tree, place, bit }) => {
        expect(isSubtree(range)).toBe(true);
        const root = rootOf(leaves.slice(start, end));
        const proof = make(planSubtreeConsistency(range, tree.size));
        verifySubtreeConsistency(range, root, tree, proof);
        const at = place % (proof.length + 1);
        const lies: Hash[][] = [proof.toSpliced(at, 0, tree.root)];
        if (at < proof.length)
          lies.push(proof.toSpliced(at, 1), proof.with(at, flip(proof[at] ?? root, bit)));
        for (const lie of lies) {
          expect(() => verifySubtreeConsistency(range, root, tree, lie)).toThrow(badConsistency);
        }
        expect(() => verifySubtreeConsistency(range, flip(root, bit), tree, proof)).toThrow(badConsistency);
        const beside = { start: range.start, end: range.end + 1n };
        expect(() => verifySubtreeConsistency(beside, root, tree, proof)).toThrow(badConsistency);
      }),
    );
  });

  it("of inclusion, likewise, and for a leaf outside", () => {
    fc.assert(
      fc.property(drawn, ({ range, start, end, index, place, bit }) => {
        const position = start + (index % (end - start));
        const leaf = leaves[position] ?? new Uint8Array(0);
        const root = rootOf(leaves.slice(start, end));
        const proof = make(planSubtreeInclusion(BigInt(position), range));
        verifySubtreeInclusion(BigInt(position), leaf, range, root, proof);
        const at = place % (proof.length + 1);
        const lies: Hash[][] = [proof.toSpliced(at, 0, root)];
        if (at < proof.length)
          lies.push(proof.toSpliced(at, 1), proof.with(at, flip(proof[at] ?? root, bit)));
        for (const lie of lies) {
          expect(() => verifySubtreeInclusion(BigInt(position), leaf, range, root, lie)).toThrow(
            badInclusion,
          );
        }
        for (const outside of [range.start - 1n, range.end]) {
          expect(() => verifySubtreeInclusion(outside, leaf, range, root, proof)).toThrow(badInclusion);
        }
      }),
    );
  });
});
