/** SQL of changes at the counter: the next record of a person, and what was held. */
import type { Database, Reader } from "../db/database.ts";
import { sql } from "../db/sql.ts";

export interface HeldChange {
  readonly changeId: string;
  readonly personKey: string;
  readonly caseId: string;
  /** Field numbers. */
  readonly fields: readonly number[];
  readonly actor: string;
  readonly office: string;
  readonly askedAt: Date;
}

export async function getNextRecordNo(reader: Reader, personKey: string): Promise<number> {
  const row = await reader.get<{ next: number }>(sql`
    select coalesce(max(record_no), -1) + 1 as next from records where person_key = ${personKey}::uuid`);
  return row.next;
}

export async function appendHeld(register: Database, row: HeldChange): Promise<void> {
  await register.transact((tx) =>
    tx.run(sql`
      insert into held_changes (change_id, person_key, case_id, fields, actor, office, asked_at)
      values (${row.changeId}::uuid, ${row.personKey}::uuid, ${row.caseId}::uuid, ${row.fields}::smallint[], ${row.actor},
              ${row.office}, ${row.askedAt})`),
  );
}

/** Newest first. */
export async function listHeld(reader: Reader, limit: number): Promise<HeldChange[]> {
  const rows = await reader.list<{
    change_id: string;
    person_key: string;
    case_id: string;
    fields: readonly number[];
    actor: string;
    office: string;
    asked_at: Date;
  }>(sql`
    select change_id, person_key, case_id, fields, actor, office, asked_at from held_changes
    order by asked_at desc, change_id limit ${limit}`);
  return rows.map(({ change_id, person_key, case_id, asked_at, ...row }) => ({
    ...row,
    changeId: change_id,
    personKey: person_key,
    caseId: case_id,
    askedAt: asked_at,
  }));
}
