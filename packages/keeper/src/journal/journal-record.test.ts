import { encodeCanonical } from "@kura/kernel/canonical.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chainEndOf,
  emptyHead,
  headOf,
  readSegment,
  recordRoomBytes,
  type SegmentReading,
  writeRecord,
} from "./journal-record.ts";
import { limits } from "../limits.ts";

const sectorBytes = 512;
const segmentBytes = 16 * 1024;
const time = "2026-01-02T03:04:05.678Z";
const textOf = (number: number, note: string): string =>
  encodeCanonical({ kind: "started", kekVersion: 1, protocolVersion: 1, hpkeKey: note, number, time });

/** A segment full of zeros with events of these lengths, and where each record ends. */
function segmentOf(noteLengths: readonly number[]): { bytes: Buffer; ends: number[] } {
  const bytes = Buffer.alloc(segmentBytes + recordRoomBytes);
  const ends: number[] = [];
  let last = chainEndOf(emptyHead);
  for (const length of noteLengths) {
    const written = writeRecord(bytes, ends.at(-1) ?? 0, last, textOf(last.events + 1, "x".repeat(length)));
    ({ last } = written);
    ends.push(written.end);
  }
  return { bytes: bytes.subarray(0, segmentBytes), ends };
}

function read(bytes: Uint8Array): SegmentReading & { events: number } {
  let events = 0;
  const reading = readSegment(bytes, emptyHead, () => (events += 1));
  return { ...reading, events };
}

const notes = fc.array(fc.nat(1_200), { minLength: 1, maxLength: 6 });

describe("a segment", () => {
  it("is read as it was written, whatever room is behind it", () => {
    fc.assert(
      fc.property(notes, fc.nat(segmentBytes), (lengths, room) => {
        const { bytes, ends } = segmentOf(lengths);
        const end = ends.at(-1) ?? 0;
        const reading = read(bytes.subarray(0, Math.min(end + room, segmentBytes)));
        expect(reading).toMatchObject({ events: lengths.length, wholeBytes: end, tornBytes: 0 });
      }),
    );
  });

  it("loses what a stop tore from its last write, whichever sectors of that were written, and nothing before", () => {
    fc.assert(
      fc.property(notes, notes, fc.infiniteStream(fc.boolean()), (before, torn, isWritten) => {
        const whole = segmentOf([...before, ...torn]);
        const durable = segmentOf(before);
        const start = durable.ends.at(-1) ?? 0;
        const end = whole.ends.at(-1) ?? 0;
        for (let at = start - (start % sectorBytes); at < end; at += sectorBytes) {
          const isThere = isWritten.next().value;
          if (isThere) whole.bytes.copy(durable.bytes, at, at, Math.min(at + sectorBytes, segmentBytes));
        }
        const reading = read(durable.bytes);
        expect(reading.events).toBeGreaterThanOrEqual(before.length);
        // What is read was written: whole records, and their chain.
        expect(durable.bytes.subarray(0, reading.wholeBytes)).toEqual(
          whole.bytes.subarray(0, reading.wholeBytes),
        );
        expect([...durable.ends, ...whole.ends]).toContain(reading.wholeBytes);
      }),
      { numRuns: 500 },
    );
  });

  it("with a byte changed is refused, unless the end breaks off there", () => {
    fc.assert(
      fc.property(notes, fc.nat(), fc.integer({ min: 1, max: 127 }), (lengths, place, change) => {
        const { bytes, ends } = segmentOf(lengths);
        const end = ends.at(-1) ?? 0;
        const at = place % end;
        const start = [0, ...ends].findLast((recordEnd) => recordEnd <= at) ?? 0;
        // A longer length than there are bytes is what breaking off looks like: then the head file tells (journal.abuse.test.ts).
        fc.pre(at >= start + 4);
        // Neither is it told of a record whose first byte but two is the last of a sector.
        fc.pre(sectorBytes - (start % sectorBytes) > 3);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(() => read(bytes)).toThrow("does not continue the chain");
      }),
      { numRuns: 300 },
    );
  });

  it("torn by more than one write can is refused", () => {
    const bytes = Buffer.alloc(2 * limits.writeBytes);
    bytes[limits.writeBytes + 1] = 1;
    expect(() => read(bytes)).toThrow("impossible length");
  });
});

describe("an event", () => {
  it("at its limit has room, and above it is refused", () => {
    const bytes = Buffer.alloc(recordRoomBytes);
    const write = (note: string) => writeRecord(bytes, 0, chainEndOf(emptyHead), textOf(1, note));
    const base = write("").end - 36;
    expect(write("x".repeat(limits.eventBytes - base)).end).toBe(36 + limits.eventBytes);
    for (const more of [1, 2, 5, 100_000]) {
      expect(() => write("x".repeat(limits.eventBytes - base + more))).toThrow("above its limit");
    }
  });

  it("of several bytes a character has the length of its bytes", () => {
    const bytes = Buffer.alloc(recordRoomBytes);
    const write = (note: string) => writeRecord(bytes, 0, chainEndOf(emptyHead), textOf(1, note));
    expect(() => write("蔵".repeat(25_000))).toThrow("above its limit");
    bytes.fill(0);
    const { last } = write("蔵");
    expect(headOf(last)).toEqual(read(bytes).head);
  });
});
