/**
 * The bytes of the journal, without a disk: `u32 length ‖ 32 chain hash ‖ canonical JSON`, one record after another.
 *
 * `length` counts the JSON. The chain hash of event n is SHA-256(hash of n − 1 ‖ JSON of n), thirty-two zeros before
 * the first; the head (count and last hash) therefore stands for every byte of the history. Reading verifies all of it.
 */
import { hash } from "node:crypto";
import { concatBytes, decodeUtf8, equalBytes } from "@kura/kernel/bytes.ts";
import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { JournalEvent, Stamp } from "./journal-event.ts";
import { limits } from "./limits.ts";

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

/** The next record after `head` and the head with it. @throws {Fault} `event-too-long` */
export function encodeRecord(
  head: Head,
  event: JournalEvent,
  timeMs: number,
): { bytes: Uint8Array; head: Head; json: Uint8Array } {
  const number = head.events + 1;
  const time = new Date(timeMs).toISOString();
  const text = encodeCanonical({ ...event, number, time } as unknown as Canonical);
  const jsonBytes = Buffer.byteLength(text);
  if (jsonBytes > limits.eventBytes) throw new Fault("event-too-long", "a journal event is above its limit");
  const bytes = Buffer.allocUnsafe(lengthBytes + hashBytes + jsonBytes);
  bytes.writeUInt32BE(jsonBytes);
  // Where the record's hash is to stand, the hash before it: what is hashed stands in one piece.
  bytes.set(head.hash, lengthBytes);
  bytes.write(text, lengthBytes + hashBytes);
  const chained = hash("sha256", bytes.subarray(lengthBytes), "buffer");
  bytes.set(chained, lengthBytes);
  return { bytes, head: { events: number, hash: chained }, json: bytes.subarray(lengthBytes + hashBytes) };
}

/** What a segment was found to hold. */
export interface SegmentReading {
  readonly head: Head;
  /** Bytes of whole records; what follows is a torn record. */
  readonly wholeBytes: number;
}

/**
 * Reads a segment that follows `head`, calling `onEvent` for each event with the head as of it.
 *
 * A torn record is one that stops, or turns to zeros, before its own length: what a stop in the middle of a write
 * leaves. Whoever reads decides whether one may be here.
 *
 * @throws {Breach} for a whole record that does not continue the chain.
 */
export function readSegment(bytes: Uint8Array, head: Head, onEvent: OnEvent): SegmentReading {
  const written = withoutTrailingZeros(bytes);
  let offset = 0;
  while (offset < written.length) {
    const json = findRecord(written, offset);
    if (json === undefined) break;
    head = verifiedHead(head, json, bytes.subarray(offset + lengthBytes, offset + lengthBytes + hashBytes));
    const event = parseEvent(json, head.events);
    onEvent(event, event, head, json);
    offset += lengthBytes + hashBytes + json.length;
  }
  return { head, wholeBytes: offset };
}

/** A whole record ends with a brace: zeros at the end are a file that grew before its bytes arrived. */
function withoutTrailingZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function findRecord(bytes: Uint8Array, offset: number): Uint8Array | undefined {
  const start = offset + lengthBytes + hashBytes;
  if (start > bytes.length) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0);
  if (length === 0 || length > limits.eventBytes)
    throw new Breach("a journal record has an impossible length", { length });
  return start + length > bytes.length ? undefined : bytes.subarray(start, start + length);
}

function verifiedHead(before: Head, json: Uint8Array, stored: Uint8Array): Head {
  const chained = hash("sha256", concatBytes(before.hash, json), "buffer");
  const events = before.events + 1;
  if (!equalBytes(chained, stored))
    throw new Breach("a journal record does not continue the chain", { number: events });
  return { events, hash: chained };
}

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
