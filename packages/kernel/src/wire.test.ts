import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireReader, WireWriter } from "./wire.ts";

type Part =
  | readonly ["u8" | "u16" | "u32", number]
  | readonly ["u64", bigint]
  | readonly ["bytes", Uint8Array]
  | readonly ["text", string];

const parts: fc.Arbitrary<Part> = fc.oneof(
  fc.tuple(fc.constant("u8" as const), fc.integer({ min: 0, max: 0xff })),
  fc.tuple(fc.constant("u16" as const), fc.integer({ min: 0, max: 0xffff })),
  fc.tuple(fc.constant("u32" as const), fc.integer({ min: 0, max: 0xffff_ffff })),
  fc.tuple(fc.constant("u64" as const), fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn })),
  fc.tuple(fc.constant("bytes" as const), fc.uint8Array({ maxLength: 600 })),
  fc.tuple(fc.constant("text" as const), fc.string({ unit: "grapheme", maxLength: 200 })),
);

function write(writer: WireWriter, part: Part): WireWriter {
  switch (part[0]) {
    case "u64":
      return writer.u64(part[1]);
    case "bytes":
      return writer.bytes(part[1]);
    case "text":
      return writer.text(part[1]);
    default:
      return writer[part[0]](part[1]);
  }
}

function read(reader: WireReader, [kind]: Part): unknown {
  return kind === "bytes" || kind === "text" ? reader[kind](10_000) : reader[kind]();
}

const written = (all: readonly Part[]): Uint8Array => {
  const writer = new WireWriter(1);
  for (const part of all) write(writer, part);
  return writer.finish();
};

describe("the wire", () => {
  it("reads back whatever was written, in its order, to the last byte", () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (all) => {
        const reader = new WireReader(written(all));
        for (const part of all) expect(read(reader, part)).toEqual(part[1]);
        reader.end();
      }),
    );
  });

  it("refuses every beginning of what was written", () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 10 }), fc.nat(), (all, at) => {
        const bytes = written(all);
        const reader = new WireReader(bytes.subarray(0, at % bytes.length));
        expect(() => all.map((part) => read(reader, part))).toThrow("it ends too early");
      }),
    );
  });

  it("is big-endian, with lengths in 32 bits", () => {
    const writer = new WireWriter().u8(1).u16(2).u32(3).u64(4n).bytes(Uint8Array.of(5)).text("é");
    expect([...writer.finish()]).toEqual([
      1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1, 5, 0, 0, 0, 2, 0xc3, 0xa9,
    ]);
  });

  it("reads from the middle of a larger buffer", () => {
    const whole = Uint8Array.of(9, 9, 0, 7, 9);
    expect(new WireReader(whole.subarray(2, 4)).u16()).toBe(7);
  });

  it("refuses bytes left over, parts and counts above their limits, and text that is not UTF-8", () => {
    expect(() => new WireReader(Uint8Array.of(0)).end()).toThrow("bytes are left over");
    expect(() => new WireReader(written([["bytes", new Uint8Array(3)]])).bytes(2)).toThrow(
      "longer than its limit",
    );
    expect(() => new WireReader(written([["u32", 3]])).count(2)).toThrow("above its limit");
    expect(() => new WireReader(written([["bytes", Uint8Array.of(0xff)]])).text(9)).toThrow("not UTF-8");
  });

  it("does not believe a length that its bytes cannot hold", () => {
    const reader = new WireReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1));
    expect(() => reader.bytes(0xffff_ffff)).toThrow("it ends too early");
  });

  it("keeps a byte order mark as a character", () => {
    expect(new WireReader(written([["text", "\uFEFFa"]])).text(10)).toBe("\uFEFFa");
  });
});

describe("a text of any characters", () => {
  it("is written as the platform's encoder writes it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        const written = new WireWriter(1).text16(text).finish().subarray(2);
        expect([...written]).toEqual([...new TextEncoder().encode(text)]);
      }),
    );
    for (const text of [
      "",
      "a",
      "ÿ",
      "߿",
      "ࠀ",
      "山田　太郎",
      "𠮷野",
      "\ud800",
      "￿",
      "あ".repeat(64),
      "あ".repeat(65),
    ]) {
      const written = new WireWriter(1).text16(text).finish().subarray(2);
      expect([...written]).toEqual([...new TextEncoder().encode(text)]);
    }
  });
});
