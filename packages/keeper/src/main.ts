/**
 * The key-holding process. `node main.ts init …` makes its keys once; `node main.ts …` serves until SIGTERM or SIGINT.
 *
 * Start-up is a proof: keys unseal, the journal is one unbroken history that contains the last head, and the key file
 * is not older than the journal; only then is the door opened and `keeper ready` printed. Anything else ends the
 * process with code 1 and one line of the log.
 */
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";
import { AnnouncedOrders } from "./orders/announced-orders.ts";
import { BlindIndex } from "./crypto/blind-index.ts";
import { answerCall } from "./dispatch.ts";
import { openDoor } from "./door.ts";
import { makePrivateFolder, replaceFile } from "./durable-file.ts";
import { createEvents, type Events } from "./events.ts";
import { HoneyFile } from "./orders/honey-file.ts";
import { deriveHpkeKeyPair } from "./crypto/hpke.ts";
import { takeInstanceLock } from "./instance-lock.ts";
import { readJournalFolder } from "./journal/journal-folder.ts";
import { JournalReader } from "./journal/journal-reader.ts";
import type { JournalEvent } from "./journal/journal-event.ts";
import { emptyLogHead, encodeHead, findHead } from "./journal/journal-head.ts";
import { Journal } from "./journal/journal.ts";
import { type Keeper, record } from "./keeper.ts";
import { createKeyFile, deriveKey, type KeyFile, openKeyFile } from "./crypto/key-file.ts";
import { limits } from "./limits.ts";
import { Log } from "./log/log.ts";
import { defaultOrigin, LogKey } from "./log/log-key.ts";
import { LogLeaves } from "./log/log-leaf.ts";
import { decideAmendment } from "./operations/roster.ts";
import { type Options, parseOptions } from "./options.ts";
import { decodeAmendRequest } from "./protocol/sign-in.ts";
import { protocolVersion } from "./protocol/protocol.ts";
import { RandomPool } from "./crypto/random-pool.ts";
import { RecordCipher } from "./crypto/record-cipher.ts";
import { emptyRoster } from "./orders/roster.ts";
import { Slices } from "./slices.ts";
import { KeeperState } from "./state.ts";
import { Waiting } from "./waiting.ts";

const now = (): Date => new Date();
const fillRandom = (bytes: Uint8Array): void => {
  randomFillSync(bytes);
};

const keysPath = (options: Options): string => join(options.folder, "keys.sealed");
const honeyPath = (options: Options): string => join(options.folder, "honey.sealed");
const headPath = (options: Options): string => join(options.headFolder, "head");

/**
 * Keys, head file, and the first roster statement as the first event.
 *
 * CRASH: keys without a head file do not start, and keys without a roster serve nobody; nothing is sealed under them
 * yet, so the folder is removed by hand.
 */
async function init(options: Options, events: Events): Promise<void> {
  const genesis = options.genesisPath === undefined ? undefined : readGenesis(options.genesisPath);
  makePrivateFolder(options.folder);
  makePrivateFolder(options.headFolder);
  const keyFile = createKeyFile(keysPath(options), options.secret, fillRandom);
  const origin = options.logOrigin ?? defaultOrigin(keyFile.keys.fixedRoot);
  replaceFile(headPath(options), encodeHead(keyFile.keys.headKey, emptyLogHead(origin)));
  if (genesis === undefined) return;
  const { keeper } = await startKeeper(options, keyFile, events);
  await record(keeper, genesis);
  await stopKeeper(keeper);
}

/** @throws {Fault} `bad-genesis` for a statement that two officers in it did not sign. */
function readGenesis(path: string): Extract<JournalEvent, { kind: "roster" }> {
  const amendment = decideAmendment(emptyRoster, decodeAmendRequest(readFileSync(path)), new Map());
  if (amendment.outcome === "accepted") return amendment.event;
  throw new Fault("bad-genesis", `the first roster statement is refused: ${amendment.outcome}`);
}

