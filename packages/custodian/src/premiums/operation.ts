/**
 * How anything but an import moves money in the ledger: one transaction with its own source, its entries and their counts.
 *
 * Called by `correct.ts`, `return-premium.ts` and `post-from-suspense.ts`, which only decide. Nothing is changed or deleted:
 * an operation adds entries, settlements and returns, and counts them so that received = posted + suspense + returned.
 * Two operations on one account cannot both write its next entry (the primary key is account and number): the slower is
 * rolled back and decided again on what it then sees.
 * CRASH: one transaction, so an operation happened or did not; sent again under its id it happens once. The keeper's journal
 * may then name a batch that nobody wrote.
 */
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import type { Database, Tx } from "../db/database.ts";
import * as sources from "../jobs/store.ts";
import { chainStart, entryDigest } from "./chain.ts";
import type { PremiumEntry } from "./entry.ts";
import { premiumLimits } from "./limits.ts";
import { noteBatch, type PremiumNoter } from "./batches/note-batch.ts";
import * as batches from "./batches/store.ts";
import * as store from "./store.ts";
import type { Ledger, ReturnRow, SettlementRow, StoredEntry } from "./store.ts";

/** What every operation says of itself. */
export interface Stamp {
  /** Sixteen bytes, made by the caller: an operation sent twice under one id happens once. */
  readonly operationId: Uint8Array;
  /** One sentence for the record; never personal data. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Notes the entries in the keeper's journal before they are committed; without one a running custodian does, soon. */
  readonly noter?: PremiumNoter;
}

/** The operation of this id is in the ledger already. Before every other outcome. */
export interface Repeated {
  readonly kind: "repeated";
}

/** What is to be written; the counts follow from it. */
export interface Movement {
  readonly entries?: readonly {
    readonly ledger: Ledger;
    readonly accountKey: Uint8Array;
    readonly entry: StoredEntry;
  }[];
  /** Each with the entry that leaves suspense. */
  readonly settlements?: readonly (Omit<SettlementRow, "reason"> & { readonly settled: StoredEntry })[];
  /** Each with the entry whose money goes back. */
  readonly returns?: readonly (Omit<ReturnRow, "reason"> & { readonly returned: StoredEntry })[];
}

/** A decision: the answer, and what it moves (nothing when it is a refusal). */
export interface Decision<Outcome> {
  readonly outcome: Outcome;
  readonly movement?: Movement;
}

/**
 * Decides and writes in one transaction.
 *
 * @throws {Fault} `bad-reason`; SQLSTATE 23505 or 40001 when other operations were quicker every time.
 */
export async function operate<Outcome>(
  register: Database,
  kind: "correction" | "return" | "suspense-posting",
  stamp: Stamp,
  decide: (tx: Tx) => Promise<Decision<Outcome>>,
): Promise<Outcome | Repeated> {
  checkReason(stamp.reason);
  for (let attempt = 1; ; attempt++) {
    try {
      return await register.transact(async (tx) => {
        if (await sources.isSourceThere(tx, stamp.operationId)) return { kind: "repeated" };
        const { outcome, movement } = await decide(tx);
        if (movement !== undefined) await write(tx, kind, stamp, movement);
        return outcome;
      });
    } catch (thrown) {
      if (!isOutrun(thrown) || attempt === premiumLimits.attempts) throw thrown;
    }
  }
}

/** Entries that continue an account, numbered and chained. */
export function extend(
  accountKey: Uint8Array,
  entries: readonly StoredEntry[],
  more: readonly (PremiumEntry & { readonly reference?: string; readonly reverses?: number })[],
  { operationId }: Stamp,
): StoredEntry[] {
  const last = entries.at(-1);
  let head = { entryNo: last?.entryNo ?? 0, digest: last?.digest ?? chainStart };
  return more.map((entry) => {
    const source = { sourceId: operationId, sourceLine: 0 };
    const numbered = { ...entry, entryNo: head.entryNo + 1 };
    const digest = entryDigest(head.digest, accountKey, numbered, source);
    head = { entryNo: numbered.entryNo, digest };
    return { ...numbered, ...source, digest };
  });
}

