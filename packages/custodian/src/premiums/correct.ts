/**
 * Corrects an entry of a person's ledger: an entry that reverses it and, where something else is true, a replacement.
 *
 * Called by a clerk's tools. Never changes or deletes what stands; a reversal is final, so a wrong correction is itself
 * corrected by a further entry.
 */
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import type { Database } from "../db/database.ts";
import { checkEntry } from "./check-entry.ts";
import type { EntryRefusal } from "./check-entry.ts";
import type { PremiumEntry } from "./entry.ts";
import { extend, operate, reversalOf } from "./operation.ts";
import type { Repeated, Stamp } from "./operation.ts";
import * as store from "./store.ts";
import type { StoredEntry } from "./store.ts";

export interface Correction {
  readonly personKey: Uint8Array;
  readonly entryNo: number;
  /** What is true instead. Absent: nothing is. */
  readonly replacement?: PremiumEntry & { readonly reference?: string };
  /** For judging which months can be real. */
  readonly thisMonth: CivilMonth;
}

/** In order of precedence. */
export type CorrectOutcome =
  | Repeated
  | Irreversible
  | { readonly kind: "impossible"; readonly code: EntryRefusal; readonly text: string }
  | { readonly kind: "corrected"; readonly reversalNo: number; readonly replacementNo?: number };

/** Why an entry cannot be reversed, in order of precedence. */
export type Irreversible =
  | { readonly kind: "no-such-entry" }
  | { readonly kind: "is-reversal" }
  | { readonly kind: "already-reversed"; readonly byEntryNo: number };

/** @throws what `operate` throws. */
export async function correct(register: Database, order: Correction, stamp: Stamp): Promise<CorrectOutcome> {
  const { personKey, replacement } = order;
  return operate<CorrectOutcome>(register, "correction", stamp, async (tx) => {
    const entries = await store.listEntries(tx, "person", personKey);
    const target = findReversible(entries, order.entryNo);
    if (target.kind !== "reversible") return { outcome: target };
    if (replacement !== undefined) {
      const check = checkEntry(replacement, order.thisMonth);
      if (check.kind === "refused") {
        return { outcome: { kind: "impossible", code: check.code, text: check.text } };
      }
    }
    const more = [reversalOf(target.entry), ...(replacement === undefined ? [] : [replacement])];
    const added = extend(personKey, entries, more, stamp);
    const [reversal, replaced] = added;
    return {
      outcome: {
        kind: "corrected",
        reversalNo: reversal?.entryNo ?? 0,
        ...(replaced !== undefined && { replacementNo: replaced.entryNo }),
      },
      movement: { entries: added.map((entry) => ({ ledger: "person", accountKey: personKey, entry })) },
    };
  });
}

/** The entry, when an entry may still reverse it. */
export function findReversible(
  entries: readonly StoredEntry[],
  entryNo: number,
): Irreversible | { readonly kind: "reversible"; readonly entry: StoredEntry } {
  const entry = entries.find((candidate) => candidate.entryNo === entryNo);
  if (entry === undefined) return { kind: "no-such-entry" };
  if (entry.reverses !== undefined) return { kind: "is-reversal" };
  const reversal = entries.find((candidate) => candidate.reverses === entryNo);
  if (reversal !== undefined) return { kind: "already-reversed", byEntryNo: reversal.entryNo };
  return { kind: "reversible", entry };
}
