/**
 * Names for public keys: the verifier keys of c2sp.org/signed-note.
 *
 *     <name>+<8 hex digits: key ID>+<base64: type || public key>
 *     key ID = SHA-256(name || 0x0A || type || public key)[:4]
 *
 * Name and ID together say which key made a signature line. The ID is an identifier and no commitment: whoever verifies
 * was given the whole key. Two types derive their ID otherwise: 0x02 from the DER of the key alone, 0x05 from the RFC 6962
 * log ID. Those two are parsed, so that a key file may name them, but nothing here verifies with them.
 */
import {
  concatBytes,
  decodeHex,
  encodeBase64,
  encodeHex,
  encodeUtf8,
  equalBytes,
} from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { sha256 } from "./sha256.ts";
import { isPlainLine, parseBase64 } from "./text-form.ts";

/** The assigned signature type bytes. */
export const keyType = {
  /** Ed25519 over the note's text. */
  ed25519: 0x01,
  /** ECDSA over the note's text; parsed only. */
  ecdsa: 0x02,
  /** Timestamped Ed25519 cosignature of a checkpoint (c2sp.org/tlog-cosignature). */
  cosignature: 0x04,
  /** RFC 6962 tree head signature (c2sp.org/static-ct-api); parsed only. */
  treeHead: 0x05,
  /** Timestamped ML-DSA-44 cosignature of a checkpoint or subtree (c2sp.org/tlog-cosignature). */
  mlDsa44: 0x06,
} as const;

export type KeyType = (typeof keyType)[keyof typeof keyType];

export interface VerifierKey {
  readonly name: string;
  /** An unsigned 32-bit number. */
  readonly id: number;
  readonly type: KeyType;
  readonly publicKey: Uint8Array;
}

/** @throws {TlogFault} `malformed-key`, `unsupported-algorithm` (a type that is not assigned) */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = "", idHex = "", base64 = ""] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text) ?? [];
  if (!isKeyName(name)) throw new TlogFault("malformed-key", "a verifier key is <name>+<id>+<key>");
  const typed = parseBase64(base64, "malformed-key");
  const key = createVerifierKey(name, parseKeyType(typed[0]), typed.slice(1));
  if (encodeId(key.id) !== idHex) throw new TlogFault("malformed-key", "a key ID is not that of its key");
  return key;
}

/** The inverse of {@link parseVerifierKey}. */
export function encodeVerifierKey(key: VerifierKey): string {
  const typed = concatBytes(Uint8Array.of(key.type), key.publicKey);
  return `${key.name}+${encodeId(key.id)}+${encodeBase64(typed)}`;
}

/** Names a public key. @throws {TlogFault} `malformed-key` when the name or the key's length is not allowed. */
export function createVerifierKey(name: string, type: KeyType, publicKey: Uint8Array): VerifierKey {
  const bytes = publicKeyBytes[type];
  const isSized = bytes === undefined ? publicKey.length > 0 : publicKey.length === bytes;
  if (!isKeyName(name) || !isSized)
    throw new TlogFault("malformed-key", "a key's name or length is not allowed");
  return { name, id: deriveId(name, type, publicKey), type, publicKey };
}

/** The eight hex digits of a key ID. */
export function encodeId(id: number): string {
  return id.toString(16).padStart(8, "0");
}

/** Whether both are the same key of the same type under the same name. */
export function equalKeys(a: VerifierKey, b: VerifierKey): boolean {
  return a.name === b.name && a.type === b.type && equalBytes(a.publicKey, b.publicKey);
}

/** Not empty, no Unicode white space, no plus sign, no control character below U+0020. */
export function isKeyName(name: string): boolean {
  return isPlainLine(name) && /^[^\p{White_Space}+]+$/u.test(name);
}

/** The key ID in front of a signature: four bytes, big-endian. */
export function readId(bytes: Uint8Array): number {
  if (bytes.length < 4) throw new Breach("four bytes are needed for a key ID", { bytes: bytes.length });
  return Number.parseInt(encodeHex(bytes.subarray(0, 4)), 16);
}

/** The inverse of {@link readId}. */
export function writeId(id: number): Uint8Array<ArrayBuffer> {
  return decodeHex(encodeId(id));
}

const publicKeyBytes: Readonly<Record<KeyType, number | undefined>> = {
  [keyType.ed25519]: 32,
  [keyType.ecdsa]: undefined,
  [keyType.cosignature]: 32,
  [keyType.treeHead]: undefined,
  [keyType.mlDsa44]: 1312,
};

function deriveId(name: string, type: KeyType, publicKey: Uint8Array): number {
  if (type === keyType.ecdsa) return readId(sha256(publicKey));
  const material = type === keyType.treeHead ? sha256(publicKey) : publicKey;
  return readId(sha256(concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(type), material)));
}

function parseKeyType(byte: number | undefined): KeyType {
  if (byte === undefined) throw new TlogFault("malformed-key", "a key is empty");
  const known = Object.values(keyType).find((type) => type === byte);
  if (known === undefined) {
    throw new TlogFault("unsupported-algorithm", "a key has a signature type that is not known", {
      type: byte,
    });
  }
  return known;
}
