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
import { constants, type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { concatBytes } from "@kura/kernel/bytes.ts";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { syncFolder } from "./durable-file.ts";
import type { JournalEvent, Stamp } from "./journal-event.ts";
import type { JournalEnd } from "./journal-folder.ts";
import { segmentPath } from "./journal-folder.ts";
import { encodeRecord, type Head } from "./journal-record.ts";
import { limits } from "./limits.ts";

export interface JournalParts {
  readonly now: () => Date;
  readonly onUnwritable: (code: string) => void;
  /** Told of each event as it is given its number, before it is durable and before any other call runs. */
  readonly onNumbered: (event: JournalEvent, stamp: Stamp) => void;
  /** Told of each event in order while the disk is syncing it: work that then costs nobody's time (`log.ts`). */
  readonly onSyncing: (record: SyncingRecord) => void;
  /** Everything told by `onSyncing` is durable, up to this head. */
  readonly onDurable: (head: Head) => void;
  /** Bytes; `limits.segmentBytes` unless given. */
  readonly segmentLimit?: number;
}

/** An event on its way to the disk. */
export interface SyncingRecord {
  readonly event: JournalEvent;
  readonly number: number;
  /** Canonical JSON, UTF-8. */
  readonly json: Uint8Array;
}

interface Waiting extends SyncingRecord {
  readonly bytes: Uint8Array;
  readonly head: Head;
  readonly resolve: (eventNumber: number) => void;
  readonly reject: (fault: Fault) => void;
}

export class Journal {
  readonly #folder: string;
  readonly #parts: JournalParts;
  /** Of the last event given a number: no event is earlier than one before it, whatever the clock says. */
  #lastMs: number;
  #file: FileHandle | undefined;
  #fileBytes: number;
  /** The last event given a number. */
  #last: Head;
  /** The last event that is durable. */
  #durable: Head;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #unwritable: Fault<"journal-unwritable"> | undefined;

  /** @param end what {@link readJournalFolder} found; the caller keeps every other writer away (`instance-lock.ts`). */
  static async open(folder: string, end: JournalEnd, parts: JournalParts): Promise<Journal> {
    const path = end.segment?.path ?? segmentPath(folder, 1);
    const file = await open(path, appending, 0o600);
    // The last bytes of a killed keeper may be in the page cache only: they are part of what is built upon now.
    await file.sync();
    syncFolder(folder);
    return new Journal(folder, file, end, parts);
  }

  private constructor(folder: string, file: FileHandle, end: JournalEnd, parts: JournalParts) {
    this.#folder = folder;
    this.#file = file;
    this.#fileBytes = end.segment?.bytes ?? 0;
    this.#last = end.head;
    this.#lastMs = end.timeMs;
    this.#durable = end.head;
    this.#parts = parts;
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
      const stamp = { number: this.#last.events + 1, timeMs: this.nowMs() };
      const made = typeof event === "function" ? event(stamp) : event;
      const { bytes, head, json } = encodeRecord(this.#last, made, stamp.timeMs);
      this.#last = head;
      this.#lastMs = stamp.timeMs;
      this.#parts.onNumbered(made, stamp);
      this.#waiting.push({ event: made, number: stamp.number, json, bytes, head, resolve, reject });
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
    await this.#file?.close();
    this.#file = undefined;
  }

  /** One batch after another while anybody waits; callers that come during a sync share the next one. */
  async #drain(): Promise<void> {
    // All callers of this turn of the loop share a batch: also those whom the last one has just let go on.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0 && this.#unwritable === undefined) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(batch);
        for (const { resolve, head } of batch) resolve(head.events);
        await new Promise(setImmediate);
      } catch (error) {
        const fault = this.fail(error);
        for (const { reject } of [...batch, ...this.#waiting]) reject(fault);
        this.#waiting = [];
      }
    }
    this.#draining = undefined;
  }

  /**
   * 1. Begin a new segment when the last is full.  CRASH: an empty segment, continued at the next start.
   * 2. Write the records and sync them, in one call where the system has one; meanwhile the log hashes them.
   *    CRASH: before its end some whole records nobody was told of, which stay, and a torn one, which is cut; after it the
   *    events stand, and their callers may not have been told.
   */
  async #write(batch: readonly Waiting[]): Promise<void> {
    const [first, last] = [batch[0], batch.at(-1)];
    if (first === undefined || last === undefined) return;
    if (this.#fileBytes >= (this.#parts.segmentLimit ?? limits.segmentBytes))
      await this.#beginSegment(first.head.events);
    const file = this.#file;
    if (file === undefined) throw new Fault("journal-closed", "the journal was closed");
    const bytes = concatBytes(...batch.map((waiting) => waiting.bytes));
    const written = writeWhole(file, bytes);
    for (const record of batch) this.#parts.onSyncing(record);
    await written;
    this.#fileBytes += bytes.length;
    this.#durable = last.head;
    this.#parts.onDurable(last.head);
  }

  async #beginSegment(firstEvent: number): Promise<void> {
    await this.#file?.close();
    const path = segmentPath(this.#folder, firstEvent);
    this.#file = await open(path, appending | constants.O_EXCL, 0o600);
    this.#fileBytes = 0;
    syncFolder(dirname(path));
  }

  /** From now on nothing is appended: what happened leaves unknown what the disk or the head file holds. */
  fail(error: unknown): Fault<"journal-unwritable"> {
    if (this.#unwritable !== undefined) return this.#unwritable;
    this.#unwritable = new Fault("journal-unwritable", "the journal cannot be written", { cause: error });
    this.#parts.onUnwritable(codeOf(error) ?? "unknown");
    return this.#unwritable;
  }
}

/**
 * With O_DSYNC a write returns when its bytes are durable (open(2)): one call and one turn of the loop where write and
 * fdatasync are two. Elsewhere than on Linux the flag promises less than a sync, which then follows.
 */
const isSyncedByWriting = process.platform === "linux";
const appending =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (isSyncedByWriting ? constants.O_DSYNC : 0);

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
  if (!isSyncedByWriting) await file.datasync();
}
