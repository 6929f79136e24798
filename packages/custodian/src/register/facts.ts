/**
 * From a draft to the facts that are recorded, and to one text that stands for all of them.
 */
import { hash } from "node:crypto";
import type { FactValue } from "@kura/kernel/fact-list.ts";
import type { Identity, PersonDraft } from "../intake/draft.ts";
import { fieldNumbers } from "./field.ts";

/** Kinds of sealed records: what was recorded together, and on what occasion. Numbers are for ever. */
export const recordKinds = { personLine: 1, suspenseOwner: 2, numberReissue: 3 } as const;

/** Takes in facts one by one: a batch has tens of thousands, which need not become objects. */
export type AddFact = (field: number, value: string) => void;

/** The facts of a line of the register, in the order of the field numbers; all hold from `asOf` where the line says so. */
export function addFactsOfPerson(draft: PersonDraft, add: AddFact): void {
  addIdentity(draft, add);
  for (const name of draft.formerNames) add(fieldNumbers.formerName, name);
  for (const kana of draft.formerKanas) add(fieldNumbers.formerKana, kana);
  addUnlessAbsent(fieldNumbers.postalCode, draft.postalCode, add);
  addUnlessAbsent(fieldNumbers.address, draft.address, add);
  addUnlessAbsent(fieldNumbers.phone, draft.phone, add);
  addUnlessAbsent(fieldNumbers.email, draft.email, add);
  addUnlessAbsent(fieldNumbers.diedOn, draft.diedOn, add);
}

/** What a line says of who it is about. */
export function factsOfIdentity(identity: Identity): FactValue[] {
  const facts: FactValue[] = [];
  addIdentity(identity, (field, value) => facts.push({ field, value }));
  return facts;
}

function addIdentity(identity: Identity, add: AddFact): void {
  addUnlessAbsent(fieldNumbers.pensionNumber, identity.pensionNumber, add);
  for (const number of identity.schemeNumbers) add(fieldNumbers.schemeNumber, number);
  addUnlessAbsent(fieldNumbers.name, identity.name, add);
  addUnlessAbsent(fieldNumbers.kana, identity.kana, add);
  addUnlessAbsent(fieldNumbers.birthDate, identity.birthDate, add);
  addUnlessAbsent(fieldNumbers.sex, identity.sex, add);
}

function addUnlessAbsent(field: number, value: string | undefined, add: AddFact): void {
  if (value !== undefined) add(field, value);
}

/** Of {@link contentDigest}, whose characters are digits. */
export const contentDigestBytes = 64;

/**
 * SHA-256 of encoded facts in hexadecimal: equal for equal facts and for no others, and short whatever they hold. Never
 * stored or shown: it goes to the keeper, whose keyed token of it tells a repetition.
 */
export function contentDigest(facts: Uint8Array): string {
  return hash("sha256", facts, "hex");
}
