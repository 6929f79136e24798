/** SQL of what exposed persons are counted by besides: prefectures, and whether they pay premiums by the ledger's own months. */
import type { Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { personNoOf } from "../person-set.ts";

/** Numbers of persons with a premium in that month or later, joined by commas. */
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
