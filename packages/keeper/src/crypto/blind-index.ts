/**
 * Tokens for finding without seeing: the first 8 bytes of AES-256-CMAC under a key of the term's kind.
 *
 * CMAC is a pseudorandom function up to some 2^48 terms under one key (NIST SP 800-38B, appendix B), and cheap in bulk.
 * Each of the kinds 1 to 255 has its own key, derived from the index root, so that equal texts of two kinds (a kana
 * name and an address) have unrelated tokens and a token says nothing outside its kind. There is no token without a
 * kind. Eight bytes: two of a million different terms share a token with a probability below 3 in 10^8, and a shared
 * token costs one more record looked at, never a wrong answer.
 */
import { createSecretKey, type KeyObject } from "node:crypto";
import { blockBytes, BulkCmac, copyInto } from "./bulk-cmac.ts";
import { deriveKey } from "./key-file.ts";
import { type TermRun, tokenBytes } from "../protocol/protocol.ts";

export class BlindIndex {
  readonly #root: KeyObject;
  readonly #kinds = new Map<number, BulkCmac>();

  constructor(root: KeyObject) {
    this.#root = root;
  }

  /** The tokens of the terms side by side, in their order. */
  tokens({ kinds, bytes, starts, lengths }: TermRun): Buffer {
    const tokens = Buffer.allocUnsafe(kinds.length * tokenBytes);
    for (const [kind, terms] of placesByKind(kinds)) {
      const macs = this.#cmacOf(kind).macs({
        bytes,
        starts: terms.map((term) => starts[term] ?? 0),
        lengths: terms.map((term) => lengths[term] ?? 0),
      });
      for (let i = 0; i < terms.length; i++)
        copyInto(tokens, (terms[i] ?? 0) * tokenBytes, macs, i * blockBytes, tokenBytes);
    }
    return tokens;
  }

  #cmacOf(kind: number): BulkCmac {
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const key = deriveKey(this.#root, `kura/index/2/${kind}`);
    const cmac = new BulkCmac(createSecretKey(key));
    key.fill(0);
    this.#kinds.set(kind, cmac);
    return cmac;
  }
}

function placesByKind(kinds: readonly number[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (const [place, kind] of kinds.entries()) {
    const known = places.get(kind);
    if (known === undefined) places.set(kind, [place]);
    else known.push(place);
  }
  return places;
}
