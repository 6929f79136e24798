/**
 * From a draft to the facts that are recorded, and to one text that stands for all of them.
 */
import { hash } from "node:crypto";
import type { FactValue } from "@kura/kernel/fact-list.ts";
import type { Identity, PersonDraft } from "../intake/draft.ts";
import { fieldNumbers } from "./field.ts";
import type { Field } from "./field.ts";

/** Kinds of sealed records: what was recorded together, and on what occasion. Numbers are for ever. */
export const recordKinds = { personLine: 1, suspenseOwner: 2 } as const;

/** The facts of a line of the register, in the order of the field numbers; all hold from `asOf` where the line says so. */
export function factsOfPerson(draft: PersonDraft): FactValue[] {
  const facts: FactValue[] = factsOfIdentity(draft);
  const add = (field: Field, value: string | undefined): void => {
    if (value !== undefined) facts.push({ field: fieldNumbers[field], value });
  };
  for (const name of draft.formerNames) add("formerName", name);
  for (const kana of draft.formerKanas) add("formerKana", kana);
  add("postalCode", draft.postalCode);
  add("address", draft.address);
  add("phone", draft.phone);
  add("email", draft.email);
  add("diedOn", draft.diedOn);
  const from = draft.asOf;
  return from === undefined ? facts : facts.map((fact) => ({ ...fact, from }));
}

/** What a line says of who it is about. */
export function factsOfIdentity(identity: Identity): FactValue[] {
  const facts: FactValue[] = [];
  const add = (field: Field, value: string | undefined): void => {
    if (value !== undefined) facts.push({ field: fieldNumbers[field], value });
  };
  add("pensionNumber", identity.pensionNumber);
  for (const number of identity.schemeNumbers) add("schemeNumber", number);
  add("name", identity.name);
  add("kana", identity.kana);
  add("birthDate", identity.birthDate);
  add("sex", identity.sex);
  return facts;
}

/**
 * SHA-256 of encoded facts in hexadecimal: equal for equal facts and for no others, and short whatever they hold. Never
 * stored or shown: it goes to the keeper, whose keyed token of it tells a repetition.
 */
export function contentDigest(facts: Uint8Array): string {
  return hash("sha256", facts, "hex");
}
