/**
 * The journal's folder at start-up: segments named by their first event, read and verified from the first byte on.
 *
 * Refuses to go on (Breach) with anything but an unbroken history that contains the last head. The one repair it makes
 * is to cut a torn record from the very end: such a record was never synced whole, so nobody was told of it.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { equalBytes } from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { emptyHead, type Head, type OnEvent, readSegment } from "./journal-record.ts";

/** Where the journal goes on. */
export interface JournalEnd {
  readonly head: Head;
  /** Of the last event; 0 before the first. */
  readonly timeMs: number;
  /** Path and length of the last segment; absent in an empty folder. */
  readonly segment?: { readonly path: string; readonly bytes: number };
  /** Bytes of a torn record that were cut off. */
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
    const { head, wholeBytes } = readSegment(bytes, end.head, note);
    const tornBytes = bytes.length - wholeBytes;
    if (tornBytes > 0 && i < names.length - 1) {
      throw new Breach("a journal segment is cut short", { afterEvent: head.events });
    }
    end = { head, timeMs, segment: { path, bytes: wholeBytes }, tornBytes };
  }
  if (end.head.events < anchor.events) {
    throw new Breach("the journal is older than its head", {
      events: end.head.events,
      headEvents: anchor.events,
    });
  }
  if (end.tornBytes > 0 && end.segment !== undefined) cutFile(end.segment.path, end.segment.bytes);
  return end;
}

function checkAnchor(head: Head, anchor: Head): void {
  if (head.events === anchor.events && !equalBytes(head.hash, anchor.hash)) {
    throw new Breach("the journal is another history than its head's", { events: head.events });
  }
}

function cutFile(path: string, bytes: number): void {
  const file = openSync(path, "r+");
  try {
    ftruncateSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