async function serve(options: Options, events: Events): Promise<void> {
  makePrivateFolder(options.folder);
  const folders = new Set([options.folder, options.headFolder]);
  const locks = await Promise.all([...folders].map((folder) => takeInstanceLock(folder, "keeper")));
  const keyFile = openKeyFile(keysPath(options), options.secret, fillRandom);
  const { keeper, tornBytes } = await startKeeper(options, keyFile, events);
  const { journal, log, cipher, hpke } = keeper;
  const { kekVersion } = cipher;
  const hpkeKey = Buffer.from(hpke.publicKey).toString("base64");
  await record(keeper, { kind: "started", kekVersion, protocolVersion, hpkeKey });
  await log.publish(journal);

  const door = await openDoor(
    options.socketPath,
    (tag, payload) => answerCall(keeper, events, tag, payload),
    events,
  );
  // Listening before the parent knows: a signal sent on `keeper ready` must not find the default handler.
  const stopped = stopSignal(options.followsStdin);
  const beat = setInterval(() => void publishQuietly(keeper), limits.checkpointMs);
  events.ready(journal.durable.events, cipher.kekVersion, tornBytes);
  process.stdout.write("keeper ready\n");

  await stopped;
  clearInterval(beat);
  await door.close();
  await stopKeeper(keeper);
  for (const lock of locks) lock.release();
  events.stopped(journal.durable.events);
}

async function startKeeper(
  options: Options,
  keyFile: KeyFile,
  events: Events,
): Promise<{ keeper: Keeper; tornBytes: number }> {
  const { keys } = keyFile;
  const folder = join(options.folder, "journal");
  makePrivateFolder(folder);
  const locked = findHead(headPath(options), keys.headKey);
  if (locked === undefined) throw new Breach("the head file is missing", {});
  const state = new KeeperState();
  const log = new Log(
    {
      headPath: headPath(options),
      headKey: keys.headKey,
      key: new LogKey(keys.fixedRoot, locked.head.origin),
      leaves: new LogLeaves(keys.logSaltRoot),
    },
    locked,
  );
  const end = readJournalFolder(folder, locked.head, (event, stamp, { events: number }, json) => {
    state.read(event, stamp);
    if (number > locked.head.events) log.add([{ event, number, json }]);
  });
  log.noteDurable(end.head);
  if (keys.keks.length < state.kekVersion) {
    throw new Breach("the key file is older than the journal", {
      keyFile: keys.keks.length,
      journal: state.kekVersion,
    });
  }
  const journal = await Journal.open(folder, end, {
    now,
    onUnwritable: (code) => events.journalUnwritable(code),
    onNumbered: (event, stamp) => state.apply(event, stamp),
    onSyncing: (records) => log.add(records),
    onDurable: (head) => log.noteDurable(head),
    clockMs: () => performance.now(),
    onUnprepared: (code) => events.journalUnprepared(code),
  });
  const keeper: Keeper = {
    journal,
    log,
    reader: new JournalReader(folder),
    state,
    waiting: new Waiting(),
    honey: new HoneyFile(honeyPath(options), keys.fixedRoot, fillRandom, state.honeyPersons),
    cipher: new RecordCipher(keys.keks, new RandomPool(fillRandom)),
    index: new BlindIndex(keys.fixedRoot),
    hpke: deriveHpkeKeyPair(deriveKey(keys.fixedRoot, "kura/hpke/1")),
    slices: new Slices(),
    fillRandom,
    keyFile,
    keys,
    announced: new AnnouncedOrders(),
    unopenedCalls: 0,
  };
  return { keeper, tornBytes: end.tornBytes };
}

/** Signs for all that was journalled, and lets go of the journal. */
async function stopKeeper({ journal, log }: Keeper): Promise<void> {
  await journal.settle();
  await log.publish(journal);
  await journal.close();
}

/** A head that cannot be written is the journal's failure: it has said so in the log and refuses its callers. */
async function publishQuietly({ journal, log }: Keeper): Promise<void> {
  try {
    await log.publish(journal);
  } catch (error) {
    if (codeOf(error) !== "journal-unwritable") throw error;
  }
}

/** With `--follow-stdin` the end of standard input stops as well: the parent is gone, however it went. */
function stopSignal(followsStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (followsStdin) process.stdin.once("end", () => resolve()).resume();
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
}

async function main(): Promise<void> {
  process.umask(0o077);
  const events = createEvents((line) => process.stderr.write(`${line}\n`), now);
  // Node's own report of an uncaught error prints a message of unknown origin.
  process.on("uncaughtException", (error) => {
    events.ended(error);
    process.exit(1);
  });
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options.isInit) await init(options, events);
    else await serve(options, events);
    process.exit(0);
  } catch (error) {
    if (error instanceof Fault && error.code === "usage") process.stderr.write(error.message);
    else events.ended(error);
    process.exit(1);
  }
}

await main();
