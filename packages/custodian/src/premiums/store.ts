/**
 * SQL of the premium ledger and of suspense. The two are kept alike: an account is a person's or an unknown owner's, and
 * every function takes the {@link Ledger} it works on. Rows become values here.
 */
import { monthOfDate, parseCivilDate } from "@kura/kernel/civil-date.ts";
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { BinaryCopy } from "../db/binary-copy.ts";
import type { Reader, Tx } from "../db/database.ts";
import { sql, sqlText } from "../db/sql.ts";
import type { Query } from "../db/sql.ts";
import { parseUuid, renderUuid } from "../db/uuid.ts";
import type { Token } from "../vault/terms.ts";
import type { ChainedEntry } from "./chain.ts";
import { kindNumbers, kindOfNumber, schemeNumbers, schemeOfNumber } from "./entry.ts";

/** Whose entries: persons' or unknown owners'. */
export type Ledger = "person" | "suspense";

/** An entry as it stands in a table. */
export interface StoredEntry extends ChainedEntry {
  /** The sender's receipt number. */
  readonly reference?: string;
}

/** An account's last entry. */
export interface AccountHead {
  readonly accountKey: string;
  readonly entryNo: number;
  readonly digest: Uint8Array;
}

const tables: Readonly<Record<Ledger, { entries: Query; known: Query; key: Query }>> = {
  person: {
    entries: sqlText("premium_entries"),
    known: sqlText("known_premium_lines"),
    key: sqlText("person_key"),
  },
  suspense: {
    entries: sqlText("suspense_entries"),
    known: sqlText("known_suspense_lines"),
    key: sqlText("owner_key"),
  },
};

/** Heads of the accounts that have entries. */
export async function listHeads(
  reader: Reader,
  ledger: Ledger,
  accounts: readonly string[],
): Promise<AccountHead[]> {
  if (accounts.length === 0) return [];
  const { entries, key } = tables[ledger];
  const rows = await reader.list<{ account_key: string; entry_no: number; chain_digest: Uint8Array }>(sql`
    select a.account_key, e.entry_no, e.chain_digest
    from unnest(${accounts}::uuid[]) as a (account_key)
    cross join lateral (
      select entry_no, chain_digest from ${entries} where ${key} = a.account_key order by entry_no desc limit 1
    ) e`);
  return rows.map((row) => ({
    accountKey: row.account_key,
    entryNo: row.entry_no,
    digest: row.chain_digest,
  }));
}

/** Entries of the accounts in those months, with the number of each that a line of `sourceId` repeated already. */
export async function listEntriesOfMonths(
  reader: Reader,
  ledger: Ledger,
  accounts: readonly string[],
  months: readonly CivilMonth[],
): Promise<{ accountKey: string; entry: StoredEntry }[]> {
  if (accounts.length === 0) return [];
  const { entries, key } = tables[ledger];
  const rows = await reader.list<EntryRow>(sql`
    select ${key} as account_key, ${entryColumns} from ${entries}
    where ${key} = any(${accounts}::uuid[]) and premium_month = any(${months.map(firstDay)}::date[])
    order by ${key}, entry_no`);
  return rows.map((row) => ({ accountKey: row.account_key, entry: entryOf(row) }));
}

/** Which entries of the accounts lines of this source have repeated. */
export async function listKnownLines(
  reader: Reader,
  ledger: Ledger,
  accounts: readonly string[],
  sourceId: Uint8Array,
): Promise<{ accountKey: string; entryNo: number }[]> {
  if (accounts.length === 0) return [];
  const { known, key } = tables[ledger];
  const rows = await reader.list<{ account_key: string; entry_no: number }>(sql`
    select ${key} as account_key, entry_no from ${known}
    where ${key} = any(${accounts}::uuid[]) and source_id = ${renderUuid(sourceId)}`);
  return rows.map((row) => ({ accountKey: row.account_key, entryNo: row.entry_no }));
}

/** All entries of one account, oldest first. */
export async function listEntries(
  reader: Reader,
  ledger: Ledger,
  accountKey: Uint8Array,
): Promise<StoredEntry[]> {
  const { entries, key } = tables[ledger];
  const rows = await reader.list<EntryRow>(sql`
    select ${key} as account_key, ${entryColumns} from ${entries}
    where ${key} = ${renderUuid(accountKey)} order by entry_no`);
  return rows.map(entryOf);
}

/** Where a walk through a whole ledger is: behind that entry. */
export interface LedgerPlace {
  readonly accountKey: string;
  readonly entryNo: number;
}

/**
 * Entries behind `after` in the order of accounts and numbers, for going through a whole ledger.
 *
 * A page is so many entries, not accounts, so that it is one range of the primary key whatever the server knows of the table.
 */
