/** SQL of the batches that records were sealed in. */
import type { Reader, Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { parseUuid, renderUuid } from "../../db/uuid.ts";
import type { RecordBatchRow } from "./record-batch.ts";

/** In which event records were sealed; with them, in their transaction. */
export async function appendRecordBatch(tx: Tx, row: RecordBatchRow): Promise<void> {
  const { sourceId, firstLine, lastLine, eventNumber, digests } = row;
  await tx.run(sql`
    insert into record_batches (source_id, first_line, last_line, event_number, digests)
    values (${renderUuid(sourceId)}, ${firstLine}, ${lastLine}, ${eventNumber}, ${digests})`);
}

/** The batches that a person's records were sealed in, oldest first. */
export async function listRecordBatches(reader: Reader, personKey: Uint8Array): Promise<RecordBatchRow[]> {
  const rows = await reader.list<{
    source_id: string;
    first_line: number;
    last_line: number;
    event_number: bigint;
    digests: Uint8Array;
  }>(sql`
    select b.source_id, b.first_line, b.last_line, b.event_number, b.digests
    from record_batches b
    where (b.source_id, b.first_line) in (
      select r.source_id, (
        select max(first_line) from record_batches
        where source_id = r.source_id and first_line <= r.source_line
      )
      from records r where r.person_key = ${renderUuid(personKey)}
    )
    order by b.event_number`);
  return rows.map((row) => ({
    sourceId: parseUuid(row.source_id),
    firstLine: row.first_line,
    lastLine: row.last_line,
    eventNumber: row.event_number,
    digests: row.digests,
  }));
}
