/**
 * The keeper's journal: events in the order of `append`, each durable when its promise resolves, many per sync.
 *
 * A failed write or sync is final. What the disk holds after one is not known (fsync may drop the pages it failed on
 * and succeed the next time), so this object never writes again, every waiting and later `append` is refused, and the
 * next start finds out by reading. Whoever waits for an event therefore either knows that it is durable, or gives
 * nothing out.
 *
 * INVARIANT: no acknowledged event is lost by a kill (crash.abuse.test.ts) or a full disk (disk.abuse.test.ts).
 */
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { EventText } from "./event-text.ts";
import type { JournalEvent, Stamp } from "./journal-event.ts";
import { JournalFile, type JournalFileParts } from "./journal-file.ts";
import type { JournalEnd } from "./journal-folder.ts";
import {
  chainEndOf,
  type ChainEnd,
  type Head,
  headOf,
  jsonStart,
  recordRoomBytes,
  writeRecord,
} from "./journal-record.ts";
import { limits } from "../limits.ts";

export interface JournalParts extends JournalFileParts {
  readonly now: () => Date;
  readonly onUnwritable: (code: string) => void;
  /** Told of each event as it is given its number, before it is durable and before any other call runs. */
  readonly onNumbered: (event: JournalEvent, stamp: Stamp) => void;
  /** Told of the events of each write in order, while they are written and before anybody is told: the log's (`log.ts`). */
  readonly onSyncing: (records: readonly SyncingRecord[]) => void;
  /** Everything told by `onSyncing` is durable, up to this head. */
  readonly onDurable: (head: Head) => void;
}

/** An event on its way to the disk. */
export interface SyncingRecord {
  readonly event: JournalEvent;
  readonly number: number;
  /** Canonical JSON, UTF-8: to be read at once, the memory is used again. */
  readonly json: Uint8Array;
}

/** Who waits for an event, and where its JSON stands in its batch. */
interface Waiting {
  readonly event: JournalEvent;
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly resolve: (eventNumber: number) => void;
  readonly reject: (fault: Fault) => void;
}

/** Records side by side, as they are written. */
interface Batch {
  readonly bytes: Buffer;
  readonly waiting: Waiting[];
  /** The end of the chain with them. */
  last: ChainEnd;
  length: number;
}

export class Journal {
  readonly #parts: JournalParts;
  readonly #file: JournalFile;
  readonly #text = new EventText();
  /** Of the last event given a number: no event is earlier than one before it, whatever the clock says. */
  #lastMs: number;
  /** {@link Journal.#lastMs} as text. */
  #lastTime: string;
  /** The last event given a number. */
  #last: ChainEnd;
  /** The last event that is durable. */
  #durable: Head;
  /** In their order; only the last is added to. */
  #batches: Batch[] = [];
  /** Memory of the batch before, to be used again. */
  #free: Buffer | undefined;
  #draining: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #unwritable: Fault<"journal-unwritable"> | undefined;

  /** @param end what {@link readJournalFolder} found; the caller keeps every other writer away (`instance-lock.ts`). */
  static async open(folder: string, end: JournalEnd, parts: JournalParts): Promise<Journal> {
    return new Journal(await JournalFile.open(folder, end, parts), end, parts);
  }

  private constructor(file: JournalFile, end: JournalEnd, parts: JournalParts) {
    this.#file = file;
    this.#parts = parts;
    this.#last = chainEndOf(end.head);
    this.#lastMs = end.timeMs;
    this.#lastTime = new Date(end.timeMs).toISOString();
    this.#durable = end.head;
  }

  /** How far the durable history goes. */
  get durable(): Head {
    return this.#durable;
  }

  get isWritable(): boolean {
    return this.#unwritable === undefined;
  }

