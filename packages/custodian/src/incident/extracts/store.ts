/** SQL of what incidents need of extracts: the persons of their rows and releases, kept as sets, and who could open them. */
import type { Reader, Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { ExtractQuery } from "../holder-facts.ts";
import { PersonSet } from "../person-set.ts";

/** Sealed extracts whose rows are not kept as a set yet. */
export async function listUnfoldedExtracts(reader: Reader, limit: number): Promise<string[]> {
  const rows = await reader.list<{ extract_id: string }>(sql`
    select distinct e.extract_id from extract_events e
    where e.kind = 'extract-sealed' and not exists (
      select from exposure_extracts k where k.extract_id = e.extract_id)
    limit ${limit}`);
  return rows.map(({ extract_id }) => extract_id);
}

/** Releases that are not kept as sets yet, oldest first. */
export async function listUnfoldedReleases(
  reader: Reader,
  limit: number,
): Promise<{ readonly extract: string; readonly event: bigint }[]> {
  const rows = await reader.list<{ extract_id: string; event_number: bigint }>(sql`
    select e.extract_id, e.event_number from extract_events e
    where e.kind = 'released' and not exists (
      select from exposure_releases k where k.extract_id = e.extract_id and k.event_number = e.event_number)
    order by e.event_number limit ${limit}`);
  return rows.map(({ extract_id, event_number }) => ({ extract: extract_id, event: event_number }));
}

export interface RowSet {
  readonly rows: number;
  /** Rows whose person is not in the register. */
  readonly unknown: number;
  readonly persons: PersonSet;
}

interface RowSetRow {
  readonly rows: bigint;
  readonly unknown: bigint;
  readonly persons: string | null;
}

export async function getRowsOf(reader: Reader, extract: string): Promise<RowSet> {
  return rowSetOf(
    await reader.get<RowSetRow>(sql`
      select count(*) as rows, count(*) filter (where p.person_no is null) as unknown,
             string_agg(p.person_no::text, ',') as persons
      from extract_rows r left join persons p on p.person_key = r.person_key
      where r.extract_id = ${extract}::uuid`),
  );
}

export async function getReleased(reader: Reader, extract: string, event: bigint): Promise<RowSet> {
  return rowSetOf(
    await reader.get<RowSetRow>(sql`
      select count(*) as rows, count(*) filter (where p.person_no is null) as unknown,
             string_agg(p.person_no::text, ',') as persons
      from extract_released r left join persons p on p.person_key = r.person_key
      where r.extract_id = ${extract}::uuid and r.event_number = ${event}`),
  );
}

function rowSetOf({ rows, unknown, persons }: RowSetRow): RowSet {
  const numbers = (persons ?? "").split(",").filter(Boolean).map(Number);
  return { rows: Number(rows), unknown: Number(unknown), persons: PersonSet.of(numbers) };
}

/** @throws {Fault} `sql-23505` when another process was quicker. */
export async function appendExtract(tx: Tx, extract: string, { rows, persons }: RowSet): Promise<void> {
  await tx.run(sql`
    insert into exposure_extracts (extract_id, row_count, persons)
    values (${extract}::uuid, ${rows}, ${persons.encode()})`);
}

/** @throws {Fault} `sql-23505` when another process was quicker. */
export async function appendRelease(
  tx: Tx,
  extract: string,
  event: bigint,
  { rows, persons }: RowSet,
): Promise<void> {
  await tx.run(sql`
    insert into exposure_releases (extract_id, event_number, session, released_at, row_count, persons)
    select extract_id, event_number, session, recorded_at, ${rows}::integer, ${persons.encode()}::bytea
    from extract_events where extract_id = ${extract}::uuid and event_number = ${event}`);
}

export interface ExtractRow {
  readonly extract_id: string;
  readonly holder: string;
  /** Whose credential the holder is; null where it has never signed in. */
  readonly actor: string | null;
  readonly office: string;
  readonly fields: readonly number[];
  readonly persons: Uint8Array;
  readonly sealed_at: Date;
  /** The first of expiry, revocation and destruction. */
  readonly closed_at: Date;
  readonly destroyed_at: Date | null;
}

/** Sealed extracts that match any part of the query. */
export async function listExtracts(reader: Reader, query: ExtractQuery): Promise<ExtractRow[]> {
  const { actors, credentials, sessions, named } = query;
  return reader.list<ExtractRow>(sql`
    select * from (
      select s.extract_id::text, s.holder, o.actor, s.office, s.fields, k.persons, s.sealed_at,
             least(s.expires_at, s.revoked_at, s.destroyed_at) as closed_at, s.destroyed_at
      from extract_states s
      join exposure_extracts k on k.extract_id = s.extract_id
      left join lateral (select actor from sessions where credential = s.holder limit 1) o on true
      where s.sealed_at is not null) x
    where x.holder = any(${credentials}::text[]) or x.extract_id = any(${named}::text[])
       or x.actor = any(${actors}::text[]) or (x.actor is null and cardinality(${actors}::text[]) > 0)
       or x.extract_id::uuid in (
            select extract_id from exposure_releases
            where session = any(select decode(hex, 'hex') from unnest(${sessions}::text[]) as hex))`);
}

export interface ReleaseRow {
  readonly extract_id: string;
  readonly session: string;
  readonly released_at: Date;
  readonly persons: Uint8Array;
}

export async function listReleases(reader: Reader, extracts: readonly string[]): Promise<ReleaseRow[]> {
  return reader.list<ReleaseRow>(sql`
    select extract_id::text, encode(session, 'hex') as session, released_at, persons
    from exposure_releases where extract_id = any(${extracts}::uuid[]) order by event_number`);
}
