/**
 * SQL of the audit: reads only, in the role of the auditor. Whatever could grow with the register is streamed by key or
 * judged by the server, which answers with a count and a few keys.
 */
import type { Reader } from "../db/database.ts";
import { sql, sqlText } from "../db/sql.ts";
import type { Query } from "../db/sql.ts";
import { auditLimits } from "./limits.ts";
import type { Amount, Balance } from "./report.ts";

/** How many rows a check found, and the keys of some. */
export interface Hits {
  readonly count: number;
  readonly examples: readonly string[];
}

/** `rows` has one column, `key`. */
async function hitsOf(reader: Reader, rows: Query): Promise<Hits> {
  const row = await reader.get<{ count: bigint; examples: string[] | null }>(sql`
    with found as (${rows})
    select (select count(*) from found) as count,
           (select array_agg(key::text) from (select key from found limit ${auditLimits.examples}) named) as examples`);
  return { count: Number(row.count), examples: row.examples ?? [] };
}

/** Sums of one kind of source. `kind` is null for rows whose source does not exist. */
export interface KindBalance extends Balance {
  readonly kind: string | null;
  readonly sources: number;
  readonly unbalanced: Hits;
  /** Sources that received anything at all. */
  readonly receiving: Hits;
}

/**
 * Every movement of every table under its source, with the sign it has in its place: a reversing entry counts −1, what was
 * settled leaves suspense, what was returned is in the place `returned`.
 */
export async function listBalances(reader: Reader): Promise<KindBalance[]> {
  const rows = await reader.list<Record<BalanceColumn, bigint> & BalanceKind>(sql`
    with movements (source_id, place, n, yen) as (
      select source_id, 'received', received_count, received_yen from source_batches
      union all
      select source_id, 'posted', case when reverses_entry_no is null then 1 else -1 end, amount_yen from premium_entries
      union all
      select source_id, 'suspense', case when reverses_entry_no is null then 1 else -1 end, amount_yen from suspense_entries
      union all
      select s.source_id, 'suspense', case when e.reverses_entry_no is null then -1 else 1 end, -e.amount_yen
      from suspense_settlements s join suspense_entries e using (owner_key, entry_no)
      union all
      select s.source_id, 'returned', case when e.reverses_entry_no is null then 1 else -1 end, e.amount_yen
      from suspense_settlements s join suspense_entries e using (owner_key, entry_no) where s.outcome = 'returned'
      union all
      select r.source_id, 'returned', case when e.reverses_entry_no is null then -1 else 1 end, -e.amount_yen
      from premium_returns r join premium_entries e using (person_key, entry_no)
    ), per_source as (
      select source_id,
             coalesce(sum(n) filter (where place = 'received'), 0) as received_count,
             coalesce(sum(yen) filter (where place = 'received'), 0) as received_yen,
             coalesce(sum(n) filter (where place = 'posted'), 0) as posted_count,
             coalesce(sum(yen) filter (where place = 'posted'), 0) as posted_yen,
             coalesce(sum(n) filter (where place = 'suspense'), 0) as suspense_count,
             coalesce(sum(yen) filter (where place = 'suspense'), 0) as suspense_yen,
             coalesce(sum(n) filter (where place = 'returned'), 0) as returned_count,
             coalesce(sum(yen) filter (where place = 'returned'), 0) as returned_yen
      from movements group by source_id
    ), judged as (
      select s.kind, p.*,
             received_count <> posted_count + suspense_count + returned_count
               or received_yen <> posted_yen + suspense_yen + returned_yen as is_unbalanced,
             received_count <> 0 or received_yen <> 0 as is_receiving
      from per_source p left join sources s using (source_id)
    )
    select kind, count(*) as sources,
           sum(received_count) as received_count, sum(received_yen) as received_yen,
           sum(posted_count) as posted_count, sum(posted_yen) as posted_yen,
           sum(suspense_count) as suspense_count, sum(suspense_yen) as suspense_yen,
           sum(returned_count) as returned_count, sum(returned_yen) as returned_yen,
           count(*) filter (where is_unbalanced) as unbalanced,
           (array_agg(source_id::text) filter (where is_unbalanced))[1:${auditLimits.examples}::integer] as unbalanced_ids,
           count(*) filter (where is_receiving) as receiving,
           (array_agg(source_id::text) filter (where is_receiving))[1:${auditLimits.examples}::integer] as receiving_ids
    from judged group by kind order by kind nulls last`);
  return rows.map((row) => ({
    kind: row.kind,
    sources: Number(row.sources),
    received: { count: row.received_count, yen: row.received_yen },
    posted: { count: row.posted_count, yen: row.posted_yen },
    suspense: { count: row.suspense_count, yen: row.suspense_yen },
    returned: { count: row.returned_count, yen: row.returned_yen },
    unbalanced: { count: Number(row.unbalanced), examples: row.unbalanced_ids ?? [] },
    receiving: { count: Number(row.receiving), examples: row.receiving_ids ?? [] },
  }));
}

