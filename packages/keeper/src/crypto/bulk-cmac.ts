/**
 * AES-CMAC (RFC 4493, NIST SP 800-38B) of many short messages under one key, side by side: the first block of every
 * message goes through the cipher in one call, then the second of those that have one, and so on.
 *
 * A call of Node's cipher or hash costs as much as a hundred blocks, so a message here costs a fifth of a `crypto.hash`
 * (REVIEW.md has the figures). Used for tokens (`blind-index.ts`) and for wrapping keys (`bulk-siv.ts`). Keeps no
 * message: what it worked on is overwritten.
 */
import { createCipheriv, type Cipheriv, type KeyObject } from "node:crypto";

export const blockBytes = 16;

/** Messages as parts of one memory, each from its start on. */
export interface Spans {
  readonly bytes: Uint8Array;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

export class BulkCmac {
  readonly #cipher: Cipheriv;
  /** K1 and K2 of RFC 4493, 2.3: for a last block that is full, and for one that is filled up. */
  readonly #fullKey: Buffer;
  readonly #filledKey: Buffer;

  constructor(key: KeyObject) {
    this.#cipher = blockCipher(key);
    this.#fullKey = double(this.#cipher.update(Buffer.alloc(blockBytes)));
    this.#filledKey = double(this.#fullKey);
  }

  /** The macs side by side, in the order of the messages. */
  macs({ bytes, starts, lengths }: Spans): Buffer {
    const order = longestFirst(lengths);
    const states = Buffer.alloc(order.length * blockBytes);
    let active = order.length;
    for (let done = 0; active > 0; done += blockBytes) {
      for (let i = 0; i < active; i++) {
        const message = order[i] ?? 0;
        const start = (starts[message] ?? 0) + done;
        this.#mixBlock(states, i * blockBytes, bytes, start, (lengths[message] ?? 0) - done);
      }
      encryptInPlace(this.#cipher, states.subarray(0, active * blockBytes));
      while (active > 0 && (lengths[order[active - 1] ?? 0] ?? 0) <= done + blockBytes) active -= 1;
    }
    const macs = Buffer.allocUnsafe(states.length);
    for (let i = 0; i < order.length; i++)
      copyInto(macs, (order[i] ?? 0) * blockBytes, states, i * blockBytes, blockBytes);
    states.fill(0);
    return macs;
  }

  /** As {@link BulkCmac.macs}, of messages that are all of `length` bytes, at least one, side by side. */
  equalMacs(bytes: Uint8Array, length: number): Buffer {
    const count = bytes.length / length;
    const states = Buffer.alloc(count * blockBytes);
    for (let done = 0; done < length; done += blockBytes) {
      for (let i = 0; i < count; i++) {
        this.#mixBlock(states, i * blockBytes, bytes, i * length + done, length - done);
      }
      encryptInPlace(this.#cipher, states);
    }
    return states;
  }

  /** XORs the block at `start` into the state at `at`; `left` bytes of the message are left, this block included. */
  #mixBlock(states: Buffer, at: number, bytes: Uint8Array, start: number, left: number): void {
    const length = Math.min(left, blockBytes);
    for (let i = 0; i < length; i++) states[at + i] = (states[at + i] ?? 0) ^ (bytes[start + i] ?? 0);
    if (left > blockBytes) return;
    if (left < blockBytes) states[at + left] = (states[at + left] ?? 0) ^ 0x80;
    xorInto(states, at, left === blockBytes ? this.#fullKey : this.#filledKey);
  }
}

/** Blocks by themselves (ECB): a part of CMAC and SIV, and never more than a part. */
export function blockCipher(key: KeyObject): Cipheriv {
  return createCipheriv(`aes-${8 * (key.symmetricKeySize ?? 0)}-ecb`, key, null).setAutoPadding(false);
}

/** Replaces whole blocks by their encryption. */
export function encryptInPlace(cipher: Cipheriv, blocks: Buffer): void {
  const encrypted = cipher.update(blocks);
  blocks.set(encrypted);
  encrypted.fill(0);
}

/** Copies `length` bytes of `bytes`, from `from` on, to `target` at `offset`: for a few bytes, which are quicker so than by a call of Node. */
export function copyInto(
  target: Uint8Array,
  offset: number,
  bytes: Uint8Array,
  from: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) target[offset + i] = bytes[from + i] ?? 0;
}

/** XORs `length` bytes of `bytes`, from `from` on, into `target` at `offset`. */
export function xorInto(
  target: Uint8Array,
  offset: number,
  bytes: Uint8Array,
  from: number = 0,
  length: number = bytes.length,
): void {
  for (let i = 0; i < length; i++) target[offset + i] = (target[offset + i] ?? 0) ^ (bytes[from + i] ?? 0);
}

/** Times x in GF(2^128), as RFC 4493 writes it. */
export function double(block: Uint8Array): Buffer {
  const doubled = Buffer.alloc(blockBytes);
  for (let i = 0; i < blockBytes; i++) doubled[i] = ((block[i] ?? 0) << 1) | ((block[i + 1] ?? 0) >> 7);
  if ((block[0] ?? 0) >= 0x80) doubled[blockBytes - 1] = (doubled[blockBytes - 1] ?? 0) ^ 0x87;
  return doubled;
}

/** Places of the messages, those with more blocks first: who has a block left is then always at the front. */
function longestFirst(lengths: readonly number[]): number[] {
  const byBlocks: number[][] = [];
  for (const [message, length] of lengths.entries())
    (byBlocks[Math.ceil(length / blockBytes)] ??= []).push(message);
  return byBlocks.reverse().flat();
}
