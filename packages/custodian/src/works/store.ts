/** SQL of long work: how far each run is, read from what it commits itself; and the taking back of a run of matching. */
import type { Database, Reader } from "../db/database.ts";
import { sql } from "../db/sql.ts";

export interface RunRow {
  readonly runId: string;
  readonly actor: string;
  readonly begunAt: Date;
  readonly finishedAt: Date | undefined;
  readonly isCancelled: boolean;
  /** The last that it wrote. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/** Runs of matching, newest first. */
export async function listRuns(reader: Reader, limit: number): Promise<RunRow[]> {
  const rows = await reader.list<{
    run_id: string;
    actor: string;
    recorded_at: Date;
    finished_at: Date | null;
    is_cancelled: boolean;
    step: string | null;
    done: number | null;
    total: number | null;
  }>(sql`
    select r.run_id, r.actor, r.recorded_at, f.recorded_at as finished_at, c.run_id is not null as is_cancelled,
           s.step, coalesce(f.owners, s.done) as done, coalesce(f.owners, s.total) as total
    from match_runs r
    left join match_runs_finished f using (run_id)
    left join match_run_cancels c using (run_id)
    left join lateral (
      select step, done, total from match_run_steps s where s.run_id = r.run_id order by step_no desc limit 1) s on true
    order by r.recorded_at desc, r.run_id desc limit ${limit}`);
  return rows.map((row) => ({
    runId: row.run_id,
    actor: row.actor,
    begunAt: row.recorded_at,
    finishedAt: row.finished_at ?? undefined,
    isCancelled: row.is_cancelled,
    step: row.step ?? "persons",
    done: row.done ?? 0,
    total: row.total ?? 0,
  }));
}

/** Taken back by somebody; again is nothing new. */
export async function appendRunCancel(
  register: Database,
  runId: string,
  actor: string,
  at: Date,
): Promise<void> {
  await register.transact((tx) =>
    tx.run(sql`
      insert into match_run_cancels (run_id, actor, recorded_at) values (${runId}::uuid, ${actor}, ${at})
      on conflict do nothing`),
  );
}

export interface ImportRow {
  readonly sourceId: string;
  readonly kind: string;
  readonly begunAt: Date;
  readonly isFinished: boolean;
  readonly accepted: number;
  readonly known: number;
  readonly rejected: number;
}

/** Files of persons and of premiums, newest first. Lines = accepted + known + rejected so far. */
export async function listImports(reader: Reader, limit: number): Promise<ImportRow[]> {
  const rows = await reader.list<{
    source_id: string;
    kind: string;
    recorded_at: Date;
    is_finished: boolean;
    accepted: bigint;
    known: bigint;
    rejected: bigint;
  }>(sql`
    with newest as (
      select source_id, kind, recorded_at from sources where file_digest is not null
      order by recorded_at desc, source_id desc limit ${limit})
    select n.source_id, n.kind, n.recorded_at, f.source_id is not null as is_finished,
           coalesce(b.accepted, 0) as accepted, coalesce(b.known, 0) as known, coalesce(b.rejected, 0) as rejected
    from newest n left join sources_finished f using (source_id)
    left join lateral (
      select sum(accepted) as accepted, sum(known) as known, sum(rejected) as rejected
      from source_batches b where b.source_id = n.source_id) b on true
    order by n.recorded_at desc, n.source_id desc`);
  return rows.map((row) => ({
    sourceId: row.source_id,
    kind: row.kind,
    begunAt: row.recorded_at,
    isFinished: row.is_finished,
    accepted: Number(row.accepted),
    known: Number(row.known),
    rejected: Number(row.rejected),
  }));
}

export interface ExchangeRow {
  readonly incidentId: string;
  readonly revisionNo: number;
  readonly askedBy: string;
  readonly secondedBy: string;
  readonly at: Date;
  /** Of the revision. */
  readonly persons: number;
  readonly reissuedPersons: number;
  /** Its counts have reconciled with the revision (`incident/resolve/reissue.ts`). */
  readonly isFinished: boolean;
}

/** Exchanges of numbers that two actors stood for, newest first. */
export async function listExchanges(reader: Reader, limit: number): Promise<ExchangeRow[]> {
  const rows = await reader.list<{
    incident_id: string;
    revision_no: number;
    asked_by: string;
    seconded_by: string;
    seconded_at: Date;
    persons: number;
    reissued: bigint;
    is_finished: boolean;
  }>(sql`
    select x.incident_id, x.revision_no, x.asked_by, x.seconded_by, x.seconded_at,
           (r.counts::jsonb ->> 'exposedPersons')::integer as persons,
           (select count(*) from number_reissues n
            where n.incident_id = x.incident_id and n.revision_no = x.revision_no) as reissued,
           exists (select from revision_uses u where u.incident_id = x.incident_id and u.revision_no = x.revision_no
                   and u.kind = 'number-reissue') as is_finished
    from reissues x join revisions r using (incident_id, revision_no)
    order by x.seconded_at desc, x.incident_id limit ${limit}`);
  return rows.map((row) => ({
    incidentId: row.incident_id,
    revisionNo: row.revision_no,
    askedBy: row.asked_by,
    secondedBy: row.seconded_by,
    at: row.seconded_at,
    persons: row.persons,
    reissuedPersons: Number(row.reissued),
    isFinished: row.is_finished,
  }));
}

/** Whether some process holds the advisory lock `lock` on this database: what runs under it is alive. */
export async function isLocked(reader: Reader, lock: bigint): Promise<boolean> {
  const row = await reader.get<{ is_locked: boolean }>(sql`
    select exists (
      select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())
        and ((classid::bigint << 32) | objid::bigint) = ${lock}::bigint) as is_locked`);
  return row.is_locked;
}

/** Changes when any long work has come further. Reads a few newest lines, never the work. */
export async function getMark(reader: Reader): Promise<string> {
  const row = await reader.get<{ mark: string | null }>(sql`
    select concat_ws(' ',
      (select max(recorded_at) from queued_job_events), (select max(queued_at) from queued_jobs),
      (select count(*) from extract_chunks c join (select subject from queued_jobs order by queued_at desc limit 1) j
         on c.extract_id = j.subject),
      (select count(*) from screen_results r join (select screen_id from screens order by made_at desc limit 1) s using (screen_id)),
      (select max(ordered_at) from screen_orders),
      (select max(recorded_at) from match_runs), (select max(recorded_at) from match_runs_finished),
      (select max(recorded_at) from match_run_steps), (select max(recorded_at) from match_run_cancels),
      (select max(recorded_at) from source_batches), (select max(recorded_at) from sources_finished), (select max(event_number) from reissues),
      (select max(made_at) from revision_uses where kind = 'number-reissue')) as mark`);
  return row.mark ?? "";
}
