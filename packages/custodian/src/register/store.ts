/** SQL of the register: persons, their sealed records, their blind index, their keys. Rows become values here. */
import type { SealedColumns } from "@kura/keeper/protocol/protocol.ts";
import { BinaryCopy } from "../db/binary-copy.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import type { GatheredRead, KeyedRow } from "../db/gathered-reads.ts";
import { sql } from "../db/sql.ts";
import { parseUuid, renderUuid } from "../db/uuid.ts";
import { termKinds } from "../vault/terms.ts";
import type { Token } from "../vault/terms.ts";
import type { AcceptedLines } from "./accepted-lines.ts";
import { recordKinds } from "./facts.ts";
import type { IndexedBatch } from "./line-tokens.ts";

/** Bytes of a person's key. */
const keyBytes = 16;
/** Bytes of rows in the copy's format: of a person, of a wrapped key, and of a record beside what is sealed. */
const personBytes = 64;
const wrappedRowBytes = 96;
const recordRowBytes = 128;

/** Tokens of a record, for comparing. */
export interface RecordTokens {
  readonly personKey: string;
  readonly recordNo: number;
  readonly contentToken: Token;
  readonly names: readonly Token[];
}

/** Persons under each of the tokens; `personKey` in its text form. */
export async function listByTokens(
  reader: Reader,
  tokens: readonly Token[],
): Promise<{ readonly token: Token; readonly kind: number; readonly personKey: string }[]> {
  if (tokens.length === 0) return [];
  const rows = await reader.list<{ token: bigint; kind: number; person_key: string }>(sql`
    select distinct token, kind, person_key from person_tokens where token = any(${tokens}::bigint[])`);
  return rows.map(({ token, kind, person_key }) => ({ token, kind, personKey: person_key }));
}

/** Tokens of every record of those persons, oldest first. */
export async function listRecordTokens(
  reader: Reader,
  personKeys: readonly string[],
): Promise<RecordTokens[]> {
  if (personKeys.length === 0) return [];
  const rows = await reader.list<{
    person_key: string;
    record_no: number;
    content_token: bigint;
    kana_token: bigint | null;
    name_token: bigint | null;
  }>(sql`
    select person_key, record_no, content_token, kana_token, name_token
    from records
    where person_key = any(${personKeys}::uuid[])
    order by person_key, record_no`);
  return rows.map((row) => ({
    personKey: row.person_key,
    recordNo: row.record_no,
    contentToken: row.content_token,
    names: [row.kana_token, row.name_token].filter((token) => token !== null),
  }));
}

/** Gives out a dense number for each of the prefectures' codes, in their order; the first of them. Fails with SQLSTATE 23505 when another batch was quicker. */
export async function takePersonNos(
  tx: Tx,
  sourceId: Uint8Array,
  batchNo: number,
  prefectures: Uint8Array,
): Promise<bigint> {
  const row = await tx.get<{ first_no: bigint }>(sql`
    insert into person_no_blocks (first_no, person_count, source_id, batch_no, prefectures)
    select coalesce(max(first_no + person_count), 1), ${prefectures.length}::integer, ${renderUuid(sourceId)}::uuid,
           ${batchNo}::integer, ${prefectures}::bytea
    from person_no_blocks
    returning first_no`);
  return row.first_no;
}

/** The persons whom the lines made, numbered from `firstNo` on. */
export async function appendPersons(
  tx: Tx,
  lines: AcceptedLines,
  firstNo: bigint,
  sourceId: Uint8Array,
  atMs: number,
): Promise<void> {
  const rows = new BinaryCopy(lines.newCount * personBytes);
  // The numbers of all persons there can be are far below 2^53.
  let personNo = Number(firstNo);
  for (let i = 0; i < lines.count; i++) {
    if (!lines.isFirst(i)) continue;
    rows.row(4).span(lines.keys, i * keyBytes, (i + 1) * keyBytes);
    rows.wholeNumber(personNo).bytes(sourceId).timestamp(atMs);
    personNo += 1;
  }
  await tx.copy(
    "copy persons (person_key, person_no, source_id, registered_at) from stdin (format binary)",
    rows,
  );
}

/** What was recorded together, sealed. */
export interface RecordRow {
  readonly personKey: Uint8Array;
  readonly recordNo: number;
  readonly kind: number;
  readonly sealed: Uint8Array;
  readonly contentToken: Token;
  readonly kanaToken: Token | undefined;
  readonly nameToken: Token | undefined;
  readonly sourceLine: number;
}

