/**
 * `keys.sealed`: everything secret the keeper has, sealed under a passphrase or a key file. Nothing else on the
 * keeper's disk can open a record, so the disk without that secret is worth nothing.
 *
 * Layout: `"kura/keys/1" ‖ u8 secret kind ‖ 32 salt ‖ 16 check ‖ 12 nonce ‖ bytes ciphertext ‖ 16 tag ‖ 32 SHA-256 of all
 * before`. The digest tells damage from a wrong secret, the check tells a wrong secret from an edit, and AES-256-GCM
 * (NIST SP 800-38D), with all before the nonce as associated data, refuses an edit made by someone who fixed both.
 * scrypt: RFC 7914 with N = 2^17, r = 8, p = 1 (128 MiB, about half a second); HKDF: RFC 5869.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  scryptSync,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";
import { concatBytes, encodeUtf8, equalBytes } from "@kura/kernel/bytes.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import { WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { findFile, replaceFile } from "../durable-file.ts";
import { limits } from "../limits.ts";

/** What unseals the key file. The bytes are wiped by {@link createKeyFile} and {@link openKeyFile}. */
export interface UnsealingSecret {
  readonly kind: "passphrase" | "key-file";
  readonly bytes: Uint8Array;
}

export interface KeptKeys {
  /** Key-encryption keys by version, 1 first and without gaps; the last one wraps. */
  readonly keks: readonly KeyObject[];
  /** Root of the keys that never change: those of the blind index, of the keeper's HPKE pair, of its own sealed files. */
  readonly fixedRoot: KeyObject;
  /** Root of the salts of log leaves. */
  readonly logSaltRoot: KeyObject;
  /** Authenticates the journal's head file. */
  readonly headKey: KeyObject;
}

/** The kept keys and the way to write them again after a rotation. */
export interface KeyFile {
  readonly keys: KeptKeys;
  save(keys: KeptKeys): void;
}

export type FillRandom = (bytes: Uint8Array) => void;

const magic = encodeUtf8("kura/keys/1");
const secretKinds = { passphrase: 1, "key-file": 2 } as const;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const checkBytes = 16;
const maxContentBytes = 64 * 1024;
const scryptCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** Makes new keys and writes them to `path`, which must not exist. */
export function createKeyFile(path: string, secret: UnsealingSecret, fillRandom: FillRandom): KeyFile {
  if (findFile(path) !== undefined)
    throw new Fault("keys-exist", "there is a key file already; it is never replaced");
  if (secret.kind === "passphrase" && secret.bytes.length < limits.passphraseMinBytes) {
    throw new Fault("passphrase-too-short", `a passphrase has at least ${limits.passphraseMinBytes} bytes`);
  }
  const salt = new Uint8Array(keyBytes);
  fillRandom(salt);
  const sealing = sealingFrom(secret, salt);
  const keys: KeptKeys = {
    keks: [newKey(fillRandom)],
    fixedRoot: newKey(fillRandom),
    logSaltRoot: newKey(fillRandom),
    headKey: newKey(fillRandom),
  };
  const save = (kept: KeptKeys): void => replaceFile(path, sealKeys(kept, sealing, fillRandom));
  save(keys);
  return { keys, save };
}

/**
 * @throws {Fault} `no-keys`, `wrong-secret-kind`, `wrong-secret`
 * @throws {Breach} when the file is not what a keeper wrote.
 */
export function openKeyFile(path: string, secret: UnsealingSecret, fillRandom: FillRandom): KeyFile {
  const bytes = findFile(path);
  if (bytes === undefined) throw new Fault("no-keys", "there is no key file here: run `init` first");
  const digested = bytes.subarray(0, -keyBytes);
  if (!equalBytes(hash("sha256", digested, "buffer"), bytes.subarray(-keyBytes))) throw damaged("digest");
  const reader = new WireReader(digested);
  if (!equalBytes(reader.raw(magic.length), magic)) throw damaged("format");
  if (reader.u8() !== secretKinds[secret.kind]) {
    throw new Fault("wrong-secret-kind", `this key file is not sealed with a ${secret.kind}`);
  }
  const sealing = sealingFrom(secret, reader.raw(keyBytes));
  if (!timingSafeEqual(reader.raw(checkBytes), sealing.check)) {
    throw new Fault("wrong-secret", "the passphrase or key file is not the one these keys are sealed with");
  }
  const keys = readKeys(reader, sealing);
  return { keys, save: (kept) => replaceFile(path, sealKeys(kept, sealing, fillRandom)) };
}

