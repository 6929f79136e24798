import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBundle, encodeBundle, verifyBundle } from "./entry-bundle.ts";
import { hashLeaf } from "./tree.ts";

const anyEntries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });

describe("an entry bundle", () => {
  it("is a two-byte length and the entry, for each entry", () => {
    expect(encodeBundle([Uint8Array.of(7, 8), new Uint8Array(0)])).toEqual(Uint8Array.of(0, 2, 7, 8, 0, 0));
  });

  it("and its entries are one and the same", () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        expect(decodeBundle(encodeBundle(entries), entries.length)).toEqual(entries);
      }),
    );
  });

  it("takes entries of 65,535 bytes and none longer", () => {
    const longest = new Uint8Array(65_535).fill(9);
    expect(decodeBundle(encodeBundle([longest]), 1)).toEqual([longest]);
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow("at most 65,535 bytes");
    expect(() => encodeBundle([])).toThrow("1 to 256 entries");
  });

  it("is refused cut short, with bytes left over, and with another number of entries", () => {
    const refused = expect.objectContaining({ code: "malformed-bundle" });
    fc.assert(
      fc.property(anyEntries, fc.nat(), (entries, draw) => {
        const bundle = encodeBundle(entries);
        expect(() => decodeBundle(bundle.subarray(0, draw % bundle.length), entries.length)).toThrow(refused);
        expect(() => decodeBundle(Uint8Array.of(...bundle, 0), entries.length)).toThrow(refused);
        expect(() => decodeBundle(bundle, entries.length + 1)).toThrow(refused);
        expect(() => decodeBundle(bundle, entries.length - 1)).toThrow(refused);
      }),
    );
  });

  it("is only believed where every entry hashes to its leaf", () => {
    const entries = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
    const hashes = entries.map(hashLeaf);
    expect(verifyBundle(encodeBundle(entries), hashes)).toEqual(entries);
    const forged = encodeBundle([Uint8Array.of(1), Uint8Array.of(9), Uint8Array.of(3)]);
    expect(() => verifyBundle(forged, hashes)).toThrow(
      expect.objectContaining({ code: "bad-bundle", evidence: { position: 1 } }),
    );
  });
});