export async function listEntriesBehind(
  reader: Reader,
  ledger: Ledger,
  after: LedgerPlace | undefined,
  limit: number,
): Promise<{ accountKey: string; entry: StoredEntry }[]> {
  const { entries, key } = tables[ledger];
  const { accountKey, entryNo } = after ?? { accountKey: "00000000-0000-0000-0000-000000000000", entryNo: 0 };
  const rows = await reader.list<EntryRow>(sql`
    select ${key} as account_key, ${entryColumns} from ${entries}
    where (${key}, entry_no) > (${accountKey}::uuid, ${entryNo}::integer)
    order by ${key}, entry_no limit ${limit}`);
  return rows.map((row) => ({ accountKey: row.account_key, entry: entryOf(row) }));
}

export async function appendEntries(
  tx: Tx,
  ledger: Ledger,
  accounts: readonly { readonly accountKey: Uint8Array; readonly entry: StoredEntry }[],
  atMs: number,
): Promise<void> {
  const rows = new BinaryCopy();
  for (const { accountKey, entry } of accounts) {
    rows.row(13).bytes(accountKey).int4(entry.entryNo).date(firstDay(entry.month));
    rows.int2(schemeNumbers[entry.scheme]).int2(kindNumbers[entry.kind]).int8(BigInt(entry.amountYen));
    if (entry.remunerationYen === undefined) rows.null();
    else rows.int4(entry.remunerationYen);
    if (entry.reference === undefined) rows.null();
    else rows.text(entry.reference);
    if (entry.reverses === undefined) rows.null();
    else rows.int4(entry.reverses);
    rows.bytes(entry.digest).bytes(entry.sourceId).int4(entry.sourceLine).timestamp(atMs);
  }
  const table = ledger === "person" ? "premium_entries (person_key" : "suspense_entries (owner_key";
  await tx.copy(
    `copy ${table}, entry_no, premium_month, scheme, kind, amount_yen, remuneration_yen, reference,
      reverses_entry_no, chain_digest, source_id, source_line, recorded_at) from stdin (format binary)`,
    rows,
  );
}

/** Entries that an operation added to a ledger, in the order of accounts and numbers. */
export async function listEntriesOfOperation(
  reader: Reader,
  ledger: Ledger,
  sourceId: Uint8Array,
): Promise<{ accountKey: string; entry: StoredEntry }[]> {
  const { entries, key } = tables[ledger];
  const rows = await reader.list<EntryRow>(sql`
    select ${key} as account_key, ${entryColumns} from ${entries}
    where source_id = ${renderUuid(sourceId)} and source_line = 0
    order by ${key}, entry_no`);
  return rows.map((row) => ({ accountKey: row.account_key, entry: entryOf(row) }));
}

export async function appendKnownLines(
  tx: Tx,
  ledger: Ledger,
  lines: readonly {
    readonly accountKey: Uint8Array;
    readonly entryNo: number;
    readonly sourceLine: number;
  }[],
  sourceId: Uint8Array,
): Promise<void> {
  const rows = new BinaryCopy();
  for (const { accountKey, entryNo, sourceLine } of lines) {
    rows.row(4).bytes(accountKey).int4(entryNo).bytes(sourceId).int4(sourceLine);
  }
  const table = ledger === "person" ? "known_premium_lines (person_key" : "known_suspense_lines (owner_key";
  await tx.copy(`copy ${table}, entry_no, source_id, source_line) from stdin (format binary)`, rows);
}

/** An unknown owner: what a line said of them, sealed. */
export interface OwnerRow {
  readonly ownerKey: Uint8Array;
  readonly sealed: Uint8Array;
  readonly contentToken: Token;
  readonly sourceLine: number;
  readonly tokens: readonly { readonly kind: number; readonly token: Token }[];
}

export async function appendOwners(
  tx: Tx,
  owners: readonly OwnerRow[],
  sourceId: Uint8Array,
  atMs: number,
): Promise<void> {
  const rows = new BinaryCopy();
  const tokens = new BinaryCopy();
  for (const owner of owners) {
    rows.row(6).bytes(owner.ownerKey).bytes(owner.sealed).int8(owner.contentToken);
    rows.bytes(sourceId).int4(owner.sourceLine).timestamp(atMs);
    for (const { kind, token } of owner.tokens) tokens.row(3).int8(token).int2(kind).bytes(owner.ownerKey);
  }
  await tx.copy(
    `copy suspense_owners (owner_key, sealed, content_token, source_id, source_line, recorded_at)
      from stdin (format binary)`,
    rows,
  );
  await tx.copy("copy suspense_tokens (token, kind, owner_key) from stdin (format binary)", tokens);
}

/** Owners by the token of all that was said of them. */
export async function listOwners(
  reader: Reader,
  kind: number,
  tokens: readonly Token[],
): Promise<{ token: Token; ownerKey: string }[]> {
  if (tokens.length === 0) return [];
  const rows = await reader.list<{ token: bigint; owner_key: string }>(sql`
    select token, owner_key from suspense_tokens where token = any(${tokens}::bigint[]) and kind = ${kind}::smallint`);
  return rows.map(({ token, owner_key }) => ({ token, ownerKey: owner_key }));
}

