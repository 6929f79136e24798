/**
 * Whether an opened person has a term that was searched for, and as little of them as decides who is meant. Pure.
 *
 * Tokens are eight bytes and come back from a custodian that may have been taken over: what is shown is decided by the
 * plaintext alone. The kinds and normal forms of terms are those of `custodian/src/vault/terms.ts`, the field numbers
 * those of `custodian/src/register/field.ts`; search-match.test.ts holds both sides together.
 */
import type { FactValue } from "@kura/kernel/fact-list.ts";
import { foldKanaName, foldWidth } from "@kura/kernel/kana.ts";
import type { Term } from "../protocol/protocol.ts";
import type { FoundPerson } from "../protocol/orders.ts";

const field = {
  pensionNumber: 1,
  schemeNumber: 2,
  name: 3,
  kana: 4,
  formerName: 5,
  formerKana: 6,
  birthDate: 7,
  address: 10,
} as const;

/** What a found person is shown by, masked; journalled as the fields of it. */
export const maskedFields: readonly number[] = [field.name, field.birthDate, field.address];

/** For each kind of term, the texts a person can be found by. Other kinds find nobody. */
const textsOfKind: ReadonlyMap<number, (facts: readonly FactValue[]) => readonly string[]> = new Map([
  [1, (facts) => valuesOf(facts, field.pensionNumber)],
  [2, (facts) => valuesOf(facts, field.schemeNumber)],
  [3, (facts) => namesWithBirth(facts, field.kana, field.formerKana, foldKanaName)],
  [4, (facts) => namesWithBirth(facts, field.name, field.formerName, foldName)],
]);

/** @param facts of all of the person's records that were given. */
export function hasAllTerms(facts: readonly FactValue[], terms: readonly Term[]): boolean {
  return (
    terms.length > 0 &&
    terms.every(({ kind, text }) => textsOfKind.get(kind)?.(facts).includes(text) === true)
  );
}

/**
 * Every term that a row of an extract can be known again by: those of a person, and its name with its address, because a
 * list of addresses has neither a number nor a birth date. No person is indexed by the latter.
 */
export function rowTermsOf(facts: readonly FactValue[]): Term[] {
  const terms = [...textsOfKind].flatMap(([kind, texts]) => texts(facts).map((text) => ({ kind, text })));
  const addresses = valuesOf(facts, field.address).map(foldName);
  for (const [kind, named] of [
    [9, field.name],
    [10, field.kana],
  ] as const) {
    for (const name of valuesOf(facts, named))
      terms.push(...addresses.map((address) => ({ kind, text: `${foldName(name)}|${address}` })));
  }
  return terms;
}

/** Name, year of birth and start of the address, each by its last recorded value. */
export function maskPerson(personKey: Uint8Array, facts: readonly FactValue[]): FoundPerson {
  const last = (number: number): string => valuesOf(facts, number).at(-1) ?? "";
  return {
    personKey,
    maskedName: maskName(last(field.name) === "" ? last(field.kana) : last(field.name)),
    birthYear: last(field.birthDate).slice(0, 4),
    addressStart: startOfAddress(last(field.address)),
  };
}

/** Family and given name keep their first character each. */
export function maskName(name: string): string {
  const maskPart = (part: string): string =>
    Array.from(part)
      .map((character, i) => (i === 0 ? character : "○"))
      .join("");
  return foldWidth(name).split(" ").map(maskPart).join(" ");
}

const shownOfAddress = 3;

/** Behind the prefecture, which two namesakes are likely to share, the first characters. */
export function startOfAddress(address: string): string {
  const rest = foldWidth(address).replace(/^(?:東京都|北海道|(?:京都|大阪)府|.{2,3}県)/u, "");
  return Array.from(rest).slice(0, shownOfAddress).join("");
}

function valuesOf(facts: readonly FactValue[], number: number): string[] {
  return facts.filter((fact) => fact.field === number).map((fact) => fact.value);
}

/** Present and former names with each birth date; a former surname alone also before each present given name. */
function namesWithBirth(
  facts: readonly FactValue[],
  present: number,
  former: number,
  fold: (name: string) => string,
): string[] {
  const names = valuesOf(facts, present);
  const given = names.map((name) => name.split(" ").slice(1).join(" ")).filter((part) => part !== "");
  const formerNames = valuesOf(facts, former).flatMap((name) =>
    name.includes(" ") ? [name] : [name, ...given.map((part) => `${name} ${part}`)],
  );
  const births = valuesOf(facts, field.birthDate);
  return [...names, ...formerNames].flatMap((name) => births.map((birth) => `${fold(name)}|${birth}`));
}

function foldName(name: string): string {
  return foldWidth(name).replaceAll(" ", "");
}
