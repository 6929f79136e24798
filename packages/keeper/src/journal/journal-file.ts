/**
 * The journal's segment that is written to: appends whole writes, each durable before it is answered. Used by `journal.ts`
 * alone, one write at a time.
 *
 * Room is made ahead: while one segment fills, the next is written full of zeros beside it and synced. A durable write into room
 * that exists changes no other thing on the disk, and takes two thirds of the time of one that makes the file longer.
 *
 * A write is made on this thread while the disk answers fast, which on a good one takes less than handing the write to another
 * thread and back; where it does not (`limits.blockingWriteMs`), and where the events are so many that this thread has enough to
 * hash meanwhile (`limits.asideEvents`), another thread waits for the disk. So nobody
 * else waits longer than for a slice of a long call, but for one write in eight when the disk has just become slow.
 */
import { constants, renameSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "@kura/kernel/fault.ts";
import { syncFolder } from "../durable-file.ts";
import { type JournalEnd, segmentPath } from "./journal-folder.ts";
import { limits } from "../limits.ts";

export interface JournalFileParts {
  /** Milliseconds of a clock that only goes forward, with fractions. */
  readonly clockMs: () => number;
  /** The next segment could not be made ahead; it is tried again without. */
  readonly onUnprepared: (code: string) => void;
  /** Bytes; `limits.segmentBytes` unless given. */
  readonly segmentLimit?: number;
}

export class JournalFile {
  readonly #folder: string;
  readonly #parts: JournalFileParts;
  #file: FileHandle;
  /** Where the next write goes. */
  #position: number;
  /** Where the segment ends. */
  #capacity: number;
  /** The next segment in the making: its size, or 0 when it could not be made. */
  #preparing: Promise<number> | undefined;
  /** Running mean of what a write takes. */
  #writeMs = 0;

  /** Continues the last segment. @param end what `readJournalFolder` found. */
  static async open(folder: string, end: JournalEnd, parts: JournalFileParts): Promise<JournalFile> {
    // What a stop left of it may be synced or not.
    rmSync(preparedPath(folder), { force: true });
    const file = await open(end.segment?.path ?? segmentPath(folder, 1), writing, 0o600);
    // The last bytes of a killed keeper may be in the page cache only: they are part of what is built upon now.
    await file.sync();
    syncFolder(folder);
    return new JournalFile(folder, file, end, parts);
  }

  private constructor(folder: string, file: FileHandle, { segment }: JournalEnd, parts: JournalFileParts) {
    this.#folder = folder;
    this.#file = file;
    this.#parts = parts;
    this.#position = segment?.bytes ?? 0;
    this.#capacity = Math.max(
      segment?.fileBytes ?? 0,
      Math.min(limits.firstSegmentBytes, this.#segmentLimit),
    );
  }

  /** Whether `bytes` more begin a new segment: then {@link beginSegment} comes first. */
  isFullFor(bytes: number): boolean {
    return this.#position > 0 && this.#position + bytes > this.#capacity;
  }

  /**
   * Goes on in a new segment, which begins with event `firstEvent`: the one made ahead, or else one that grows.
   *
   * CRASH: a segment made ahead stands beside under its own name and is made anew, or it has its name and no event.
   */
  async beginSegment(firstEvent: number): Promise<void> {
    this.#prepare();
    const size = (await this.#preparing) ?? 0;
    this.#preparing = undefined;
    await this.#file.close();
    const path = segmentPath(this.#folder, firstEvent);
    if (size > 0) renameSync(preparedPath(this.#folder), path);
    this.#file = await open(path, size > 0 ? writing : writing | constants.O_EXCL, 0o600);
    this.#position = 0;
    this.#capacity = size > 0 ? size : Math.min(limits.firstSegmentBytes, this.#segmentLimit);
    syncFolder(dirname(path));
  }

  /**
   * Makes `bytes` durable behind what is there: at once, or by the end of the promise. They must not change meanwhile.
   *
   * @param isAside this thread has work of its own meanwhile.
   * CRASH: any of their sectors is written, or none; `journal-record.ts` tells that from damage.
   */
  write(bytes: Uint8Array, isAside: boolean): Promise<void> | undefined {
    const startMs = this.#parts.clockMs();
    if (isSyncedByWriting && !isAside && this.#writeMs < limits.blockingWriteMs) {
      for (let written = 0; written < bytes.length;)
        written += writeSync(this.#file.fd, bytes, written, bytes.length - written, this.#position + written);
      this.#noteWritten(bytes.length, startMs);
      return undefined;
    }
    return this.#writeAside(bytes, startMs);
  }

  async close(): Promise<void> {
    await this.#preparing;
    await this.#file.close();
  }

  async #writeAside(bytes: Uint8Array, startMs: number): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      const left = bytes.length - written;
      written += (await this.#file.write(bytes, written, left, this.#position + written)).bytesWritten;
    }
    if (!isSyncedByWriting) await this.#file.datasync();
    this.#noteWritten(bytes.length, startMs);
  }

  #noteWritten(bytes: number, startMs: number): void {
    this.#position += bytes;
    this.#writeMs += (this.#parts.clockMs() - startMs - this.#writeMs) / 8;
    if (this.#position * 4 >= this.#capacity) this.#prepare();
  }

  #prepare(): void {
    const bytes = Math.min(4 * this.#capacity, this.#segmentLimit);
    this.#preparing ??= this.#fillNext(bytes);
  }

  async #fillNext(bytes: number): Promise<number> {
    try {
      await fillWithZeros(preparedPath(this.#folder), bytes);
      return bytes;
    } catch (error) {
      // A full disk, most likely: the next writes will say so themselves, and need less room than this.
      this.#parts.onUnprepared(codeOf(error) ?? "unknown");
      this.#removeUnfinished();
      return 0;
    }
  }

  /** Nobody waits for it when it fails: what it cannot remove takes room, and is written over by the next. */
  #removeUnfinished(): void {
    try {
      rmSync(preparedPath(this.#folder), { force: true, recursive: true });
    } catch (error) {
      this.#parts.onUnprepared(codeOf(error) ?? "unknown");
    }
  }

  get #segmentLimit(): number {
    return this.#parts.segmentLimit ?? limits.segmentBytes;
  }
}

function preparedPath(folder: string): string {
  return join(folder, "next-segment");
}

async function fillWithZeros(path: string, bytes: number): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    const zeros = new Uint8Array(Math.min(bytes, limits.fillBytes));
    for (let at = 0; at < bytes; at += zeros.length) {
      await file.write(zeros, 0, Math.min(zeros.length, bytes - at), at);
      // Bit by bit, so that no write of the journal waits for all of it.
      await file.datasync();
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * With O_DSYNC a write returns when its bytes are durable (open(2)). Elsewhere than on Linux the flag promises less than a
 * sync, which then follows.
 */
const isSyncedByWriting = process.platform === "linux";
const writing = constants.O_WRONLY | constants.O_CREAT | (isSyncedByWriting ? constants.O_DSYNC : 0);
