/**
 * Walks through every account of both ledgers in the order of their keys: chains, reversals, and what stands where by kind
 * of entry. Holds one page of accounts at a time, however long the ledger is.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Reader } from "../db/database.ts";
import { parseUuid } from "../db/uuid.ts";
import { verifyChain } from "../premiums/chain.ts";
import type { PremiumKind } from "../premiums/entry.ts";
import { isReversalOf } from "../premiums/month-status.ts";
import { listAccounts } from "../premiums/store.ts";
import type { Ledger, StoredEntry } from "../premiums/store.ts";
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

/** An account with a row that cannot be read is reported and passed over; the others of its page are read one by one. */
async function* accountsOf(reader: Reader, ledger: Ledger, findings: Findings): AsyncGenerator<Account> {
  let after: string | undefined;
  let limit: number = auditLimits.pageAccounts;
  for (;;) {
    try {
      const page = await listAccounts(reader, ledger, after, limit);
      yield* page;
      after = page.at(-1)?.accountKey;
      if (after === undefined) return;
    } catch (thrown) {
      if (!(thrown instanceof Breach) || thrown.evidence["account"] === undefined) throw thrown;
      if (limit === 1) {
        after = String(thrown.evidence["account"]);
        findings.add("entry-without-meaning", after);
        limit = auditLimits.pageAccounts;
      } else limit = 1;
    }
  }
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
