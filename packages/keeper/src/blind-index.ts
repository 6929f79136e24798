/**
 * Tokens for finding without seeing: the first 8 bytes of HMAC-SHA256 under a key of the term's kind.
 *
 * Each of the kinds 1 to 255 has its own key, derived from the index root, so that equal texts of two kinds (a kana
 * name and an address) have unrelated tokens and a token says nothing outside its kind. There is no token without a
 * kind. Eight bytes: two of a million different terms share a token with a probability below 3 in 10^8, and a shared
 * token costs one more record looked at, never a wrong answer.
 */
import type { KeyObject } from "node:crypto";
import { deriveKey } from "./key-file.ts";
import { limits } from "./limits.ts";
import { PaddedHmac } from "./padded-hmac.ts";
import { tokenBytes } from "./protocol.ts";

export class BlindIndex {
  readonly #root: KeyObject;
  readonly #kinds = new Map<number, PaddedHmac>();

  constructor(root: KeyObject) {
    this.#root = root;
  }

  /** Writes the token of `text`, UTF-8, to `target` at `offset`. */
  writeToken(kind: number, text: Uint8Array, target: Buffer, offset: number): void {
    target.write(this.#hmacOf(kind).hex(text), offset, tokenBytes, "hex");
  }

  /** Forgets the last text of each kind. */
  wipe(): void {
    for (const hmac of this.#kinds.values()) hmac.wipe();
  }

  #hmacOf(kind: number): PaddedHmac {
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const key = deriveKey(this.#root, `kura/index/1/${kind}`);
    const hmac = new PaddedHmac(key, limits.termBytes);
    key.fill(0);
    this.#kinds.set(kind, hmac);
    return hmac;
  }
}