export async function appendRecords(
  tx: Tx,
  records: Iterable<RecordRow>,
  sourceId: Uint8Array,
  atMs: number,
): Promise<void> {
  const rows = new BinaryCopy();
  for (const record of records) {
    rows.row(10).bytes(record.personKey).int4(record.recordNo).int2(record.kind).bytes(record.sealed);
    rows.int8(record.contentToken);
    if (record.kanaToken === undefined) rows.null();
    else rows.int8(record.kanaToken);
    if (record.nameToken === undefined) rows.null();
    else rows.int8(record.nameToken);
    rows.bytes(sourceId).int4(record.sourceLine).timestamp(atMs);
  }
  await appendRecordRows(tx, rows);
}

const copyRecords = `copy records (person_key, record_no, kind, sealed, content_token, kana_token, name_token,
  source_id, source_line, recorded_at) from stdin (format binary)`;

/** The records of the accepted lines of a batch, as they were sealed, for {@link appendRecordRows}. */
export function recordRowsOf(
  lines: AcceptedLines,
  { bytes, sealedStarts, sealedLengths }: SealedColumns,
  sourceId: Uint8Array,
  atMs: number,
): BinaryCopy {
  const { batch, keys, places, recordNos } = lines;
  const rows = new BinaryCopy(bytes.length + lines.count * recordRowBytes);
  for (let i = 0; i < lines.count; i++) {
    const place = places[i] ?? 0;
    const start = sealedStarts[i] ?? 0;
    rows
      .row(10)
      .span(keys, i * keyBytes, (i + 1) * keyBytes)
      .int4(recordNos[i] ?? 0);
    rows.int2(recordKinds.personLine).span(bytes, start, start + (sealedLengths[i] ?? 0));
    putToken(rows, batch, batch.contentPlaceOf(place));
    putToken(rows, batch, batch.namePlaceOf(place, termKinds.kanaBirth));
    putToken(rows, batch, batch.namePlaceOf(place, termKinds.nameBirth));
    rows
      .bytes(sourceId)
      .int4(batch.rows[place]?.line ?? 0)
      .timestamp(atMs);
  }
  return rows;
}

export async function appendRecordRows(tx: Tx, rows: BinaryCopy): Promise<void> {
  await tx.copy(copyRecords, rows);
}

function putToken(rows: BinaryCopy, batch: IndexedBatch, place: number): void {
  if (place === -1) rows.null();
  else rows.halves(batch.highAt(place), batch.lowAt(place));
}

/** @param rows of `TokenRows`, in order. */
export async function appendTokens(tx: Tx, rows: BinaryCopy): Promise<void> {
  await tx.copy("copy person_tokens (token, kind, person_key) from stdin (format binary)", rows);
}

/** Keys of the persons whom the lines made; in the database of keys. How many there were. */
export async function appendKeysOfLines(
  tx: Tx,
  lines: AcceptedLines,
  { bytes, wrappedStarts, wrappedLengths }: SealedColumns,
): Promise<number> {
  const rows = new BinaryCopy(lines.newCount * wrappedRowBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < lines.count; i++) {
    const start = wrappedStarts[i] ?? 0;
    const length = wrappedLengths[i] ?? 0;
    if (!lines.isFirst(i) || length === 0) continue;
    rows
      .row(3)
      .span(lines.keys, i * keyBytes, (i + 1) * keyBytes)
      .span(bytes, start, start + length);
    rows.int4(view.getUint32(start + 1));
  }
  await tx.copy("copy person_keys (person_key, wrapped, kek_version) from stdin (format binary)", rows);
  return rows.rowCount;
}

/** Keys of persons new to the register; in the database of keys. */
export async function appendKeys(
  tx: Tx,
  keys: readonly { readonly personKey: Uint8Array; readonly wrapped: Uint8Array }[],
): Promise<void> {
  const rows = new BinaryCopy();
  for (const { personKey, wrapped } of keys) {
    rows.row(3).bytes(personKey).bytes(wrapped).int4(kekVersionOf(wrapped));
  }
  await tx.copy("copy person_keys (person_key, wrapped, kek_version) from stdin (format binary)", rows);
}

/** Wrapped keys by person; a person without one was erased. */
export async function listKeys(
  reader: Reader,
  personKeys: readonly Uint8Array[],
): Promise<Map<string, Uint8Array>> {
  if (personKeys.length === 0) return new Map();
  const rows = await reader.list<{ person_key: string; wrapped: Uint8Array }>(sql`
    select person_key, wrapped from person_keys where person_key = any(${personKeys.map(renderUuid)}::uuid[])`);
  return new Map(rows.map(({ person_key, wrapped }) => [person_key, wrapped]));
}

const wrappedKeysRead: GatheredRead = {
  name: "wrapped-keys",
  query: (keys) => sql`
    select person_key as key, wrapped from person_keys where person_key = any(${keys}::uuid[])`,
};

