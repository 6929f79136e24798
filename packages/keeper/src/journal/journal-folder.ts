/**
 * The journal's folder at start-up: segments named by their first event, read and verified from the first byte on.
 *
 * Refuses to go on (Breach) with anything but an unbroken history that contains the last head. The one repair it makes
 * is to write zeros over a torn write at the very end: it was never durable whole, so nobody was told of it.
 */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { equalBytes } from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { emptyHead, type Head, type OnEvent, readSegment } from "./journal-record.ts";

/** Where the journal goes on. */
export interface JournalEnd {
  readonly head: Head;
  /** Of the last event; 0 before the first. */
  readonly timeMs: number;
  /** The last segment, the bytes of its records, and of its file, which goes on with zeros; absent in an empty folder. */
  readonly segment?: { readonly path: string; readonly bytes: number; readonly fileBytes: number };
  /** Bytes of a torn write that were made zeros again. */
  readonly tornBytes: number;
}

/** Sixteen digits, so that the order of names is the order of events. */
export function segmentPath(folder: string, firstEvent: number): string {
  return join(folder, `${String(firstEvent).padStart(16, "0")}.events`);
}

/** Names of the segments in the order of their events. */
export function listSegments(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{16}\.events$/.test(name))
    .sort();
}

/**
 * Reads all of `folder`, calling `onEvent` for each event in order.
 *
 * @param anchor the last head that was kept apart: the history must contain it.
 * @throws {Breach} for a gap, an edit, or a history older than `anchor`.
 */
export function readJournalFolder(folder: string, anchor: Head, onEvent: OnEvent): JournalEnd {
  const names = listSegments(folder);
  let end: JournalEnd = { head: emptyHead, timeMs: 0, tornBytes: 0 };
  let { timeMs } = end;
  const note: OnEvent = (event, stamp, head, json) => {
    checkAnchor(head, anchor);
    ({ timeMs } = stamp);
    onEvent(event, stamp, head, json);
  };
  for (const [i, name] of names.entries()) {
    const path = join(folder, name);
    if (path !== segmentPath(folder, end.head.events + 1)) {
      throw new Breach("a journal segment is missing", { afterEvent: end.head.events });
    }
    const bytes = readFileSync(path);
    const { head, wholeBytes, tornBytes } = readSegment(bytes, end.head, note);
    if (tornBytes > 0 && i < names.length - 1) {
      throw new Breach("a journal segment is cut short", { afterEvent: head.events });
    }
    end = { head, timeMs, segment: { path, bytes: wholeBytes, fileBytes: bytes.length }, tornBytes };
  }
  if (end.head.events < anchor.events) {
    throw new Breach("the journal is older than its head", {
      events: end.head.events,
      headEvents: anchor.events,
    });
  }
  if (end.tornBytes > 0 && end.segment !== undefined)
    clearBytes(end.segment.path, end.segment.bytes, end.tornBytes);
  return end;
}

function checkAnchor(head: Head, anchor: Head): void {
  if (head.events === anchor.events && !equalBytes(head.hash, anchor.hash)) {
    throw new Breach("the journal is another history than its head's", { events: head.events });
  }
}

/** CRASH: less is torn than before. */
function clearBytes(path: string, from: number, bytes: number): void {
  const file = openSync(path, "r+");
  try {
    const zeros = new Uint8Array(bytes);
    for (let written = 0; written < bytes;)
      written += writeSync(file, zeros, written, bytes - written, from + written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
