/**
 * The custodian's part of `bench/log.ts`, beside the keeper's as in an instance: a thread that asks for entries, writes tiles and
 * publishes. Told `publish`, it answers `published` when all that is signed is; it asks its parent for entries in between.
 */
import { parentPort, workerData } from "node:worker_threads";
import { LogFolder } from "../../packages/custodian/src/log/log-folder.ts";
import { LogPublisher } from "../../packages/custodian/src/log/publish-log.ts";
import { decodeEntriesAnswer, type EntriesAnswer } from "../../packages/keeper/src/protocol-orders.ts";

export type ToPublisher =
  | { readonly word: "publish" }
  | { readonly word: "entries"; readonly answer: Uint8Array };
export type FromPublisher =
  | { readonly word: "published" }
  | { readonly word: "entries"; readonly from: bigint; readonly limit: number };

const port = parentPort;
if (port === null) throw new Error("started by bench/log.ts");
let answered: ((answer: EntriesAnswer) => void) | undefined;
const say = (message: FromPublisher): void => port.postMessage(message);

const folder = new LogFolder(String(workerData));
const publisher = new LogPublisher(folder, {
  entries: (from, limit) => {
    say({ word: "entries", from, limit });
    return new Promise((resolve) => {
      answered = resolve;
    });
  },
});

port.on("message", (message: ToPublisher) => {
  if (message.word === "entries") answered?.(decodeEntriesAnswer(message.answer));
  else void publish();
});

async function publish(): Promise<void> {
  await folder.publish((await publisher.writeTiles()).note);
  say({ word: "published" });
}
