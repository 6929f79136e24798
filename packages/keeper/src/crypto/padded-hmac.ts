/**
 * HMAC-SHA256 (RFC 2104) over short messages, with both padded key blocks made once.
 *
 * Twice as fast on Node 24 as `createHmac` with a `KeyObject`, because no object is made for a message (REVIEW.md has
 * the figures). Checked against RFC 4231 and against `createHmac`. The key's blocks stay in this process's memory.
 */
import { hash } from "node:crypto";
import { assert } from "@kura/kernel/fault.ts";

const blockBytes = 64;
const digestBytes = 32;

export class PaddedHmac {
  readonly #inner: Buffer;
  readonly #outer = Buffer.alloc(blockBytes + digestBytes);

  /** @param maxMessageBytes longest message it will be asked for. */
  constructor(key: Uint8Array, maxMessageBytes: number) {
    const block = Buffer.alloc(blockBytes);
    block.set(key.length > blockBytes ? hash("sha256", key, "buffer") : key);
    this.#inner = Buffer.alloc(blockBytes + maxMessageBytes);
    for (const [i, byte] of block.entries()) {
      this.#inner[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
    block.fill(0);
  }

  /** The 32 bytes as lower-case hexadecimal. */
  hex(message: Uint8Array): string {
    return hash("sha256", this.#outerOf(message), "hex");
  }

  /** The 32 bytes as a string of bytes ("latin1"): the fastest form to write somewhere. */
  byteString(message: Uint8Array): string {
    return hash("sha256", this.#outerOf(message), "binary");
  }

  #outerOf(message: Uint8Array): Buffer {
    assert(message.length <= this.#inner.length - blockBytes, "the message is within its bound");
    this.#inner.set(message, blockBytes);
    const inner = hash("sha256", this.#inner.subarray(0, blockBytes + message.length), "binary");
    this.#outer.write(inner, blockBytes, "latin1");
    return this.#outer;
  }

  /** Forgets the last message. */
  wipe(): void {
    this.#inner.fill(0, blockBytes);
  }
}
