/**
 * SQL of extracts: the persons of each in their rows, the sealed material of a part, chunks, files; and the views that read
 * from the journal's copy what happened to an extract (`db/register/0010-extracts.sql`).
 *
 * For whoever asks who is exposed:
 *   extract_states    one line for each: holder (a credential), workstation, fields, expires_at, sealed_at, revoked_at,
 *                     destroyed_at. From sealed_at until the first of the other three its holder can open it (`reachable`).
 *   extract_rows      extract_id, row_no, person_key: whom it is about.
 *   extract_released  whose rows were opened, when, by whom, where (`disclosed`); destroyed_at ends that.
 * A row of `disclosures` with kind `extracted` says that a person is in an extract (its case); shown to nobody by that.
 */
import type { HoneyToken } from "@kura/keeper/protocol/extracts.ts";
import { extractPartRows, partCount } from "@kura/keeper/protocol/extracts.ts";
import { wrappedKeyBytes } from "@kura/keeper/protocol/protocol.ts";
import { BinaryCopy } from "../db/binary-copy.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import { type Query, sql } from "../db/sql.ts";
import { parseUuid } from "../db/uuid.ts";
import type { Token } from "../vault/terms.ts";
import type { Criteria } from "./criteria.ts";
import { extractLimits } from "./limits.ts";

/** How many persons are selected. @param tokens of the numbers in the criteria. */
export async function countSelected(
  reader: Reader,
  criteria: Criteria,
  tokens: readonly Token[],
): Promise<number> {
  const row = await reader.get<{ count: bigint }>(
    sql`select count(*) as count from (${selected(criteria, tokens)}) s`,
  );
  return Number(row.count);
}

/**
 * Writes who is selected to the extract's parts, in an order that is the extract's own, leaving room for its honey rows.
 * Persons who were registered one after the other stay together in blocks; the blocks are shuffled, and each in itself: then
 * a part's records lie beside each other, and a million of them are not read from a million places.
 *
 * The order is by one number: what is random of the block above what is random of the person. Only parts with a honey row are
 * laid out row by row; in the others any order that the server makes is the part's own.
 *
 * @param orderSeed makes the order. @param honeyAt ascending. @param rows persons and honey rows. @returns rows written.
 */
export async function appendSelected(
  tx: Tx,
  extract: {
    readonly extractId: string;
    readonly orderSeed: bigint;
    readonly honeyAt: readonly number[];
    readonly rows: number;
  },
  criteria: Criteria,
  tokens: readonly Token[],
): Promise<number> {
  const { extractId, orderSeed, honeyAt, rows: expectedRows } = extract;
  const block = sql`hashint8extended(person_no / ${extractLimits.orderBlockPersons}::integer, ${orderSeed}::bigint)`;
  const own = sql`uuid_hash_extended(person_key, ${orderSeed}::bigint)`;
  // Person i stands behind all honey rows that come before it: width_bucket counts those.
  const before = honeyAt.map((row, i) => row - i);
  const rowOf = (i: Query): Query =>
    before.length === 0 ? i : sql`(${i} + width_bucket((${i})::integer, ${before}::integer[]))`;
  // A sort of all persons in memory, for this transaction: as the server is set it would go through files.
  await tx.run(sql`set local work_mem = '256MB'`);
  await tx.run(sql`
    insert into extract_parts (extract_id, part_no, first_row, person_keys)
    select ${extractId}::uuid, part_no, part_no * ${extractPartRows}::integer,
           case when exists (select 1 from unnest(${honeyAt}::integer[]) as honey (row_no)
                             where row_no / ${extractPartRows}::integer = part_no)
           then (select array_agg(person_key order by row_no) from (
                   select ${rowOf(sql`first_i + ordinal - 1`)} as row_no, person_key
                   from unnest(persons) with ordinality as person (person_key, ordinal)
                   union all
                   select row_no, null from unnest(${honeyAt}::integer[]) as honey (row_no)
                   where row_no / ${extractPartRows}::integer = part_no) placed)
           else persons end
    from generate_series(0, ${partCount(expectedRows) - 1}::integer) as part (part_no)
    left join (
      select (${rowOf(sql`i`)} / ${extractPartRows}::integer)::integer as part_no, min(i) as first_i,
             array_agg(person_key) as persons
      from (select row_number() over (order by (${block} & -4294967296) | (${own} & 4294967295)) - 1 as i, person_key
            from (${selected(criteria, tokens)}) s) numbered
      group by 1) filled using (part_no)`);
  const { rows } = await tx.get<{ rows: bigint }>(sql`
    select coalesce(sum(cardinality(person_keys)), 0) as rows from extract_parts
    where extract_id = ${extractId}::uuid`);
  return Number(rows);
}

