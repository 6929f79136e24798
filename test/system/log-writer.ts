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
import fs, { existsSync, mkdirSync, writeFileSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { LogFolder } from "@kura/custodian/log/log-folder.ts";
import { LogPublisher } from "@kura/custodian/log/publish-log.ts";
import type { JournalEvent } from "@kura/keeper/journal-event.ts";
import { readJournalFolder } from "@kura/keeper/journal-folder.ts";
import { emptyLogHead, encodeHead, findHead } from "@kura/keeper/journal-head.ts";
import { JournalReader } from "@kura/keeper/journal-reader.ts";
import { parseEvent } from "@kura/keeper/journal-record.ts";
import { Journal } from "@kura/keeper/journal.ts";
import { LogKey } from "@kura/keeper/log-key.ts";
import { LogLeaves } from "@kura/keeper/log-leaf.ts";
import { Log } from "@kura/keeper/log.ts";
import { Slices } from "@kura/keeper/slices.ts";

const [, , root = "", steps = "0"] = process.argv;
const key = (fill: number) => createSecretKey(new Uint8Array(32).fill(fill));
const headKey = key(3);
const journalFolder = join(root, "journal");
const headPath = join(root, "head");
const leaves = new LogLeaves(key(2));
let stepsLeft = Number(steps);

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

/** One durable step more, or the end. */
function step(): void {
  stepsLeft -= 1;
  if (stepsLeft === 0) process.kill(process.pid, "SIGKILL");
}

async function countSteps(): Promise<void> {
  const probe = await open(process.execPath, "r");
  const handle = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  // Unbound on purpose: called again with the handle they are asked of.
  type Bytes = (this: FileHandle, bytes: Uint8Array, offset?: number) => Promise<unknown>;
  type Plain = (this: FileHandle) => Promise<void>;
  const write = Reflect.get(handle, "write") as Bytes;
  const writeFile = Reflect.get(handle, "writeFile") as Bytes;
  handle.write = async function patched(this: FileHandle, bytes: Uint8Array, offset = 0) {
    if (stepsLeft === 1) writeSync(this.fd, bytes, offset, Math.floor((bytes.length - offset) / 2));
    step();
    return write.call(this, bytes, offset);
  } as FileHandle["write"];
  handle.writeFile = async function patched(this: FileHandle, bytes: Uint8Array) {
    if (stepsLeft === 1) writeSync(this.fd, bytes, 0, Math.floor(bytes.length / 2));
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
  syncBuiltinESMExports();
}

async function startLog(): Promise<{ journal: Journal; log: Log }> {
  const locked = findHead(headPath, headKey);
  if (locked === undefined) throw new Error("no head");
  const log = new Log({ headPath, headKey, key: new LogKey(key(1), locked.head.origin), leaves }, locked);
  const end = readJournalFolder(journalFolder, locked.head, (event, _, { events: number }, json) => {
    if (number > locked.head.events) log.add({ event, number, json });
  });
  log.noteDurable(end.head);
  say(`started ${end.head.events}`);
  say(`signed ${Buffer.from(log.checkpoint).toString("base64")}`);
  const journal = await Journal.open(journalFolder, end, {
    now: () => new Date(),
    onUnwritable: (code) => say(`unwritable ${code}`),
    onNumbered: () => undefined,
    onSyncing: (record) => log.add(record),
    onDurable: (head) => log.noteDurable(head),
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
  // Small bursts: a full tile costs ten steps, and a run that is to catch up must get there before it is killed.
  const burst = Array.from({ length: 1 + ((randomBytes(1)[0] ?? 0) % 8) }, async () => {
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
