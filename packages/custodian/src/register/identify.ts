/**
 * Whether a line is about somebody in the register already. Pure: works on tokens, opens nothing.
 *
 * A number alone never identifies (it has no check digit): a line whose number is known must also agree in kana or kanji
 * name together with the birth date, for every owner of every number of the line, else it is refused and a human being looks. A line without any number can repeat
 * what is recorded, but never changes a person: two people may share name and birth date.
 */
import type { Token } from "../vault/terms.ts";

/** What the register knows of a person without opening anything. */
export interface PersonState {
  readonly personKey: Uint8Array;
  /** Facts recorded so far. Moves on as lines are accepted. */
  recordCount: number;
  /** Token of the latest record's whole content. */
  latestContent: Token;
  /**
   * Tokens of every present name, kana or kanji, under which the person was recorded with a birth date: what the records keep, so that a
   * line means the same whether the batch before it is committed or not.
   */
  names: readonly Token[];
  /** The batch in flight, and its accepted line, that made the person; absent for one who was there before. */
  readonly madeIn?: { readonly batchNo: number; readonly line: number };
}

/** A line as the keeper's tokens show it. */
export interface LineTokens {
  /** Pension and scheme numbers. */
  readonly numbers: readonly Token[];
  /** Present names with the birth date. */
  readonly names: readonly Token[];
  /** Former names with the birth date. */
  readonly formerNames: readonly Token[];
  readonly content: Token;
}

export type Identification =
  /** Says nothing that is not recorded already. */
  | { readonly kind: "known"; readonly person: PersonState }
  /** The number is another person's. */
  | { readonly kind: "number-of-another" }
  /** The numbers are of several persons, and the line agrees with every one: whose facts these are, nobody can tell. */
  | { readonly kind: "several-persons" }
  /** Further facts of this person. */
  | { readonly kind: "same"; readonly person: PersonState }
  | { readonly kind: "new" };

/**
 * @param byNumber everyone recorded under one of the line's numbers.
 * @param byName everyone recorded under one of the line's present names; looked at only for a line without a number.
 */
export function identify(
  line: LineTokens,
  byNumber: readonly PersonState[],
  byName: readonly PersonState[],
): Identification {
  const repeated = (line.numbers.length === 0 ? byName : byNumber).find(
    (person) => person.latestContent === line.content,
  );
  if (repeated !== undefined) return { kind: "known", person: repeated };
  const [person] = byNumber;
  if (person === undefined) return { kind: "new" };
  // One number of the line may be this person's and another somebody else's: then nobody knows which is mistyped.
  if (!byNumber.every((owner) => agreesInName(line, owner))) return { kind: "number-of-another" };
  return byNumber.length === 1 ? { kind: "same", person } : { kind: "several-persons" };
}

function agreesInName(line: LineTokens, person: PersonState): boolean {
  return [...line.names, ...line.formerNames].some((name) => person.names.includes(name));
}
