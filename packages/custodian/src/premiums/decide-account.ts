/**
 * Whose a premium is. Pure.
 *
 * A basic pension number has no check digit, so a mistyped one is often another person's: where a line gives names with a
 * birth date, they must be the person's as well. What does not agree is nobody's until a human being has looked.
 */
import type { Token } from "../vault/terms.ts";

/** A person whose number a line gives. */
export interface RegisteredPerson {
  readonly personKey: Uint8Array;
  /** Tokens of every name with birth date under which the person was recorded. */
  readonly names: ReadonlySet<Token>;
}

export type AccountDecision =
  | { readonly kind: "person"; readonly person: RegisteredPerson }
  | {
      readonly kind: "suspense";
      /** In order of precedence. */
      readonly why: "number-unknown" | "name-differs" | "several-persons";
    };

/**
 * @param names tokens of the names that the line gives with a birth date.
 * @param candidates everyone in the register under the line's numbers.
 */
export function decideAccount(
  names: readonly Token[],
  candidates: readonly RegisteredPerson[],
): AccountDecision {
  if (candidates.length === 0) return { kind: "suspense", why: "number-unknown" };
  const agreeing =
    names.length === 0
      ? candidates
      : candidates.filter((candidate) => names.some((name) => candidate.names.has(name)));
  const [person] = agreeing;
  if (person === undefined) return { kind: "suspense", why: "name-differs" };
  return agreeing.length === 1 ? { kind: "person", person } : { kind: "suspense", why: "several-persons" };
}
