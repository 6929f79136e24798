/** SQL of what exposed persons are counted by besides: prefectures, and whether they pay premiums by the ledger's own months. */
import type { Reader, Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { PersonSet, personNoOf } from "../person-set.ts";

/** How far the ledger has come: equal numbers are the same entries, because none is ever taken away. */
export interface LedgerState {
  readonly batches: bigint;
  readonly operations: bigint;
}

export async function getLedgerState(reader: Reader): Promise<LedgerState> {
  return reader.get<LedgerState>(sql`
    select (select count(*) from source_batches) as batches,
           (select count(*) from premium_entries where source_line = 0) as operations`);
}

/** Who has a premium in that month or later, where it was counted for this state. */
export async function findPayers(
  reader: Reader,
  sinceMonth: string,
  { batches, operations }: LedgerState,
): Promise<PersonSet | undefined> {
  const row = await reader.find<{ persons: Uint8Array }>(sql`
    select persons from exposure_payers
    where since_month = ${sinceMonth}::date and batches = ${batches} and operations = ${operations}`);
  return row && PersonSet.decode(row.persons);
}

/** @throws {Fault} `sql-23505` when another process has counted the same. */
export async function appendPayers(
  tx: Tx,
  sinceMonth: string,
  { batches, operations }: LedgerState,
  persons: PersonSet,
): Promise<void> {
  await tx.run(sql`
    insert into exposure_payers (since_month, batches, operations, person_count, persons)
    values (${sinceMonth}::date, ${batches}, ${operations}, ${persons.size}, ${persons.encode()})`);
}

/** Numbers of persons with a premium in that month or later, joined by commas: reads the ledger once for each person. */
export async function listPayers(reader: Reader, sinceMonth: string): Promise<string> {
  const row = await reader.get<{ persons: string | null }>(sql`
    select string_agg(p.person_no::text, ',') as persons from persons p
    where exists (
      select from premium_entries e where e.person_key = p.person_key and e.premium_month >= ${sinceMonth}::date)`);
  return row.persons ?? "";
}

/** One byte for each person of a block, in the order of their numbers. */
export interface PrefectureBlock {
  readonly firstNo: number;
  readonly prefectures: Uint8Array;
}

export async function listPrefectures(reader: Reader): Promise<PrefectureBlock[]> {
  const rows = await reader.list<{ first_no: bigint; prefectures: Uint8Array }>(sql`
    select first_no, prefectures from person_no_blocks where prefectures is not null order by first_no`);
  return rows.map(({ first_no, prefectures }) => ({ firstNo: personNoOf(first_no), prefectures }));
}

/** Later addresses, oldest first. */
export async function listMoves(
  reader: Reader,
): Promise<readonly { readonly personNo: number; readonly prefecture: number }[]> {
  const rows = await reader.list<{ person_no: bigint; prefecture: number }>(sql`
    select p.person_no, get_byte(m.prefectures, (k.n - 1)::integer) as prefecture
    from person_moves m cross join unnest(m.person_keys) with ordinality as k (person_key, n)
    join persons p on p.person_key = k.person_key
    order by m.recorded_at, m.source_id, m.batch_no, k.n`);
  return rows.map(({ person_no, prefecture }) => ({ personNo: personNoOf(person_no), prefecture }));
}