/** Who is selected, as a query to build upon: `person_key` and `person_no`. Also for worklists. */
export function selected(criteria: Criteria, tokens: readonly Token[]): Query {
  const { registeredFrom = null, registeredTo = null, source = null, persons = null } = criteria;
  const { premiumsIn, noPremiumsIn, worklist, numbers, screen = null, letters = null } = criteria;
  const day = (month: string | undefined): string | null => (month === undefined ? null : `${month}-01`);
  return sql`
    select p.person_key, p.person_no from persons p
    where not exists (select 1 from erasures e where e.person_key = p.person_key)
      and (${registeredFrom}::date is null or p.registered_at >= ${registeredFrom}::date)
      and (${registeredTo}::date is null or p.registered_at < ${registeredTo}::date + 1)
      and (${source}::uuid is null or p.source_id = ${source}::uuid)
      and (${persons}::uuid[] is null or p.person_key = any(${persons}::uuid[]))
      and (${day(premiumsIn?.from)}::date is null or exists (
        select 1 from premium_entries e where e.person_key = p.person_key
          and e.premium_month between ${day(premiumsIn?.from)}::date and ${day(premiumsIn?.to)}::date))
      and (${day(noPremiumsIn?.from)}::date is null or not exists (
        select 1 from premium_entries e where e.person_key = p.person_key
          and e.premium_month between ${day(noPremiumsIn?.from)}::date and ${day(noPremiumsIn?.to)}::date))
      and (${worklist?.id ?? null}::uuid is null or exists (
        select 1 from worklist_lots l where l.worklist_id = ${worklist?.id ?? null}::uuid
          and p.person_key = any(l.person_keys)
          and (${worklist?.result ?? null}::text is null or ${worklist?.result ?? null}::text = (
            select result from worklist_events w
            where w.worklist_id = l.worklist_id and w.lot_no = l.lot_no and w.person_key = p.person_key
            order by event_no desc limit 1))))
      and (${screen}::uuid is null or p.person_key in (
        select unnest(r.person_keys) from screen_results r where r.screen_id = ${screen}::uuid
          and (select count(*) from screen_parts c where c.screen_id = ${screen}::uuid)
            = (select count(*) from screen_results d where d.screen_id = ${screen}::uuid)))
      and (${letters}::uuid is null or p.person_key in (
        select unnest(l.person_keys) from letter_persons l where l.letters_id = ${letters}::uuid))
      and (${numbers === undefined} or exists (
        select 1 from person_tokens t where t.person_key = p.person_key and t.kind = 1
          and t.token = any(${tokens}::bigint[])))`;
}

export interface ExtractRow {
  readonly extractId: string;
  readonly criteria: string;
  readonly reason: string;
  readonly rows: number;
  readonly madeAt: Date;
}

export async function appendExtract(tx: Tx, row: ExtractRow): Promise<void> {
  await tx.run(sql`
    insert into extracts (extract_id, criteria, reason, row_count, made_at)
    values (${row.extractId}::uuid, ${row.criteria}, ${row.reason}, ${row.rows}, ${row.madeAt})`);
}

export async function findExtract(reader: Reader, extractId: string): Promise<ExtractRow | undefined> {
  const row = await reader.find<{ criteria: string; reason: string; row_count: number; made_at: Date }>(sql`
    select criteria, reason, row_count, made_at from extracts where extract_id = ${extractId}::uuid`);
  if (row === undefined) return undefined;
  return {
    extractId,
    criteria: row.criteria,
    reason: row.reason,
    rows: row.row_count,
    madeAt: row.made_at,
  };
}

/** Parts of persons in their order, of an extract or of anything that is worked off so: `part_no`, `person_keys` (null: nobody). */
export type PartsQuery = (fromPart: number, limit: number) => Query;

export function partsOf(extractId: string): PartsQuery {
  return (fromPart, limit) => sql`
    select part_no, person_keys from extract_parts where extract_id = ${extractId}::uuid and part_no >= ${fromPart}
    order by part_no limit ${limit}`;
}

/** Keys of a part's persons side by side, nobody's left out. */
const keysOfPart = sql`
  coalesce((select string_agg(uuid_send(person_key), ''::bytea order by o)
            from unnest(p.person_keys) with ordinality as k (person_key, o)
            where person_key is not null), ''::bytea)`;

/** Keys of the persons of some parts, part by part. */
export async function listPartKeys(reader: Reader, parts: Query): Promise<Uint8Array[]> {
  const rows = await reader.list<{ keys: Uint8Array }>(
    sql`select ${keysOfPart} as keys from (${parts}) p order by part_no`,
  );
  return rows.map(({ keys }) => keys);
}

