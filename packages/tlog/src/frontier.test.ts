import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaf } from "../test/memory-log.ts";
import { entriesTo, mth } from "../test/reference.ts";
import { Frontier, rootInPlace, rootOf } from "./frontier.ts";
import { coverRange, hashLeaf } from "./tree.ts";

describe("a frontier", () => {
  it("has the root of RFC 6962 after every append", () => {
    const frontier = new Frontier();
    const entries = entriesTo(100);
    for (const [i, entry] of entries.entries()) {
      expect(frontier.root()).toEqual(mth(entries.slice(0, i)));
      frontier.append(hashLeaf(entry));
    }
    expect(frontier.head()).toEqual({ size: 100n, root: mth(entries) });
  });

  it("holds one hash per one bit of its size and no more", () => {
    const frontier = new Frontier();
    for (let size = 1; size <= 1000; size++) {
      frontier.append(leaf(size));
      expect(frontier.hashes).toHaveLength(coverRange(0n, BigInt(size)).length);
    }
  });

  it("tells of every full node once, in the order in which they become full", () => {
    const seen: string[] = [];
    const frontier = new Frontier();
    for (let i = 0; i < 8; i++) frontier.append(leaf(i), (level, index) => seen.push(`${level}/${index}`));
    expect(seen.join(" ")).toBe("0/0 0/1 1/0 0/2 0/3 1/1 2/0 0/4 0/5 1/2 0/6 0/7 1/3 2/1 3/0");
  });

  it("goes on from what it was, wherever it was cut", () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.nat({ max: 50 }), (size, more) => {
        const whole = new Frontier();
        for (let i = 0; i < size; i++) whole.append(leaf(i));
        const resumed = Frontier.from(whole.size, whole.hashes);
        for (let i = size; i < size + more; i++) {
          whole.append(leaf(i));
          resumed.append(leaf(i));
        }
        expect(resumed.head()).toEqual(whole.head());
      }),
    );
  });

  it("refuses hashes that are too many, too few or too short for its size", () => {
    const refused = expect.objectContaining({ code: "malformed-frontier" });
    expect(() => Frontier.from(5n, [leaf(0)])).toThrow(refused);
    expect(() => Frontier.from(4n, [leaf(0), leaf(1)])).toThrow(refused);
    expect(() => Frontier.from(-1n, [])).toThrow(refused);
    expect(() => Frontier.from(1n, [new Uint8Array(31)])).toThrow(
      expect.objectContaining({ code: "malformed-hash" }),
    );
    expect(() => new Frontier().append(new Uint8Array(33))).toThrow("not 32 bytes");
  });
});

describe("the root of hashes side by side", () => {
  it("is that of the same hashes as leaves, however many they are", () => {
    for (let size = 1; size <= 130; size++) {
      const leaves = entriesTo(size).map(hashLeaf);
      expect(rootInPlace(Buffer.concat(leaves))).toEqual(rootOf(leaves));
    }
  });
});
