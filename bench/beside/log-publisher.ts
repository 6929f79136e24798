/**
 * The custodian's part of `bench/log.ts`, beside the keeper's as in an instance: a process that asks for entries, writes tiles and
 * publishes. Told `publish`, it answers `published` when all that is signed is; it asks its parent for entries in between.
 */
import { LogFolder } from "../../packages/custodian/src/log/log-folder.ts";
import { LogPublisher } from "../../packages/custodian/src/log/publish-log.ts";
import { decodeEntriesAnswer, type EntriesAnswer } from "../../packages/keeper/src/protocol/orders.ts";

export type ToPublisher =
  | { readonly word: "publish" }
  | { readonly word: "entries"; readonly answer: Uint8Array };
export type FromPublisher =
  | { readonly word: "published" }
  | { readonly word: "entries"; readonly from: bigint; readonly limit: number };

let answered: ((answer: EntriesAnswer) => void) | undefined;
const say = (message: FromPublisher): void => {
  process.send?.(message);
};

const folder = new LogFolder(String(process.argv[2]));
const publisher = new LogPublisher(folder, {
  entries: (from, limit) => {
    say({ word: "entries", from, limit });
    return new Promise((resolve) => {
      answered = resolve;
    });
  },
});

process.on("message", (message: ToPublisher) => {
  if (message.word === "entries") answered?.(decodeEntriesAnswer(message.answer));
  else void publish();
});

async function publish(): Promise<void> {
  await folder.publish((await publisher.writeTiles()).note);
  say({ word: "published" });
}
