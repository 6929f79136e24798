/**
 * The two ciphers of the store: a person's data key wrapped under a key-encryption key, and a record sealed under a
 * person's data key.
 *
 * Wrapped key: `u8 2 ‖ u32 KEK version ‖ 16 synthetic IV ‖ 32 ciphertext`, AES-256-SIV (RFC 5297) bound to person and
 * version; many at once, under two keys derived from the KEK. Data keys are random, so equal wrappings do not occur.
 * Sealed record: `u8 2 ‖ 12 nonce ‖ ciphertext ‖ 16 tag`, ChaCha20-Poly1305 (RFC 8439) with a random nonce, bound to
 * person, kind and record number: moved, it does not open. Sealed and opened by `chacha20-poly1305.ts`, which makes no
 * object of OpenSSL's for a record; a record of each run that is sealed is opened by OpenSSL too (`operations/seal.ts`).
 *
 * INVARIANT: a ciphertext opens only in its own place ("moved" tests in open.abuse.test.ts).
 */
import { createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";
import { copyInto } from "./bulk-cmac.ts";
import { BulkSiv, sivBytes } from "./bulk-siv.ts";
import { ChaCha20Poly1305, tagBytes } from "./chacha20-poly1305.ts";
import { deriveKey } from "./key-file.ts";
import { limits } from "../limits.ts";
import { personKeyBytes, type Place, sealedOverheadBytes, wrappedKeyBytes } from "../protocol/protocol.ts";
import type { RandomPool } from "./random-pool.ts";

const keyFormat = 2;
const recordFormat = 2;
const wrappedHeadBytes = wrappedKeyBytes - sivBytes;
const nonceBytes = 12;
export const dataKeyBytes = 32;
const algorithm = "chacha20-poly1305";
/** Bytes of what a record is bound to, at most. */
const placeBytesMax = 64;
const tagLength = { authTagLength: tagBytes };

/** Keys and randomness of one keeper. One for each thread: it reuses its scratch memory. */
export class RecordCipher {
  readonly #random: RandomPool;
  #keks: readonly KeyObject[];
  /** By version; made when first used. */
  readonly #wrappings = new Map<number, BulkSiv>();
  readonly #sealing = new ChaCha20Poly1305(limits.factsBytes + placeBytesMax);
  readonly #nonce = new Uint8Array(nonceBytes);
  readonly #recordPlace = Buffer.from(`kura/record/2${"\0".repeat(personKeyBytes + 5)}`);

  constructor(keks: readonly KeyObject[], random: RandomPool) {
    this.#keks = keks;
    this.#random = random;
  }

  get kekVersion(): number {
    return this.#keks.length;
  }

  /** The keys after a rotation. */
  useKeks(keks: readonly KeyObject[]): void {
    this.#keks = keks;
  }

  /** Random keys side by side, for {@link RecordCipher.wrapKeys}. The caller wipes them. */
  newDataKeys(count: number): Buffer {
    const keys = Buffer.alloc(count * dataKeyBytes);
    for (let offset = 0; offset < keys.length; offset += dataKeyBytes)
      this.#random.takeInto(keys, offset, dataKeyBytes);
    return keys;
  }

  /** Each person's key, wrapped under the current version, side by side as the keys are. */
  wrapKeys(personKeys: readonly Uint8Array[], keys: Uint8Array): Buffer {
    const version = this.kekVersion;
    const places = Buffer.alloc(personKeys.length * keyPlaceBytes);
    for (const [i, personKey] of personKeys.entries())
      writePlaceOfKey(places, i * keyPlaceBytes, personKey, version);
    const sealed = this.#wrapping(version).seal(places, keyPlaceBytes, keys);
    const wrapped = Buffer.alloc(personKeys.length * wrappedKeyBytes);
    for (let from = 0, to = 0; from < sealed.length; from += sivBytes, to += wrappedKeyBytes) {
      wrapped[to] = keyFormat;
      wrapped.writeUInt32BE(version, to + 1);
      copyInto(wrapped, to + wrappedHeadBytes, sealed, from, sivBytes);
    }
    return wrapped;
  }

  /**
   * The data key, 32 bytes, which the caller wipes.
   *
   * @throws {Fault} `does-not-open` for another person's key, an unknown version, or an edit.
   */
  unwrapKey(personKey: Uint8Array, wrapped: Uint8Array): Uint8Array {
    if (wrapped.length !== wrappedKeyBytes || wrapped[0] !== keyFormat) throw doesNotOpen();
    const version = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length).readUInt32BE(1);
    const place = Buffer.alloc(keyPlaceBytes);
    writePlaceOfKey(place, 0, personKey, version);
    const bytes = this.#wrapping(version).open(place, wrapped.subarray(wrappedHeadBytes));
    if (bytes === undefined) throw doesNotOpen();
    return bytes;
  }

  /**
   * Keys of many persons side by side, 32 bytes each; zeros for one that does not open in its place. The caller wipes them.
   *
   * @param wrapped side by side, as {@link RecordCipher.wrapKeys} gives them.
   */
  unwrapKeys(personKeys: readonly Uint8Array[], wrapped: Uint8Array): Buffer {
    const keys = Buffer.alloc(personKeys.length * dataKeyBytes);
    for (const [version, of] of byVersion(wrapped)) {
      if (version < 1 || version > this.kekVersion) continue;
      const texts = Buffer.alloc(of.length * keyPlaceBytes);
      const sealed = Buffer.allocUnsafe(of.length * sivBytes);
      for (let n = 0; n < of.length; n++) {
        const i = of[n] ?? 0;
        writePlaceOfKey(texts, n * keyPlaceBytes, personKeys[i] ?? noKey, version);
        copyInto(sealed, n * sivBytes, wrapped, i * wrappedKeyBytes + wrappedHeadBytes, sivBytes);
      }
      const opened = this.#wrapping(version).openAll(texts, keyPlaceBytes, sealed);
      for (let n = 0; n < of.length; n++) {
        copyInto(keys, (of[n] ?? 0) * dataKeyBytes, opened, n * dataKeyBytes, dataKeyBytes);
      }
      opened.fill(0);
    }
    return keys;
  }

  /** Writes the sealed record, `sealedOverheadBytes` longer than its facts, to `target` at `offset`. @param key 32 bytes. */
  sealRecordInto(target: Buffer, offset: number, place: Place, key: Uint8Array, facts: Uint8Array): void {
    target[offset] = recordFormat;
    const nonce = this.#nonce;
    this.#random.takeInto(nonce, 0, nonceBytes);
    copyInto(target, offset + 1, nonce, 0, nonceBytes);
    const text = this.#placeOfRecord(place);
    this.#sealing.sealInto(target, offset + 1 + nonceBytes, { key, nonce, text }, facts);
  }

  /** By OpenSSL. @throws {Fault} `does-not-open` in any other place than where it was sealed. */
  openRecord(place: Place, key: KeyObject, sealed: Uint8Array): Buffer {
    if (sealed.length < sealedOverheadBytes || sealed[0] !== recordFormat) throw doesNotOpen();
    return decrypt(sealed, 1, key, this.#placeOfRecord(place));
  }

  /**
   * Writes the facts, `sealedOverheadBytes` shorter than the record, to `target` at `offset`; `false` in any other place than
   * where it was sealed, and then nothing is written. @param key 32 bytes.
   */
  openRecordInto(
    target: Uint8Array,
    offset: number,
    place: Place,
    key: Uint8Array,
    sealed: Uint8Array,
  ): boolean {
    if (sealed.length < sealedOverheadBytes || sealed[0] !== recordFormat) return false;
    const nonce = sealed.subarray(1, 1 + nonceBytes);
    const text = this.#placeOfRecord(place);
    return this.#sealing.openInto(target, offset, { key, nonce, text }, sealed.subarray(1 + nonceBytes));
  }

  #wrapping(version: number): BulkSiv {
    const known = this.#wrappings.get(version);
    if (known !== undefined) return known;
    const kek = this.#keks[version - 1];
    if (kek === undefined) throw doesNotOpen();
    const wrapping = new BulkSiv(subkey(kek, "kura/wrap/2/mac"), subkey(kek, "kura/wrap/2/encrypt"));
    this.#wrappings.set(version, wrapping);
    return wrapping;
  }

  #placeOfRecord({ personKey, kind, recordNo }: Place): Buffer {
    const place = this.#recordPlace;
    copyInto(place, place.length - personKeyBytes - 5, personKey, 0, personKeyBytes);
    place[place.length - 5] = kind;
    place.writeUInt32BE(recordNo, place.length - 4);
    return place;
  }
}

