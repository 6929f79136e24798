/**
 * Walks through every account of both ledgers in the order of their keys: chains, reversals, and what stands where by kind
 * of entry. Holds one page of entries and one account at a time, however long the ledger is.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Reader } from "../db/database.ts";
import { parseUuid } from "../db/uuid.ts";
import { verifyChain } from "../premiums/chain.ts";
import type { PremiumKind } from "../premiums/entry.ts";
import { isReversalOf } from "../premiums/month-status.ts";
import { listEntriesBehind } from "../premiums/store.ts";
import type { Ledger, LedgerPlace, StoredEntry } from "../premiums/store.ts";
import { auditLimits } from "./limits.ts";
import type { Amount, Findings } from "./report.ts";

export interface LedgerSums {
  readonly accounts: number;
  readonly entries: number;
  /** Signed: a reversing entry counts −1. */
  readonly perKind: ReadonlyMap<PremiumKind, Amount>;
}

export async function checkLedger(reader: Reader, ledger: Ledger, findings: Findings): Promise<LedgerSums> {
  const perKind = new Map<PremiumKind, Amount>();
  let accounts = 0;
  let entries = 0;
  for await (const account of accountsOf(reader, ledger, findings)) {
    accounts += 1;
    entries += account.entries.length;
    checkAccount(account, findings);
    for (const entry of account.entries) addTo(perKind, entry);
  }
  return { accounts, entries, perKind };
}

interface Account {
  readonly accountKey: string;
  readonly entries: readonly StoredEntry[];
}

/** Accounts whole, put together from pages of entries. One with an entry that cannot be read is reported and passed over. */
async function* accountsOf(reader: Reader, ledger: Ledger, findings: Findings): AsyncGenerator<Account> {
  let account: { readonly accountKey: string; entries: StoredEntry[]; isReadable: boolean } | undefined;
  for await (const { accountKey, entry } of entriesOf(reader, ledger)) {
    if (account?.accountKey !== accountKey) {
      if (account?.isReadable === true) yield account;
      account = { accountKey, entries: [], isReadable: true };
    }
    if (entry === undefined) {
      if (account.isReadable) findings.add("entry-without-meaning", accountKey);
      account.isReadable = false;
    } else account.entries.push(entry);
  }
  if (account?.isReadable === true) yield account;
}

/** Every entry; `undefined` for one that has no meaning, which is looked for by halves in the page where it is met. */
async function* entriesOf(
  reader: Reader,
  ledger: Ledger,
): AsyncGenerator<{ accountKey: string; entry: StoredEntry | undefined }> {
  let after: LedgerPlace | undefined;
  let limit: number = auditLimits.pageEntries;
  for (;;) {
    try {
      const page = await listEntriesBehind(reader, ledger, after, limit);
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = { accountKey: last.accountKey, entryNo: last.entry.entryNo };
      limit = Math.min(limit * 2, auditLimits.pageEntries);
    } catch (thrown) {
      if (limit > 1 && thrown instanceof Breach) limit = Math.floor(limit / 2);
      else {
        after = placeOf(thrown);
        yield { accountKey: after.accountKey, entry: undefined };
      }
    }
  }
}

/** Of the entry without meaning; anything else that was thrown is not ours. */
function placeOf(thrown: unknown): LedgerPlace {
  if (thrown instanceof Breach) {
    const { account, entryNo } = thrown.evidence;
    if (typeof account === "string" && typeof entryNo === "number") return { accountKey: account, entryNo };
  }
  throw thrown;
}

function checkAccount({ accountKey, entries }: Account, findings: Findings): void {
  if (verifyChain(parseUuid(accountKey), entries).kind !== "whole") findings.add("chain-broken", accountKey);
  const live = new Map<number, StoredEntry>();
  for (const entry of entries) {
    if (entry.reverses === undefined) live.set(entry.entryNo, entry);
    else {
      const target = live.get(entry.reverses);
      if (target === undefined || !isReversalOf(entry, target)) {
        findings.add("reversal-without-entry", `${accountKey} ${entry.entryNo}`);
      }
      live.delete(entry.reverses);
    }
  }
}

function addTo(perKind: Map<PremiumKind, Amount>, entry: StoredEntry): void {
  const { count, yen } = perKind.get(entry.kind) ?? { count: 0n, yen: 0n };
  const sign = entry.reverses === undefined ? 1n : -1n;
  perKind.set(entry.kind, { count: count + sign, yen: yen + BigInt(entry.amountYen) });
}
