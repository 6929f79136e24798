/**
 * Which purposes an actor may name in a case of a kind, and which fields each may show: for offering what will not be refused.
 * The rules are those of `custodian/src/disclosure/policy.cedar` and of the keeper's roster; both decide, this only offers.
 */
import { type Field, fieldNumbers, fields } from "@kura/custodian/register/field.ts";
import type { Me, Roster } from "../../api/shapes.ts";

const alsoServes: Readonly<Record<string, readonly string[]>> = {
  "contribution-inquiry": ["record-matching", "annual-statement"],
  claim: ["annual-statement"],
  "call-centre-inquiry": ["annual-statement"],
};

export function purposesFor(me: Pick<Me, "purposes">, caseKind: string): string[] {
  return [caseKind, ...(alsoServes[caseKind] ?? [])].filter((purpose) => me.purposes.includes(purpose));
}

/** Those that people are looked for with: a statement is made for somebody who is found already. */
export function searchPurposesFor(me: Pick<Me, "purposes">, caseKind: string): string[] {
  return purposesFor(me, caseKind).filter((purpose) => purpose !== "annual-statement");
}

/** In the order of the register. */
export function fieldsOf(roster: Roster | undefined, purpose: string): Field[] {
  const allowed = roster?.purposes[purpose]?.fields ?? [];
  return fields.filter((field) => allowed.includes(fieldNumbers[field]));
}

/** What says who somebody is: opened first, the rest on demand. */
export const identifying: readonly Field[] = ["pensionNumber", "name", "kana", "birthDate", "diedOn"];
