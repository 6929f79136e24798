/**
 * The bytes of the journal, without a disk: `u32 length ‖ 32 chain hash ‖ canonical JSON`, one record after another.
 *
 * `length` counts the JSON. The chain hash of event n is SHA-256(hash of n − 1 ‖ JSON of n), thirty-two zeros before
 * the first; the head (count and last hash) therefore stands for every byte of the history. Reading verifies all of it.
 *
 * A segment is filled with zeros before it is written to (`journal-file.ts`), and no JSON holds a zero: zeros are the end. A
 * stop in the middle of a write leaves any of its sectors unwritten, in any order. So what follows the last whole
 * record is *torn* when it breaks off, or when a sector of the record is still zeros; then everything from there on is one write
 * that nobody was told of. Anything else that does not continue the chain was changed by somebody: a {@link Breach}.
 *
 * INVARIANT: any sectors of the last write may be missing, and no byte may be changed (journal-record.test.ts).
 */
import { hash } from "node:crypto";
import { concatBytes, decodeUtf8, equalBytes } from "@kura/kernel/bytes.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { JournalEvent, Stamp } from "./journal-event.ts";
import { limits } from "../limits.ts";

/** How far a history goes, and the hash that stands for it. */
export interface Head {
  readonly events: number;
  readonly hash: Uint8Array;
}

/** Hands an event over with the head as of it, and its canonical JSON. */
export type OnEvent = (event: JournalEvent, stamp: Stamp, head: Head, json: Uint8Array) => void;

export const emptyHead: Head = { events: 0, hash: new Uint8Array(32) };

const lengthBytes = 4;
const hashBytes = 32;

/** Room that {@link writeRecord} asks for, of which an event at its limit takes all but the last bytes. */
export const recordRoomBytes = lengthBytes + hashBytes + limits.eventBytes + 4;

/** A place in a history that is being written: the last event, and its hash as a string of bytes ("latin1"). */
export interface ChainEnd {
  readonly events: number;
  readonly hash: string;
}

export function chainEndOf(head: Head): ChainEnd {
  return { events: head.events, hash: Buffer.from(head.hash).toString("latin1") };
}

export function headOf(end: ChainEnd): Head {
  return { events: end.events, hash: Buffer.from(end.hash, "latin1") };
}

/** Where the JSON of a record at `offset` begins. */
export function jsonStart(offset: number): number {
  return offset + lengthBytes + hashBytes;
}

/**
 * Writes the next record after `last` at `offset`, where there are {@link recordRoomBytes}.
 *
 * @param text canonical JSON of the event (`event-text.ts`).
 * @returns the chain's end with it, and where the record ends.
 * @throws {Fault} `event-too-long`; the bytes from `offset` on are then anything.
 */
export function writeRecord(
  bytes: Buffer,
  offset: number,
  last: ChainEnd,
  text: string,
): { readonly last: ChainEnd; readonly end: number } {
  const start = jsonStart(offset);
  const jsonBytes = bytes.write(text, start, "utf8");
  // A text that found no room is cut, and then fills more than its limit too.
  if (jsonBytes > limits.eventBytes) throw new Fault("event-too-long", "a journal event is above its limit");
  const end = start + jsonBytes;
  bytes.writeUInt32BE(jsonBytes, offset);
  // Where the record's hash is to stand, the hash before it: what is hashed stands in one piece.
  bytes.write(last.hash, offset + lengthBytes, "latin1");
  const chained = hash("sha256", bytes.subarray(offset + lengthBytes, end), "binary");
  bytes.write(chained, offset + lengthBytes, "latin1");
  return { last: { events: last.events + 1, hash: chained }, end };
}

/** What a segment was found to hold. */
export interface SegmentReading {
  readonly head: Head;
  /** Bytes of whole records. */
  readonly wholeBytes: number;
  /** Bytes of a torn write behind them, up to the last that is not zero. */
  readonly tornBytes: number;
}