type BalanceColumn = `${keyof Balance}_${"count" | "yen"}` | "sources" | "unbalanced" | "receiving";
interface BalanceKind {
  readonly kind: string | null;
  readonly unbalanced_ids: string[] | null;
  readonly receiving_ids: string[] | null;
}

/** What left suspense and what was returned, by kind of entry: what the walk through the entries cannot see. */
export async function listMovedOut(
  reader: Reader,
): Promise<{ kind: number; place: "settled" | "returned"; amount: Amount }[]> {
  const rows = await reader.list<{ kind: number; place: "settled" | "returned"; n: bigint; yen: bigint }>(sql`
    select kind, place, count(*) as n, sum(yen) as yen from (
      select e.kind, 'settled' as place, e.amount_yen as yen
      from suspense_settlements s join suspense_entries e using (owner_key, entry_no)
      union all
      select e.kind, 'returned', e.amount_yen
      from suspense_settlements s join suspense_entries e using (owner_key, entry_no) where s.outcome = 'returned'
      union all
      select e.kind, 'returned', -e.amount_yen from premium_returns r join premium_entries e using (person_key, entry_no)
    ) moved group by kind, place`);
  return rows.map(({ kind, place, n, yen }) => ({ kind, place, amount: { count: n, yen } }));
}

/** Checks that the server judges by itself: SQL that names what is wrong, one key each. */
export const registerChecks = {
  "lines-do-not-add-up": sqlText(`
    select source_id as key from (
      select source_id, batch_no, first_line, last_line, rows_read, rejects_bytes,
             accepted + known + rejected as lines, least(accepted, known, rejected) as least_count,
             row_number() over w - 1 as expected_no, lag(rows_read, 1, 0::bigint) over w as rows_before,
             lag(last_line, 1, 0) over w as line_before, lag(rejects_bytes, 1, 0::bigint) over w as bytes_before
      from source_batches window w as (partition by source_id order by batch_no)
    ) b
    where batch_no <> expected_no or least_count < 0 or rows_read - rows_before <> lines or rejects_bytes < bytes_before
      or last_line < first_line or (lines > 0 and first_line <= line_before)`),
  "lines-without-rows": sqlText(`
    select b.source_id as key
    from (select source_id, sum(accepted) as accepted, sum(known) as known from source_batches group by 1) b
    join sources s using (source_id)
    left join (select source_id, count(*) as n from records group by 1) r using (source_id)
    left join (select source_id, count(*) as n from premium_entries group by 1) p using (source_id)
    left join (select source_id, count(*) as n from suspense_entries group by 1) h using (source_id)
    left join (select source_id, count(*) as n from known_premium_lines group by 1) kp using (source_id)
    left join (select source_id, count(*) as n from known_suspense_lines group by 1) ks using (source_id)
    where (s.kind = 'persons-file' and b.accepted <> coalesce(r.n, 0))
       or (s.kind = 'premiums-file' and (b.accepted <> coalesce(p.n, 0) + coalesce(h.n, 0)
                                         or b.known <> coalesce(kp.n, 0) + coalesce(ks.n, 0)))`),
  "finished-otherwise": sqlText(`
    select coalesce(f.source_id, s.source_id) as key
    from sources_finished f
    full join sources s using (source_id)
    left join (select source_id, max(rows_read) as lines from source_batches group by 1) b using (source_id)
    where s.source_id is null or f.lines <> coalesce(b.lines, 0)
       or (f.source_id is null and s.kind not in ('persons-file', 'premiums-file'))`),
  "source-unfinished": sqlText(`
    select source_id as key from sources s
    where kind in ('persons-file', 'premiums-file')
      and not exists (select 1 from sources_finished f where f.source_id = s.source_id)`),
  "settlement-unmatched": sqlText(`
    select s.owner_key::text || ' ' || s.entry_no as key
    from suspense_settlements s
    left join suspense_entries e using (owner_key, entry_no)
    left join premium_entries p on p.person_key = s.person_key and p.entry_no = s.person_entry_no
    where e.owner_key is null or e.reverses_entry_no is not null
       or (s.outcome = 'posted' and (p.person_key is null or p.reverses_entry_no is not null or p.source_id <> s.source_id
           or (p.premium_month, p.scheme, p.kind, p.amount_yen) is distinct from (e.premium_month, e.scheme, e.kind, e.amount_yen)))
    union all
    select person_key::text || ' ' || person_entry_no from suspense_settlements
    where person_key is not null group by person_key, person_entry_no having count(*) > 1`),
  "return-unmatched": sqlText(`
    select r.person_key::text || ' ' || r.entry_no as key
    from premium_returns r left join premium_entries e using (person_key, entry_no)
    where e.person_key is null or e.reverses_entry_no is null or e.source_id <> r.source_id`),
  "known-line-unmatched": sqlText(`
    select k.person_key::text || ' ' || k.entry_no as key from known_premium_lines k
    left join premium_entries e using (person_key, entry_no) where e.person_key is null
    union all
    select k.owner_key::text || ' ' || k.entry_no from known_suspense_lines k
    left join suspense_entries e using (owner_key, entry_no) where e.owner_key is null`),
  "ledger-of-nobody": sqlText(`
    select distinct person_key::text as key from premium_entries e
    where not exists (select 1 from persons p where p.person_key = e.person_key)
    union all
    select distinct owner_key::text from suspense_entries e
    where not exists (select 1 from suspense_owners o where o.owner_key = e.owner_key)`),
  "record-of-nobody": sqlText(`
    select distinct person_key as key from records r
    where not exists (select 1 from persons p where p.person_key = r.person_key)`),
  "token-of-nobody": sqlText(`
    select distinct person_key as key from person_tokens t
    where not exists (select 1 from persons p where p.person_key = t.person_key)
    union all
    select distinct owner_key from suspense_tokens t
    where not exists (select 1 from suspense_owners o where o.owner_key = t.owner_key)`),
  "token-of-erased": sqlText(`
    select distinct t.person_key as key from person_tokens t join erasures e using (person_key)`),
  "person-not-findable": sqlText(`
    select person_key as key from persons p
    where not exists (select 1 from person_tokens t where t.person_key = p.person_key)
      and not exists (select 1 from erasures e where e.person_key = p.person_key)`),
  // Each person falls to the last block that begins at or below their number; a block must be filled exactly.
  "person-numbers": sqlText(`
    with blocks as (
      select first_no, person_count, row_number() over (order by first_no) as bucket,
             lag(first_no + person_count, 1, 1::bigint) over (order by first_no) as expected_no
      from person_no_blocks
    ), filled as (
      select width_bucket(person_no, (select array_agg(first_no order by first_no) from blocks)) as bucket,
             count(*) as n, count(distinct person_no) as distinct_n, min(person_no) as lowest, max(person_no) as highest
      from persons group by 1
    )
    select coalesce(first_no, lowest)::text as key from blocks full join filled using (bucket)
    where first_no is distinct from expected_no or n is distinct from person_count or distinct_n <> n
       or lowest is distinct from first_no or highest is distinct from first_no + person_count - 1`),
  "source-missing": sqlText(`
    select source_id as key from (
      select source_id from persons union select source_id from records union select source_id from suspense_owners
      union select source_id from person_no_blocks union select source_id from known_premium_lines
      union select source_id from known_suspense_lines
    ) named where not exists (select 1 from sources s where s.source_id = named.source_id)`),
} as const satisfies Readonly<Record<string, Query>>;

