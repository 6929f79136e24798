/** What the keeper needs of persons to open them: their sealed records and their wrapped keys, from the two databases. */
import { Fault } from "@kura/kernel/fault.ts";
import type { OpenItem, SealedRecord } from "@kura/keeper/protocol/orders.ts";
import type { Databases } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import { recordKinds } from "../register/facts.ts";
import { gatherKeys, listSealedOwners } from "../register/store.ts";
import { disclosureLimits } from "./limits.ts";
import * as store from "./store.ts";

export interface SealedMaterial {
  /** In the order of the persons asked for. */
  readonly items: readonly OpenItem[];
  /** Nothing is recorded of them. */
  readonly unknown: readonly Uint8Array[];
  /** Their key was destroyed. */
  readonly erased: readonly Uint8Array[];
}

/** @param personKeys each once. @throws {Fault} `too-many-records` */
export async function listSealed(
  { register, keys }: Databases,
  personKeys: readonly Uint8Array[],
): Promise<SealedMaterial> {
  const ids = personKeys.map(renderUuid);
  const [records, wrapped] = await Promise.all([store.listRecords(register, ids), gatherKeys(keys, ids)]);
  // What premiums said of an unknown owner is looked at like a person's; asked for only where nobody is registered.
  const others = ids.filter((id) => !records.has(id));
  const owners =
    others.length === 0 ? new Map<string, Uint8Array>() : await listSealedOwners(register, others);
  const items: OpenItem[] = [];
  const unknown: Uint8Array[] = [];
  const erased: Uint8Array[] = [];
  for (const [i, personKey] of personKeys.entries()) {
    const id = ids[i] ?? "";
    const [own, wrappedKey] = [
      records.get(id) ?? ownerRecords(owners.get(id)),
      wrapped.get(id)?.[0]?.wrapped,
    ];
    if (own === undefined) unknown.push(personKey);
    else if (wrappedKey === undefined) erased.push(personKey);
    else if (own.length <= disclosureLimits.records) items.push({ personKey, wrappedKey, records: own });
    else throw new Fault("too-many-records", "a person has more records than one look may take along");
  }
  return { items, unknown, erased };
}

function ownerRecords(sealed: Uint8Array | undefined): readonly SealedRecord[] | undefined {
  return sealed === undefined ? undefined : [{ kind: recordKinds.suspenseOwner, recordNo: 0, sealed }];
}
