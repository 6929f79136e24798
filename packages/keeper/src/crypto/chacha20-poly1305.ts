/**
 * Sealing with AEAD_CHACHA20_POLY1305 (RFC 8439): a message of a few hundred bytes under a key of its own.
 *
 * Written out here because Node makes an object, three buffers and work for the collector for every message: sealing 190 bytes
 * under a new key costs 2.0 µs here and 6.5 with `node:crypto` and a `KeyObject` (REVIEW.md). A look is opened by OpenSSL, in `record-cipher.ts`, so
 * that every record that opens confirms this file, and each sealed batch has one opened before it leaves; the parts of an
 * extract are opened here, for the same reason of cost.
 * Additions, XOR and rotations of 32-bit integers, and products of doubles below 2^53: no table and no branch depends on
 * a secret.
 *
 * INVARIANT: what is sealed here is what OpenSSL seals (chacha20-poly1305.test.ts).
 */
import { assert } from "@kura/kernel/fault.ts";
import { copyInto } from "./bulk-cmac.ts";

export const tagBytes = 16;

/** Where things stand in the scratch memory: the key, the nonce, the first block of the stream, and what the tag is of. */
const keyAt = 0;
const nonceAt = 32;
const firstBlockAt = 64;
const macAt = 128;
const blockBytes = 64;

/** What a message is sealed under, and what it is bound to (2.8). */
export interface Sealing {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly text: Uint8Array;
}

/** One for each thread: it reuses its memory, and overwrites it behind each message. */
export class ChaCha20Poly1305 {
  readonly #memory: Uint8Array;
  readonly #view: DataView;
  readonly #maxBytes: number;

  /** @param maxBytes of a message with the text it is bound to. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#memory = new Uint8Array(macAt + maxBytes + 3 * blockBytes);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** The message of `ciphertext ‖ tag`, or `undefined` for one that was not sealed so. Nothing is decrypted before the tag. */
  open(sealing: Sealing, sealed: Uint8Array): Uint8Array | undefined {
    const message = new Uint8Array(Math.max(0, sealed.length - tagBytes));
    return this.openInto(message, 0, sealing, sealed) ? message : undefined;
  }

