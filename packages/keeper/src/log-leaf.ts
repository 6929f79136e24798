/**
 * What the log says of an event: a commitment that tells nothing, and can be opened for one person without telling of others.
 *
 *     salt(n, person) = HMAC-SHA256(key, u64 n ‖ 16 bytes of the person's key, or zeros for the event itself)
 *     part 0          = salt(n, zeros)  ‖ canonical JSON of event n, as in the journal
 *     part i          = salt(n, person i) ‖ 32 bytes: hash of the person's link (`person-event.ts`)
 *     entry n − 1     = MTH(part 0, …, part k), RFC 6962, section 2.1: 32 bytes
 *
 * The key comes from the root of log salts and never leaves the keeper; a salt leaves with a receipt. Without a salt an
 * entry cannot be tested against a guess, so the published log shows how many events there were and when, and nothing
 * else. An erased person's salts are given to nobody any more. Format: docs/formats/log.md.
 */
import type { KeyObject } from "node:crypto";
import { rootOf } from "@kura/tlog/frontier.ts";
import { sha256 } from "@kura/tlog/sha256.ts";
import { type Hash, hashNode, splitSize } from "@kura/tlog/tree.ts";
import { isPersonEvent, type JournalEvent } from "./journal-event.ts";
import { deriveKey } from "./key-file.ts";
import { limits } from "./limits.ts";
import { PaddedHmac } from "./padded-hmac.ts";
import { personKeyBytes } from "./protocol-parts.ts";

/** An event with its place and its text, as the journal has them. */
export interface LoggedEvent {
  readonly event: JournalEvent;
  readonly number: number;
  /** Canonical JSON, UTF-8. */
  readonly json: Uint8Array;
}

const saltBytes = 32;
const hashBytes = 32;
const numberBytes = 8;

export class LogLeaves {
  readonly #hmac: PaddedHmac;
  readonly #message = Buffer.alloc(numberBytes + personKeyBytes);
  /** `0x00 ‖ salt ‖ content`: the leaf of a part, hashed where it stands. */
  readonly #leaf = Buffer.alloc(1 + saltBytes + limits.eventBytes);

  constructor(logSaltRoot: KeyObject) {
    const key = deriveKey(logSaltRoot, "kura/log-salt/1");
    this.#hmac = new PaddedHmac(key, numberBytes + personKeyBytes);
    key.fill(0);
  }

  /** Of the person's part of event `number`, or of the event itself. @param person key in hexadecimal. */
  salt(number: number, person = ""): Buffer {
    return Buffer.from(this.#saltText(number, person), "latin1");
  }

  /** A string of bytes. */
  #saltText(number: number, person: string): string {
    this.#message.writeUIntBE(number, 2, 6);
    if (person === "") this.#message.fill(0, numberBytes);
    else this.#message.write(person, numberBytes, "hex");
    return this.#hmac.byteString(this.#message);
  }

  /** The 32 bytes that stand for the event in the log. */
  entryOf({ event, number, json }: LoggedEvent): Hash {
    const parts = this.partHashes({ event, number, json });
    const [only, second] = parts;
    if (only !== undefined && parts.length === 1) return only;
    // Most events are of one person.
    if (only !== undefined && second !== undefined && parts.length === 2) return hashNode(only, second);
    return rootOf(parts);
  }

  /** That part `part` is in the event's entry: the hashes beside it (RFC 6962, section 2.1.1). */
  provePart(logged: LoggedEvent, part: number): { readonly path: readonly Hash[]; readonly parts: number } {
    const hashes = this.partHashes(logged);
    return { path: pathTo(part, hashes), parts: hashes.length };
  }

  /** Leaf hashes of the event's parts: the event, then its persons in their order. */
  partHashes({ event, number, json }: LoggedEvent): Hash[] {
    this.#leaf.set(json, 1 + saltBytes);
    const parts = [this.#hashPart(number, "", json.length)];
    if (!isPersonEvent(event)) return parts;
    for (const [i, person] of event.persons.entries()) {
      this.#leaf.write(event.links[i]?.hash ?? "", 1 + saltBytes, "hex");
      parts.push(this.#hashPart(number, person, hashBytes));
    }
    return parts;
  }

  /** Of the content that stands in the leaf. */
  #hashPart(number: number, person: string, contentBytes: number): Hash {
    this.#leaf.write(this.#saltText(number, person), 1, "latin1");
    return sha256(this.#leaf.subarray(0, 1 + saltBytes + contentBytes));
  }
}

function pathTo(index: number, hashes: readonly Hash[]): Hash[] {
  if (hashes.length < 2) return [];
  const split = Number(splitSize(BigInt(hashes.length)));
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...pathTo(index, left), rootOf(right)]
    : [...pathTo(index - split, right), rootOf(left)];
}
