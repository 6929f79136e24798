/**
 * Tokens of features, one by one: the first 8 bytes of HMAC-SHA256 under a key of the sort's own, from a run's root.
 *
 * Apart from the blind index, whose tokens are made in bulk: a person's features come a few at a time, and for these one
 * HMAC is cheaper than a CMAC. Used by `person-features.ts` only; the root dies with the run.
 */
import type { KeyObject } from "node:crypto";
import { deriveKey } from "../crypto/key-file.ts";
import { limits } from "../limits.ts";
import { PaddedHmac } from "../crypto/padded-hmac.ts";
import { tokenBytes } from "../protocol/protocol.ts";

export class FeatureTokens {
  readonly #root: KeyObject;
  readonly #kinds = new Map<number, PaddedHmac>();

  constructor(root: KeyObject) {
    this.#root = root;
  }

  /** Writes the token of `text`, UTF-8, to `target` at `offset`. */
  writeToken(kind: number, text: Uint8Array, target: Buffer, offset: number): void {
    target.write(this.#hmacOf(kind).hex(text), offset, tokenBytes, "hex");
  }

  #hmacOf(kind: number): PaddedHmac {
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const key = deriveKey(this.#root, `kura/feature/1/${kind}`);
    const hmac = new PaddedHmac(key, limits.termBytes);
    key.fill(0);
    this.#kinds.set(kind, hmac);
    return hmac;
  }
}
