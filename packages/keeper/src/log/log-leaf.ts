/**
 * What the log says of an event: a commitment that tells nothing, and can be opened for one person without telling of others.
 *
 *     salt(n, person) = CMAC(key, u64 n ‖ u64 1 ‖ p) ‖ CMAC(key, u64 n ‖ u64 2 ‖ p)      AES-256, RFC 4493
 *                       p: 16 bytes of the person's key, or zeros for the event itself
 *     part 0          = salt(n, zeros)  ‖ canonical JSON of event n, as in the journal
 *     part i          = salt(n, person i) ‖ 32 bytes: hash of the person's link (`person-event.ts`)
 *     entry n − 1     = MTH(part 0, …, part k), RFC 6962, section 2.1: 32 bytes
 *
 * The key comes from the root of log salts and never leaves the keeper; a salt leaves with a receipt. Without a salt an
 * entry cannot be tested against a guess, so the published log shows how many events there were and when, and nothing
 * else. An erased person's salts are given to nobody any more. Format: docs/formats/log.md.
 */
import { createSecretKey, type KeyObject } from "node:crypto";
import { rootInPlace, rootOf } from "@kura/tlog/frontier.ts";
import { sha256, writeSha256 } from "@kura/tlog/sha256.ts";
import { type Hash, hashBytes, splitSize } from "@kura/tlog/tree.ts";
import { BulkCmac, copyInto } from "../crypto/bulk-cmac.ts";
import { isPersonEvent, type JournalEvent } from "../journal/journal-event.ts";
import { deriveKey } from "../crypto/key-file.ts";
import { limits } from "../limits.ts";
import { personKeyBytes } from "../protocol/parts.ts";

/** An event with its place and its text, as the journal has them. */
export interface LoggedEvent {
  readonly event: JournalEvent;
  readonly number: number;
  /** Canonical JSON, UTF-8. */
  readonly json: Uint8Array;
}

const saltBytes = 32;
/** `u64 n ‖ u64 half ‖ 16 bytes of the person's key`: two whole blocks of the cipher. */
const messageBytes = 16 + personKeyBytes;

export class LogLeaves {
  readonly #cmac: BulkCmac;
  /** `0x00 ‖ salt ‖ content`: the leaf of a part, hashed where it stands. Of an event, and of a person. */
  readonly #leaf = Buffer.alloc(1 + saltBytes + limits.eventBytes);
  readonly #personLeaf = Buffer.alloc(1 + saltBytes + hashBytes);
  /** `0x01 ‖ left ‖ right`: most events are of one person. */
  readonly #node = Buffer.alloc(1 + 2 * hashBytes, 1);

  constructor(logSaltRoot: KeyObject) {
    const key = deriveKey(logSaltRoot, "kura/log-salt/2");
    this.#cmac = new BulkCmac(createSecretKey(key));
    key.fill(0);
  }

  /** Of the person's part of event `number`, or of the event itself. @param person key in hexadecimal. */
  salt(number: number, person = ""): Buffer {
    const messages = Buffer.alloc(2 * messageBytes);
    writeMessages(messages, 0, number, person);
    return this.#cmac.equalMacs(messages, messageBytes);
  }

  /** The 32 bytes that stand for the event in the log. */
  entryOf(logged: LoggedEvent): Hash {
    return rootOf(this.partHashes(logged));
  }

  /** As {@link LogLeaves.entryOf}, of many: their salts are made side by side. */
  entriesOf(events: readonly LoggedEvent[]): Hash[] {
    const salts = this.#saltsOf(events);
    let at = 0;
    return events.map((logged) => {
      const parts = 1 + personsOf(logged.event).length;
      const hashes = parts === 2 ? this.#node : Buffer.alloc(1 + parts * hashBytes);
      this.#writeHashes(logged, salts, at, hashes, 1);
      at += parts * saltBytes;
      return parts === 2 ? sha256(hashes) : rootInPlace(hashes.subarray(1));
    });
  }

  /** That part `part` is in the event's entry: the hashes beside it (RFC 6962, section 2.1.1). */
  provePart(logged: LoggedEvent, part: number): { readonly path: readonly Hash[]; readonly parts: number } {
    const hashes = this.partHashes(logged);
    return { path: pathTo(part, hashes), parts: hashes.length };
  }

  /** Leaf hashes of the event's parts: the event, then its persons in their order. */
  partHashes(logged: LoggedEvent): Hash[] {
    const hashes = Buffer.alloc((1 + personsOf(logged.event).length) * hashBytes);
    this.#writeHashes(logged, this.#saltsOf([logged]), 0, hashes, 0);
    return hashesIn(hashes);
  }

  /** Salts of all parts of all events side by side: two halves each. */
  #saltsOf(events: readonly LoggedEvent[]): Buffer {
    let parts = 0;
    for (const { event } of events) parts += 1 + personsOf(event).length;
    const messages = Buffer.alloc(parts * 2 * messageBytes);
    let at = 0;
    for (const { event, number } of events) {
      at = writeMessages(messages, at, number, "");
      for (const person of personsOf(event)) at = writeMessages(messages, at, number, person);
    }
    return this.#cmac.equalMacs(messages, messageBytes);
  }

  /** Leaf hashes of the parts side by side in `target`. @param from where the event's own salt stands in `salts`. */
  #writeHashes({ event, json }: LoggedEvent, salts: Buffer, from: number, target: Buffer, at: number): void {
    copyInto(this.#leaf, 1, salts, from, saltBytes);
    this.#leaf.set(json, 1 + saltBytes);
    writeSha256(this.#leaf.subarray(0, 1 + saltBytes + json.length), target, at);
    if (!isPersonEvent(event)) return;
    for (let part = 1; part <= event.persons.length; part++) {
      copyInto(this.#personLeaf, 1, salts, from + part * saltBytes, saltBytes);
      this.#personLeaf.write(event.links[part - 1]?.hash ?? "", 1 + saltBytes, "hex");
      writeSha256(this.#personLeaf, target, at + part * hashBytes);
    }
  }
}

function hashesIn(bytes: Uint8Array): Hash[] {
  return Array.from({ length: bytes.length / hashBytes }, (_, i) =>
    bytes.subarray(i * hashBytes, (i + 1) * hashBytes),
  );
}

/** Whose parts an event has besides its own, by their keys in hexadecimal. */
function personsOf(event: JournalEvent): readonly string[] {
  return isPersonEvent(event) ? event.persons : [];
}

/** What both halves of a salt are macs of; `target` holds zeros at `at`. @returns where they end. */
function writeMessages(target: Buffer, at: number, number: number, person: string): number {
  const [second, end] = [at + messageBytes, at + 2 * messageBytes];
  target.writeUIntBE(number, at + 2, 6);
  target.write(person, at + 16, "hex");
  target.copyWithin(second, at, second);
  target[at + 15] = 1;
  target[second + 15] = 2;
  return end;
}

function pathTo(index: number, hashes: readonly Hash[]): Hash[] {
  if (hashes.length < 2) return [];
  const split = Number(splitSize(BigInt(hashes.length)));
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...pathTo(index, left), rootOf(right)]
    : [...pathTo(index - split, right), rootOf(left)];
}
