/**
 * Which values of a person are indexed blind, each sort under its own key in the keeper.
 *
 * No low-entropy value stands alone: a birth date is indexed only together with a name. Normal forms are made here, so
 * that everyone who looks asks for the same term. A number is for ever, like a field's.
 */
import { foldKanaName, foldWidth } from "@kura/kernel/kana.ts";
import type { CivilDate } from "@kura/kernel/civil-date.ts";
import { tokenBytes } from "@kura/keeper/protocol.ts";
import type { Term } from "@kura/keeper/protocol.ts";
import type { Identity, PersonDraft } from "../intake/draft.ts";

export const termKinds = {
  pensionNumber: 1,
  schemeNumber: 2,
  /** Kana name folded by `foldKanaName`, and birth date. */
  kanaBirth: 3,
  /** Kanji name without spaces, and birth date. */
  nameBirth: 4,
  phone: 5,
  email: 6,
  /** All that a line says of a person: tells a repetition. */
  personContent: 7,
  /** All that a line says of the unknown owner of a premium. */
  ownerContent: 8,
} as const;

/** Eight bytes of the keeper's keyed hash, as the signed integer that a `bigint` column holds. */
export type Token = bigint;

/** The tokens of the keeper's answer: side by side, big-endian. */
export function decodeTokens(payload: Uint8Array): Token[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const tokens: Token[] = [];
  for (let offset = 0; offset + tokenBytes <= payload.length; offset += tokenBytes) {
    tokens.push(view.getBigInt64(offset));
  }
  return tokens;
}

export function kanaBirthTerm(kana: string, birthDate: CivilDate): Term {
  return { kind: termKinds.kanaBirth, text: `${foldKanaName(kana)}|${birthDate}` };
}

export function nameBirthTerm(name: string, birthDate: CivilDate): Term {
  return { kind: termKinds.nameBirth, text: `${foldWidth(name).replaceAll(" ", "")}|${birthDate}` };
}

/** Numbers that were given to this person alone. */
export function numberTerms(identity: Identity): Term[] {
  const terms: Term[] = [];
  if (identity.pensionNumber !== undefined) {
    terms.push({ kind: termKinds.pensionNumber, text: identity.pensionNumber });
  }
  for (const number of identity.schemeNumbers) terms.push({ kind: termKinds.schemeNumber, text: number });
  return terms;
}

/** Names with the birth date: they say that two lines may mean the same person, never that they do. */
export function nameTerms(identity: Identity): Term[] {
  const { name, kana, birthDate } = identity;
  if (birthDate === undefined) return [];
  const terms: Term[] = [];
  if (kana !== undefined) terms.push(kanaBirthTerm(kana, birthDate));
  if (name !== undefined) terms.push(nameBirthTerm(name, birthDate));
  return terms;
}

/** {@link nameTerms} under names the person bore before. A former surname alone stands before today's given name. */
export function formerNameTerms(draft: PersonDraft): Term[] {
  const { birthDate } = draft;
  if (birthDate === undefined) return [];
  return [
    ...draft.formerKanas.map((kana) => kanaBirthTerm(whole(kana, draft.kana), birthDate)),
    ...draft.formerNames.map((name) => nameBirthTerm(whole(name, draft.name), birthDate)),
  ];
}

function whole(former: string, today: string | undefined): string {
  const given = today?.split(" ").slice(1).join(" ") ?? "";
  return former.includes(" ") || given === "" ? former : `${former} ${given}`;
}

/** What a caller at a counter or on the telephone can say besides. */
export function contactTerms(draft: PersonDraft): Term[] {
  const terms: Term[] = [];
  if (draft.phone !== undefined) terms.push({ kind: termKinds.phone, text: draft.phone });
  if (draft.email !== undefined) terms.push({ kind: termKinds.email, text: draft.email.toLowerCase() });
  return terms;
}