/** A 256-bit key whose bytes exist only inside its `KeyObject`. */
export function newKey(fillRandom: FillRandom): KeyObject {
  const bytes = new Uint8Array(keyBytes);
  fillRandom(bytes);
  return keyOf(bytes);
}

/** HKDF-SHA256 of a root key, for one purpose. */
export function deriveKey(root: KeyObject, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", root, new Uint8Array(0), encodeUtf8(purpose), keyBytes));
}

interface Sealing {
  readonly head: Uint8Array;
  readonly check: Uint8Array;
  readonly key: KeyObject;
}

function sealingFrom(secret: UnsealingSecret, salt: Uint8Array): Sealing {
  const stretched =
    secret.kind === "passphrase"
      ? scryptSync(secret.bytes, salt, keyBytes, scryptCost)
      : Buffer.from(hkdfSync("sha256", secret.bytes, salt, encodeUtf8("kura/keys/1/file"), keyBytes));
  secret.bytes.fill(0);
  const root = keyOf(stretched);
  const check = deriveKey(root, "kura/keys/1/check").subarray(0, checkBytes);
  return {
    head: concatBytes(magic, Uint8Array.of(secretKinds[secret.kind]), salt, check),
    check,
    key: keyOf(deriveKey(root, "kura/keys/1/seal")),
  };
}

function sealKeys(keys: KeptKeys, sealing: Sealing, fillRandom: FillRandom): Uint8Array {
  const writer = new WireWriter(4096).u16(keys.keks.length);
  for (const key of [...keys.keks, keys.fixedRoot, keys.logSaltRoot, keys.headKey]) {
    const bytes = key.export();
    writer.raw(bytes);
    bytes.fill(0);
  }
  const content = writer.finish();
  const nonce = new Uint8Array(nonceBytes);
  fillRandom(nonce);
  const cipher = createCipheriv("aes-256-gcm", sealing.key, nonce, { authTagLength: tagBytes }).setAAD(
    sealing.head,
  );
  const ciphertext = concatBytes(cipher.update(content), cipher.final());
  content.fill(0);
  const whole = new WireWriter()
    .raw(sealing.head)
    .raw(nonce)
    .bytes(ciphertext)
    .raw(cipher.getAuthTag())
    .finish();
  return concatBytes(whole, hash("sha256", whole, "buffer"));
}

function readKeys(reader: WireReader, sealing: Sealing): KeptKeys {
  const decipher = createDecipheriv("aes-256-gcm", sealing.key, reader.raw(nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(sealing.head);
  const content = decipher.update(reader.bytes(maxContentBytes));
  decipher.setAuthTag(reader.raw(tagBytes));
  reader.end();
  try {
    decipher.final();
  } catch (cause) {
    throw damaged("tag", cause);
  }
  const inner = new WireReader(content);
  const keks = Array.from({ length: inner.u16() }, () => keyOf(inner.raw(keyBytes)));
  const [fixedRoot, logSaltRoot, headKey] = [keyIn(inner), keyIn(inner), keyIn(inner)];
  inner.end();
  return { keks, fixedRoot, logSaltRoot, headKey };
}

function keyIn(reader: WireReader): KeyObject {
  return keyOf(reader.raw(keyBytes));
}

/** Takes the bytes over: they are wiped. */
function keyOf(bytes: Uint8Array): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function damaged(part: string, cause?: unknown): Breach {
  return new Breach("the key file is not what a keeper wrote", { part }, { cause });
}
