/**
 * The two ciphers of the store: a person's data key wrapped under a key-encryption key, and a record sealed under a
 * person's data key. AES-256-GCM, 96-bit random nonces, 128-bit tags (NIST SP 800-38D).
 *
 * Wrapped key: `u8 1 ‖ u32 KEK version ‖ 12 nonce ‖ 32 ciphertext ‖ 16 tag`, bound to person and version.
 * Sealed record: `u8 1 ‖ 12 nonce ‖ ciphertext ‖ 16 tag`, bound to person, kind and record number: moved, it does not open.
 * Random nonces allow 2^32 wraps under one version (SP 800-38D, 8.3): rotate before four thousand million persons.
 *
 * INVARIANT: a ciphertext opens only in its own place ("moved" tests in open.abuse.test.ts).
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";
import { personKeyBytes, type Place, sealedOverheadBytes, wrappedKeyBytes } from "./protocol.ts";
import type { RandomPool } from "./random-pool.ts";

const format = 1;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const algorithm = "aes-256-gcm";
const tagLength = { authTagLength: tagBytes };

/** Keys and randomness of one keeper. One for each thread: it reuses its scratch memory. */
export class RecordCipher {
  readonly #random: RandomPool;
  #keks: readonly KeyObject[];
  readonly #keyPlace = Buffer.from(`kura/key/1${"\0".repeat(personKeyBytes + 4)}`);
  readonly #recordPlace = Buffer.from(`kura/record/1${"\0".repeat(personKeyBytes + 5)}`);

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

  /** A random key, and its bytes for {@link RecordCipher.wrapKeyInto}, which wipes them. */
  newDataKey(): { key: KeyObject; bytes: Uint8Array } {
    const pooled = this.#random.take(keyBytes);
    const bytes = pooled.slice();
    pooled.fill(0);
    return { key: createSecretKey(bytes), bytes };
  }

  /** Writes a data key's bytes, wrapped under the current version, to `target` at `offset`, and wipes them. */
  wrapKeyInto(target: Buffer, offset: number, personKey: Uint8Array, bytes: Uint8Array): void {
    const version = this.kekVersion;
    target[offset] = format;
    target.writeUInt32BE(version, offset + 1);
    const place = this.#placeOfKey(personKey, version);
    encryptInto(target, offset + 5, this.#kek(version), this.#random, place, bytes);
    bytes.fill(0);
  }

  /**
   * @throws {Fault} `does-not-open` for another person's key, an unknown version, or an edit.
   */
  unwrapKey(personKey: Uint8Array, wrapped: Uint8Array): { key: KeyObject; bytes: Uint8Array } {
    if (wrapped.length !== wrappedKeyBytes || wrapped[0] !== format) throw doesNotOpen();
    const version = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length).readUInt32BE(1);
    const bytes = decrypt(wrapped, 5, this.#kek(version), this.#placeOfKey(personKey, version));
    return { key: createSecretKey(bytes), bytes };
  }

  /** Writes the sealed record, `sealedOverheadBytes` longer than its facts, to `target` at `offset`. */
  sealRecordInto(target: Buffer, offset: number, place: Place, key: KeyObject, facts: Uint8Array): void {
    target[offset] = format;
    encryptInto(target, offset + 1, key, this.#random, this.#placeOfRecord(place), facts);
  }

  /** @throws {Fault} `does-not-open` in any other place than where it was sealed. */
  openRecord(place: Place, key: KeyObject, sealed: Uint8Array): Buffer {
    if (sealed.length < sealedOverheadBytes || sealed[0] !== format) throw doesNotOpen();
    return decrypt(sealed, 1, key, this.#placeOfRecord(place));
  }

  #kek(version: number): KeyObject {
    const kek = this.#keks[version - 1];
    if (kek === undefined) throw doesNotOpen();
    return kek;
  }

  #placeOfKey(personKey: Uint8Array, version: number): Buffer {
    this.#keyPlace.set(personKey, this.#keyPlace.length - personKeyBytes - 4);
    this.#keyPlace.writeUInt32BE(version, this.#keyPlace.length - 4);
    return this.#keyPlace;
  }

  #placeOfRecord({ personKey, kind, recordNo }: Place): Buffer {
    const place = this.#recordPlace;
    place.set(personKey, place.length - personKeyBytes - 5);
    place[place.length - 5] = kind;
    place.writeUInt32BE(recordNo, place.length - 4);
    return place;
  }
}

/** Writes `nonce ‖ ciphertext ‖ tag` to `target` from `offset` on. */
function encryptInto(
  target: Buffer,
  offset: number,
  key: KeyObject,
  random: RandomPool,
  place: Buffer,
  plaintext: Uint8Array,
): void {
  const nonce = random.take(nonceBytes);
  target.set(nonce, offset);
  const cipher = createCipheriv(algorithm, key, nonce, tagLength).setAAD(place);
  target.set(cipher.update(plaintext), offset + nonceBytes);
  cipher.final();
  target.set(cipher.getAuthTag(), offset + nonceBytes + plaintext.length);
}

/** Reads `nonce ‖ ciphertext ‖ tag` from `offset` to the end. GCM is a stream: `update` gives all of the plaintext. */
function decrypt(source: Uint8Array, offset: number, key: KeyObject, place: Buffer): Buffer {
  const start = offset + nonceBytes;
  const decipher = createDecipheriv(algorithm, key, source.subarray(offset, start), tagLength).setAAD(place);
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
