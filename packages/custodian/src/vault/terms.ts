/**
 * Which values of a person are indexed blind, each sort under its own key in the keeper.
 *
 * No low-entropy value stands alone: a birth date is indexed only together with a name. Normal forms are made here, so
 * that everyone who looks asks for the same term. A number is for ever, like a field's.
 */
import { foldKanaName, foldWidth } from "@kura/kernel/kana.ts";
import type { CivilDate } from "@kura/kernel/civil-date.ts";
import { tokenBytes } from "@kura/keeper/protocol/protocol.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import type { Identity, PersonDraft } from "../intake/draft.ts";

export const termKinds = {
  pensionNumber: 1,
  schemeNumber: 2,
  /** Kana name folded by `foldKanaName`, and birth date. */
  kanaBirth: 3,
  /** Kanji name without spaces, and birth date. */
  nameBirth: 4,
  // Not the telephone number and not the mail address: nobody is found by these alone, and every index tells a thief of
  // the database who shares a value.
  /** All that a line says of a person: tells a repetition. */
  personContent: 7,
  /** All that a line says of the unknown owner of a premium. */
  ownerContent: 8,
  /** Kanji name, or kana name, with the address, both without spaces: of honey rows of extracts; of no person. */
  nameAddress: 9,
  kanaAddress: 10,
} as const;

/** Eight bytes of the keeper's keyed function, as the signed integer that a `bigint` column holds. */
export type Token = bigint;

/** Many of them. */
export type Tokens = BigInt64Array;

/** Its two halves, signed: as numbers, for who has tens of thousands. */
export function halvesOf(token: Token): [high: number, low: number] {
  return [Number(BigInt.asIntN(32, token >> 32n)), Number(BigInt.asIntN(32, token))];
}

/** The tokens of the keeper's answer: side by side, big-endian. */
export function decodeTokens(payload: Uint8Array): Tokens {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const tokens = new BigInt64Array(payload.length / tokenBytes);
  for (let i = 0; i < tokens.length; i++) tokens[i] = view.getBigInt64(i * tokenBytes);
  return tokens;
}

/** Takes in terms one by one: a batch of lines has tens of thousands, which need not become objects. */
export type AddTerm = (kind: number, text: string) => void;

/** Numbers that were given to this person alone. */
export function addNumberTerms(identity: Identity, add: AddTerm): void {
  if (identity.pensionNumber !== undefined) add(termKinds.pensionNumber, identity.pensionNumber);
  for (const number of identity.schemeNumbers) add(termKinds.schemeNumber, number);
}

/** Names with the birth date: they say that two lines may mean the same person, never that they do. */
export function addNameTerms(identity: Identity, add: AddTerm): void {
  const { name, kana, birthDate } = identity;
  if (birthDate === undefined) return;
  if (kana !== undefined) add(termKinds.kanaBirth, kanaBirthText(kana, birthDate));
  if (name !== undefined) add(termKinds.nameBirth, nameBirthText(name, birthDate));
}

/** By which a row of a list of addresses is known again (`keeper/src/reading/search-match.ts`). */
export function addAddressTerms(
  {
    name,
    kana,
    address,
  }: {
    readonly name?: string | undefined;
    readonly kana?: string | undefined;
    readonly address?: string | undefined;
  },
  add: AddTerm,
): void {
  if (address === undefined) return;
  const fold = (text: string): string => foldWidth(text).replaceAll(" ", "");
  if (name !== undefined) add(termKinds.nameAddress, `${fold(name)}|${fold(address)}`);
  if (kana !== undefined) add(termKinds.kanaAddress, `${fold(kana)}|${fold(address)}`);
}

/** {@link addNameTerms} under names the person bore before. A former surname alone stands before today's given name. */
export function addFormerNameTerms(draft: PersonDraft, add: AddTerm): void {
  const { birthDate } = draft;
  if (birthDate === undefined) return;
  for (const kana of draft.formerKanas) {
    add(termKinds.kanaBirth, kanaBirthText(whole(kana, draft.kana), birthDate));
  }
  for (const name of draft.formerNames) {
    add(termKinds.nameBirth, nameBirthText(whole(name, draft.name), birthDate));
  }
}

/** The terms that `addTerms` gives, as a list: for one line or one question. */
export function listTerms(addTerms: (add: AddTerm) => void): Term[] {
  const terms: Term[] = [];
  addTerms((kind, text) => terms.push({ kind, text }));
  return terms;
}

function kanaBirthText(kana: string, birthDate: CivilDate): string {
  return `${foldKanaName(kana)}|${birthDate}`;
}

function nameBirthText(name: string, birthDate: CivilDate): string {
  return `${foldWidth(name).replaceAll(" ", "")}|${birthDate}`;
}

function whole(former: string, today: string | undefined): string {
  const space = today?.indexOf(" ") ?? -1;
  return former.includes(" ") || space === -1 ? former : former + (today?.slice(space) ?? "");
}
