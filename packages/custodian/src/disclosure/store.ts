/** SQL of disclosure: the sealed records of those who are looked at, and the copy of the keeper's journal. */
import type { SealedRecord } from "@kura/keeper/protocol/orders.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import type { GatheredRead, KeyedRow } from "../db/gathered-reads.ts";
import { sql } from "../db/sql.ts";
import { renderUuid } from "../db/uuid.ts";
import { type CopiedPage, type CopyHead, emptyCopy } from "./journal-copy.ts";

interface RecordRow extends KeyedRow {
  readonly record_no: number;
  readonly kind: number;
  readonly sealed: Uint8Array;
}

const recordsRead: GatheredRead = {
  name: "sealed-records",
  query: (keys) => sql`
    select person_key as key, record_no, kind, sealed from records
    where person_key = any(${keys}::uuid[])
    order by person_key, record_no`,
};

/** Sealed records by person (UUID), oldest first; a person of whom nothing is recorded is not in it. */
export async function listRecords(
  database: Database,
  persons: readonly string[],
): Promise<Map<string, SealedRecord[]>> {
  const rows = await database.gather<RecordRow>(recordsRead, persons);
  const records = new Map<string, SealedRecord[]>();
  for (const person of persons) {
    const own = rows.get(person);
    if (own !== undefined) {
      records.set(
        person,
        own.map(({ record_no, kind, sealed }) => ({ recordNo: record_no, kind, sealed })),
      );
    }
  }
  return records;
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
export async function appendPage(
  tx: Tx,
  { events, disclosures, sessions, sessionEnds }: CopiedPage,
): Promise<void> {
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
  if (sessions.length > 0) {
    await tx.run(sql`
      insert into sessions (session, event_number, actor, office, credential, workstation, started_at, expires_at)
      select decode(session, 'hex'), number, actor, office, credential, workstation, time, expires
      from jsonb_to_recordset(${JSON.stringify(sessions)}::jsonb)
        as given (session text, number bigint, actor text, office text, credential text, workstation text,
                  time timestamptz, expires timestamptz)`);
  }
  if (sessionEnds.length > 0) {
    await tx.run(sql`
      insert into session_ends (session, event_number, kind, ended_at)
      select decode(session, 'hex'), number, kind, time
      from jsonb_to_recordset(${JSON.stringify(sessionEnds)}::jsonb)
        as given (session text, number bigint, kind text, time timestamptz)`);
  }
}

/** Copied events from a number on, as the keeper gave them. */
export async function listCopied(
  reader: Reader,
  from: bigint,
  limit: number,
): Promise<{ readonly chainHash: Uint8Array; readonly json: string }[]> {
  const rows = await reader.list<{ chain_hash: Uint8Array; event_text: string }>(sql`
    select chain_hash, event_text from journal_events
    where event_number >= ${from} order by event_number limit ${limit}`);
  return rows.map(({ chain_hash, event_text }) => ({ chainHash: chain_hash, json: event_text }));
}

/** What the rows of persons of these events say, one text for each (`check-journal-copy.ts`). */
export async function listDisclosureKeys(reader: Reader, from: bigint, to: bigint): Promise<string[]> {
  const rows = await reader.list<{ key: string }>(sql`
    select concat_ws('|', event_number, replace(person_key::text, '-', ''), person_event_no, kind,
                     encode(link_hash, 'hex'), actor, purpose, case_id, array_to_string(fields, '+')) as key
    from disclosures where event_number between ${from} and ${to}`);
  return rows.map(({ key }) => key);
}

/** What the rows of sessions of these events say, one text for each (`check-journal-copy.ts`). */
export async function listSessionKeys(reader: Reader, from: bigint, to: bigint): Promise<string[]> {
  const rows = await reader.list<{ key: string }>(sql`
    select concat_ws('|', event_number, encode(session, 'hex'), actor, office, credential, workstation,
                     round(extract(epoch from started_at) * 1000), round(extract(epoch from expires_at) * 1000)) as key
    from sessions where event_number between ${from} and ${to}
    union all
    select concat_ws('|', event_number, encode(session, 'hex'), kind, round(extract(epoch from ended_at) * 1000))
    from session_ends where event_number between ${from} and ${to}`);
  return rows.map(({ key }) => key);
}

export async function countSessionRows(reader: Reader): Promise<bigint> {
  const row = await reader.get<{ count: bigint }>(
    sql`select (select count(*) from sessions) + (select count(*) from session_ends) as count`,
  );
  return row.count;
}

export async function countDisclosures(reader: Reader): Promise<bigint> {
  return (await reader.get<{ count: bigint }>(sql`select count(*) as count from disclosures`)).count;
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

/** A session that was stopped, or a well-signed order that was refused. */
export interface Alarm {
  /** Of the keeper's alarms and refusals; the custodian's own stand in no journal. */
  readonly eventNumber: bigint | undefined;
  /** `alarm`, `denied` of the keeper; `refused` of the custodian, before the keeper was asked. */
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
  readonly office: string;
  readonly purpose: string;
  readonly caseId: string;
  /** `honey`, or what the order was answered. */
  readonly outcome: string;
}

/** Newest first, the keeper's and the custodian's together. */
export async function listAlarms(reader: Reader, limit: number): Promise<Alarm[]> {
  const rows = await reader.list<{
    event_number: bigint | null;
    kind: string;
    at: Date;
    actor: string;
    office: string;
    purpose: string;
    case_id: string;
    outcome: string;
  }>(sql`
    (select event_number, kind, recorded_at as at, coalesce(actor, '') as actor, coalesce(office, '') as office,
            coalesce(purpose, '') as purpose, coalesce(case_id, '') as case_id, coalesce(outcome, '') as outcome
     from journal_events where kind in ('alarm', 'denied') order by event_number desc limit ${limit})
    union all
    (select null, 'refused', refused_at, actor, office, purpose, case_id, outcome
     from refused_orders order by refused_at desc limit ${limit})
    order by at desc, event_number desc nulls last limit ${limit}`);
  return rows.map(({ event_number: eventNumber, case_id: caseId, ...row }) => ({
    ...row,
    caseId,
    eventNumber: eventNumber ?? undefined,
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

export interface ProposalRow {
  readonly proposalId: string;
  readonly sequence: number;
  readonly text: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

export async function appendProposal(database: Database, row: ProposalRow): Promise<void> {
  await database.transact(async (tx) => {
    await tx.run(sql`
      insert into roster_proposals (proposal_id, sequence, statement_text, proposed_by, proposed_at)
      values (${row.proposalId}::uuid, ${row.sequence}, ${row.text}, ${row.proposedBy}, ${row.proposedAt})`);
  });
}

/** Newest first, with who signed; one of them where an id is given. */
export async function listProposals(
  reader: Reader,
  limit: number,
  proposalId: string | undefined,
): Promise<(ProposalRow & { readonly signedBy: readonly string[] })[]> {
  const rows = await reader.list<{
    proposal_id: string;
    sequence: number;
    statement_text: string;
    proposed_by: string;
    proposed_at: Date;
    signed_by: readonly string[];
  }>(sql`
    select proposal_id, sequence, statement_text, proposed_by, proposed_at,
           array(select actor from roster_signatures s where s.proposal_id = p.proposal_id order by signed_at) as signed_by
    from roster_proposals p
    where ${proposalId ?? null}::text is null or proposal_id::text = ${proposalId ?? null}
    order by proposed_at desc, proposal_id desc limit ${limit}`);
  return rows.map((row) => ({
    proposalId: row.proposal_id,
    sequence: row.sequence,
    text: row.statement_text,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    signedBy: row.signed_by,
  }));
}

/** @throws {Fault} `sql-23505` when the actor signed it before. */
export async function appendSignature(
  database: Database,
  row: {
    readonly proposalId: string;
    readonly actor: string;
    readonly credential: string;
    readonly proof: Uint8Array;
    readonly at: Date;
  },
): Promise<void> {
  await database.transact(async (tx) => {
    await tx.run(sql`
      insert into roster_signatures (proposal_id, actor, credential, proof, signed_at)
      values (${row.proposalId}::uuid, ${row.actor}, ${row.credential}, ${row.proof}, ${row.at})`);
  });
}

/** The proofs under a proposal, oldest first. */
export async function listSignatures(reader: Reader, proposalId: string): Promise<Uint8Array[]> {
  const rows = await reader.list<{ proof: Uint8Array }>(
    sql`select proof from roster_signatures where proposal_id = ${proposalId}::uuid order by signed_at, actor`,
  );
  return rows.map(({ proof }) => proof);
}

/** Distinct persons that an actor has seen or found since each of these moments, as the journal says. */
export async function countSeenSince(
  reader: Reader,
  actor: string,
  since: { readonly hour: Date; readonly day: Date; readonly days30: Date },
): Promise<{ readonly hour: number; readonly day: number; readonly days30: number }> {
  // Extracts, and screens that two agreed upon, count in budgets of their own; who is screened alone counts each time.
  const row = await reader.get<{ hour: bigint; day: bigint; days30: bigint }>(sql`
    with seen as (
      select recorded_at, person_key::text as person, 1 as persons from disclosures
      where actor = ${actor} and recorded_at > ${since.days30}::timestamptz
        and kind in ('opened', 'found', 'receipt') and case_kind <> 'screen'
      union all
      select recorded_at, case_id, (event_text::jsonb ->> 'candidates')::integer from journal_events
      where actor = ${actor} and recorded_at > ${since.days30}::timestamptz
        and kind = 'screen-requested' and event_text::jsonb ? 'budget')
    select coalesce(sum(persons) filter (where last_at > ${since.hour}::timestamptz), 0) as hour,
           coalesce(sum(persons) filter (where last_at > ${since.day}::timestamptz), 0) as day,
           coalesce(sum(persons), 0) as days30
    from (select person, max(recorded_at) as last_at, max(persons) as persons from seen group by person) each`);
  return { hour: Number(row.hour), day: Number(row.day), days30: Number(row.days30) };
}

/** Whether the journal has a look of this actor at that person in that case. */
export async function hasLooked(
  reader: Reader,
  actor: string,
  personKey: Uint8Array,
  caseId: string,
): Promise<boolean> {
  const row = await reader.find<{ one: number }>(sql`
    select 1 as one from disclosures
    where person_key = ${renderUuid(personKey)}::uuid and actor = ${actor} and case_id = ${caseId} and kind = 'opened'
    limit 1`);
  return row !== undefined;
}
