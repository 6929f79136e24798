/**
 * Accounts as one import sees them: where each chain ends, and which entries a line might repeat.
 *
 * A line is already known when the account holds an equal entry from another source that no other line of this source
 * has repeated yet. So a file sent again adds nothing, and a month paid twice, in one file or in two with receipt numbers
 * of their own, stays two entries. One object serves one import; it holds the accounts of the batches in flight.
 */
import { equalBytes } from "@kura/kernel/bytes.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { renderUuid } from "../db/uuid.ts";
import type { Reader } from "../db/database.ts";
import { Recent } from "../jobs/recent.ts";
import { chainStart, entryDigest } from "./chain.ts";
import type { PremiumEntry } from "./entry.ts";
import * as store from "./store.ts";
import type { Ledger, StoredEntry } from "./store.ts";

/** One person's or one unknown owner's ledger, as far as the batch touches it. */
export interface Account {
  readonly accountKey: Uint8Array;
  entryNo: number;
  head: Uint8Array;
  /** Equal entries from other sources that no line of this source has repeated yet, oldest first. */
  readonly unrepeated: Map<string, number[]>;
  /** Numbers of entries that `unrepeated` has taken in. */
  readonly seen: Set<number>;
}

/** What posting a line came to. */
export type Posted =
  | { readonly kind: "accepted"; readonly entry: StoredEntry }
  | { readonly kind: "known"; readonly entryNo: number };

export class Accounts {
  readonly #reader: Reader;
  readonly #ledger: Ledger;
  readonly #sourceId: Uint8Array;
  readonly #recent = new Recent<string, Account>();
  #accounts: Map<string, Account> = new Map();

  constructor(reader: Reader, ledger: Ledger, sourceId: Uint8Array) {
    this.#reader = reader;
    this.#ledger = ledger;
    this.#sourceId = sourceId;
  }

  /**
   * Begins a batch over those accounts and months. An account of a batch in flight keeps its end, which may not be
   * committed yet; what the database shows of such a batch is from this source and repeats nothing.
   */
  async load(accountKeys: readonly Uint8Array[], months: readonly CivilMonth[]): Promise<void> {
    this.#recent.push(this.#accounts);
    const keys = accountKeys.map(renderUuid);
    this.#accounts = new Map(
      keys.map((key, i) => [key, this.#recent.get(key) ?? newAccount(accountKeys[i] ?? new Uint8Array(16))]),
    );
    for (const head of await store.listHeads(this.#reader, this.#ledger, keys)) {
      const account = this.#accounts.get(head.accountKey);
      if (account === undefined || account.entryNo >= head.entryNo) continue;
      account.entryNo = head.entryNo;
      account.head = head.digest;
    }
    await this.#loadRepeatable(keys, months);
  }

  async #loadRepeatable(keys: readonly string[], months: readonly CivilMonth[]): Promise<void> {
    const entries = await store.listEntriesOfMonths(this.#reader, this.#ledger, keys, months);
    if (entries.length === 0) return;
    const repeated = await store.listKnownLines(this.#reader, this.#ledger, keys, this.#sourceId);
    const taken = new Set(repeated.map(({ accountKey, entryNo }) => `${accountKey} ${entryNo}`));
    const reversed = new Set(
      entries.flatMap(({ accountKey, entry }) =>
        entry.reverses === undefined
          ? []
          : [`${accountKey} ${entry.reverses}`, `${accountKey} ${entry.entryNo}`],
      ),
    );
    for (const { accountKey, entry } of entries) {
      const account = this.#accounts.get(accountKey);
      const place = `${accountKey} ${entry.entryNo}`;
      if (account === undefined || account.seen.has(entry.entryNo)) continue;
      account.seen.add(entry.entryNo);
      if (equalBytes(entry.sourceId, this.#sourceId) || taken.has(place) || reversed.has(place)) continue;
      const like = likeness(entry, entry.reference);
      account.unrepeated.set(like, [...(account.unrepeated.get(like) ?? []), entry.entryNo]);
    }
  }

  /** Posts a line to an account named in {@link load}, or finds the entry that it repeats. */
  post(
    accountKey: Uint8Array,
    entry: PremiumEntry,
    reference: string | undefined,
    sourceLine: number,
  ): Posted {
    const key = renderUuid(accountKey);
    const account = this.#accounts.get(key) ?? newAccount(accountKey);
    this.#accounts.set(key, account);
    const repeats = account.unrepeated.get(likeness(entry, reference))?.shift();
    if (repeats !== undefined) return { kind: "known", entryNo: repeats };
    account.entryNo += 1;
    account.seen.add(account.entryNo);
    const source = { sourceId: this.#sourceId, sourceLine };
    const numbered = { ...entry, entryNo: account.entryNo };
    const digest = entryDigest(account.head, accountKey, numbered, source);
    account.head = digest;
    return {
      kind: "accepted",
      entry: { ...numbered, ...source, digest, ...(reference !== undefined && { reference }) },
    };
  }
}

function newAccount(accountKey: Uint8Array): Account {
  return { accountKey, entryNo: 0, head: chainStart, unrepeated: new Map(), seen: new Set() };
}

/** Equal for entries that a sender would mean as one. */
function likeness(entry: PremiumEntry, reference: string | undefined): string {
  const { month, scheme, kind, amountYen, remunerationYen = "" } = entry;
  return `${month} ${scheme} ${kind} ${amountYen} ${remunerationYen} ${reference ?? ""}`;
}
