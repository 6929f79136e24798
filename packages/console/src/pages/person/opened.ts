/** What looks have brought of one person so far: pure, one value, dropped as a whole. */
import type { FactValue } from "@kura/kernel/fact-list.ts";
import { type Field, fieldNumbers, fieldOfNumber } from "@kura/custodian/register/field.ts";
import type { Looked } from "../../door/looks.ts";

export interface Fact {
  readonly field: Field;
  readonly value: string;
  readonly from?: string;
  readonly to?: string;
}

export interface Opened {
  /** Of the last look. */
  readonly eventNumber: string;
  readonly isNearBudget: boolean;
  readonly purpose: string;
  /** Fields that were ordered, whether anything is recorded or not. */
  readonly fields: readonly Field[];
  /** Oldest record first; each with the facts of all looks. */
  readonly records: readonly (readonly Fact[])[];
}

/** A later look shows what it ordered, and keeps of the earlier ones what it did not. */
export function openedOf(
  before: Opened | undefined,
  looked: Looked,
  { purpose, fields }: { readonly purpose: string; readonly fields: readonly Field[] },
): Opened {
  const shown = looked.records.map((facts) => facts.flatMap(factOf));
  const fresh = new Set(fields);
  const count = Math.max(shown.length, before?.records.length ?? 0);
  const records = Array.from({ length: count }, (_, i) => [
    ...(before?.records[i] ?? []).filter(({ field }) => !fresh.has(field)),
    ...(shown[i] ?? []),
  ]);
  return {
    eventNumber: looked.eventNumber,
    isNearBudget: looked.isNearBudget,
    purpose,
    fields: [...new Set([...(before?.fields ?? []), ...fresh])].toSorted(
      (a, b) => fieldNumbers[a] - fieldNumbers[b],
    ),
    records,
  };
}

/** The newest record that has the field says what holds now; the values before it, newest first. */
export function valuesOf(opened: Opened, field: Field): Fact[] {
  const all = opened.records.flatMap((facts) => facts.filter((fact) => fact.field === field)).toReversed();
  return all.filter((fact, i) => all.findIndex(({ value }) => value === fact.value) === i);
}

function factOf({ field, value, from, to }: FactValue): Fact[] {
  const known = fieldOfNumber(field);
  if (known === undefined) return [];
  return [{ field: known, value, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}
