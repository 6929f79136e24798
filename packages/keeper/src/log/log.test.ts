import { createSecretKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { rootOf } from "@kura/tlog/frontier.ts";
import { openNote, parseNote } from "@kura/tlog/note.ts";
import { hashLeaf } from "@kura/tlog/tree.ts";
import { parseVerifierKey } from "@kura/tlog/verifier-key.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JournalEvent } from "../journal/journal-event.ts";
import { readJournalFolder } from "../journal/journal-folder.ts";
import { emptyLogHead, encodeHead, findHead } from "../journal/journal-head.ts";
import { Journal } from "../journal/journal.ts";
import { LogKey } from "./log-key.ts";
import { LogLeaves } from "./log-leaf.ts";
import { Log } from "./log.ts";

const key = (fill: number) => createSecretKey(new Uint8Array(32).fill(fill));
const headKey = key(3);
const origin = "log.example/test";
const event: JournalEvent = { kind: "started", kekVersion: 1, protocolVersion: 1, hpkeKey: "" };

let folder: string;
let headPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log-"));
  headPath = join(folder, "head");
  writeFileSync(headPath, encodeHead(headKey, emptyLogHead(origin)));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As a keeper starts: head file, then journal. */
async function start(path = folder) {
  const locked = findHead(headPath, headKey);
  if (locked === undefined) throw new Error("no head");
  const parts = {
    headPath,
    headKey,
    key: new LogKey(key(1), locked.head.origin),
    leaves: new LogLeaves(key(2)),
  };
  const log = new Log(parts, locked);
  const end = readJournalFolder(path, locked.head, (seen, _, { events: number }, json) => {
    if (number > locked.head.events) log.add([{ event: seen, number, json }]);
  });
  log.noteDurable(end.head);
  const journal = await Journal.open(path, end, {
    now: () => new Date(0),
    onUnwritable: () => undefined,
    onNumbered: () => undefined,
    onSyncing: (records) => log.add(records),
    onDurable: (head) => log.noteDurable(head),
    clockMs: () => 0,
    onUnprepared: () => undefined,
  });
  return { log, journal };
}

const signed = (log: Log) => parseCheckpoint(parseNote(log.checkpoint).text);

/** The root over the journal's events, hashed anew. */
function rootOfJournal(): Uint8Array {
  const leaves: Uint8Array[] = [];
  const salts = new LogLeaves(key(2));
  readJournalFolder(folder, { events: 0, hash: new Uint8Array(32) }, (seen, { number }, _, json) => {
    leaves.push(hashLeaf(salts.entryOf({ event: seen, number, json })));
  });
  return rootOf(leaves);
}

describe("the log over the journal", () => {
  it("signs what is durable, under its own key and name", async () => {
    const { log, journal } = await start();
    await Promise.all([journal.append(event), journal.append(event), journal.append(event)]);
    expect(signed(log).size).toBe(0n);
    await log.publish(journal);
    expect(signed(log)).toMatchObject({ origin, size: 3n, root: rootOfJournal() });
    const opened = await openNote(encodeUtf8(log.checkpoint), [parseVerifierKey(log.key.verifierKey)]);
    expect(opened.verified).toHaveLength(1);
    await journal.close();
  });

  it("goes on behind the last head, and signs one size once: a restart changes nothing", async () => {
    const first = await start();
    await first.journal.append(event);
    await first.log.publish(first.journal);
    const before = first.log.checkpoint;
    // Durable, and the stop came before the head file.
    await first.journal.append(event);
    await first.journal.close();
    const second = await start();
    expect(second.log.checkpoint).toBe(before);
    await second.log.publish(second.journal);
    await second.journal.append(event);
    await second.log.publish(second.journal);
    expect(signed(second.log)).toMatchObject({ size: 3n, root: rootOfJournal() });
    await second.journal.close();
  });

  it("signs nothing when another process exchanged the head file, and the journal takes no more", async () => {
    const mine = await start();
    const theirFolder = mkdtempSync(join(folder, "theirs-"));
    const theirs = await start(theirFolder);
    await theirs.journal.append(event);
    await theirs.log.publish(theirs.journal);
    const head = readFileSync(headPath);
    await mine.journal.append({ ...event, kekVersion: 2 });
    await expect(mine.log.publish(mine.journal)).rejects.toThrow("cannot be written");
    expect(signed(mine.log).size).toBe(0n);
    expect(mine.journal.isWritable).toBe(false);
    expect(readFileSync(headPath)).toEqual(head);
    await mine.journal.close();
    await theirs.journal.close();
  });

  it("signs for several callers in order, and once for one head", async () => {
    const { log, journal } = await start();
    const sizes: bigint[] = [];
    const ends = [1, 2, 3].map(async () => {
      await journal.append(event);
      await log.publish(journal);
      sizes.push(signed(log).size);
    });
    await Promise.all(ends);
    expect(sizes).toEqual([3n, 3n, 3n]);
    await journal.close();
  });
});

describe("the head file", () => {
  it.each([
    ["of another key", () => encodeHead(key(4), emptyLogHead(origin))],
    ["with another count", () => edited('"events":0', '"events":1')],
    ["of another log", () => edited(origin, "log.example/other")],
    ["that is no head", () => encodeUtf8("{}\n")],
    ["that is no text", () => Uint8Array.of(0xff)],
  ])("%s is refused", (_, made) => {
    writeFileSync(headPath, made());
    expect(() => findHead(headPath, headKey)).toThrow(/head file/);
  });

  const edited = (from: string, to: string): Uint8Array =>
    encodeUtf8(readFileSync(headPath, "utf8").replace(from, to));
});
