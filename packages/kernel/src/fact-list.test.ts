import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFactList, encodeFactList } from "./fact-list.ts";

const day = fc
  .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));
const factLists = fc.array(
  fc.record(
    {
      field: fc.integer({ min: 1, max: 255 }),
      value: fc.string({ unit: "grapheme", maxLength: 60 }),
      from: day,
      to: day,
    },
    { requiredKeys: ["field", "value"] },
  ),
  { maxLength: 20 },
);

describe("a fact list", () => {
  it("is read back as it was written, in its order", () => {
    fc.assert(
      fc.property(factLists, (facts) => {
        expect(decodeFactList(encodeFactList(facts))).toEqual(facts);
      }),
    );
  });

  it("has one text of bytes for each list: what is read is written again to the byte", () => {
    fc.assert(
      fc.property(factLists, (facts) => {
        const bytes = encodeFactList(facts);
        expect(encodeFactList(decodeFactList(bytes))).toEqual(bytes);
      }),
    );
  });

  it("has the layout its header names", () => {
    const bytes = encodeFactList([{ field: 3, value: "é", from: "2000-01-01" }]);
    expect([...bytes]).toEqual([1, 3, 10, ...Buffer.from("2000-01-01"), 0, 0, 2, 0xc3, 0xa9]);
  });

  it("is refused when cut short or made longer", () => {
    const bytes = encodeFactList([{ field: 3, value: "abc" }]);
    for (let end = 0; end < bytes.length; end++) {
      expect(() => decodeFactList(bytes.subarray(0, end))).toThrow("malformed frame");
    }
    expect(() => decodeFactList(Uint8Array.of(...bytes, 0))).toThrow("bytes are left over");
  });

  it("is refused with more than it can hold, naming the field and never the value", () => {
    const many = Array.from({ length: 256 }, () => ({ field: 1, value: "" }));
    expect(() => encodeFactList(many)).toThrow("more than 255");
    const long = { field: 9, value: "あ".repeat(21_846) };
    expect(() => encodeFactList([long])).toThrow(/^the value of field 9 is too long$/);
  });

  it("is refused with a field outside 1 to 255", () => {
    for (const field of [0, 256, -1, 1.5]) {
      expect(() => encodeFactList([{ field, value: "" }])).toThrow("a field is 1 to 255");
    }
    expect(() => decodeFactList(Uint8Array.of(1, 0, 0, 0, 0, 0))).toThrow("a field is 1 to 255");
  });

  it("counts a period in bytes, as it writes it", () => {
    const facts = [{ field: 1, value: "", from: "昭和" }];
    expect(decodeFactList(encodeFactList(facts))).toEqual(facts);
  });

  it("is refused as malformed when a text in it is not UTF-8", () => {
    expect(() => decodeFactList(Uint8Array.of(1, 1, 0, 0, 0, 1, 0xff))).toThrow("malformed frame");
  });
});
