/**
 * `append 1 writer`, `append 32 writers`: durable events of the journal, with the log hashed, signed and published as tiles every
 * 200 ms, against one durable INSERT per event of the same text into the embedded server, as many connections as writers.
 * Then what a log costs its readers: `proof made`, `proof checked` in a log of ten million, `whole log verified` of a million,
 * `disk per event`; there `theirs` is the aim.
 *
 * Runs of both sides follow each other, three times; the ratio is the median of the pairs. `--seconds N` for each run,
 * `--entries N` for the large log.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createSecretKey } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startInstance } from "../packages/cli/src/instance/instance.ts";
import { instancePaths } from "../packages/cli/src/instance/paths.ts";
import type { DatabaseTarget } from "../packages/custodian/src/db/database.ts";
import { LogFolder } from "../packages/custodian/src/log/log-folder.ts";
import { encodeCanonical } from "../packages/kernel/src/canonical.ts";
import type { JournalEvent } from "../packages/keeper/src/journal/journal-event.ts";
import { readJournalFolder } from "../packages/keeper/src/journal/journal-folder.ts";
import { emptyLogHead, encodeHead, findHead } from "../packages/keeper/src/journal/journal-head.ts";
import { emptyHead, jsonStart } from "../packages/keeper/src/journal/journal-record.ts";
import { Journal } from "../packages/keeper/src/journal/journal.ts";
import { LogKey } from "../packages/keeper/src/log/log-key.ts";
import { LogLeaves } from "../packages/keeper/src/log/log-leaf.ts";
import { Log } from "../packages/keeper/src/log/log.ts";
import { encodeEntriesAnswer } from "../packages/keeper/src/protocol/orders.ts";
import { encodeBundle } from "../packages/tlog/src/entry-bundle.ts";
import { verifyInclusion } from "../packages/tlog/src/proof.ts";
import { tilePath } from "../packages/tlog/src/tile.ts";
import { TileReader } from "../packages/tlog/src/tile-reader.ts";
import { TileWriter } from "../packages/tlog/src/tile-writer.ts";
import { hashLeaf, type TreeHead } from "../packages/tlog/src/tree.ts";
import { verifyLog } from "../packages/tlog/src/verify-log.ts";
import type { FromPublisher, ToPublisher } from "./beside/log-publisher.ts";
import { figure, median } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";

const beatMs = 200;
const rounds = 3;
const verifiedEntries = 1_000_000;

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const seconds = numberOf(args, "--seconds", 4);
  const entries = numberOf(args, "--entries", 10_000_000);
  const dir = await mkdtemp(join(tmpdir(), "kura-bench-"));
  try {
    const appended = await measureAppends(dir, seconds);
    return [...appended, ...(await measureReading(dir, entries))];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

// appending

async function measureAppends(dir: string, seconds: number): Promise<Figure[]> {
  const env = { ...process.env, KURA_DATA: join(dir, "data") };
  const instance = await startInstance(instancePaths(env, dir), env);
  let bytesPerEvent = 0;
  const figures: Figure[] = [];
  try {
    for (const writers of [1, 32]) {
      const [ours, theirs, ratios]: [number[], number[], number[]] = [[], [], []];
      for (let round = 0; round < rounds; round++) {
        const journal = await driveJournal(join(dir, `log-${writers}-${round}`), writers, seconds);
        const inserts = await driveInserts(instance.address.target, writers, seconds);
        ({ bytesPerEvent } = journal);
        ours.push(journal.perSecond);
        theirs.push(inserts);
        ratios.push(journal.perSecond / inserts);
      }
      const name = writers === 1 ? "append 1 writer" : `append ${writers} writers`;
      const note = `theirs: one INSERT and commit per event, same text, same disk; ours with tiles and checkpoint every ${beatMs} ms, written beside`;
      const made = figure(name, median(ours), median(theirs), "durable events/s", note);
      figures.push({ ...made, ratio: median(ratios) });
    }
  } finally {
    await instance.stop();
  }
  const note =
    "journal's records, tiles and bundles of the last run with 32 writers; theirs: the event's own text";
  return [...figures, figure("disk per event", bytesPerEvent, textOf(1).length, "bytes", note)];
}

/** The same in all events of a session, and not put together anew for each. */
const session = Buffer.alloc(16, 0xab).toString("hex");
const signature = Buffer.alloc(66).toString("base64");

