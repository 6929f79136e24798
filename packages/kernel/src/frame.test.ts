import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFrame, encodeFrameParts, type Frame, FrameReader } from "./frame.ts";
import { WireWriter } from "./wire.ts";

const frames = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 0xffff_ffff }),
    tag: fc.integer({ min: 0, max: 255 }),
    payload: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 10 },
);

/** The stream cut at the given places, in order; some pieces may be empty. */
function cut(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b);
  return [...ends, stream.length].map((end, i) => stream.slice(i === 0 ? 0 : ends[i - 1], end));
}

const streamOf = (all: readonly Frame[]): Uint8Array => {
  const writer = new WireWriter();
  for (const frame of all) writer.raw(encodeFrame(frame));
  return writer.finish();
};

describe("frames", () => {
  it("come out as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 20 }), (all, places) => {
        const reader = new FrameReader(1_000);
        const read = cut(streamOf(all), places).flatMap((chunk) => reader.push(chunk));
        expect(read).toEqual(all);
        expect(reader.unfinishedBytes).toBe(0);
      }),
    );
  });

  it("of parts are those of the whole payload, and large parts are not copied", () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, (some) => {
        const payload = Buffer.concat(some);
        const written = encodeFrameParts(7, 8, some);
        expect(Buffer.concat(written)).toEqual(Buffer.from(encodeFrame({ id: 7, tag: 8, payload })));
        expect(written.length === 1 || some.every((part, i) => written[i + 1] === part)).toBe(true);
      }),
      { numRuns: 50 },
    );
    const large = new Uint8Array(20_000);
    expect(encodeFrameParts(7, 8, [large])[1]).toBe(large);
  });

  it("come out as they went in, one byte at a time", () => {
    const all = [1, 2].map((id) => ({ id, tag: 3, payload: Uint8Array.of(4, 5) }));
    const reader = new FrameReader(100);
    expect([...streamOf(all)].flatMap((byte) => reader.push(Uint8Array.of(byte)))).toEqual(all);
  });

  it("have a length that counts id, tag and payload", () => {
    const bytes = encodeFrame({ id: 0x01020304, tag: 5, payload: Uint8Array.of(6) });
    expect([...bytes]).toEqual([0, 0, 0, 6, 1, 2, 3, 4, 5, 6]);
  });

  it("are refused above the limit and below their head, before their bytes are there", () => {
    expect(() => new FrameReader(100).push(Uint8Array.of(0, 0, 0, 101))).toThrow("out of bounds");
    expect(() => new FrameReader(100).push(Uint8Array.of(0, 0, 0, 4))).toThrow("out of bounds");
    expect(() => new FrameReader(100).push(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toThrow("out of bounds");
    expect(new FrameReader(100).push(Uint8Array.of(0, 0, 0, 100))).toEqual([]);
  });

  it("are held while unfinished, and counted", () => {
    const reader = new FrameReader(100);
    reader.push(Uint8Array.of(0, 0, 0, 9, 1));
    expect(reader.unfinishedBytes).toBe(5);
  });
});