  /** As {@link ChaCha20Poly1305.open}, to `target` at `offset`, for who opens very many; `false` for one that was not sealed so. */
  openInto(target: Uint8Array, offset: number, { key, nonce, text }: Sealing, sealed: Uint8Array): boolean {
    const length = sealed.length - tagBytes;
    if (length < 0 || text.length + length > this.#maxBytes) return false;
    const memory = this.#memory;
    const view = this.#view;
    memory.set(key, keyAt);
    memory.set(nonce, nonceAt);
    addStream(view, firstBlockAt, 0);
    memory.set(text, macAt);
    const start = macAt + padded(text.length);
    // With its tag, which the padding or the block of lengths then overwrites.
    memory.set(sealed, start);
    const lengthsAt = start + padded(length);
    memory.fill(0, start + length, lengthsAt + blockBytes);
    view.setUint32(lengthsAt, text.length, true);
    view.setUint32(lengthsAt + 8, length, true);
    writeTag(view, macAt, lengthsAt + 16);
    let difference = 0;
    for (let i = 0; i < tagBytes; i++) difference |= (memory[keyAt + i] ?? 0) ^ (sealed[length + i] ?? 0);
    if (difference === 0) {
      memory.set(key, keyAt);
      for (let done = 0, block = 1; done < length; done += blockBytes, block++)
        addStream(view, start + done, block);
      for (let i = 0; i < length; i++) target[offset + i] = memory[start + i] ?? 0;
    }
    memory.fill(0, 0, lengthsAt + 2 * blockBytes);
    return difference === 0;
  }

  /** Writes `ciphertext ‖ tag` to `target` at `offset`. */
  sealInto(target: Uint8Array, offset: number, { key, nonce, text }: Sealing, message: Uint8Array): void {
    assert(text.length + message.length <= this.#maxBytes, "the message is within its bound");
    const memory = this.#memory;
    const view = this.#view;
    copyInto(memory, keyAt, key, 0, key.length);
    copyInto(memory, nonceAt, nonce, 0, nonce.length);
    addStream(view, firstBlockAt, 0);
    copyInto(memory, macAt, text, 0, text.length);
    const start = macAt + padded(text.length);
    memory.set(message, start);
    for (let done = 0, block = 1; done < message.length; done += blockBytes, block++)
      addStream(view, start + done, block);
    const end = start + message.length;
    target.set(memory.subarray(start, end), offset);
    memory.fill(0, end, start + padded(message.length) + blockBytes);
    const lengthsAt = start + padded(message.length);
    view.setUint32(lengthsAt, text.length, true);
    view.setUint32(lengthsAt + 8, message.length, true);
    writeTag(view, macAt, lengthsAt + 16);
    copyInto(target, offset + message.length, memory, keyAt, tagBytes);
    memory.fill(0, 0, lengthsAt + blockBytes);
  }
}

/** Bytes with their padding to whole blocks of the tag. */
function padded(bytes: number): number {
  return (bytes + 15) & ~15;
}

/** XORs block `counter` of the key stream (2.3) into the 64 bytes at `at`. */
function addStream(view: DataView, at: number, counter: number): void {
  let t = 0;
  let x0 = 0x61707865;
  let x1 = 0x3320646e;
  let x2 = 0x79622d32;
  let x3 = 0x6b206574;
  let x4 = keyWord(view, 0);
  let x5 = keyWord(view, 1);
  let x6 = keyWord(view, 2);
  let x7 = keyWord(view, 3);
  let x8 = keyWord(view, 4);
  let x9 = keyWord(view, 5);
  let x10 = keyWord(view, 6);
  let x11 = keyWord(view, 7);
  let x12 = counter;
  let x13 = nonceWord(view, 0);
  let x14 = nonceWord(view, 1);
  let x15 = nonceWord(view, 2);
  for (let round = 0; round < 20; round += 2) {
    // One quarter round (2.1) a line: four columns, then four diagonals. Rotations are written out: as calls they are not
    // inlined here, and a block costs half as much again.
    // oxfmt-ignore
    {
      x0 = (x0 + x4) | 0; t = x12 ^ x0; x12 = (t << 16) | (t >>> 16); x8 = (x8 + x12) | 0; t = x4 ^ x8; x4 = (t << 12) | (t >>> 20); x0 = (x0 + x4) | 0; t = x12 ^ x0; x12 = (t << 8) | (t >>> 24); x8 = (x8 + x12) | 0; t = x4 ^ x8; x4 = (t << 7) | (t >>> 25);
      x1 = (x1 + x5) | 0; t = x13 ^ x1; x13 = (t << 16) | (t >>> 16); x9 = (x9 + x13) | 0; t = x5 ^ x9; x5 = (t << 12) | (t >>> 20); x1 = (x1 + x5) | 0; t = x13 ^ x1; x13 = (t << 8) | (t >>> 24); x9 = (x9 + x13) | 0; t = x5 ^ x9; x5 = (t << 7) | (t >>> 25);
      x2 = (x2 + x6) | 0; t = x14 ^ x2; x14 = (t << 16) | (t >>> 16); x10 = (x10 + x14) | 0; t = x6 ^ x10; x6 = (t << 12) | (t >>> 20); x2 = (x2 + x6) | 0; t = x14 ^ x2; x14 = (t << 8) | (t >>> 24); x10 = (x10 + x14) | 0; t = x6 ^ x10; x6 = (t << 7) | (t >>> 25);
      x3 = (x3 + x7) | 0; t = x15 ^ x3; x15 = (t << 16) | (t >>> 16); x11 = (x11 + x15) | 0; t = x7 ^ x11; x7 = (t << 12) | (t >>> 20); x3 = (x3 + x7) | 0; t = x15 ^ x3; x15 = (t << 8) | (t >>> 24); x11 = (x11 + x15) | 0; t = x7 ^ x11; x7 = (t << 7) | (t >>> 25);
      x0 = (x0 + x5) | 0; t = x15 ^ x0; x15 = (t << 16) | (t >>> 16); x10 = (x10 + x15) | 0; t = x5 ^ x10; x5 = (t << 12) | (t >>> 20); x0 = (x0 + x5) | 0; t = x15 ^ x0; x15 = (t << 8) | (t >>> 24); x10 = (x10 + x15) | 0; t = x5 ^ x10; x5 = (t << 7) | (t >>> 25);
      x1 = (x1 + x6) | 0; t = x12 ^ x1; x12 = (t << 16) | (t >>> 16); x11 = (x11 + x12) | 0; t = x6 ^ x11; x6 = (t << 12) | (t >>> 20); x1 = (x1 + x6) | 0; t = x12 ^ x1; x12 = (t << 8) | (t >>> 24); x11 = (x11 + x12) | 0; t = x6 ^ x11; x6 = (t << 7) | (t >>> 25);
      x2 = (x2 + x7) | 0; t = x13 ^ x2; x13 = (t << 16) | (t >>> 16); x8 = (x8 + x13) | 0; t = x7 ^ x8; x7 = (t << 12) | (t >>> 20); x2 = (x2 + x7) | 0; t = x13 ^ x2; x13 = (t << 8) | (t >>> 24); x8 = (x8 + x13) | 0; t = x7 ^ x8; x7 = (t << 7) | (t >>> 25);
      x3 = (x3 + x4) | 0; t = x14 ^ x3; x14 = (t << 16) | (t >>> 16); x9 = (x9 + x14) | 0; t = x4 ^ x9; x4 = (t << 12) | (t >>> 20); x3 = (x3 + x4) | 0; t = x14 ^ x3; x14 = (t << 8) | (t >>> 24); x9 = (x9 + x14) | 0; t = x4 ^ x9; x4 = (t << 7) | (t >>> 25);
    }
  }
  mix(view, at, x0 + 0x61707865);
  mix(view, at + 4, x1 + 0x3320646e);
  mix(view, at + 8, x2 + 0x79622d32);
  mix(view, at + 12, x3 + 0x6b206574);
  mix(view, at + 16, x4 + keyWord(view, 0));
  mix(view, at + 20, x5 + keyWord(view, 1));
  mix(view, at + 24, x6 + keyWord(view, 2));
  mix(view, at + 28, x7 + keyWord(view, 3));
  mix(view, at + 32, x8 + keyWord(view, 4));
  mix(view, at + 36, x9 + keyWord(view, 5));
  mix(view, at + 40, x10 + keyWord(view, 6));
  mix(view, at + 44, x11 + keyWord(view, 7));
  mix(view, at + 48, x12 + counter);
  mix(view, at + 52, x13 + nonceWord(view, 0));
  mix(view, at + 56, x14 + nonceWord(view, 1));
  mix(view, at + 60, x15 + nonceWord(view, 2));
}

function keyWord(view: DataView, i: number): number {
  return view.getInt32(keyAt + 4 * i, true);
}

function nonceWord(view: DataView, i: number): number {
  return view.getInt32(nonceAt + 4 * i, true);
}

function mix(view: DataView, at: number, word: number): void {
  view.setInt32(at, view.getInt32(at, true) ^ word, true);
}

// Poly1305 (2.5) in six limbs of 22 bits, kept in doubles: sums of six products stay below 2^53. 2^132 is 20 modulo the prime.

type Limbs = readonly [number, number, number, number, number, number];
const limb = 2 ** 22;
const limbMask = limb - 1;

/**
 * The tag of the whole blocks from `start` to `end` under the key in the first block of the stream, written to where the
 * key of the cipher was. Exported for its test: RFC 8439's hard cases need keys that no stream gives.
 */
export function writeTag(view: DataView, start: number, end: number): void {
  const [h0, h1, h2, h3, h4, h5] = reduce(absorb(view, start, end));
  let above = addWord(view, 0, (h0 | (h1 << 22)) >>> 0);
  above = addWord(view, 1, above + (((h1 >>> 10) | (h2 << 12)) >>> 0));
  above = addWord(view, 2, above + (((h2 >>> 20) | (h3 << 2) | (h4 << 24)) >>> 0));
  addWord(view, 3, above + (((h4 >>> 8) | (h5 << 14)) >>> 0));
}

/** Writes word `i` of the tag: the sum with that of the key's second half. What is above 32 bits goes to the next. */
function addWord(view: DataView, i: number, word: number): number {
  const sum = word + view.getUint32(firstBlockAt + 16 + 4 * i, true);
  view.setUint32(keyAt + 4 * i, sum % 2 ** 32, true);
  return Math.floor(sum / 2 ** 32);
}

/** The first half of the key, without the bits that must not be set. */
function multiplier(view: DataView): Limbs {
  const w0 = view.getUint32(firstBlockAt, true) & 0x0fffffff;
  const w1 = view.getUint32(firstBlockAt + 4, true) & 0x0ffffffc;
  const w2 = view.getUint32(firstBlockAt + 8, true) & 0x0ffffffc;
  const w3 = view.getUint32(firstBlockAt + 12, true) & 0x0ffffffc;
  return [
    w0 & limbMask,
    ((w0 >>> 22) | (w1 << 10)) & limbMask,
    ((w1 >>> 12) | (w2 << 20)) & limbMask,
    (w2 >>> 2) & limbMask,
    ((w2 >>> 24) | (w3 << 8)) & limbMask,
    w3 >>> 14,
  ];
}

/** Adds each block, with the bit above it, and multiplies. */
function absorb(view: DataView, start: number, end: number): Limbs {
  const [r0, r1, r2, r3, r4, r5] = multiplier(view);
  const [s1, s2, s3, s4, s5] = [20 * r1, 20 * r2, 20 * r3, 20 * r4, 20 * r5];
  let [h0, h1, h2, h3, h4, h5] = [0, 0, 0, 0, 0, 0];
  for (let at = start; at < end; at += 16) {
    const w0 = view.getUint32(at, true);
    const w1 = view.getUint32(at + 4, true);
    const w2 = view.getUint32(at + 8, true);
    const w3 = view.getUint32(at + 12, true);
    h0 += w0 & limbMask;
    h1 += ((w0 >>> 22) | (w1 << 10)) & limbMask;
    h2 += ((w1 >>> 12) | (w2 << 20)) & limbMask;
    h3 += (w2 >>> 2) & limbMask;
    h4 += ((w2 >>> 24) | (w3 << 8)) & limbMask;
    h5 += (w3 >>> 14) | (1 << 18);
    const d0 = h0 * r0 + h1 * s5 + h2 * s4 + h3 * s3 + h4 * s2 + h5 * s1;
    const c0 = Math.floor(d0 / limb);
    const d1 = h0 * r1 + h1 * r0 + h2 * s5 + h3 * s4 + h4 * s3 + h5 * s2 + c0;
    const c1 = Math.floor(d1 / limb);
    const d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s5 + h4 * s4 + h5 * s3 + c1;
    const c2 = Math.floor(d2 / limb);
    const d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s5 + h5 * s4 + c2;
    const c3 = Math.floor(d3 / limb);
    const d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * s5 + c3;
    const c4 = Math.floor(d4 / limb);
    const d5 = h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0 + c4;
    const c5 = Math.floor(d5 / limb);
    const low = d0 - c0 * limb + 20 * c5;
    const c6 = Math.floor(low / limb);
    h0 = low - c6 * limb;
    h1 = d1 - c1 * limb + c6;
    h2 = d2 - c2 * limb;
    h3 = d3 - c3 * limb;
    h4 = d4 - c4 * limb;
    h5 = d5 - c5 * limb;
  }
  return [h0, h1, h2, h3, h4, h5];
}

/** The same number below 2^130 − 5, each limb below 2^22 and the last below 2^20. */
function reduce(limbs: Limbs): Limbs {
  // The first pass leaves at most the bit 2^130; the second, behind it, leaves none.
  const once = carried(limbs);
  const [h0, h1, h2, h3, h4, h5] = carried(once);
  const isBelow = h0 < limb - 5 || (h1 & h2 & h3 & h4) !== limbMask || h5 !== limb / 4 - 1;
  return isBelow ? [h0, h1, h2, h3, h4, h5] : [h0 - (limb - 5), 0, 0, 0, 0, 0];
}

/** Every limb's upper part carried to the next; what is above 2^130 comes back as 5 times as much. */
function carried([h0, h1, h2, h3, h4, h5]: Limbs): Limbs {
  const d1 = h1 + Math.floor(h0 / limb);
  const d2 = h2 + Math.floor(d1 / limb);
  const d3 = h3 + Math.floor(d2 / limb);
  const d4 = h4 + Math.floor(d3 / limb);
  const d5 = h5 + Math.floor(d4 / limb);
  const top = Math.floor(d5 / (limb / 4));
  return [(h0 % limb) + 5 * top, d1 % limb, d2 % limb, d3 % limb, d4 % limb, d5 % (limb / 4)];
}
