/**
 * Gives premiums of an unknown owner to the person they are found to belong to, and takes that back when it was wrong.
 *
 * Entries in suspense stay where they are and are settled; the person's ledger gets new entries of the same content. Taking
 * back reverses the person's entry and puts a new one into the owner's suspense: nothing is ever un-written, and the money
 * is at every moment in exactly one place. Who the person is was decided elsewhere, by linkage and a human being.
 */
import type { Database, Tx } from "../db/database.ts";
import { findReversible } from "./correct.ts";
import type { Irreversible } from "./correct.ts";
import type { PremiumEntry } from "./entry.ts";
import { extend, operate, reversalOf } from "./operation.ts";
import type { Decision, Repeated, Stamp } from "./operation.ts";
import * as store from "./store.ts";
import type { StoredEntry } from "./store.ts";

export interface PostOrder {
  readonly ownerKey: Uint8Array;
  readonly personKey: Uint8Array;
  /** Numbers of the owner's entries, each once; all that still wait when absent. */
  readonly entryNos?: readonly number[];
}

/** In order of precedence. */
export type PostOutcome =
  | Repeated
  | { readonly kind: "no-such-person" }
  | { readonly kind: "person-erased" }
  | { readonly kind: "no-such-entry"; readonly entryNo: number }
  | { readonly kind: "already-settled"; readonly entryNo: number }
  | { readonly kind: "nothing-waits" }
  | { readonly kind: "posted"; readonly entries: readonly PostedEntry[] };

export interface PostedEntry {
  /** In the owner's suspense. */
  readonly entryNo: number;
  /** In the person's ledger. */
  readonly personEntryNo: number;
}

/** All the entries or, on any refusal, none. @throws what `operate` throws. */
export async function postFromSuspense(
  register: Database,
  order: PostOrder,
  stamp: Stamp,
): Promise<PostOutcome> {
  return operate<PostOutcome>(register, "suspense-posting", stamp, (tx) => decidePosting(tx, order, stamp));
}

async function decidePosting(
  tx: Tx,
  { ownerKey, personKey, entryNos }: PostOrder,
  stamp: Stamp,
): Promise<Decision<PostOutcome>> {
  const standing = await store.findStanding(tx, personKey);
  if (standing !== "registered") return { outcome: { kind: standing } };
  const owned = await store.listEntries(tx, "suspense", ownerKey);
  const settled = new Set((await store.listSettlements(tx, ownerKey)).map(({ entryNo }) => entryNo));
  const wanted = entryNos === undefined ? undefined : new Set(entryNos);
  for (const entryNo of wanted ?? []) {
    if (!owned.some((entry) => entry.entryNo === entryNo))
      return { outcome: { kind: "no-such-entry", entryNo } };
    if (settled.has(entryNo)) return { outcome: { kind: "already-settled", entryNo } };
  }
  const waiting = owned.filter((entry) => wanted?.has(entry.entryNo) ?? !settled.has(entry.entryNo));
  if (waiting.length === 0) return { outcome: { kind: "nothing-waits" } };
  const ledger = await store.listEntries(tx, "person", personKey);
  const added = extend(personKey, ledger, waiting.map(contentOf), stamp);
  const pairs = waiting.map((entry, i) => ({ entry, personEntryNo: added[i]?.entryNo ?? 0 }));
  return {
    outcome: {
      kind: "posted",
      entries: pairs.map(({ entry, personEntryNo }) => ({ entryNo: entry.entryNo, personEntryNo })),
    },
    movement: {
      entries: added.map((entry) => ({ ledger: "person", accountKey: personKey, entry })),
      settlements: pairs.map(({ entry, personEntryNo }) => ({
        ownerKey,
        entryNo: entry.entryNo,
        outcome: "posted",
        posted: { personKey, entryNo: personEntryNo },
        settled: entry,
      })),
    },
  };
}

export interface MoveBackOrder {
  readonly personKey: Uint8Array;
  /** Of the entry in the person's ledger that came out of suspense. */
  readonly entryNo: number;
}

/** In order of precedence. */
export type MoveBackOutcome =
  | Repeated
  | Irreversible
  | { readonly kind: "not-from-suspense" }
  | {
      readonly kind: "moved-back";
      readonly reversalNo: number;
      readonly ownerKey: Uint8Array;
      readonly suspenseEntryNo: number;
    };

/** @throws what `operate` throws. */
export async function moveBackToSuspense(
  register: Database,
  { personKey, entryNo }: MoveBackOrder,
  stamp: Stamp,
): Promise<MoveBackOutcome> {
  return operate<MoveBackOutcome>(register, "suspense-posting", stamp, async (tx) => {
    const ledger = await store.listEntries(tx, "person", personKey);
    const target = findReversible(ledger, entryNo);
    if (target.kind !== "reversible") return { outcome: target };
    const ownerKey = await store.findFormerOwner(tx, personKey, entryNo);
    if (ownerKey === undefined) return { outcome: { kind: "not-from-suspense" } };
    const owned = await store.listEntries(tx, "suspense", ownerKey);
    const reversals = extend(personKey, ledger, [reversalOf(target.entry)], stamp);
    const returned = extend(ownerKey, owned, [contentOf(target.entry)], stamp);
    return {
      outcome: {
        kind: "moved-back",
        reversalNo: reversals[0]?.entryNo ?? 0,
        ownerKey,
        suspenseEntryNo: returned[0]?.entryNo ?? 0,
      },
      movement: {
        entries: [
          ...reversals.map((entry) => ({ ledger: "person", accountKey: personKey, entry }) as const),
          ...returned.map((entry) => ({ ledger: "suspense", accountKey: ownerKey, entry }) as const),
        ],
      },
    };
  });
}

/** The entry without its place in a ledger. */
function contentOf(entry: StoredEntry): PremiumEntry & { readonly reference?: string } {
  const { month, scheme, kind, amountYen, remunerationYen, reference } = entry;
  return {
    month,
    scheme,
    kind,
    amountYen,
    ...(remunerationYen !== undefined && { remunerationYen }),
    ...(reference !== undefined && { reference }),
  };
}
