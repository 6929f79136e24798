/**
 * AES-SIV (RFC 5297) with one associated text, for many 32-byte keys at once: how data keys are wrapped.
 *
 * Deterministic and made for wrapping keys (section 1.1): there is no nonce that could repeat, the synthetic IV is the
 * tag, and one key under it costs six blocks in bulk instead of a cipher object of its own. Each key is bound to the
 * text that stands beside it: elsewhere it does not open. Layout of one: `16 synthetic IV ‖ 32 ciphertext`.
 */
import { type Cipheriv, type KeyObject, timingSafeEqual } from "node:crypto";
import { blockBytes, blockCipher, BulkCmac, copyInto, double, encryptInPlace, xorInto } from "./bulk-cmac.ts";

const secretBytes = 32;
export const sivBytes = blockBytes + secretBytes;

export class BulkSiv {
  readonly #mac: BulkCmac;
  readonly #cipher: Cipheriv;
  /** What S2V begins with (2.4): the doubled mac of a block of zeros. */
  readonly #zeroMac: Buffer;

  constructor(macKey: KeyObject, encryptionKey: KeyObject) {
    this.#mac = new BulkCmac(macKey);
    this.#cipher = blockCipher(encryptionKey);
    this.#zeroMac = double(this.#mac.equalMacs(Buffer.alloc(blockBytes), blockBytes));
  }

  /** @param texts of `textBytes` each, and `secrets` of 32 bytes each, side by side. */
  seal(texts: Uint8Array, textBytes: number, secrets: Uint8Array): Buffer {
    const ivs = this.#ivsOf(texts, textBytes, secrets);
    const sealed = this.#keystream(ivs);
    for (let from = 0, to = blockBytes; from < secrets.length; from += secretBytes, to += sivBytes) {
      copyInto(sealed, to - blockBytes, ivs, from / 2, blockBytes);
      xorInto(sealed, to, secrets, from, secretBytes);
    }
    return sealed;
  }

  /** The secret, or `undefined` for one that was not sealed with this text. */
  open(text: Uint8Array, sealed: Uint8Array): Buffer | undefined {
    const iv = Buffer.from(sealed.subarray(0, blockBytes));
    const secret = this.#keystream(iv).subarray(blockBytes);
    xorInto(secret, 0, sealed, blockBytes, secretBytes);
    if (timingSafeEqual(iv, this.#ivsOf(text, text.length, secret))) return secret;
    secret.fill(0);
    return undefined;
  }

  /** The secrets side by side; zeros for one that was not sealed with its text. @param texts, `sealed` side by side. */
  openAll(texts: Uint8Array, textBytes: number, sealed: Uint8Array): Buffer {
    const count = sealed.length / sivBytes;
    const ivs = Buffer.alloc(count * blockBytes);
    for (let i = 0; i < count; i++) {
      copyInto(ivs, i * blockBytes, sealed, i * sivBytes, blockBytes);
    }
    const stream = this.#keystream(ivs);
    const secrets = Buffer.alloc(count * secretBytes);
    for (let i = 0; i < count; i++) {
      const from = i * sivBytes + blockBytes;
      copyInto(secrets, i * secretBytes, stream, from, secretBytes);
      xorInto(secrets, i * secretBytes, sealed, from, secretBytes);
    }
    stream.fill(0);
    const expected = this.#ivsOf(texts, textBytes, secrets);
    for (let i = 0; i < count; i++) {
      let difference = 0;
      for (let at = i * blockBytes; at < (i + 1) * blockBytes; at++) {
        difference |= (ivs[at] ?? 0) ^ (expected[at] ?? 0);
      }
      if (difference !== 0) secrets.fill(0, i * secretBytes, (i + 1) * secretBytes);
    }
    return secrets;
  }

  /** S2V of (text, secret); a secret is longer than a block, so its end takes in what came before. */
  #ivsOf(texts: Uint8Array, textBytes: number, secrets: Uint8Array): Buffer {
    const ends = Buffer.from(secrets);
    const textMacs = this.#mac.equalMacs(texts, textBytes);
    for (let mac = 0, end = blockBytes; mac < textMacs.length; mac += blockBytes, end += secretBytes) {
      xorInto(ends, end, textMacs, mac, blockBytes);
      xorInto(ends, end, this.#zeroMac);
    }
    const ivs = this.#mac.equalMacs(ends, secretBytes);
    ends.fill(0);
    return ivs;
  }

  /** For each IV room for itself, then two blocks of the counter mode that begins at it (2.5). */
  #keystream(ivs: Buffer): Buffer {
    const counters = Buffer.alloc(2 * ivs.length);
    for (let from = 0, to = 0; from < ivs.length; from += blockBytes, to += secretBytes) {
      for (const block of [0, 1]) {
        const at = to + block * blockBytes;
        copyInto(counters, at, ivs, from, blockBytes);
        counters[at + 8] = (counters[at + 8] ?? 0) & 0x7f;
        counters[at + 12] = (counters[at + 12] ?? 0) & 0x7f;
        // No carry beyond these four bytes: their highest bit was just cleared.
        counters.writeUInt32BE(counters.readUInt32BE(at + 12) + block, at + 12);
      }
    }
    encryptInPlace(this.#cipher, counters);
    const stream = Buffer.alloc(3 * ivs.length);
    for (let from = 0, to = blockBytes; from < counters.length; from += secretBytes, to += sivBytes) {
      copyInto(stream, to, counters, from, secretBytes);
    }
    counters.fill(0);
    return stream;
  }
}
