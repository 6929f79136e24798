/** SQL of what actors stand for: their words, the keeper's events, what came of it. */
import type { Database, Reader, Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

export interface Proposal {
  readonly incidentId: string;
  readonly digest: Uint8Array;
  readonly words: string;
  readonly proposedBy: string;
  readonly event: bigint;
  readonly at: Date;
}

export async function appendProposal(
  register: Database,
  row: Proposal & { readonly subject: string },
): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into incident_proposals (incident_id, digest, subject, words, proposed_by, event_number, proposed_at)
      values (${row.incidentId}::uuid, ${row.digest}, ${row.subject}, ${row.words}, ${row.proposedBy}, ${row.event}, ${row.at})
      on conflict do nothing`);
  });
}

/** Of an incident, oldest first, also what was seconded since. */
export async function listProposals(reader: Reader, incidentId: string, limit: number): Promise<Proposal[]> {
  const rows = await reader.list<{
    digest: Uint8Array;
    words: string;
    proposed_by: string;
    event_number: bigint;
    proposed_at: Date;
  }>(sql`
    select digest, words, proposed_by, event_number, proposed_at from incident_proposals
    where incident_id = ${incidentId}::uuid order by event_number limit ${limit}`);
  return rows.map((row) => ({
    incidentId,
    digest: row.digest,
    words: row.words,
    proposedBy: row.proposed_by,
    event: row.event_number,
    at: row.proposed_at,
  }));
}

/** What the keeper journalled, as it was copied. */
export interface ResolvedEvent {
  readonly actor: string;
  readonly at: Date;
  readonly incidentId: string;
  readonly subject: string;
  /** In hexadecimal. */
  readonly digest: string;
  /** Who said the same words first; `undefined` when this is the first word. */
  readonly first: string | undefined;
}

/** `undefined` when the event is not copied, or is another. */
export async function findResolved(reader: Reader, event: bigint): Promise<ResolvedEvent | undefined> {
  const row = await reader.find<{
    actor: string;
    recorded_at: Date;
    case_id: string;
    subject: string;
    digest: string;
    first: string | null;
  }>(sql`
    select e.actor, e.recorded_at, e.case_id, e.event_text::jsonb ->> 'subject' as subject,
           e.event_text::jsonb ->> 'digest' as digest,
           (select f.actor from journal_events f
            where f.kind = 'resolved' and f.case_id = e.case_id and f.event_number < e.event_number
              and f.event_text::jsonb ->> 'order' = e.event_text::jsonb ->> 'seconds'
            limit 1) as first
    from journal_events e where e.event_number = ${event} and e.kind = 'resolved'`);
  if (row === undefined) return undefined;
  const { actor, recorded_at: at, case_id: incidentId, subject, digest, first } = row;
  return { actor, at, incidentId, subject, digest, first: first ?? undefined };
}

export interface Reissue {
  readonly incidentId: string;
  readonly revisionNo: number;
  readonly digest: Uint8Array;
  readonly block: string;
  readonly askedBy: string;
  readonly secondedBy: string;
  readonly event: bigint;
  readonly at: Date;
}

/** @throws {Fault} `sql-23505` when numbers of this revision are exchanged already. */
export async function appendReissue(register: Database, row: Reissue): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into reissues (incident_id, revision_no, digest, block, asked_by, seconded_by, event_number, seconded_at)
      values (${row.incidentId}::uuid, ${row.revisionNo}, ${row.digest}, ${row.block}, ${row.askedBy}, ${row.secondedBy},
              ${row.event}, ${row.at})`);
  });
}

/** Newest first. */
export async function listReissues(reader: Reader, incidentId: string): Promise<Reissue[]> {
  const rows = await reader.list<{
    revision_no: number;
    digest: Uint8Array;
    block: string;
    asked_by: string;
    seconded_by: string;
    event_number: bigint;
    seconded_at: Date;
  }>(sql`
    select revision_no, digest, block, asked_by, seconded_by, event_number, seconded_at from reissues
    where incident_id = ${incidentId}::uuid order by revision_no desc`);
  return rows.map((row) => ({
    incidentId,
    revisionNo: row.revision_no,
    digest: row.digest,
    block: row.block,
    askedBy: row.asked_by,
    secondedBy: row.seconded_by,
    event: row.event_number,
    at: row.seconded_at,
  }));
}

/** How many persons have a new number by this revision, and in how many events of the keeper they were told. */
export async function countReissued(
  reader: Reader,
  incidentId: string,
  revisionNo: number,
): Promise<{ readonly persons: number; readonly events: number }> {
  const row = await reader.get<{ persons: bigint; events: bigint }>(sql`
    select count(*) as persons, count(distinct event_number) as events from number_reissues
    where incident_id = ${incidentId}::uuid and revision_no = ${revisionNo}`);
  return { persons: Number(row.persons), events: Number(row.events) };
}

/** Somebody of the register, in the order of keys. */
export interface Registered {
  readonly personKey: string;
  readonly personNo: bigint;
  readonly isErased: boolean;
  /** Whether this incident gave them a new number already. */
  readonly isReissued: boolean;
}

export async function listRegistered(
  reader: Reader,
  incidentId: string,
  after: string,
  limit: number,
): Promise<Registered[]> {
  const rows = await reader.list<{
    person_key: string;
    person_no: bigint;
    is_erased: boolean;
    is_reissued: boolean;
  }>(sql`
    select p.person_key, p.person_no, e.person_key is not null as is_erased, n.person_key is not null as is_reissued
    from persons p
    left join erasures e on e.person_key = p.person_key
    left join number_reissues n on n.person_key = p.person_key and n.incident_id = ${incidentId}::uuid
    where p.person_key > ${after}::uuid order by p.person_key limit ${limit}`);
  return rows.map((row) => ({
    personKey: row.person_key,
    personNo: row.person_no,
    isErased: row.is_erased,
    isReissued: row.is_reissued,
  }));
}

/** Whether a change of this person was proved since then. */
export async function isProved(
  reader: Reader,
  incidentId: string,
  personKey: string,
  since: Date,
): Promise<boolean> {
  const row = await reader.get<{ has: boolean }>(sql`
    select exists (select from held_changes_proved where person_key = ${personKey}::uuid
      and incident_id = ${incidentId}::uuid and proved_at >= ${since}) as has`);
  return row.has;
}

/** Who has a new number now, in the transaction that records it. */
export async function appendReissued(
  tx: Tx,
  by: { readonly incidentId: string; readonly revisionNo: number; readonly event: bigint; readonly at: Date },
  reissued: readonly { readonly personKey: string; readonly recordNo: number; readonly token: bigint }[],
): Promise<void> {
  await tx.run(sql`
    insert into number_reissues (person_key, incident_id, revision_no, record_no, number_token, event_number, reissued_at)
    select r.person_key, ${by.incidentId}::uuid, ${by.revisionNo}::integer, r.record_no, r.token, ${by.event}::bigint,
           ${by.at}::timestamptz
    from unnest(${reissued.map(({ personKey }) => personKey)}::uuid[], ${reissued.map(({ recordNo }) => recordNo)}::integer[],
                ${reissued.map(({ token }) => token)}::bigint[]) as r (person_key, record_no, token)`);
}