export async function findHits(reader: Reader, check: keyof typeof registerChecks): Promise<Hits> {
  return hitsOf(reader, registerChecks[check]);
}

/** A person with what is known of their records. */
export interface PersonRow {
  readonly key: string;
  readonly records: number;
  /** Numbered 0, 1, 2 … and at least one. */
  readonly isWhole: boolean;
  readonly isErased: boolean;
}

const before = "00000000-0000-0000-0000-000000000000";

/** Persons in the order of their keys, behind `after`. */
export async function listPersons(reader: Reader, after: string = before): Promise<PersonRow[]> {
  const rows = await reader.list<{ key: string; records: bigint; is_whole: boolean; is_erased: boolean }>(sql`
    select p.person_key as key, coalesce(r.n, 0) as records, coalesce(r.lo = 0 and r.hi = r.n - 1, false) as is_whole,
           e.person_key is not null as is_erased
    from (select person_key from persons where person_key > ${after}::uuid order by person_key
          limit ${auditLimits.pageKeys}) p
    left join lateral (
      select count(*) as n, min(record_no) as lo, max(record_no) as hi from records where person_key = p.person_key
    ) r on true
    left join erasures e using (person_key)
    order by p.person_key`);
  return rows.map((row) => ({
    key: row.key,
    records: Number(row.records),
    isWhole: row.is_whole,
    isErased: row.is_erased,
  }));
}

