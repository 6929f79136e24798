/** SQL of incidents, their evidence and revisions. */
import type { Database, Reader, Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import { renderUuid } from "../db/uuid.ts";
import type { ExposedClass } from "./partition.ts";
import { PersonSet } from "./person-set.ts";

export interface IncidentRow {
  readonly incidentId: string;
  readonly title: string;
  readonly openedBy: string;
  readonly office: string;
  readonly openedAt: Date;
  readonly knownAt: Date;
  readonly isWrongful: boolean;
  readonly isOpen: boolean;
}

export async function appendIncident(register: Database, row: Omit<IncidentRow, "isOpen">): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into incidents (incident_id, title, opened_by, office, opened_at, known_at, is_wrongful)
      values (${row.incidentId}::uuid, ${row.title}, ${row.openedBy}, ${row.office}, ${row.openedAt}, ${row.knownAt},
              ${row.isWrongful})`);
  });
}

/** Newest first; one of them where an id is given. */
export async function listIncidents(reader: Reader, limit: number, id?: string): Promise<IncidentRow[]> {
  const rows = await reader.list<{
    incident_id: string;
    title: string;
    opened_by: string;
    office: string;
    opened_at: Date;
    known_at: Date;
    is_wrongful: boolean;
    is_open: boolean;
  }>(sql`
    select i.incident_id, title, opened_by, office, opened_at, known_at, is_wrongful, c.incident_id is null as is_open
    from incidents i left join incident_closings c on c.incident_id = i.incident_id
    where ${id ?? null}::uuid is null or i.incident_id = ${id ?? null}::uuid
    order by opened_at desc limit ${limit}`);
  return rows.map((row) => ({
    incidentId: row.incident_id,
    title: row.title,
    openedBy: row.opened_by,
    office: row.office,
    openedAt: row.opened_at,
    knownAt: row.known_at,
    isWrongful: row.is_wrongful,
    isOpen: row.is_open,
  }));
}

/** @throws {Fault} `sql-23505` when it is closed already. */
export async function appendClosing(
  register: Database,
  row: {
    readonly incidentId: string;
    readonly reason: string;
    readonly actor: string;
    readonly secondedBy: string;
    readonly event: bigint;
    readonly at: Date;
  },
): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into incident_closings (incident_id, reason, actor, closed_at, seconded_by, event_number)
      values (${row.incidentId}::uuid, ${row.reason}, ${row.actor}, ${row.at}, ${row.secondedBy}, ${row.event})`);
  });
}

/** As the table has it; `parse-evidence.ts` makes it a value. */
export interface EvidenceRow {
  readonly evidence_no: number;
  readonly kind: string;
  readonly subject: string;
  readonly form: string | null;
  readonly persons: Uint8Array | null;
  readonly fields: number | null;
  readonly row_count: number | null;
  readonly from_at: Date | null;
  readonly until_at: Date | null;
  readonly clock_doubt_ms: bigint | null;
  readonly source: string;
  readonly added_by: string;
  readonly added_at: Date;
  readonly withdrawn_at: Date | null;
  readonly withdrawal: string | null;
}

/** Of one incident, in their order, withdrawn ones too. */
export async function listEvidence(reader: Reader, incidentId: string): Promise<EvidenceRow[]> {
  return reader.list<EvidenceRow>(sql`
    select e.evidence_no, kind, subject, form, persons, fields, row_count, from_at, until_at, clock_doubt_ms, source,
           added_by, added_at, w.withdrawn_at, w.reason as withdrawal
    from evidence e left join evidence_withdrawals w using (incident_id, evidence_no)
    where e.incident_id = ${incidentId}::uuid order by e.evidence_no`);
}

/** Its number. @throws {Fault} `sql-23505` when another item was quicker. */
export async function appendEvidence(
  tx: Tx,
  incidentId: string,
  row: Omit<EvidenceRow, "evidence_no" | "withdrawn_at" | "withdrawal">,
): Promise<number> {
  const added = await tx.get<{ evidence_no: number }>(sql`
    insert into evidence (incident_id, evidence_no, kind, subject, form, persons, fields, row_count, from_at, until_at,
                          clock_doubt_ms, source, added_by, added_at)
    select ${incidentId}::uuid, coalesce(max(evidence_no), 0) + 1, ${row.kind}, ${row.subject}, ${row.form},
           ${row.persons}::bytea, ${row.fields}::integer, ${row.row_count}::integer, ${row.from_at}::timestamptz,
           ${row.until_at}::timestamptz, ${row.clock_doubt_ms}::bigint, ${row.source}, ${row.added_by}, ${row.added_at}::timestamptz
    from evidence where incident_id = ${incidentId}::uuid
    returning evidence_no`);
  return added.evidence_no;
}