/** Who stands in these rows, as UUIDs, in the order of the rows; nobody for a honey row. */
export async function listAt(reader: Reader, extractId: string, rows: readonly number[]): Promise<string[]> {
  const found = await reader.list<{ person_key: string | null }>(sql`
    select (select p.person_keys[w.row_no - p.first_row + 1] from extract_parts p
            where p.extract_id = ${extractId}::uuid and p.part_no = w.row_no / ${extractPartRows}::integer) as person_key
    from unnest(${rows}::integer[]) with ordinality as w (row_no, o) order by o`);
  return found.flatMap(({ person_key }) => person_key ?? []);
}

/** What the keeper needs of a part, put together by the server byte by byte, so that a row costs nothing here. */
export interface PartMaterial {
  readonly part: number;
  /** As `ExtractPart` and `ScreenPart` of the keeper's protocol have them. */
  readonly personKeys: Uint8Array;
  readonly records: Uint8Array;
}

export async function listPartMaterial(register: Database, parts: Query): Promise<PartMaterial[]> {
  // `offset 0`: one look-up by the index for each person. As a join, a planner that knows nothing of the table yet, behind an
  // import, reads all of it for each part.
  const rows = await register.listBytes(sql`
    select p.part_no, ${keysOfPart} as keys,
           coalesce((select string_agg(substr(int8send((k.i << 40) | (r.kind::bigint << 32) | r.record_no), 2)
                                       || int4send(length(r.sealed)) || r.sealed, ''::bytea order by k.i, r.record_no)
                     from (select person_key, row_number() over (order by o) - 1 as i
                           from unnest(p.person_keys) with ordinality as u (person_key, o)
                           where person_key is not null) k
                     cross join lateral (select kind, record_no, sealed from records r
                                         where r.person_key = k.person_key offset 0) r), ''::bytea) as records
    from (${parts}) p order by p.part_no`);
  return rows.map(([part = none, personKeys = none, records = none]) => ({
    part: Buffer.from(part).readInt32BE(),
    personKeys,
    records,
  }));
}

const none = new Uint8Array(0);

/** Wrapped keys side by side, in the persons' order; zeros where a key was destroyed. From the database of keys. */
export async function getWrappedKeys(keys: Database, personKeys: Uint8Array): Promise<Uint8Array> {
  const hex = Buffer.from(personKeys.buffer, personKeys.byteOffset, personKeys.length).toString("hex");
  const persons = hex.replaceAll(/.{32}(?!$)/gu, "$&,");
  // One look-up by the index for each: as a join, the planner reads the whole table in the order of its keys.
  const [row] = await keys.listBytes(sql`
    select coalesce(string_agg(coalesce((select w.wrapped from person_keys w where w.person_key = k.person_key),
                                        decode(repeat('00', ${wrappedKeyBytes}), 'hex')), ''::bytea order by k.o), ''::bytea)
    from unnest(string_to_array(${persons}, ',')::uuid[]) with ordinality as k (person_key, o)`);
  return row?.[0] ?? none;
}

export interface ChunkRow {
  readonly part: number;
  readonly eventNumber: bigint;
  readonly chunks: Uint8Array;
  readonly honey: readonly HoneyToken[];
}

/** @throws {Fault} `sql-23505` when another job wrote one of the parts. */
export async function appendChunks(
  tx: Tx,
  extractId: string,
  rows: readonly ChunkRow[],
  atMs: number,
): Promise<void> {
  const copy = new BinaryCopy(rows.reduce((sum, { chunks }) => sum + chunks.length + 64, 0));
  for (const { part, eventNumber, chunks } of rows) {
    copy.row(5).bytes(parseUuid(extractId)).int4(part).int8(eventNumber).bytes(chunks).timestamp(atMs);
  }
  await tx.copy(
    "copy extract_chunks (extract_id, part_no, event_number, sealed, sealed_at) from stdin (format binary)",
    copy,
  );
  const honey = new BinaryCopy();
  for (const { row, kind, token } of rows.flatMap((one) => one.honey)) {
    honey.row(4).int8(Buffer.from(token).readBigInt64BE()).int2(kind).bytes(parseUuid(extractId)).int4(row);
  }
  await tx.copy("copy extract_honey (token, kind, extract_id, row_no) from stdin (format binary)", honey);
}

/** Parts that were sealed and kept; they are the first so many. */
export async function countSealedParts(reader: Reader, extractId: string): Promise<number> {
  const row = await reader.get<{ count: bigint }>(
    sql`select count(*) as count from extract_chunks where extract_id = ${extractId}::uuid`,
  );
  return Number(row.count);
}

