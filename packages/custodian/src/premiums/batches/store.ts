/** SQL of the batches of premium entries as they were noted in the keeper's journal. */
import type { Reader, Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { parseUuid, renderUuid } from "../../db/uuid.ts";

/** A batch as it was noted in the keeper's journal. */
export interface PremiumBatchRow {
  readonly sourceId: Uint8Array;
  readonly batchNo: number;
  readonly eventNumber: bigint;
  readonly entries: number;
  /** Of the last entry of each account, 32 bytes each. */
  readonly digests: Uint8Array;
}

/** Writes the row unless the batch has one: an operation may be noted by two at once. */
export async function appendPremiumBatch(tx: Tx, row: PremiumBatchRow): Promise<void> {
  await tx.run(sql`
    insert into premium_batches (source_id, batch_no, event_number, entries, digests)
    values (${renderUuid(row.sourceId)}, ${row.batchNo}, ${row.eventNumber}, ${row.entries}, ${row.digests})
    on conflict (source_id, batch_no) do nothing`);
}

/** Operations whose entries no event of the journal names yet, oldest first. */
export async function listUnnotedOperations(reader: Reader, limit: number): Promise<Uint8Array[]> {
  const rows = await reader.list<{ source_id: string }>(sql`
    select s.source_id from sources s
    where s.kind in ('correction', 'return', 'suspense-posting')
      and not exists (select from premium_batches n where n.source_id = s.source_id)
      and (exists (select from premium_entries e where e.source_id = s.source_id and e.source_line = 0)
        or exists (select from suspense_entries e where e.source_id = s.source_id and e.source_line = 0))
    order by s.recorded_at, s.source_id limit ${limit}`);
  return rows.map((row) => parseUuid(row.source_id));
}

/** The batches of a person's entries, with the lines that each was made of (0 to 0 where its source has none). */
export async function listPremiumBatches(
  reader: Reader,
  personKey: Uint8Array,
): Promise<(PremiumBatchRow & { readonly firstLine: number; readonly lastLine: number })[]> {
  const rows = await reader.list<{
    source_id: string;
    batch_no: number;
    event_number: bigint;
    entries: number;
    digests: Uint8Array;
    first_line: number;
    last_line: number;
  }>(sql`
    select n.source_id, n.batch_no, n.event_number, n.entries, n.digests, b.first_line, b.last_line
    from source_batches b join premium_batches n using (source_id, batch_no)
    where exists (
      select from premium_entries e
      where e.person_key = ${renderUuid(personKey)} and e.source_id = b.source_id
        and e.source_line between b.first_line and b.last_line
    )
    order by n.event_number`);
  return rows.map((row) => ({
    sourceId: parseUuid(row.source_id),
    batchNo: row.batch_no,
    eventNumber: row.event_number,
    entries: row.entries,
    digests: row.digests,
    firstLine: row.first_line,
    lastLine: row.last_line,
  }));
}
