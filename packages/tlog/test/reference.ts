/**
 * RFC 6962, section 2.1, transcribed word for word over lists of entries, on another SHA-256: the second opinion that the
 * tests hold the package against. Slow on purpose.
 */
import { createHash } from "node:crypto";

export type Bytes = Uint8Array;

/** MTH(D). */
export function mth(entries: readonly Bytes[]): Bytes {
  if (entries.length === 0) return digest();
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return digest(Uint8Array.of(0), only);
  const k = split(entries.length);
  return digest(Uint8Array.of(1), mth(entries.slice(0, k)), mth(entries.slice(k)));
}

/** PATH(m, D), section 2.1.1. */
export function path(m: number, entries: readonly Bytes[]): Bytes[] {
  const n = entries.length;
  if (n === 1) return [];
  const k = split(n);
  return m < k
    ? [...path(m, entries.slice(0, k)), mth(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), mth(entries.slice(0, k))];
}

/** PROOF(m, D), section 2.1.2. */
export function proof(m: number, entries: readonly Bytes[]): Bytes[] {
  return subproof(0, m, entries, true);
}

/** SUBTREE_SUBPROOF(start, end, D, b), draft-ietf-plants-merkle-tree-certs, section 4.4.1; SUBPROOF for start 0. */
export function subproof(start: number, end: number, entries: readonly Bytes[], isKnown: boolean): Bytes[] {
  const n = entries.length;
  if (start === 0 && end === n) return isKnown ? [] : [mth(entries)];
  const k = split(n);
  const left = entries.slice(0, k);
  const right = entries.slice(k);
  if (end <= k) return [...subproof(start, end, left, isKnown), mth(right)];
  if (k <= start) return [...subproof(start - k, end - k, right, isKnown), mth(left)];
  return [...subproof(0, end - k, right, false), mth(left)];
}

/** Entry i of a synthetic log. */
export function entry(i: number): Bytes {
  return new TextEncoder().encode(`synthetic entry ${i}`);
}

/** The first `n` entries of a synthetic log. */
export function entriesTo(n: number): Bytes[] {
  return Array.from({ length: n }, (_, i) => entry(i));
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function digest(...parts: readonly Bytes[]): Bytes {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
