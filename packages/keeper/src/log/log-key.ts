/**
 * The key that signs the log's checkpoints and what the keeper states of a person: Ed25519 (RFC 8032), made from the fixed
 * root, so that it lives as long as the log. Nobody but `log.ts` and `operations/receipt.ts` signs with it.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeNote } from "@kura/tlog/note.ts";
import { createVerifierKey, encodeVerifierKey, keyType, type VerifierKey } from "@kura/tlog/verifier-key.ts";
import { deriveKey } from "../crypto/key-file.ts";

/** PKCS #8 of an Ed25519 key up to its 32 bytes of seed (RFC 8410, section 7). */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");
const seedBytes = 32;

export class LogKey {
  readonly #private: KeyObject;
  readonly #key: VerifierKey;

  /** @param origin the log's name, also the key's. */
  constructor(fixedRoot: KeyObject, origin: string) {
    this.#private = privateKeyOf(fixedRoot);
    this.#key = createVerifierKey(origin, keyType.ed25519, publicBytesOf(this.#private));
  }

  get origin(): string {
    return this.#key.name;
  }

  /** As a policy names it (c2sp.org/signed-note). */
  get verifierKey(): string {
    return encodeVerifierKey(this.#key);
  }

  /** A note of `text` with this key's line. One text has one note. */
  signNote(text: string): string {
    const { name, id } = this.#key;
    return encodeNote({
      text,
      signatures: [{ name, id, signature: sign(null, encodeUtf8(text), this.#private) }],
    });
  }
}

/** A name for a log that was given none: unlike every other log's, and nobody's domain. */
export function defaultOrigin(fixedRoot: KeyObject): string {
  return `kura.invalid/${encodeHex(publicBytesOf(privateKeyOf(fixedRoot))).slice(0, 16)}`;
}

function privateKeyOf(fixedRoot: KeyObject): KeyObject {
  const seed = deriveKey(fixedRoot, "kura/log-key/1");
  const der = Buffer.concat([pkcs8Head, seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  seed.fill(0);
  der.fill(0);
  return key;
}

function publicBytesOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-seedBytes);
}
