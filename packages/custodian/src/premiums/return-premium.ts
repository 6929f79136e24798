/**
 * Sends the money of an entry back to who paid it (還付), out of a person's ledger or out of suspense.
 *
 * Out of a ledger: a reversing entry, and a row that says where its money went. Out of suspense: the entry is settled.
 * Whether a return is due is for the caller to decide; that it is counted once is kept here.
 */
import type { Database, Tx } from "../db/database.ts";
import { findReversible } from "./correct.ts";
import type { Irreversible } from "./correct.ts";
import { extend, operate, reversalOf } from "./operation.ts";
import type { Decision, Repeated, Stamp } from "./operation.ts";
import * as store from "./store.ts";

export type ReturnOrder =
  | { readonly from: "person"; readonly personKey: Uint8Array; readonly entryNo: number }
  | { readonly from: "suspense"; readonly ownerKey: Uint8Array; readonly entryNo: number };

/** In order of precedence. */
export type ReturnOutcome =
  | Repeated
  | Irreversible
  | { readonly kind: "already-settled"; readonly outcome: "posted" | "returned" }
  /** The entry moved no money. */
  | { readonly kind: "nothing-paid" }
  | { readonly kind: "returned"; readonly amountYen: number };

/** @throws what `operate` throws. */
export async function returnPremium(
  register: Database,
  order: ReturnOrder,
  stamp: Stamp,
): Promise<ReturnOutcome> {
  return operate<ReturnOutcome>(register, "return", stamp, (tx) =>
    order.from === "person"
      ? decideFromPerson(tx, order.personKey, order.entryNo, stamp)
      : decideFromSuspense(tx, order.ownerKey, order.entryNo),
  );
}

async function decideFromPerson(
  tx: Tx,
  personKey: Uint8Array,
  entryNo: number,
  stamp: Stamp,
): Promise<Decision<ReturnOutcome>> {
  const entries = await store.listEntries(tx, "person", personKey);
  const target = findReversible(entries, entryNo);
  if (target.kind !== "reversible") return { outcome: target };
  if (target.entry.amountYen === 0) return { outcome: { kind: "nothing-paid" } };
  const added = extend(personKey, entries, [reversalOf(target.entry)], stamp);
  return {
    outcome: { kind: "returned", amountYen: target.entry.amountYen },
    movement: {
      entries: added.map((entry) => ({ ledger: "person", accountKey: personKey, entry })),
      returns: added.map((entry) => ({ personKey, entryNo: entry.entryNo, returned: target.entry })),
    },
  };
}

async function decideFromSuspense(
  tx: Tx,
  ownerKey: Uint8Array,
  entryNo: number,
): Promise<Decision<ReturnOutcome>> {
  const entries = await store.listEntries(tx, "suspense", ownerKey);
  const settled = entries.find((entry) => entry.entryNo === entryNo);
  if (settled === undefined) return { outcome: { kind: "no-such-entry" } };
  const former = (await store.listSettlements(tx, ownerKey)).find((row) => row.entryNo === entryNo);
  if (former !== undefined) return { outcome: { kind: "already-settled", outcome: former.outcome } };
  if (settled.amountYen === 0) return { outcome: { kind: "nothing-paid" } };
  return {
    outcome: { kind: "returned", amountYen: settled.amountYen },
    movement: { settlements: [{ ownerKey, entryNo, outcome: "returned", settled }] },
  };
}