/** SIV takes two keys; one of the KEK's bytes serves neither by itself. */
function subkey(kek: KeyObject, purpose: string): KeyObject {
  const bytes = deriveKey(kek, purpose);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

const noKey = new Uint8Array(personKeyBytes);

/** Places in the list by the version they were wrapped under; what is no wrapped key of ours is left out. */
function byVersion(wrapped: Uint8Array): Map<number, number[]> {
  const view = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length);
  const places = new Map<number, number[]>();
  for (let i = 0; i * wrappedKeyBytes < view.length; i++) {
    if (view[i * wrappedKeyBytes] !== keyFormat) continue;
    const version = view.readUInt32BE(i * wrappedKeyBytes + 1);
    const known = places.get(version);
    if (known === undefined) places.set(version, [i]);
    else known.push(i);
  }
  return places;
}

const keyPlaceName = Buffer.from("kura/key/2");

const keyPlaceBytes = keyPlaceName.length + personKeyBytes + 4;

function writePlaceOfKey(target: Buffer, offset: number, personKey: Uint8Array, version: number): void {
  copyInto(target, offset, keyPlaceName, 0, keyPlaceName.length);
  copyInto(target, offset + keyPlaceName.length, personKey, 0, personKeyBytes);
  target.writeUInt32BE(version, offset + keyPlaceName.length + personKeyBytes);
}

/** Reads `nonce ‖ ciphertext ‖ tag` from `offset` to the end. It is a stream: `update` gives all of the plaintext. */
function decrypt(source: Uint8Array, offset: number, key: KeyObject, place: Buffer): Buffer {
  const start = offset + nonceBytes;
  const decipher = createDecipheriv(algorithm, key, source.subarray(offset, start), tagLength);
  decipher.setAAD(place, { plaintextLength: source.length - start - tagBytes });
  decipher.setAuthTag(source.subarray(source.length - tagBytes));
  const plaintext = decipher.update(source.subarray(start, source.length - tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    plaintext.fill(0);
    throw doesNotOpen(cause);
  }
  return plaintext;
}

function doesNotOpen(cause?: unknown): Fault<"does-not-open"> {
  return new Fault("does-not-open", "it does not open in the place it was given for", { cause });
}
