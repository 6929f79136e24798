/** SQL of what exposed persons are counted by besides: today whether they pay premiums, from the ledger's own months. */
import type { Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

/** Numbers of persons with a premium in that month or later, joined by commas. */
export async function listPayers(reader: Reader, sinceMonth: string): Promise<string> {
  const row = await reader.get<{ persons: string | null }>(sql`
    select string_agg(p.person_no::text, ',') as persons from persons p
    where exists (
      select from premium_entries e where e.person_key = p.person_key and e.premium_month >= ${sinceMonth}::date)`);
  return row.persons ?? "";
}