/** How an entry left suspense. */
export interface SettlementRow {
  readonly ownerKey: Uint8Array;
  readonly entryNo: number;
  readonly outcome: "posted" | "returned";
  /** The entry it became, when it was posted. */
  readonly posted?: { readonly personKey: Uint8Array; readonly entryNo: number };
  readonly reason: string;
}

export async function appendSettlement(
  tx: Tx,
  { ownerKey, entryNo, outcome, posted, reason }: SettlementRow,
  sourceId: Uint8Array,
  atMs: number,
): Promise<void> {
  const personKey = posted === undefined ? null : renderUuid(posted.personKey);
  await tx.run(sql`
    insert into suspense_settlements (owner_key, entry_no, outcome, person_key, person_entry_no, reason, source_id, recorded_at)
    values (${renderUuid(ownerKey)}, ${entryNo}, ${outcome}, ${personKey}, ${posted?.entryNo ?? null}, ${reason},
            ${renderUuid(sourceId)}, to_timestamp(${atMs / 1000}::double precision))`);
}

/** Which entries of the owner have left suspense. */
export async function listSettlements(
  reader: Reader,
  ownerKey: Uint8Array,
): Promise<{ entryNo: number; outcome: "posted" | "returned" }[]> {
  const rows = await reader.list<{ entry_no: number; outcome: "posted" | "returned" }>(sql`
    select entry_no, outcome from suspense_settlements where owner_key = ${renderUuid(ownerKey)}`);
  return rows.map((row) => ({ entryNo: row.entry_no, outcome: row.outcome }));
}

/** In whose suspense that entry of a person was, if in anybody's. */
export async function findFormerOwner(
  reader: Reader,
  personKey: Uint8Array,
  entryNo: number,
): Promise<Uint8Array | undefined> {
  const row = await reader.find<{ owner_key: string }>(sql`
    select owner_key from suspense_settlements
    where person_key = ${renderUuid(personKey)} and person_entry_no = ${entryNo}`);
  return row === undefined ? undefined : parseUuid(row.owner_key);
}

/** Money that went back out of a person's ledger; `entryNo` is of the reversing entry. */
export interface ReturnRow {
  readonly personKey: Uint8Array;
  readonly entryNo: number;
  readonly reason: string;
}

export async function appendReturn(
  tx: Tx,
  { personKey, entryNo, reason }: ReturnRow,
  sourceId: Uint8Array,
  atMs: number,
): Promise<void> {
  await tx.run(sql`
    insert into premium_returns (person_key, entry_no, reason, source_id, recorded_at)
    values (${renderUuid(personKey)}, ${entryNo}, ${reason}, ${renderUuid(sourceId)},
            to_timestamp(${atMs / 1000}::double precision))`);
}

/** Whether premiums may be posted to the person. */
export async function findStanding(
  reader: Reader,
  personKey: Uint8Array,
): Promise<"registered" | "no-such-person" | "person-erased"> {
  const key = renderUuid(personKey);
  const row = await reader.get<{ registered: boolean; erased: boolean }>(sql`
    select exists (select 1 from persons where person_key = ${key}) as registered,
           exists (select 1 from erasures where person_key = ${key}) as erased`);
  if (row.erased) return "person-erased";
  return row.registered ? "registered" : "no-such-person";
}

const entryColumns = sqlText(
  `entry_no, premium_month, scheme, kind, amount_yen, remuneration_yen, reference, reverses_entry_no,
   chain_digest, source_id, source_line`,
);

interface EntryRow {
  readonly account_key: string;
  readonly entry_no: number;
  readonly premium_month: string;
  readonly scheme: number;
  readonly kind: number;
  readonly amount_yen: bigint;
  readonly remuneration_yen: number | null;
  readonly reference: string | null;
  readonly reverses_entry_no: number | null;
  readonly chain_digest: Uint8Array;
  readonly source_id: string;
  readonly source_line: number;
}

/** A row that has no meaning was not written by us: the ledger contradicts itself. */
function entryOf(row: EntryRow): StoredEntry {
  const date = parseCivilDate(row.premium_month);
  const scheme = schemeOfNumber(row.scheme);
  const kind = kindOfNumber(row.kind);
  if (date === undefined || scheme === undefined || kind === undefined) {
    throw new Breach("an entry of the ledger has no meaning", {
      account: row.account_key,
      entryNo: row.entry_no,
    });
  }
  return {
    entryNo: row.entry_no,
    month: monthOfDate(date),
    scheme,
    kind,
    amountYen: parseYen(row.amount_yen.toString()),
    ...(row.remuneration_yen !== null && { remunerationYen: parseYen(row.remuneration_yen) }),
    ...(row.reference !== null && { reference: row.reference }),
    ...(row.reverses_entry_no !== null && { reverses: row.reverses_entry_no }),
    digest: row.chain_digest,
    sourceId: Buffer.from(row.source_id.replaceAll("-", ""), "hex"),
    sourceLine: row.source_line,
  };
}

function firstDay(month: CivilMonth): CivilDate {
  return `${month}-01` as CivilDate;
}