/** Chunks of some parts, in their order. */
export async function listChunks(
  register: Database,
  extractId: string,
  fromPart: number,
  limit: number,
): Promise<Uint8Array[]> {
  const rows = await register.listBytes(sql`
    select sealed from extract_chunks where extract_id = ${extractId}::uuid and part_no >= ${fromPart}
    order by part_no limit ${limit}`);
  return rows.map(([sealed = none]) => sealed);
}

/** Removes the chunks of an extract that nobody may open any more. */
export async function removeChunks(database: Database, extractId: string): Promise<number> {
  return database.transact((tx) =>
    tx.run(sql`delete from extract_chunks where extract_id = ${extractId}::uuid`),
  );
}

export async function appendFile(
  database: Database,
  file: {
    readonly extractId: string;
    readonly digest: Uint8Array;
    readonly sizeBytes: number;
    readonly actor: string;
    readonly at: Date;
  },
): Promise<void> {
  await database.transact((tx) =>
    tx.run(sql`
      insert into extract_files (extract_id, file_digest, size_bytes, actor, made_at)
      values (${file.extractId}::uuid, ${file.digest}, ${file.sizeBytes}, ${file.actor}, ${file.at})`),
  );
}

/** What the journal says of an extract. */
export interface ExtractState {
  readonly extractId: string;
  readonly requestedBy: string;
  readonly office: string;
  readonly requestedAt: Date;
  /** The credential that may open it. */
  readonly holder: string;
  readonly workstation: string;
  readonly fields: readonly number[];
  readonly rows: number;
  readonly expiresAt: Date;
  readonly approvedBy: string | undefined;
  readonly sealedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly destroyedAt: Date | undefined;
  readonly releases: number;
}

interface StateRow {
  readonly extract_id: string;
  readonly requested_by: string;
  readonly office: string;
  readonly requested_at: Date;
  readonly holder: string;
  readonly workstation: string;
  readonly fields: readonly number[];
  readonly row_count: number;
  readonly expires_at: Date;
  readonly approved_by: string | null;
  readonly sealed_at: Date | null;
  readonly revoked_at: Date | null;
  readonly destroyed_at: Date | null;
  readonly releases: bigint;
}

/** Newest first; one where an id is given. Only as far as the journal is copied. */
export async function listStates(reader: Reader, limit: number, extractId?: string): Promise<ExtractState[]> {
  const rows = await reader.list<StateRow>(sql`
    select extract_id, requested_by, office, requested_at, holder, workstation, fields, row_count, expires_at,
           approved_by, sealed_at, revoked_at, destroyed_at,
           (select count(*) from extract_events e where e.extract_id = s.extract_id and e.kind = 'released') as releases
    from extract_states s
    where ${extractId ?? null}::uuid is null or extract_id = ${extractId ?? null}::uuid
    order by requested_at desc, extract_id desc limit ${limit}`);
  return rows.map((row) => ({
    extractId: row.extract_id,
    requestedBy: row.requested_by,
    office: row.office,
    requestedAt: row.requested_at,
    holder: row.holder,
    workstation: row.workstation,
    fields: row.fields,
    rows: row.row_count,
    expiresAt: row.expires_at,
    approvedBy: row.approved_by ?? undefined,
    sealedAt: row.sealed_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    destroyedAt: row.destroyed_at ?? undefined,
    releases: Number(row.releases),
  }));
}

/** What the request's order said, as the journal has it; for the approver's own order. */
export async function findRequest(
  reader: Reader,
  extractId: string,
): Promise<
  | {
      readonly order: string;
      readonly rows: number;
      readonly chunkRows: number;
      readonly honeyAt: readonly number[];
      readonly selection: string;
    }
  | undefined
> {
  const row = await reader.find<{
    order_digest: string;
    row_count: number;
    chunk_rows: number;
    honey_at: number[];
    selection: string;
  }>(sql`
    select event ->> 'order' as order_digest, (event ->> 'rows')::integer as row_count, (event ->> 'chunkRows')::integer as chunk_rows,
           array(select jsonb_array_elements_text(event -> 'honeyAt')::integer) as honey_at, event ->> 'selection' as selection
    from extract_events where extract_id = ${extractId}::uuid and kind = 'extract-requested'`);
  if (row === undefined) return undefined;
  const { order_digest: order, row_count: rows, chunk_rows: chunkRows, honey_at: honeyAt, selection } = row;
  return { order, rows, chunkRows, honeyAt, selection };
}

/** Whether the actor was shown some of its persons, as far as the journal is copied. */
export async function hasPreviewed(reader: Reader, extractId: string, actor: string): Promise<boolean> {
  const { seen } = await reader.get<{ seen: boolean }>(sql`
    select exists (select 1 from journal_events
                   where actor = ${actor} and kind = 'found' and case_id = ${extractId}
                     and event_text::jsonb ? 'rows') as seen`);
  return seen;
}
