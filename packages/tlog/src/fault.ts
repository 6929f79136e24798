/**
 * How this package says no. Every refusal is thrown as a `TlogFault`: a forgotten check cannot turn into a yes.
 *
 * Four families, told apart by {@link verdictOf}, because the caller answers them differently:
 * - `malformed`: not a value of this format at all. Refuse the input; nothing is known about the log.
 * - `not-mine`: well formed, but by nobody this verifier was told to trust (or not by enough of them).
 * - `broken`: it claims a trusted key or a trusted root and contradicts it. This is evidence: keep the bytes, raise an alarm.
 * - `unavailable`: what is needed was not to be had (a tile, a peer, an algorithm of the platform). Try elsewhere, or later.
 * Evidence holds positions, sizes, key names and digests, never entries.
 */
import { Fault } from "@kura/kernel/fault.ts";

/** The input is not in the format named. */
export type MalformedCode =
  | "malformed-bundle"
  | "malformed-checkpoint"
  | "malformed-cosignature"
  | "malformed-frontier"
  | "malformed-hash"
  | "malformed-key"
  | "malformed-note"
  | "malformed-policy"
  | "malformed-proof"
  | "malformed-tile"
  | "malformed-witness-message";

/** Nobody trusted vouches for the input. */
export type NotMineCode = "quorum-missing" | "unknown-log" | "unknown-signer";

/** The input contradicts a trusted key, root or earlier head. */
export type BrokenCode =
  | "ambiguous-key"
  | "bad-bundle"
  | "bad-consistency"
  | "bad-inclusion"
  | "bad-signature"
  | "bad-tile";

/** The world did not give what is needed to decide. */
export type UnavailableCode = "tile-missing" | "unsupported-algorithm" | "witness-unavailable";

export type TlogCode = BrokenCode | MalformedCode | NotMineCode | UnavailableCode;

export type Verdict = "broken" | "malformed" | "not-mine" | "unavailable";

export type Evidence = Readonly<Record<string, bigint | number | string>>;

/** A refusal of this package. `code` is stable; `evidence` is safe to log and enough to find the place. */
export class TlogFault extends Fault<TlogCode> {
  override readonly name = "TlogFault";
  readonly evidence: Evidence;

  constructor(code: TlogCode, message: string, evidence: Evidence = {}, options?: ErrorOptions) {
    super(code, message, options);
    this.evidence = evidence;
  }
}

/** The family of a refusal; `undefined` for anything that this package did not throw. */
export function verdictOf(thrown: unknown): Verdict | undefined {
  return thrown instanceof TlogFault ? verdicts[thrown.code] : undefined;
}

const verdicts: Readonly<Record<TlogCode, Verdict>> = {
  "malformed-bundle": "malformed",
  "malformed-checkpoint": "malformed",
  "malformed-cosignature": "malformed",
  "malformed-frontier": "malformed",
  "malformed-hash": "malformed",
  "malformed-key": "malformed",
  "malformed-note": "malformed",
  "malformed-policy": "malformed",
  "malformed-proof": "malformed",
  "malformed-tile": "malformed",
  "malformed-witness-message": "malformed",
  "quorum-missing": "not-mine",
  "unknown-log": "not-mine",
  "unknown-signer": "not-mine",
  "ambiguous-key": "broken",
  "bad-bundle": "broken",
  "bad-consistency": "broken",
  "bad-inclusion": "broken",
  "bad-signature": "broken",
  "bad-tile": "broken",
  "tile-missing": "unavailable",
  "unsupported-algorithm": "unavailable",
  "witness-unavailable": "unavailable",
};