/** A look at one person, as the keeper journals it. */
function eventOf(n: number): JournalEvent {
  const hex = n.toString(16).padStart(32, "0");
  return {
    kind: "opened",
    session,
    actor: "bench-clerk",
    office: "bench-office",
    orderNumber: n,
    purpose: "claim",
    caseId: "01a20345-d424-7c80-8142-0948ddc5f3cc",
    caseKind: "claim",
    order: hex + hex,
    signature,
    fields: [1, 3, 4, 7, 8, 9, 10],
    records: 1,
    persons: [hex],
    links: [{ n: 1, hash: hex + hex }],
  };
}

function textOf(n: number): string {
  return encodeCanonical({ ...eventOf(n), number: n, time: new Date(0).toISOString() } as never);
}

async function driveJournal(
  dir: string,
  writers: number,
  seconds: number,
): Promise<{ perSecond: number; bytesPerEvent: number }> {
  const folder = join(dir, "journal");
  await mkdir(folder, { recursive: true });
  const key = (fill: number) => createSecretKey(new Uint8Array(32).fill(fill));
  const [headPath, headKey, leaves] = [join(dir, "head"), key(3), new LogLeaves(key(2))];
  await writeFile(headPath, encodeHead(headKey, emptyLogHead("log.example/bench")));
  const locked = findHead(headPath, headKey);
  if (locked === undefined) throw new Error("no head");
  const log = new Log({ headPath, headKey, key: new LogKey(key(1), "log.example/bench"), leaves }, locked);
  const journal = await Journal.open(
    folder,
    { head: emptyHead, timeMs: 0, tornBytes: 0 },
    {
      now: () => new Date(),
      onUnwritable: () => undefined,
      onNumbered: () => undefined,
      onSyncing: (records) => log.add(records),
      onDurable: (head) => log.noteDurable(head),
      clockMs: () => performance.now(),
      onUnprepared: () => undefined,
    },
  );
  const publisher = new Publisher(join(dir, "tiles"), log);
  const beat = async (): Promise<void> => {
    await log.publish(journal);
    await publisher.publish();
  };
  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
  }, beatMs);
  const perSecond = await drive(writers, seconds, (n) => journal.append(eventOf(n)));
  clearInterval(timer);
  await beating;
  await beat();
  await publisher.close();
  await journal.close();
  const { events } = journal.durable;
  return { perSecond, bytesPerEvent: ((await sizeOf(join(dir, "tiles"))) + recordBytes(folder)) / events };
}

/** Bytes of the journal's records, without the room made ahead for the next. */
function recordBytes(folder: string): number {
  let bytes = 0;
  readJournalFolder(folder, emptyHead, (_event, _stamp, _head, json) => {
    bytes += jsonStart(json.length);
  });
  return bytes;
}

/** The custodian's part: a process, as in an instance, so that its files wait in no queue of the journal's. */
class Publisher {
  readonly #process: ChildProcess;
  readonly #log: Log;
  #published: (() => void) | undefined;

  constructor(tiles: string, log: Log) {
    this.#log = log;
    const program = fileURLToPath(new URL("./beside/log-publisher.ts", import.meta.url));
    this.#process = fork(program, [tiles], { serialization: "advanced" });
    this.#process.on("message", (message: FromPublisher) => {
      if (message.word === "published") this.#published?.();
      else this.#answer(message.from, message.limit);
    });
  }

  async publish(): Promise<void> {
    const published = new Promise<void>((resolve) => {
      this.#published = resolve;
    });
    this.#say({ word: "publish" });
    await published;
  }

  async close(): Promise<void> {
    this.#process.disconnect();
    await once(this.#process, "exit");
  }

  /** As the keeper's `entries` does, in the same bytes, while all is in memory. */
  #answer(from: bigint, limit: number): void {
    const { checkpoint, signedEvents, key, recent } = this.#log;
    const count = Math.min(limit, signedEvents - Number(from));
    const entries = recent.list(Number(from) + 1, count);
    if (entries.length < count) throw new Error("the publisher fell behind what is kept");
    const answer = encodeEntriesAnswer({ verifierKey: key.verifierKey, checkpoint, entries });
    this.#say({ word: "entries", answer });
  }

  #say(message: ToPublisher): void {
    this.#process.send(message);
  }
}

