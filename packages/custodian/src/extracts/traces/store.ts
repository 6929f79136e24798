/** SQL of traces: in which rows of which extracts the persons and honey rows of a leaked sample stand. */
import type { Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { type Token, termKinds } from "../../vault/terms.ts";

/**
 * Persons by the token of a kanji name with its birth date, which the blind index leaves out where there is a kana name:
 * reads every record's own token, so it is for a sample and never for a look.
 */
export async function listByNameToken(
  reader: Reader,
  tokens: readonly Token[],
): Promise<{ readonly token: Token; readonly kind: number; readonly personKey: string }[]> {
  const rows = await reader.list<{ token: bigint; person_key: string }>(sql`
    select distinct name_token as token, person_key from records where name_token = any(${tokens}::bigint[])`);
  return rows.map(({ token, person_key }) => ({
    token,
    kind: termKinds.nameBirth,
    personKey: person_key,
  }));
}

/** Rows in which some persons stand, and honey rows that some tokens name, by extract. */
export async function listRowsOf(
  reader: Reader,
  persons: readonly string[],
  tokens: readonly Token[],
): Promise<
  {
    readonly extractId: string;
    readonly row: number;
    readonly person: string | undefined;
    readonly token: Token | undefined;
  }[]
> {
  const rows = await reader.list<{
    extract_id: string;
    row_no: number;
    person_key: string | null;
    token: bigint | null;
  }>(sql`
    select r.extract_id, r.row_no, r.person_key, null::bigint as token
    from extract_rows r
    where r.person_key = any(${persons}::uuid[]) and r.extract_id in (
      select case_id::uuid from disclosures where kind = 'extracted' and person_key = any(${persons}::uuid[]))
    union all
    select extract_id, row_no, null, token from extract_honey where token = any(${tokens}::bigint[])`);
  return rows.map((row) => ({
    extractId: row.extract_id,
    row: row.row_no,
    person: row.person_key ?? undefined,
    token: row.token ?? undefined,
  }));
}
