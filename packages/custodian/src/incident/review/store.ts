/** SQL of the review: what the journal says of the controls, and measures with owners and dates. */
import type { Database, Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

/** Events of one kind and outcome within a time. */
export interface ControlCount {
  readonly kind: string;
  /** Of a refusal its answer, of an alarm its reason; empty where there is none. */
  readonly outcome: string;
  readonly events: number;
  readonly actors: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** Refusals, alarms, ended extracts. */
export async function countControls(reader: Reader, from: Date, until: Date): Promise<ControlCount[]> {
  const rows = await reader.list<{
    kind: string;
    outcome: string;
    events: bigint;
    actors: bigint;
    first: bigint;
    last: bigint;
  }>(sql`
    select kind, coalesce(outcome, '') as outcome, count(*) as events, count(distinct actor) as actors,
           min(event_number) as first, max(event_number) as last
    from journal_events
    where kind in ('alarm', 'denied', 'extract-ended')
      and recorded_at >= ${from} and recorded_at < ${until}
    group by 1, 2 order by 1, 2`);
  return rows.map((row) => ({ ...row, events: Number(row.events), actors: Number(row.actors) }));
}

/** What the custodian refused before it asked the keeper, by outcome; changes that were held; answers that were given. */
export async function countOwnControls(
  reader: Reader,
  incidentId: string,
  from: Date,
  until: Date,
): Promise<{
  readonly refused: number;
  readonly held: number;
  readonly proved: number;
  readonly answers: number;
}> {
  const row = await reader.get<{ refused: bigint; held: bigint; proved: bigint; answers: bigint }>(sql`
    select (select count(*) from refused_orders where refused_at >= ${from} and refused_at < ${until}) as refused,
           (select count(*) from held_changes where asked_at >= ${from} and asked_at < ${until}) as held,
           (select count(*) from held_changes_proved where incident_id = ${incidentId}::uuid) as proved,
           (select count(*) from answers_given where incident_id = ${incidentId}::uuid) as answers`);
  const { refused, held, proved, answers } = row;
  return { refused: Number(refused), held: Number(held), proved: Number(proved), answers: Number(answers) };
}

export interface Measure {
  readonly measureNo: number;
  readonly measure: string;
  readonly owner: string;
  /** `YYYY-MM-DD`. */
  readonly dueOn: string;
  readonly addedBy: string;
  readonly done: { readonly by: string; readonly at: Date; readonly proof: string } | undefined;
}

export async function listMeasures(reader: Reader, incidentId: string): Promise<Measure[]> {
  const rows = await reader.list<{
    measure_no: number;
    measure: string;
    owner: string;
    due_on: string;
    added_by: string;
    done_by: string | null;
    done_at: Date | null;
    proof: string | null;
  }>(sql`
    select measure_no, measure, owner, due_on::text, added_by, done_by, done_at, proof
    from incident_measures left join incident_measures_done using (incident_id, measure_no)
    where incident_id = ${incidentId}::uuid order by due_on, measure_no`);
  return rows.map((row) => ({
    measureNo: row.measure_no,
    measure: row.measure,
    owner: row.owner,
    dueOn: row.due_on,
    addedBy: row.added_by,
    done:
      row.done_at === null ? undefined : { by: row.done_by ?? "", at: row.done_at, proof: row.proof ?? "" },
  }));
}

/** Its number. @throws {Fault} `sql-23505` when another was quicker. */
export async function appendMeasure(
  register: Database,
  row: {
    readonly incidentId: string;
    readonly measure: string;
    readonly owner: string;
    readonly dueOn: string;
    readonly actor: string;
    readonly at: Date;
  },
): Promise<number> {
  return register.transact(async (tx) => {
    const added = await tx.get<{ measure_no: number }>(sql`
      insert into incident_measures (incident_id, measure_no, measure, owner, due_on, added_by, added_at)
      select ${row.incidentId}::uuid, coalesce(max(measure_no), 0) + 1, ${row.measure}::text, ${row.owner}::text,
             ${row.dueOn}::date, ${row.actor}::text, ${row.at}::timestamptz
      from incident_measures where incident_id = ${row.incidentId}::uuid
      returning measure_no`);
    return added.measure_no;
  });
}

/** @throws {Fault} `sql-23505` when it is done already. */
export async function appendDone(
  register: Database,
  row: {
    readonly incidentId: string;
    readonly measureNo: number;
    readonly proof: string;
    readonly actor: string;
    readonly at: Date;
  },
): Promise<void> {
  await register.transact(async (tx) => {
    await tx.run(sql`
      insert into incident_measures_done (incident_id, measure_no, proof, done_by, done_at)
      values (${row.incidentId}::uuid, ${row.measureNo}, ${row.proof}, ${row.actor}, ${row.at})`);
  });
}