async function driveInserts(target: DatabaseTarget, writers: number, seconds: number): Promise<number> {
  if (target.kind !== "socket") throw new Error("the benchmark runs on the embedded server");
  const { socketDir: host, port, ownerRole: user } = target;
  const clients = Array.from(
    { length: writers },
    () => new pg.Client({ host, port, user, database: "kura" }),
  );
  await Promise.all(clients.map((client) => client.connect()));
  try {
    await clients[0]?.query(
      "create table if not exists bench_audit (n bigserial primary key, recorded_at timestamptz not null default now(), event text not null)",
    );
    const insert = { name: "insert", text: "insert into bench_audit (event) values ($1)" };
    return await drive(writers, seconds, (n, writer) =>
      (clients[writer] ?? clients[0])?.query({ ...insert, values: [textOf(n)] }),
    );
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** How many a second, over the time after a short warming up. */
async function drive(
  writers: number,
  seconds: number,
  append: (n: number, writer: number) => Promise<unknown> | undefined,
): Promise<number> {
  let [done, counted, fromMs] = [0, 0, 0];
  const startMs = performance.now();
  const warmMs = startMs + 300;
  const endMs = warmMs + seconds * 1_000;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (; performance.now() < endMs;) {
        done += 1;
        await append(done, writer);
        if (fromMs === 0 && performance.now() >= warmMs) fromMs = performance.now();
        else if (fromMs !== 0) counted += 1;
      }
    }),
  );
  return counted / ((performance.now() - fromMs) / 1_000);
}

async function sizeOf(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

// reading

async function measureReading(dir: string, entries: number): Promise<Figure[]> {
  const folder = new LogFolder(join(dir, "large"));
  const { head, small } = await writeLog(folder, entries);
  const reader = new TileReader(head, (id) => folder.findTile(id));
  await reader.proveInclusion(0n);
  const proofs = 2_000;
  const picks = Array.from({ length: proofs }, (_, i) =>
    BigInt(Math.floor((i * 0.618_033_988 * entries) % entries)),
  );
  const made: { index: bigint; path: readonly Uint8Array[] }[] = [];
  const madeMs = await timed(async () => {
    for (const index of picks) made.push({ index, path: await reader.proveInclusion(index) });
  });
  const leaves = made.map(({ index }) => hashLeaf(entryOf(Number(index))));
  const checkedMs = await timed(async () => {
    for (const [i, { index, path }] of made.entries())
      verifyInclusion(index, leaves[i] ?? head.root, head, path);
  });
  const verifiedMs = await timed(() => verifyLog(small, (id) => folder.findTile(id)));
  return [
    figure(
      "proof made",
      madeMs / proofs,
      1,
      "ms",
      `of random entries among ${entries}, from tile files; theirs: the aim`,
    ),
    figure("proof checked", checkedMs / proofs, 0.2, "ms", "theirs: the aim"),
    figure("whole log verified", verifiedMs / 1_000, 10, "s", `${small.size} entries; theirs: the aim`),
  ];
}

function entryOf(n: number): Uint8Array {
  const entry = new Uint8Array(32);
  new DataView(entry.buffer).setUint32(0, n);
  return entry;
}

/** A log of so many entries, and its first million as a log of its own: bundles of that part only. */
async function writeLog(folder: LogFolder, entries: number): Promise<{ head: TreeHead; small: TreeHead }> {
  const writer = new TileWriter();
  let small: TreeHead | undefined;
  let bundle: Uint8Array[] = [];
  const smallSize = Math.min(entries, verifiedEntries);
  const write = async (tiles: ReturnType<TileWriter["takeFull"]>): Promise<void> => {
    for (const { id, bytes } of tiles) await writeUnsynced(folder, id, bytes);
  };
  for (let n = 0; n < entries; n++) {
    const entry = entryOf(n);
    writer.append(hashLeaf(entry));
    if (n < smallSize) bundle.push(entry);
    if (bundle.length === 256 || n + 1 === smallSize) {
      const id = { level: "entries", index: BigInt(Math.floor(n / 256)), width: bundle.length } as const;
      if (bundle.length > 0) await writeUnsynced(folder, id, encodeBundle(bundle));
      bundle = [];
    }
    if (n + 1 === smallSize) {
      const flushed = writer.flush();
      small = flushed.head;
      await write(flushed.tiles);
    }
    if (n % 65_536 === 65_535) await write(writer.takeFull());
  }
  const { head, tiles } = writer.flush();
  await write(tiles);
  return { head, small: small ?? head };
}

/** Not through the folder: a benchmark of reading need not wait for the disk. */
async function writeUnsynced(
  { path }: LogFolder,
  id: Parameters<LogFolder["findTile"]>[0],
  bytes: Uint8Array,
): Promise<void> {
  const file = join(path, tilePath(id));
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, bytes);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function numberOf(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : Number(args[at + 1]);
}