/** @throws {Fault} `sql-23505` when it is withdrawn already. */
export async function appendWithdrawal(
  register: Database,
  row: {
    readonly incidentId: string;
    readonly evidenceNo: number;
    readonly reason: string;
    readonly actor: string;
    readonly at: Date;
  },
): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into evidence_withdrawals (incident_id, evidence_no, reason, withdrawn_by, withdrawn_at)
      values (${row.incidentId}::uuid, ${row.evidenceNo}, ${row.reason}, ${row.actor}, ${row.at})`);
  });
}

export interface RevisionRow {
  readonly revisionNo: number;
  readonly asOfEvent: bigint;
  readonly asOf: Date;
  readonly evidenceNos: readonly number[];
  readonly counts: string;
  readonly digest: Uint8Array;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly approvedBy: string | undefined;
  readonly approvedAt: Date | undefined;
}

/** @throws {Fault} `sql-23505` when another revision has the number. */
export async function appendRevision(
  tx: Tx,
  incidentId: string,
  row: Omit<RevisionRow, "approvedBy" | "approvedAt">,
  classes: readonly (ExposedClass & { readonly digest: Uint8Array })[],
): Promise<void> {
  await tx.run(sql`
    insert into revisions (incident_id, revision_no, as_of_event, as_of, evidence_nos, counts, digest, made_by, made_at)
    values (${incidentId}::uuid, ${row.revisionNo}, ${row.asOfEvent}, ${row.asOf}, ${row.evidenceNos}::integer[],
            ${row.counts}, ${row.digest}, ${row.madeBy}, ${row.madeAt})`);
  for (const { fields, persons, digest } of classes) {
    await tx.run(sql`
      insert into revision_classes (incident_id, revision_no, disclosed, reachable, doubtful, person_count, persons, digest)
      values (${incidentId}::uuid, ${row.revisionNo}, ${fields.disclosed}, ${fields.reachable},
              ${fields["cannot-rule-out"]}, ${persons.size}, ${persons.encode()}, ${digest})`);
  }
}

/** Newest first; one of them where a number is given. */
export async function listRevisions(
  reader: Reader,
  incidentId: string,
  limit: number,
  revisionNo?: number,
): Promise<RevisionRow[]> {
  const rows = await reader.list<{
    revision_no: number;
    as_of_event: bigint;
    as_of: Date;
    evidence_nos: readonly number[];
    counts: string;
    digest: Uint8Array;
    made_by: string;
    made_at: Date;
    approved_by: string | null;
    approved_at: Date | null;
  }>(sql`
    select r.revision_no, as_of_event, as_of, evidence_nos, counts, r.digest, made_by, made_at, a.actor as approved_by,
           a.approved_at
    from revisions r left join revision_approvals a using (incident_id, revision_no)
    where r.incident_id = ${incidentId}::uuid
      and (${revisionNo ?? null}::integer is null or r.revision_no = ${revisionNo ?? null}::integer)
    order by r.revision_no desc limit ${limit}`);
  return rows.map((row) => ({
    revisionNo: row.revision_no,
    asOfEvent: row.as_of_event,
    asOf: row.as_of,
    evidenceNos: row.evidence_nos,
    counts: row.counts,
    digest: row.digest,
    madeBy: row.made_by,
    madeAt: row.made_at,
    approvedBy: row.approved_by ?? undefined,
    approvedAt: row.approved_at ?? undefined,
  }));
}

/** In the order of their masks, as `partition` gives them. */
export async function listClasses(
  reader: Reader,
  incidentId: string,
  revisionNo: number,
): Promise<(ExposedClass & { readonly count: number; readonly digest: Uint8Array })[]> {
  const rows = await reader.list<{
    disclosed: number;
    reachable: number;
    doubtful: number;
    person_count: number;
    persons: Uint8Array;
    digest: Uint8Array;
  }>(sql`
    select disclosed, reachable, doubtful, person_count, persons, digest from revision_classes
    where incident_id = ${incidentId}::uuid and revision_no = ${revisionNo}
    order by disclosed, reachable, doubtful`);
  return rows.map((row) => ({
    fields: { disclosed: row.disclosed, reachable: row.reachable, "cannot-rule-out": row.doubtful },
    persons: PersonSet.decode(row.persons),
    count: row.person_count,
    digest: row.digest,
  }));
}

/** @throws {Fault} `sql-23505` when it is approved already. */
export async function appendApproval(
  register: Database,
  row: {
    readonly incidentId: string;
    readonly revisionNo: number;
    readonly actor: string;
    readonly digest: Uint8Array;
    readonly event: bigint;
    readonly at: Date;
  },
): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into revision_approvals (incident_id, revision_no, actor, digest, event_number, approved_at)
      values (${row.incidentId}::uuid, ${row.revisionNo}, ${row.actor}, ${row.digest}, ${row.event}, ${row.at})`);
  });
}

export async function appendUse(
  register: Database,
  row: {
    readonly useId: Uint8Array;
    readonly incidentId: string;
    readonly revisionNo: number;
    readonly kind: string;
    readonly persons: PersonSet;
    readonly actor: string;
    readonly at: Date;
  },
): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into revision_uses (use_id, incident_id, revision_no, kind, person_count, digest, made_by, made_at)
      values (${renderUuid(row.useId)}::uuid, ${row.incidentId}::uuid, ${row.revisionNo}, ${row.kind},
              ${row.persons.size}, ${row.persons.digest()}, ${row.actor}, ${row.at})`);
  });
}

/** The last event that was copied, and when it was. */
export async function findCopiedTo(
  reader: Reader,
): Promise<{ readonly event: bigint; readonly at: Date } | undefined> {
  const row = await reader.find<{ event_number: bigint; recorded_at: Date }>(
    sql`select event_number, recorded_at from journal_events order by event_number desc limit 1`,
  );
  return row && { event: row.event_number, at: row.recorded_at };
}