/** The same for looks, which come in crowds: by person, as UUIDs; others' may be among them. */
export async function gatherKeys(
  database: Database,
  persons: readonly string[],
): Promise<ReadonlyMap<string, readonly { readonly wrapped: Uint8Array }[]>> {
  return database.gather<KeyedRow & { readonly wrapped: Uint8Array }>(wrappedKeysRead, persons);
}

/** The version stands in clear in a wrapped key: `u8 format ‖ u32 version ‖ …`. */
function kekVersionOf(wrapped: Uint8Array): number {
  return new DataView(wrapped.buffer, wrapped.byteOffset).getUint32(1);
}

/** The bytes of a person's key as PostgreSQL shows it. */
export function personKeyOf(text: string): Uint8Array {
  return parseUuid(text);
}

/** What was said of unknown owners of premiums, sealed, by owner (UUID). */
export async function listSealedOwners(
  reader: Reader,
  owners: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const rows = await reader.list<{ owner_key: string; sealed: Uint8Array }>(
    sql`select owner_key, sealed from suspense_owners where owner_key = any(${owners}::uuid[])`,
  );
  return new Map(rows.map(({ owner_key, sealed }) => [owner_key, sealed]));
}

/** Whether nobody is registered yet. */
export async function isRegisterEmpty(reader: Reader): Promise<boolean> {
  return (await reader.find(sql`select 1 as one from persons limit 1`)) === undefined;
}

/** A wrapped key as it was read, for the one that takes its place. */
export interface WrappedKey {
  readonly personKey: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** Keys wrapped under a version before `kekVersion`, in the order of persons behind `after`. */
export async function listOlderKeys(
  reader: Reader,
  kekVersion: number,
  after: string | undefined,
  limit: number,
): Promise<WrappedKey[]> {
  const rows = await reader.list<{ person_key: string; wrapped: Uint8Array }>(sql`
    select person_key, wrapped from person_keys
    where kek_version < ${kekVersion} and person_key > ${after ?? "00000000-0000-0000-0000-000000000000"}::uuid
    order by person_key limit ${limit}`);
  return rows.map((row) => ({ personKey: parseUuid(row.person_key), wrapped: row.wrapped }));
}

export async function countOlderKeys(reader: Reader, kekVersion: number): Promise<number> {
  const row = await reader.get<{ count: bigint }>(
    sql`select count(*) as count from person_keys where kek_version < ${kekVersion}`,
  );
  return Number(row.count);
}

/** Replaces each key that is still as it was read; how many were. */
export async function replaceKeys(
  tx: Tx,
  keys: readonly (WrappedKey & { readonly rewrapped: Uint8Array })[],
): Promise<number> {
  return tx.run(sql`
    update person_keys k set wrapped = n.rewrapped, kek_version = n.kek_version
    from unnest(${keys.map((key) => renderUuid(key.personKey))}::uuid[], ${keys.map((key) => key.wrapped)}::bytea[],
                ${keys.map((key) => key.rewrapped)}::bytea[], ${keys.map((key) => kekVersionOf(key.rewrapped))}::integer[])
         as n (person_key, wrapped, rewrapped, kek_version)
    where k.person_key = n.person_key and k.wrapped = n.wrapped`);
}

/** In the database of keys. */
export async function deleteKey(tx: Tx, personKey: Uint8Array): Promise<void> {
  await tx.run(sql`delete from person_keys where person_key = ${renderUuid(personKey)}`);
}

export async function isRegistered(reader: Reader, personKey: Uint8Array): Promise<boolean> {
  return (
    (await reader.find(sql`select 1 as one from persons where person_key = ${renderUuid(personKey)}`)) !==
    undefined
  );
}

/** When the person was erased, if ever. */
export async function findErasure(reader: Reader, personKey: Uint8Array): Promise<Date | undefined> {
  const row = await reader.find<{ recorded_at: Date }>(
    sql`select recorded_at from erasures where person_key = ${renderUuid(personKey)}`,
  );
  return row?.recorded_at;
}

/** Reads the whole blind index: it is kept by token, and an erasure is rare. */
export async function deleteTokens(tx: Tx, personKey: Uint8Array): Promise<void> {
  await tx.run(sql`delete from person_tokens where person_key = ${renderUuid(personKey)}`);
}

export async function appendErasure(
  tx: Tx,
  personKey: Uint8Array,
  reason: string,
  atMs: number,
): Promise<void> {
  await tx.run(sql`
    insert into erasures (person_key, reason, recorded_at)
    values (${renderUuid(personKey)}, ${reason}, to_timestamp(${atMs / 1000}::double precision))`);
}
