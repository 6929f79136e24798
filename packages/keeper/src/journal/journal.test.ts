import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JournalEvent } from "./journal-event.ts";
import { readJournalFolder, segmentPath } from "./journal-folder.ts";
import { emptyHead } from "./journal-record.ts";
import { Journal } from "./journal.ts";

const now = (): Date => new Date("2026-01-02T03:04:05.678Z");
const event = (kekVersion: number): JournalEvent => ({
  kind: "started",
  kekVersion,
  protocolVersion: 1,
  hpkeKey: "",
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function openJournal(onUnwritable: (code: string) => void = () => undefined) {
  const events: JournalEvent[] = [];
  const end = readJournalFolder(folder, emptyHead, (seen) => events.push(seen));
  const synced: number[] = [];
  const journal = await Journal.open(folder, end, {
    now,
    onUnwritable,
    onNumbered: () => undefined,
    onSyncing: (records) => synced.push(...records.map(({ number }) => number)),
    onDurable: ({ events: durable }) => synced.push(-durable),
    clockMs: () => 0,
    onUnprepared: () => undefined,
    segmentLimit: 1_000,
  });
  return { journal, events, synced };
}

describe("the journal", () => {
  it("numbers events in the order of the calls, across segments, and reads them back", async () => {
    const { journal } = await openJournal();
    for (let round = 0; round < 5; round++) {
      const numbers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => journal.append(event(round * 10 + i))),
      );
      expect(numbers).toEqual(Array.from({ length: 10 }, (_, i) => round * 10 + i + 1));
    }
    await journal.close();
    expect(readdirSync(folder).filter((name) => name.endsWith(".events")).length).toBeGreaterThan(2);
    const { journal: again, events } = await openJournal();
    expect(events.map((seen) => seen.kind === "started" && seen.kekVersion)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    expect(await again.append(event(51))).toBe(51);
    await again.close();
  });

  it("continues an empty segment that a stop left behind", async () => {
    const { journal } = await openJournal();
    await journal.append(event(1));
    await journal.close();
    writeFileSync(segmentPath(folder, 2), "");
    const { journal: again } = await openJournal();
    expect(await again.append(event(2))).toBe(2);
    await again.close();
  });

  it("does not repair a segment that others follow", async () => {
    const { journal } = await openJournal();
    for (let i = 0; i < 20; i++) await journal.append(event(i));
    await journal.close();
    const first = segmentPath(folder, 1);
    truncateSync(first, 500);
    expect(() => readJournalFolder(folder, emptyHead, () => undefined)).toThrow(/cut short|missing/);
  });

  it("refuses an event above its limit, and nothing else", async () => {
    const { journal } = await openJournal();
    const long: JournalEvent = { ...event(1), hpkeKey: "x".repeat(70_000) } as JournalEvent;
    await expect(journal.append(long)).rejects.toThrow("above its limit");
    expect(await journal.append(event(1))).toBe(1);
    await journal.close();
  });

  it("tells of each event in order while it is synced, and of its end when it is durable", async () => {
    const { journal, synced } = await openJournal();
    const appended = [journal.append(event(1)), journal.append(event(2))];
    expect(synced).toEqual([]);
    await Promise.all(appended);
    expect(synced).toEqual([1, 2, -2]);
    await journal.close();
  });

  it("refuses every caller, waiting and later, once something about it failed", async () => {
    const codes: string[] = [];
    const { journal } = await openJournal((code) => codes.push(code));
    await journal.append(event(1));
    journal.fail(Object.assign(new Error("no space"), { code: "ENOSPC" }));
    journal.fail(new Error("later"));
    expect(codes).toEqual(["ENOSPC"]);
    expect(journal.isWritable).toBe(false);
    await expect(journal.append(event(2))).rejects.toThrow("cannot be written");
    await journal.close();
  });
});
