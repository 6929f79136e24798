/**
 * Reads events of the journal's segments again, while they grow. Reads only: start-up has verified what is there.
 *
 * A caller who goes on where the last answer ended costs one read; one who jumps costs a walk through a segment, once.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { Breach } from "@kura/kernel/fault.ts";
import { listSegments } from "./journal-folder.ts";
import { jsonStart } from "./journal-record.ts";
import { limits } from "../limits.ts";
import type { Slice } from "../slices.ts";

export interface RawRecord {
  readonly chainHash: Uint8Array;
  /** Canonical JSON, UTF-8. */
  readonly json: Uint8Array;
}

interface Cursor {
  readonly segment: string;
  readonly offset: number;
}

/** `u32 length ‖ 32 chain hash`, before the JSON. */
const headBytes = jsonStart(0);
const chunkBytes = 4 * (headBytes + limits.eventBytes);
const cursorsKept = 16;
/** Events from one mark to the next: about a chunk of the journal. */
const markEvents = 256;

export class JournalReader {
  readonly #folder: string;
  /** Where the event after an answer begins. */
  readonly #cursors = new Map<number, Cursor>();
  /** Where every 256th event begins, as far as somebody walked there: a second jump costs one read. */
  readonly #marks = new Map<number, Cursor>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Consecutive records from number `from` on: at most `limit`, none above `durable`, about a megabyte at most. */
  async read(from: number, limit: number, durable: number, slice: Slice): Promise<RawRecord[]> {
    const wanted = Math.min(limit, durable - from + 1);
    if (from < 1 || wanted < 1) return [];
    const found: RawRecord[] = [];
    let { cursor, number } = this.#startOf(from);
    for (let bytes = 0; found.length < wanted && bytes < limits.eventsBytes;) {
      const chunk = readChunk(join(this.#folder, cursor.segment), cursor.offset);
      const records = recordsIn(chunk);
      if (records.length === 0) cursor = this.#nextSegment(cursor.segment, number);
      for (const record of records) {
        if (found.length === wanted) break;
        if (number % markEvents === 0) this.#marks.set(number, cursor);
        if (number >= from) found.push(record);
        if (number >= from) bytes += record.json.length;
        cursor = { segment: cursor.segment, offset: cursor.offset + headBytes + record.json.length };
        number += 1;
      }
      if (slice.spend(chunk.length)) await slice.next();
    }
    this.#keep(number, cursor);
    return found;
  }

  #startOf(from: number): { cursor: Cursor; number: number } {
    const kept = this.#cursors.get(from);
    if (kept !== undefined) return { cursor: kept, number: from };
    const marked = from - (from % markEvents);
    const mark = this.#marks.get(marked);
    if (mark !== undefined) return { cursor: mark, number: marked };
    const segment = listSegments(this.#folder).findLast((name) => firstEventOf(name) <= from);
    if (segment === undefined) throw new Breach("a journal segment is missing", { event: from });
    return { cursor: { segment, offset: 0 }, number: firstEventOf(segment) };
  }

  #nextSegment(segment: string, number: number): Cursor {
    const next = listSegments(this.#folder).find((name) => name > segment);
    if (next === undefined || firstEventOf(next) !== number) {
      throw new Breach("a journal segment is missing", { event: number });
    }
    return { segment: next, offset: 0 };
  }

  #keep(number: number, cursor: Cursor): void {
    this.#cursors.set(number, cursor);
    for (const oldest of this.#cursors.keys()) {
      if (this.#cursors.size <= cursorsKept) return;
      this.#cursors.delete(oldest);
    }
  }
}

function firstEventOf(segment: string): number {
  return Number(segment.slice(0, 16));
}

function readChunk(path: string, offset: number): Buffer {
  const bytes = Buffer.allocUnsafe(chunkBytes);
  const file = openSync(path, "r");
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, chunkBytes, offset));
  } finally {
    closeSync(file);
  }
}

/** The whole records at the start of a chunk; a chunk that is full holds at least three. */
function recordsIn(chunk: Buffer): RawRecord[] {
  const records: RawRecord[] = [];
  for (let offset = 0; offset + headBytes <= chunk.length;) {
    const end = offset + headBytes + chunk.readUInt32BE(offset);
    if (end > chunk.length || end === offset + headBytes) break;
    const chainHash = chunk.subarray(offset + 4, offset + headBytes);
    records.push({ chainHash, json: chunk.subarray(offset + headBytes, end) });
    offset = end;
  }
  return records;
}
