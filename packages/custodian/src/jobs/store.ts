/** SQL of sources and their batches: what an import has done, and where it goes on. */
import type { Reader, Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import { renderUuid } from "../db/uuid.ts";

export const sourceKinds = [
  "persons-file",
  "premiums-file",
  "correction",
  "return",
  "suspense-posting",
  "erasure",
  "change",
  "number-reissue",
] as const;
export type SourceKind = (typeof sourceKinds)[number];

export interface SourceRow {
  readonly sourceId: Uint8Array;
  readonly kind: SourceKind;
  readonly fileDigest: Uint8Array | null;
  readonly mappingDigest: Uint8Array | null;
  /** Why somebody changed the ledger; no personal data. Absent for files. */
  readonly reason?: string;
  readonly atMs: number;
}

/** What the batches of a source add up to so far. */
export interface SourceProgress {
  readonly batches: number;
  /** Last line worked off; 0 before the first batch. */
  readonly lastLine: number;
  readonly rowsRead: number;
  readonly accepted: number;
  readonly known: number;
  readonly rejected: number;
  readonly receivedCount: bigint;
  readonly receivedYen: bigint;
  readonly rejectsBytes: number;
}

export interface BatchRow {
  readonly batchNo: number;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly rowsRead: number;
  readonly accepted: number;
  readonly known: number;
  readonly rejected: number;
  readonly receivedCount: bigint;
  readonly receivedYen: bigint;
  readonly rejectsBytes: number;
}

/** Writes the source unless it stands there already: the same file with the same mapping is the same source. */
export async function appendSource(tx: Tx, source: SourceRow): Promise<void> {
  await tx.run(sql`
    insert into sources (source_id, kind, file_digest, mapping_digest, reason, recorded_at)
    values (${renderUuid(source.sourceId)}, ${source.kind}, ${source.fileDigest}, ${source.mappingDigest},
            ${source.reason ?? null}, to_timestamp(${source.atMs / 1000}::double precision))
    on conflict (source_id) do nothing`);
}

/** Whether a source of that id was written before. */
export async function isSourceThere(reader: Reader, sourceId: Uint8Array): Promise<boolean> {
  return (
    (await reader.find(sql`select 1 as one from sources where source_id = ${renderUuid(sourceId)}`)) !==
    undefined
  );
}

export async function appendBatch(
  tx: Tx,
  sourceId: Uint8Array,
  batch: BatchRow,
  atMs: number,
): Promise<void> {
  await tx.run(sql`
    insert into source_batches (source_id, batch_no, first_line, last_line, rows_read, accepted, known, rejected,
                                received_count, received_yen, rejects_bytes, recorded_at)
    values (${renderUuid(sourceId)}, ${batch.batchNo}, ${batch.firstLine}, ${batch.lastLine}, ${batch.rowsRead},
            ${batch.accepted}, ${batch.known}, ${batch.rejected}, ${batch.receivedCount}, ${batch.receivedYen},
            ${batch.rejectsBytes}, to_timestamp(${atMs / 1000}::double precision))`);
}

export async function appendFinished(
  tx: Tx,
  sourceId: Uint8Array,
  lines: number,
  atMs: number,
): Promise<void> {
  await tx.run(sql`
    insert into sources_finished (source_id, lines, recorded_at)
    values (${renderUuid(sourceId)}, ${lines}, to_timestamp(${atMs / 1000}::double precision))`);
}

/** When the source was finished, or `undefined`. */
export async function findFinished(reader: Reader, sourceId: Uint8Array): Promise<Date | undefined> {
  const row = await reader.find<{ recorded_at: Date }>(sql`
    select recorded_at from sources_finished where source_id = ${renderUuid(sourceId)}`);
  return row?.recorded_at;
}

export async function getProgress(reader: Reader, sourceId: Uint8Array): Promise<SourceProgress> {
  const row = await reader.get<Record<ProgressColumn, bigint>>(sql`
    select count(*) as batches, coalesce(max(last_line), 0)::bigint as last_line,
           coalesce(max(rows_read), 0) as rows_read,
           coalesce(sum(accepted), 0) as accepted, coalesce(sum(known), 0) as known,
           coalesce(sum(rejected), 0) as rejected, coalesce(sum(received_count), 0) as received_count,
           coalesce(sum(received_yen), 0) as received_yen, coalesce(max(rejects_bytes), 0) as rejects_bytes
    from source_batches where source_id = ${renderUuid(sourceId)}`);
  return {
    batches: Number(row.batches),
    lastLine: Number(row.last_line),
    rowsRead: Number(row.rows_read),
    accepted: Number(row.accepted),
    known: Number(row.known),
    rejected: Number(row.rejected),
    receivedCount: row.received_count,
    receivedYen: row.received_yen,
    rejectsBytes: Number(row.rejects_bytes),
  };
}

type ProgressColumn =
  | "batches"
  | "last_line"
  | "rows_read"
  | "accepted"
  | "known"
  | "rejected"
  | "received_count"
  | "received_yen"
  | "rejects_bytes";
