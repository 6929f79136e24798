import { decodeHex, encodeHex } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mth, entriesTo } from "../test/reference.ts";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import { rootOf } from "./frontier.ts";
import { bitLength, coverRange, foldHashes, hashLeaf, hashNode, parseHash, splitSize } from "./tree.ts";

interface Constants {
  readonly leafInputsHex: readonly string[];
  readonly rootHashesHexBySize: readonly string[];
  readonly nodeHashesHexByLevel: readonly (readonly string[])[];
}

describe.skipIf(!hasVectors)("the published RFC 6962 constants", () => {
  const constants = (hasVectors ? readVector("01-rfc6962-merkle/rfc6962-constants.json") : {}) as Constants;

  it("are the roots of their leaves, for every size", () => {
    const leaves = constants.leafInputsHex.map((hex) => hashLeaf(decodeHex(hex)));
    for (const [size, root] of constants.rootHashesHexBySize.entries()) {
      expect(encodeHex(rootOf(leaves.slice(0, size)))).toBe(root);
    }
  });

  it("are the nodes above their leaves, level by level", () => {
    let row = constants.leafInputsHex.map((hex) => hashLeaf(decodeHex(hex)));
    for (const level of constants.nodeHashesHexByLevel) {
      expect(row.map(encodeHex)).toEqual(level);
      row = row.flatMap((hash, i) => (i % 2 === 0 ? [hashNode(hash, row[i + 1] ?? hash)] : []));
    }
  });
});

describe("the tree", () => {
  it("has the root that RFC 6962 defines, for every size to 130", () => {
    for (let size = 0; size <= 130; size++) {
      const entries = entriesTo(size);
      expect(rootOf(entries.map(hashLeaf))).toEqual(mth(entries));
    }
  });

  it("does not take a leaf for a node", () => {
    const [left, right] = [hashLeaf(Uint8Array.of(1)), hashLeaf(Uint8Array.of(2))];
    expect(hashLeaf(Uint8Array.of(...left, ...right))).not.toEqual(hashNode(left, right));
  });

  it("is cut at the largest power of two smaller than its size", () => {
    expect([2n, 3n, 4n, 5n, 8n, 9n, (1n << 63n) + 1n].map(splitSize)).toEqual([
      1n,
      2n,
      2n,
      4n,
      4n,
      8n,
      1n << 63n,
    ]);
  });

  it("counts binary digits up to 64", () => {
    for (let digits = 1; digits <= 64; digits++) {
      expect(bitLength(1n << BigInt(digits - 1))).toBe(digits);
      expect(bitLength((1n << BigInt(digits)) - 1n)).toBe(digits);
    }
    expect(bitLength(0n)).toBe(0);
  });

  it("is covered without gap or overlap by its largest full subtrees", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (size) => {
        let at = 0n;
        for (const { level, index } of coverRange(0n, size)) {
          expect(index << BigInt(level)).toBe(at);
          at += 1n << BigInt(level);
        }
        expect(at).toBe(size);
      }),
    );
  });

  it("refuses a hash of another length", () => {
    expect(() => parseHash(new Uint8Array(31))).toThrow(expect.objectContaining({ code: "malformed-hash" }));
    expect(() => foldHashes([])).toThrow("no hashes");
  });
});
