/** SQL of the answer desk: who was told what, whose changes are held, what was changed meanwhile. */
import type { Database, Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { personNoOf } from "../person-set.ts";

export interface Registered {
  readonly personKey: string;
  readonly personNo: number;
  /** `-Infinity` where it is not known. */
  readonly registeredMs: number;
}

export async function findPerson(reader: Reader, personKey: string): Promise<Registered | undefined> {
  const row = await reader.find<{ person_no: bigint; recorded_at: Date | null }>(sql`
    select p.person_no, b.recorded_at
    from persons p
    left join person_no_blocks n on p.person_no >= n.first_no and p.person_no < n.first_no + n.person_count
    left join source_batches b on b.source_id = n.source_id and b.batch_no = n.batch_no
    where p.person_key = ${personKey}::uuid`);
  if (row === undefined) return undefined;
  const registeredMs = row.recorded_at?.getTime() ?? -Infinity;
  return { personKey, personNo: personNoOf(row.person_no), registeredMs };
}

/** One event about one person, as the copy of the journal has it. */
export interface EventOf {
  readonly kind: string;
  /** In hexadecimal. */
  readonly session: string;
  readonly case_id: string;
  readonly fields: readonly number[];
  readonly recorded_at: Date;
}

export async function listEventsOf(reader: Reader, personKey: string): Promise<EventOf[]> {
  return reader.list<EventOf>(sql`
    select kind, encode(session, 'hex') as session, case_id, fields, recorded_at
    from disclosures where person_key = ${personKey}::uuid order by person_event_no`);
}

/** Numbers of those of the persons who are registered, by key. */
export async function listPersonNos(
  reader: Reader,
  personKeys: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await reader.list<{ person_key: string; person_no: bigint }>(
    sql`select person_key, person_no from persons where person_key = any(${personKeys}::uuid[])`,
  );
  return new Map(rows.map(({ person_key, person_no }) => [person_key, person_no]));
}

/** Whether the journal has a look at the person in that session and case. */
export async function hasLooked(
  reader: Reader,
  personKey: string,
  session: string,
  caseId: string,
): Promise<boolean> {
  const row = await reader.get<{ has: boolean }>(sql`
    select exists (
      select from disclosures where person_key = ${personKey}::uuid and session = decode(${session}, 'hex')
        and case_id = ${caseId} and kind in ('opened', 'found')) as has`);
  return row.has;
}

export interface GivenAnswer {
  readonly answerId: string;
  readonly personKey: string;
  readonly incidentId: string;
  readonly revisionNo: number;
  readonly answer: string;
  readonly caseId: string;
  readonly givenBy: string;
  readonly givenAt: Date;
}

export async function appendAnswers(register: Database, answers: readonly GivenAnswer[]): Promise<void> {
  await register.transact(async (tx) => {
    for (const one of answers) {
      await tx.run(sql`
        insert into answers_given (answer_id, person_key, incident_id, revision_no, answer, case_id, given_by, given_at)
        values (${one.answerId}::uuid, ${one.personKey}::uuid, ${one.incidentId}::uuid, ${one.revisionNo}, ${one.answer},
                ${one.caseId}, ${one.givenBy}, ${one.givenAt})`);
    }
  });
}

/** The last answer about an incident that each person was given, with the person's number. */
export async function listLastAnswers(
  reader: Reader,
  incidentId: string,
): Promise<
  (Pick<GivenAnswer, "personKey" | "revisionNo" | "answer" | "givenAt"> & { readonly personNo: bigint })[]
> {
  const rows = await reader.list<{
    person_key: string;
    person_no: bigint;
    revision_no: number;
    answer: string;
    given_at: Date;
  }>(sql`
    select distinct on (a.person_key) a.person_key, p.person_no, a.revision_no, a.answer, a.given_at
    from answers_given a join persons p on p.person_key = a.person_key
    where a.incident_id = ${incidentId}::uuid order by a.person_key, a.given_at desc, a.answer_id desc`);
  return rows.map((row) => ({
    personKey: row.person_key,
    personNo: row.person_no,
    revisionNo: row.revision_no,
    answer: row.answer,
    givenAt: row.given_at,
  }));
}

/** Something recorded of a person who was registered before: a change of address, account, name, or whatever it is. */
export interface Change {
  readonly personKey: string;
  readonly personNo: bigint;
  readonly recordNo: number;
  readonly recordedAt: Date;
  readonly sourceId: string;
  readonly sourceLine: number;
}

/** Records added to persons within a time, oldest first, in pages: behind the last one given. */
export async function listChanges(reader: Reader, from: Date, until: Date, limit: number): Promise<Change[]> {
  const rows = await reader.list<{
    person_key: string;
    person_no: bigint;
    record_no: number;
    recorded_at: Date;
    source_id: string;
    source_line: number;
  }>(sql`
    select r.person_key, p.person_no, r.record_no, r.recorded_at, r.source_id, r.source_line
    from records r join persons p on p.person_key = r.person_key
    where r.record_no > 0 and r.recorded_at >= ${from} and r.recorded_at < ${until}
    order by r.recorded_at, r.person_key, r.record_no limit ${limit}`);
  return rows.map((row) => ({
    personKey: row.person_key,
    personNo: row.person_no,
    recordNo: row.record_no,
    recordedAt: row.recorded_at,
    sourceId: row.source_id,
    sourceLine: row.source_line,
  }));
}

/** Whether there is any open incident at all: most of the time there is none, and nothing more is asked. */
export async function listOpenIncidents(reader: Reader): Promise<string[]> {
  const rows = await reader.list<{ incident_id: string }>(sql`
    select i.incident_id from incidents i
    where not exists (select from incident_closings c where c.incident_id = i.incident_id)
    order by i.opened_at, i.incident_id`);
  return rows.map(({ incident_id }) => incident_id);
}

/** Every incident there was, oldest first: closing one does not take back what it exposed. */
export async function listAnswerable(
  reader: Reader,
): Promise<{ readonly incidentId: string; readonly isOpen: boolean }[]> {
  const rows = await reader.list<{ incident_id: string; is_open: boolean }>(sql`
    select i.incident_id, c.incident_id is null as is_open
    from incidents i left join incident_closings c on c.incident_id = i.incident_id
    order by i.opened_at, i.incident_id`);
  return rows.map(({ incident_id, is_open }) => ({ incidentId: incident_id, isOpen: is_open }));
}

/** Persons of whom a change was proved, with the incident. */
export async function listProved(
  reader: Reader,
  personKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await reader.list<{ person_key: string; incident_id: string }>(sql`
    select person_key, incident_id from held_changes_proved where person_key = any(${personKeys}::uuid[])`);
  return new Set(rows.map(({ person_key, incident_id }) => `${person_key} ${incident_id}`));
}

export async function appendProof(
  register: Database,
  row: {
    readonly personKey: string;
    readonly incidentId: string;
    readonly proof: string;
    readonly provedBy: string;
    readonly approvedBy: string;
    readonly event: bigint;
    readonly at: Date;
  },
): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into held_changes_proved (person_key, incident_id, proof, proved_by, approved_by, proved_at, event_number)
      values (${row.personKey}::uuid, ${row.incidentId}::uuid, ${row.proof}, ${row.provedBy}, ${row.approvedBy}, ${row.at},
              ${row.event})`);
  });
}