export async function listOwners(reader: Reader, after: string = before): Promise<{ key: string }[]> {
  return reader.list<{ key: string }>(sql`
    select owner_key as key from suspense_owners where owner_key > ${after}::uuid order by owner_key
    limit ${auditLimits.pageKeys}`);
}

/** Of the database of keys; the auditor never sees a wrapped key. */
export async function listKeys(
  reader: Reader,
  after: string = before,
): Promise<{ key: string; kekVersion: number }[]> {
  const rows = await reader.list<{ key: string; kek_version: number }>(sql`
    select person_key as key, kek_version from person_keys where person_key > ${after}::uuid order by person_key
    limit ${auditLimits.pageKeys}`);
  return rows.map((row) => ({ key: row.key, kekVersion: row.kek_version }));
}

/** Erased since the audit's snapshot was taken, too, when the reader is not in it. */
export async function isErased(reader: Reader, key: string): Promise<boolean> {
  return (await reader.find(sql`select 1 as one from erasures where person_key = ${key}`)) !== undefined;
}

export async function countErasures(reader: Reader): Promise<number> {
  const row = await reader.get<{ count: bigint }>(sql`select count(*) as count from erasures`);
  return Number(row.count);
}

export async function countSources(reader: Reader): Promise<number> {
  const row = await reader.get<{ count: bigint }>(sql`select count(*) as count from sources`);
  return Number(row.count);
}

/** Settings as this session has them, and as they are set for the custodian's sessions where those differ. */
export async function listSettings(
  reader: Reader,
  names: readonly string[],
): Promise<{ name: string; setting: string }[]> {
  return reader.list(sql`
    select name, setting from pg_settings where name = any(${names}::text[])
    union all
    select split_part(line, '=', 1), split_part(line, '=', 2)
    from pg_db_role_setting s cross join unnest(s.setconfig) line
    where (s.setrole = 0 or s.setrole = 'kura_custodian'::regrole)
      and (s.setdatabase = 0 or s.setdatabase = (select oid from pg_database where datname = current_database()))
      and split_part(line, '=', 1) = any(${names}::text[])
    order by name`);
}

/** What a role may do with a table, or with a column of it that is granted by itself. */
export interface Right {
  readonly role: string;
  readonly table: string;
  /** Absent for the whole table. */
  readonly column: string | null;
  readonly privilege: string;
}

/** Every right that the roles have on tables of ours, however they came to it; columns only where the table is not theirs. */
export async function listRights(reader: Reader, roles: readonly string[]): Promise<Right[]> {
  return reader.list<Right>(sql`
    with tables as (
      select c.oid, c.relname::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
    )
    select role, t.name as table, null as column, privilege
    from unnest(${roles}::text[]) role, tables t,
         unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) privilege
    where has_table_privilege(role, t.oid, privilege)
    union all
    select role, t.name, a.attname::text, privilege
    from unnest(${roles}::text[]) role, tables t, pg_attribute a, unnest(array['select', 'insert', 'update']) privilege
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      and not has_table_privilege(role, t.oid, privilege)
      and has_column_privilege(role, t.oid, a.attnum, privilege)`);
}

export async function listTables(reader: Reader): Promise<string[]> {
  const rows = await reader.list<{ name: string }>(sql`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`);
  return rows.map((row) => row.name);
}
