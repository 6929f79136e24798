/**
 * The only way from sealed records to fields of a person: fetch, hand to the keeper with the reason, get the fields ordered.
 *
 * The keeper journals the look durably before it decrypts. Nothing here keeps, logs or caches what comes back.
 */
import { decodeFactList } from "@kura/kernel/fact-list.ts";
import type { FactValue } from "@kura/kernel/fact-list.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { Databases } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import { fieldNumbers, fieldOfNumber } from "../register/field.ts";
import type { Field } from "../register/field.ts";
import { listKeys } from "../register/store.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import * as store from "./store.ts";

/** Who looks, why, and in which piece of work. Journalled. */
export interface Reason {
  readonly actor: string;
  readonly purpose: string;
  readonly caseId: string;
}

/** A fact as it was recorded. */
export interface OpenedFact extends Omit<FactValue, "field"> {
  readonly field: Field;
  /** Of the record it stands in: 0, 1, 2 … in the order of recording. */
  readonly recordNo: number;
}

export type OpenedPerson =
  | { readonly kind: "opened"; readonly facts: readonly OpenedFact[] }
  | { readonly kind: "unknown" }
  | { readonly kind: "erased" };

/**
 * Opens the ordered fields of every record of one person, oldest record first.
 *
 * @throws {Fault} `keeper-refused` when the keeper answers with any refusal but `erased`.
 */
export async function openPerson(
  databases: Databases,
  keeper: KeeperClient,
  reason: Reason,
  personKey: Uint8Array,
  ordered: readonly Field[],
): Promise<OpenedPerson> {
  const records = await store.listRecords(databases.register, personKey);
  if (records.length === 0) return { kind: "unknown" };
  const keys = await listKeys(databases.keys, [personKey]);
  const wrappedKey = keys.get(renderUuid(personKey));
  if (wrappedKey === undefined) return { kind: "erased" };
  const fields = ordered.map((field) => fieldNumbers[field]);
  const answer = await keeper.open({ ...reason, fields, items: [{ personKey, wrappedKey, records }] });
  if (answer.outcome === "erased") return { kind: "erased" };
  if (answer.outcome !== "ok") {
    throw new Fault("keeper-refused", `the keeper refused to open: ${answer.outcome}: ${answer.reason}`);
  }
  const lists = answer.value.items[0] ?? [];
  return { kind: "opened", facts: lists.flatMap((list, i) => factsOf(list, records[i]?.recordNo ?? 0)) };
}

/** The value of a field in the newest record that has it. */
export function latestValue(facts: readonly OpenedFact[], field: Field): string | undefined {
  return facts.filter((fact) => fact.field === field).at(-1)?.value;
}

function factsOf(list: Uint8Array, recordNo: number): OpenedFact[] {
  return decodeFactList(list).flatMap(({ field: number, ...fact }) => {
    const field = fieldOfNumber(number);
    return field === undefined ? [] : [{ ...fact, field, recordNo }];
  });
}
