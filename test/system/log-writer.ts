/**
 * A keeper's journal and log and a custodian's tiles in one process that kills itself between two durable steps, or in the middle
 * of a write. `node log-writer.ts FOLDER STEPS`; says on standard output what it acknowledged before it died:
 *
 *     started N            durable events found at the start
 *     acked N NONCE        event N is durable
 *     signed BASE64        a checkpoint that was signed
 *     published N          size of the checkpoint in the folder
 *
 * The steps are counted where they happen: every write, sync and rename of the process, whoever asks for it.
 */
import { createSecretKey, randomBytes } from "node:crypto";
import fs, { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { LogFolder } from "@kura/custodian/log/log-folder.ts";
import { LogPublisher } from "@kura/custodian/log/publish-log.ts";
import type { JournalEvent } from "@kura/keeper/journal/journal-event.ts";
import { readJournalFolder } from "@kura/keeper/journal/journal-folder.ts";
import { emptyLogHead, encodeHead, findHead } from "@kura/keeper/journal/journal-head.ts";
import { JournalReader } from "@kura/keeper/journal/journal-reader.ts";
import { parseEvent } from "@kura/keeper/journal/journal-record.ts";
import { Journal } from "@kura/keeper/journal/journal.ts";
import { limits } from "@kura/keeper/limits.ts";
import { LogKey } from "@kura/keeper/log/log-key.ts";
import { LogLeaves } from "@kura/keeper/log/log-leaf.ts";
import { Log } from "@kura/keeper/log/log.ts";
import { Slices } from "@kura/keeper/slices.ts";

const [, , root = "", steps = "0"] = process.argv;
const key = (fill: number) => createSecretKey(new Uint8Array(32).fill(fill));
const headKey = key(3);
const journalFolder = join(root, "journal");
const headPath = join(root, "head");
const leaves = new LogLeaves(key(2));
let stepsLeft = Number(steps);

/** Before it is patched. */
const writeNow = fs.writeSync;
const say = (line: string): void => {
  writeNow(1, `${line}\n`);
};

/** One durable step more, or the end. */
function step(): void {
  stepsLeft -= 1;
  if (stepsLeft === 0) process.kill(process.pid, "SIGKILL");
}

type Writing = (
  this: unknown,
  bytes: Uint8Array,
  offset?: number,
  length?: number,
  position?: number | null,
) => Promise<unknown>;

/** A write that the end comes in the middle of: any of its sectors are there, as after a power cut. */
function tear(fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null): void {
  if (position === null) {
    writeNow(fd, bytes, offset, Math.floor(length / 2));
    return;
  }
  for (let at = position; at < position + length;) {
    const next = Math.min(at - (at % sectorBytes) + sectorBytes, position + length);
    if ((randomBytes(1)[0] ?? 0) % 2 === 0) writeNow(fd, bytes, offset + at - position, next - at, at);
    at = next;
  }
}
const sectorBytes = 512;

/** What the journal does on its own thread. */
function countSyncSteps(): void {
  fs.writeSync = ((
    fd: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ) => {
    if (stepsLeft === 1) tear(fd, bytes, offset, length, position);
    step();
    const written = writeNow(fd, bytes, offset, length, position);
    step();
    return written;
  }) as typeof fs.writeSync;
  for (const name of ["fsyncSync", "renameSync"] as const) {
    const original = fs[name] as (...args: unknown[]) => void;
    Reflect.set(fs, name, (...args: unknown[]) => {
      step();
      original(...args);
      step();
    });
  }
}

async function countSteps(): Promise<void> {
  const probe = await open(process.execPath, "r");
  const handle = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  // Unbound on purpose: called again with the handle they are asked of.
  type Bytes = (this: FileHandle, bytes: Uint8Array) => Promise<unknown>;
  type Plain = (this: FileHandle) => Promise<void>;
  const write = Reflect.get(handle, "write") as Writing;
  const writeFile = Reflect.get(handle, "writeFile") as Bytes;
  handle.write = async function patched(
    this: FileHandle,
    bytes: Uint8Array,
    offset = 0,
    length = bytes.length - offset,
    position: number | null = null,
  ) {
    if (stepsLeft === 1) tear(this.fd, bytes, offset, length, position);
    step();
    return write.call(this, bytes, offset, length, position);
  } as FileHandle["write"];
  handle.writeFile = async function patched(this: FileHandle, bytes: Uint8Array) {
    if (stepsLeft === 1) writeNow(this.fd, bytes, 0, Math.floor(bytes.length / 2));
    step();
    await writeFile.call(this, bytes);
  } as FileHandle["writeFile"];
  for (const name of ["datasync", "sync"] as const) {
    const original: Plain = Reflect.get(handle, name);
    handle[name] = async function patched(this: FileHandle) {
      step();
      await original.call(this);
      step();
    };
  }
  const { rename } = fs.promises;
  fs.promises.rename = async (from, to) => {
    step();
    await rename(from, to);
    step();
  };
  countSyncSteps();
  syncBuiltinESMExports();
}

async function startLog(): Promise<{ journal: Journal; log: Log }> {
  const locked = findHead(headPath, headKey);
  if (locked === undefined) throw new Error("no head");
  const log = new Log({ headPath, headKey, key: new LogKey(key(1), locked.head.origin), leaves }, locked);
  const end = readJournalFolder(journalFolder, locked.head, (event, _, { events: number }, json) => {
    if (number > locked.head.events) log.add([{ event, number, json }]);
  });
  log.noteDurable(end.head);
  say(`started ${end.head.events}`);
  say(`signed ${Buffer.from(log.checkpoint).toString("base64")}`);
  const journal = await Journal.open(journalFolder, end, {
    now: () => new Date(),
    onUnwritable: (code) => say(`unwritable ${code}`),
    onNumbered: () => undefined,
    onSyncing: (records) => log.add(records),
    onDurable: (head) => log.noteDurable(head),
    clockMs: () => performance.now(),
    onUnprepared: (code) => say(`unprepared ${code}`),
    segmentLimit: 20_000,
  });
  return { journal, log };
}

/** As the keeper's `entries` answers. */
function sourceOf(log: Log) {
  const reader = new JournalReader(journalFolder);
  const slices = new Slices();
  return {
    entries: async (from: bigint, limit: number) => {
      const { checkpoint, signedEvents, key: signer } = log;
      const first = Number(from) + 1;
      const records = await reader.read(first, limit, signedEvents, slices.begin());
      const entries = records.map(({ json }, i) => {
        const number = first + i;
        return leaves.entryOf({ event: parseEvent(json, number), number, json });
      });
      return { verifierKey: signer.verifierKey, checkpoint, entries };
    },
  };
}

mkdirSync(journalFolder, { recursive: true });
if (!existsSync(headPath)) writeFileSync(headPath, encodeHead(headKey, emptyLogHead("log.example/crash")));
await countSteps();
const { journal, log } = await startLog();
const folder = new LogFolder(join(root, "log"));
const publisher = new LogPublisher(folder, sourceOf(log));
for (;;) {
  // Small bursts, mostly: a full tile costs ten steps, and a run that is to catch up must get there before it is killed. A
  // large one is written by another thread.
  const draw = randomBytes(1)[0] ?? 0;
  const burst = Array.from({ length: draw > 200 ? limits.asideEvents : 1 + (draw % 8) }, async () => {
    const nonce = randomBytes(8).toString("hex");
    const event: JournalEvent = { kind: "started", kekVersion: 1, protocolVersion: 1, hpkeKey: nonce };
    say(`acked ${await journal.append(event)} ${nonce}`);
  });
  await Promise.all(burst);
  await log.publish(journal);
  say(`signed ${Buffer.from(log.checkpoint).toString("base64")}`);
  const tree = await publisher.writeTiles();
  await folder.publish(tree.note);
  say(`published ${tree.size}`);
}