/** The entry that undoes `entry`: of the same month, scheme and kind, with the opposite amount. */
export function reversalOf(entry: StoredEntry): PremiumEntry & { readonly reverses: number } {
  const { month, scheme, kind, amountYen, remunerationYen, entryNo } = entry;
  return {
    month,
    scheme,
    kind,
    amountYen: parseYen(0 - amountYen),
    ...(remunerationYen !== undefined && { remunerationYen }),
    reverses: entryNo,
  };
}

async function write(
  tx: Tx,
  kind: "correction" | "return" | "suspense-posting",
  stamp: Stamp,
  { entries = [], settlements = [], returns = [] }: Movement,
): Promise<void> {
  const { operationId: sourceId, reason, atMs, noter } = stamp;
  const received = sum([
    ...entries.map(({ entry }) => moved(entry, 1)),
    ...settlements.map(({ settled }) => moved(settled, -1)),
    ...settlements.flatMap(({ outcome, settled }) => (outcome === "returned" ? [moved(settled, 1)] : [])),
    ...returns.map(({ returned }) => moved(returned, 1)),
  ]);
  // INVARIANT: operations.db.test.ts "keep received = posted + suspense + returned, whatever their order".
  if (kind !== "correction" && (received.count !== 0n || received.yen !== 0n)) {
    throw new Breach("money moved inside the ledger does not balance", received);
  }
  await sources.appendSource(tx, { sourceId, kind, fileDigest: null, mappingDigest: null, reason, atMs });
  const counts = {
    firstLine: 0,
    lastLine: 0,
    rowsRead: 0,
    accepted: 0,
    known: 0,
    rejected: 0,
    rejectsBytes: 0,
  };
  const batch = { ...counts, batchNo: 0, receivedCount: received.count, receivedYen: received.yen };
  await sources.appendBatch(tx, sourceId, batch, atMs);
  for (const ledger of ["person", "suspense"] as const) {
    await store.appendEntries(
      tx,
      ledger,
      entries.filter((row) => row.ledger === ledger),
      atMs,
    );
  }
  const noted = noter === undefined ? undefined : await noteBatch(noter, sourceId, 0, entries);
  if (noted !== undefined) await batches.appendPremiumBatch(tx, noted);
  for (const settlement of settlements) {
    await store.appendSettlement(tx, { ...settlement, reason }, sourceId, atMs);
  }
  for (const row of returns) await store.appendReturn(tx, { ...row, reason }, sourceId, atMs);
  await sources.appendFinished(tx, sourceId, 0, atMs);
}

interface Sum {
  readonly count: bigint;
  readonly yen: bigint;
}

/** A reversing entry counts −1 beside its negative amount. */
function moved(entry: StoredEntry, sign: 1 | -1): Sum {
  const count = BigInt(sign * (entry.reverses === undefined ? 1 : -1));
  return { count, yen: BigInt(sign * entry.amountYen) };
}

function sum(parts: readonly Sum[]): { count: bigint; yen: bigint } {
  return parts.reduce((total, { count, yen }) => ({ count: total.count + count, yen: total.yen + yen }), {
    count: 0n,
    yen: 0n,
  });
}

function checkReason(reason: string): void {
  if (reason.length === 0 || reason.length > premiumLimits.reasonLength) {
    throw new Fault("bad-reason", `a reason has 1 to ${premiumLimits.reasonLength} characters`);
  }
}

/** Unique violation, serialisation failure, deadlock: another was quicker (PostgreSQL 18, appendix A). */
function isOutrun(thrown: unknown): boolean {
  return ["sql-23505", "sql-40001", "sql-40P01"].includes(codeOf(thrown) ?? "");
}