  /** Milliseconds since 1970 by the system's clock, but never before the last event. */
  nowMs(): number {
    return Math.max(this.#lastMs, this.#parts.now().getTime());
  }

  /**
   * Resolves with the event's number when it is durable. Numbers are in the order of the calls.
   *
   * @param event or what makes it once its number and time are known, called at once; it changes nothing.
   * @throws {Fault} `journal-unwritable`, for ever once it has happened; `event-too-long`.
   */
  append(event: JournalEvent | ((stamp: Stamp) => JournalEvent)): Promise<number> {
    if (this.#unwritable !== undefined) return Promise.reject(this.#unwritable);
    return new Promise((resolve, reject) => {
      const number = this.#last.events + 1;
      const timeMs = this.nowMs();
      const made = typeof event === "function" ? event({ number, timeMs }) : event;
      if (timeMs !== this.#lastMs) this.#lastTime = new Date(timeMs).toISOString();
      this.#lastMs = timeMs;
      const batch = this.#openBatch();
      const start = jsonStart(batch.length);
      const text = this.#text.encode(made, number, this.#lastTime);
      const { last, end } = writeRecord(batch.bytes, batch.length, this.#last, text);
      this.#last = last;
      batch.last = last;
      batch.length = end;
      this.#parts.onNumbered(made, { number, timeMs });
      batch.waiting.push({ event: made, number, start, end, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Waits for what was appended. */
  async settle(): Promise<void> {
    await this.#draining;
  }

  /** Waits for what was appended and lets go of the file. */
  async close(): Promise<void> {
    await this.settle();
    this.#closed ??= this.#file.close();
    await this.#closed;
  }

  /** One with room for a record. */
  #openBatch(): Batch {
    const last = this.#batches.at(-1);
    if (last !== undefined && last.length + recordRoomBytes <= limits.writeBytes) return last;
    const bytes = this.#free ?? Buffer.allocUnsafeSlow(limits.writeBytes);
    this.#free = undefined;
    const batch = { bytes, waiting: [], last: this.#last, length: 0 };
    this.#batches.push(batch);
    return batch;
  }

  /** One batch after another while anybody waits; callers that come during a write share the next one. */
  async #drain(): Promise<void> {
    // All callers of this turn of the loop share a batch: also those whom the last one has just let go on.
    await new Promise(setImmediate);
    for (;;) {
      const batch = this.#batches.shift();
      if (batch === undefined) break;
      try {
        await this.#write(batch);
        for (const { resolve, number } of batch.waiting) resolve(number);
        this.#free = batch.bytes;
        await new Promise(setImmediate);
      } catch (error) {
        const fault = this.fail(error);
        for (const { waiting } of [batch, ...this.#batches]) for (const { reject } of waiting) reject(fault);
        this.#batches = [];
      }
    }
    this.#draining = undefined;
  }

  /**
   * 1. Begin a new segment when the last is full.
   * 2. Write the records and sync them, in one call where the system has one; the log hashes them.
   *    CRASH: before its end a torn write of which nobody was told; after it the events stand, and their callers may not have
   *    been told.
   */
  async #write({ bytes, length, waiting, last }: Batch): Promise<void> {
    if (this.#unwritable !== undefined) throw this.#unwritable;
    if (this.#closed !== undefined) throw new Fault("journal-closed", "the journal was closed");
    if (this.#file.isFullFor(length)) await this.#file.beginSegment(waiting[0]?.number ?? last.events);
    const written = this.#file.write(bytes.subarray(0, length), waiting.length >= limits.asideEvents);
    this.#parts.onSyncing(
      waiting.map(({ event, number, start, end }) => ({ event, number, json: bytes.subarray(start, end) })),
    );
    if (written !== undefined) await written;
    this.#durable = headOf(last);
    this.#parts.onDurable(this.#durable);
  }

  /** From now on nothing is appended: what happened leaves unknown what the disk or the head file holds. */
  fail(error: unknown): Fault<"journal-unwritable"> {
    if (this.#unwritable !== undefined) return this.#unwritable;
    this.#unwritable = new Fault("journal-unwritable", "the journal cannot be written", { cause: error });
    this.#parts.onUnwritable(codeOf(error) ?? "unknown");
    return this.#unwritable;
  }
}
