import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JournalFile } from "./journal-file.ts";
import { segmentPath } from "./journal-folder.ts";
import { emptyHead } from "./journal-record.ts";
import { limits } from "../limits.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A disk that takes `writeMs` for each write, by the clock that it is asked of. */
async function openFile(segmentLimit?: number) {
  const disk = { writeMs: 0 };
  let nowMs = 0;
  let isWriting = false;
  const unprepared: string[] = [];
  const file = await JournalFile.open(
    folder,
    { head: emptyHead, timeMs: 0, tornBytes: 0 },
    {
      // Asked before and after each write.
      clockMs: () => {
        if (isWriting) nowMs += disk.writeMs;
        isWriting = !isWriting;
        return nowMs;
      },
      onUnprepared: (code) => unprepared.push(code),
      ...(segmentLimit !== undefined && { segmentLimit }),
    },
  );
  return { file, disk, unprepared };
}

const block = (bytes: number, fill = 7): Uint8Array => new Uint8Array(bytes).fill(fill);
const isHere = (written: Promise<void> | undefined): boolean => written === undefined;

describe.skipIf(process.platform !== "linux")("a write", () => {
  it("is made on this thread while the disk is fast, by another while it is slow, and here again", async () => {
    const { file, disk } = await openFile();
    expect(isHere(file.write(block(100), false))).toBe(true);
    disk.writeMs = 20 * limits.blockingWriteMs;
    expect(isHere(file.write(block(100), false))).toBe(true);
    const slow = file.write(block(100), false);
    expect(isHere(slow)).toBe(false);
    await slow;
    disk.writeMs = 0.1;
    for (let writes = 0; writes < 60; writes++) await file.write(block(100), false);
    expect(isHere(file.write(block(100), false))).toBe(true);
    await file.close();
    expect(readFileSync(segmentPath(folder, 1))).toEqual(Buffer.alloc(64 * 100, 7));
  });

  it("is made by another thread where this one has work", async () => {
    const { file } = await openFile();
    const written = file.write(block(100), true);
    expect(isHere(written)).toBe(false);
    await written;
    await file.close();
  });
});

describe("the next segment", () => {
  it("is made ahead, four times as large, full of zeros, and written to from its start", async () => {
    const { file, unprepared } = await openFile();
    await file.write(block(limits.firstSegmentBytes), false);
    expect(file.isFullFor(1)).toBe(true);
    await file.beginSegment(9);
    const path = segmentPath(folder, 9);
    expect(statSync(path).size).toBe(4 * limits.firstSegmentBytes);
    expect(file.isFullFor(4 * limits.firstSegmentBytes)).toBe(false);
    await file.write(block(1_000), false);
    await file.close();
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 1_000)).toEqual(Buffer.alloc(1_000, 7));
    expect(bytes.subarray(1_000).every((byte) => byte === 0)).toBe(true);
    expect(unprepared).toEqual([]);
  });

  it("is never above its limit", async () => {
    const { file } = await openFile(10_000);
    await file.write(block(9_000), false);
    expect(file.isFullFor(1_001)).toBe(true);
    await file.beginSegment(2);
    expect(statSync(segmentPath(folder, 2)).size).toBe(10_000);
    await file.close();
  });

  it("grows as it is written where none could be made ahead, which is said", async () => {
    const { file, unprepared } = await openFile(10_000);
    mkdirSync(join(folder, "next-segment"));
    await file.write(block(10_000), false);
    await file.beginSegment(2);
    await file.write(block(1_000), false);
    await file.close();
    expect(unprepared[0]).toBe("EISDIR");
    expect(statSync(segmentPath(folder, 2)).size).toBe(1_000);
  });

  it("that a stop left half made is made anew", async () => {
    const first = await openFile(10_000);
    await first.file.write(block(5_000), false);
    await first.file.close();
    const end = { path: segmentPath(folder, 1), bytes: 5_000, fileBytes: 5_000 };
    const again = await JournalFile.open(
      folder,
      { head: emptyHead, timeMs: 0, tornBytes: 0, segment: end },
      { clockMs: () => 0, onUnprepared: () => undefined, segmentLimit: 10_000 },
    );
    expect(readdirSync(folder)).toEqual(["0000000000000001.events"]);
    await again.close();
  });
});
