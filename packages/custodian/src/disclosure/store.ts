/** SQL of disclosure: the sealed records of those who are looked at, and the copy of the keeper's journal. */
import type { SealedRecord } from "@kura/keeper/protocol.ts";
import type { Reader, Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import { renderUuid } from "../db/uuid.ts";
import { type CopiedPage, type CopyHead, emptyCopy } from "./journal-copy.ts";

/** All sealed records of a person, oldest first. */
export async function listRecords(reader: Reader, personKey: Uint8Array): Promise<SealedRecord[]> {
  const rows = await reader.list<{ record_no: number; kind: number; sealed: Uint8Array }>(sql`
    select record_no, kind, sealed from records where person_key = ${renderUuid(personKey)} order by record_no`);
  return rows.map(({ record_no, kind, sealed }) => ({ recordNo: record_no, kind, sealed }));
}

/** The last event that was copied. */
export async function findHead(reader: Reader): Promise<CopyHead> {
  const row = await reader.find<{ event_number: bigint; chain_hash: Uint8Array }>(
    sql`select event_number, chain_hash from journal_events order by event_number desc limit 1`,
  );
  return row === undefined ? emptyCopy : { number: row.event_number, chainHash: row.chain_hash };
}

/** Number of the last event of each person who has any; persons in hexadecimal. */
export async function listLastEvents(
  reader: Reader,
  persons: readonly string[],
): Promise<Map<string, number>> {
  if (persons.length === 0) return new Map();
  const rows = await reader.list<{ person: string; last: number }>(sql`
    select replace(person_key::text, '-', '') as person, max(person_event_no) as last
    from disclosures where person_key = any(${persons}::uuid[]) group by person_key`);
  return new Map(rows.map(({ person, last }) => [person, last]));
}

/** @throws {Fault} `sql-23505` when one of the events is copied already. */
export async function appendPage(tx: Tx, { events, disclosures }: CopiedPage): Promise<void> {
  await tx.run(sql`
    insert into journal_events (event_number, chain_hash, kind, recorded_at, actor, office, session, order_number,
                                purpose, case_id, outcome, event_text)
    select number, decode("chainHash", 'hex'), kind, time, actor, office, decode(session, 'hex'), "orderNumber",
           purpose, "caseId", outcome, "text"
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb)
      as given (number bigint, "chainHash" text, kind text, time timestamptz, actor text, office text, session text,
                "orderNumber" bigint, purpose text, "caseId" text, outcome text, "text" text)`);
  await tx.run(sql`
    insert into disclosures (person_key, person_event_no, event_number, kind, link_hash, recorded_at, actor, office,
                             session, order_number, purpose, case_id, case_kind, fields)
    select person, "personEventNo", number, kind, decode("linkHash", 'hex'), time, actor, office,
           decode(session, 'hex'), "orderNumber", purpose, "caseId", "caseKind", fields
    from jsonb_to_recordset(${JSON.stringify(disclosures)}::jsonb)
      as given (person uuid, "personEventNo" integer, number bigint, kind text, "linkHash" text, time timestamptz,
                actor text, office text, session text, "orderNumber" bigint, purpose text, "caseId" text,
                "caseKind" text, fields smallint[])`);
}

/** A look, a find or an erasure as it concerns one person. */
export interface Disclosure {
  readonly personKey: string;
  /** 1, 2, 3 … within the person. */
  readonly personEventNo: number;
  readonly eventNumber: bigint;
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
  readonly office: string;
  readonly purpose: string;
  readonly caseId: string;
  readonly caseKind: string;
  readonly fields: readonly number[];
}

interface DisclosureRow {
  readonly person_key: string;
  readonly person_event_no: number;
  readonly event_number: bigint;
  readonly kind: string;
  readonly recorded_at: Date;
  readonly actor: string;
  readonly office: string;
  readonly purpose: string;
  readonly case_id: string;
  readonly case_kind: string;
  readonly fields: readonly number[];
}

/** Everything that the journal says of a person, newest first. */
export async function listOfPerson(
  reader: Reader,
  personKey: Uint8Array,
  limit: number,
): Promise<Disclosure[]> {
  const rows = await reader.list<DisclosureRow>(sql`
    select person_key, person_event_no, event_number, kind, recorded_at, actor, office, purpose, case_id, case_kind, fields
    from disclosures where person_key = ${renderUuid(personKey)}::uuid
    order by person_event_no desc limit ${limit}`);
  return rows.map(disclosureOf);
}

/** Whom an actor looked at, newest first. */
export async function listOfActor(reader: Reader, actor: string, limit: number): Promise<Disclosure[]> {
  const rows = await reader.list<DisclosureRow>(sql`
    select person_key, person_event_no, event_number, kind, recorded_at, actor, office, purpose, case_id, case_kind, fields
    from disclosures where actor = ${actor}
    order by event_number desc, person_key limit ${limit}`);
  return rows.map(disclosureOf);
}

/** A session that was stopped, or an order that the keeper refused though it was well signed. */
export interface Alarm {
  readonly eventNumber: bigint;
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
  readonly office: string;
  readonly purpose: string;
  readonly caseId: string;
  /** `honey`, or what the order was answered. */
  readonly outcome: string;
}

/** Newest first. */
export async function listAlarms(reader: Reader, limit: number): Promise<Alarm[]> {
  const rows = await reader.list<{
    event_number: bigint;
    kind: string;
    recorded_at: Date;
    actor: string | null;
    office: string | null;
    purpose: string | null;
    case_id: string | null;
    outcome: string | null;
  }>(sql`
    select event_number, kind, recorded_at, actor, office, purpose, case_id, outcome
    from journal_events where kind in ('alarm', 'denied')
    order by event_number desc limit ${limit}`);
  return rows.map((row) => ({
    eventNumber: row.event_number,
    kind: row.kind,
    at: row.recorded_at,
    actor: row.actor ?? "",
    office: row.office ?? "",
    purpose: row.purpose ?? "",
    caseId: row.case_id ?? "",
    outcome: row.outcome ?? "",
  }));
}

function disclosureOf(row: DisclosureRow): Disclosure {
  return {
    personKey: row.person_key,
    personEventNo: row.person_event_no,
    eventNumber: row.event_number,
    kind: row.kind,
    at: row.recorded_at,
    actor: row.actor,
    office: row.office,
    purpose: row.purpose,
    caseId: row.case_id,
    caseKind: row.case_kind,
    fields: row.fields,
  };
}
