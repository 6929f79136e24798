/**
 * From a draft to the facts that are recorded, and to one text that stands for all of them.
 */
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

/** Equal for equal facts and for no others: values hold no control characters, so a line each is unambiguous. */
export function contentText(facts: readonly FactValue[]): string {
  let text = "";
  for (const { field, value, from } of facts)
    text += `${field}=${value}${from === undefined ? "" : `\t${from}`}\n`;
  return text;
}