/**
 * Reads a segment that follows `head`, calling `onEvent` for each event with the head as of it. Whoever reads decides whether
 * a torn write may be here.
 *
 * @throws {Breach} for anything that neither continues the chain nor is what a stop leaves.
 */
export function readSegment(bytes: Uint8Array, head: Head, onEvent: OnEvent): SegmentReading {
  const written = withoutTrailingZeros(bytes);
  let offset = 0;
  while (offset < written.length) {
    const json = findRecord(bytes, offset, written.length);
    const next =
      json === undefined
        ? undefined
        : nextHead(head, json, bytes.subarray(offset + lengthBytes, jsonStart(offset)));
    if (json === undefined || next === undefined) {
      checkTorn(bytes, offset, written.length, head.events + 1);
      break;
    }
    head = next;
    const event = parseEvent(json, head.events);
    onEvent(event, event, head, json);
    offset = jsonStart(offset) + json.length;
  }
  return { head, wholeBytes: offset, tornBytes: Math.max(0, written.length - offset) };
}

/** A whole record ends with a brace: zeros at the end are what nothing was written to. */
function withoutTrailingZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

/** The JSON of the record at `offset`, if it is whole by its length. */
function findRecord(bytes: Uint8Array, offset: number, writtenBytes: number): Uint8Array | undefined {
  const start = jsonStart(offset);
  const length = lengthAt(bytes, offset);
  if (length === undefined || length === 0 || length > limits.eventBytes) return undefined;
  return start + length > writtenBytes ? undefined : bytes.subarray(start, start + length);
}

function lengthAt(bytes: Uint8Array, offset: number): number | undefined {
  if (jsonStart(offset) > bytes.length) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0);
}

/** The head with the record; `undefined` when it does not continue the chain. */
function nextHead(before: Head, json: Uint8Array, stored: Uint8Array): Head | undefined {
  const chained = hash("sha256", concatBytes(before.hash, json), "buffer");
  return equalBytes(chained, stored) ? { events: before.events + 1, hash: chained } : undefined;
}

/** @throws {Breach} unless what begins at `offset` is what a stop in the middle of one write leaves. */
function checkTorn(bytes: Uint8Array, offset: number, writtenBytes: number, number: number): void {
  const length = lengthAt(bytes, offset);
  const isPossible = length !== undefined && length > 0 && length <= limits.eventBytes;
  const end = jsonStart(offset) + (isPossible ? length : 0);
  const isTorn = end > writtenBytes || hasLostSector(bytes, offset, end);
  if (isTorn && writtenBytes - offset <= limits.writeBytes) return;
  if (!isPossible) throw new Breach("a journal record has an impossible length", { length: length ?? 0 });
  throw new Breach("a journal record does not continue the chain", { number });
}

/** Disks write whole sectors: one that was not written is zeros from where the write began. */
function hasLostSector(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to;) {
    const next = at - (at % sectorBytes) + sectorBytes;
    // The two high bytes of a length are zeros anyway.
    const isTold = next - at > 2;
    if (isTold && bytes.subarray(at, next).every((byte) => byte === 0)) return true;
    at = next;
  }
  return false;
}

/** The smallest unit that a disk writes whole; larger ones are made of these. */
const sectorBytes = 512;

/** @throws {Breach} for an event of another number. */
export function parseEvent(json: Uint8Array, number: number): JournalEvent & Stamp {
  const event: unknown = JSON.parse(decodeUtf8(json));
  if (typeof event !== "object" || event === null || !("number" in event) || event.number !== number) {
    throw new Breach("a journal record has another number than its place", { number });
  }
  const timeMs = "time" in event ? Date.parse(String(event.time)) : Number.NaN;
  if (Number.isNaN(timeMs)) throw new Breach("a journal record has no time", { number });
  return { ...(event as unknown as JournalEvent), number, timeMs };
}
