/** SQL of disclosure: the sealed records of those who are looked at. */
import type { SealedRecord } from "@kura/keeper/protocol.ts";
import type { Reader } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import { renderUuid } from "../db/uuid.ts";

/** All sealed records of a person, oldest first. */
export async function listRecords(reader: Reader, personKey: Uint8Array): Promise<SealedRecord[]> {
  const rows = await reader.list<{ record_no: number; kind: number; sealed: Uint8Array }>(sql`
    select record_no, kind, sealed from records where person_key = ${renderUuid(personKey)} order by record_no`);
  return rows.map(({ record_no, kind, sealed }) => ({ recordNo: record_no, kind, sealed }));
}
