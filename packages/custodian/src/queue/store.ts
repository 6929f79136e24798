/** SQL of the queue: jobs, and what happened to each. Lines are added and never changed. */
import type { Database, Reader, Tx } from "../db/database.ts";
import { type Query, sql } from "../db/sql.ts";
import type { Job, JobEventKind } from "./job.ts";

export async function appendJob(tx: Tx, job: Omit<Job, "events">): Promise<void> {
  const { jobId, kind, subject, actor, office, queuedAt } = job;
  await tx.run(sql`
    insert into queued_jobs (job_id, kind, subject, actor, office, queued_at)
    values (${jobId}::uuid, ${kind}, ${subject}::uuid, ${actor}, ${office}, ${queuedAt})`);
}

/** Behind the job's other events. @throws {Fault} `sql-23505` when another came in between. */
export async function appendEvent(
  database: Database,
  jobId: string,
  event: { readonly kind: JobEventKind; readonly code?: string; readonly at: Date },
): Promise<void> {
  const { kind, code = null, at } = event;
  await database.transact((tx) =>
    tx.run(sql`
      insert into queued_job_events (job_id, event_no, kind, code, recorded_at)
      select ${jobId}::uuid, coalesce(max(event_no) + 1, 0), ${kind}, ${code}, ${at}
      from queued_job_events where job_id = ${jobId}::uuid`),
  );
}

export async function findJob(reader: Reader, jobId: string): Promise<Job | undefined> {
  const [job] = await listWhere(reader, sql`j.job_id = ${jobId}::uuid`, 1);
  return job;
}

/** Newest first. */
export function listJobs(reader: Reader, limit: number): Promise<Job[]> {
  return listWhere(reader, sql`true`, limit);
}

/** About one thing, newest first. */
export function listJobsAbout(reader: Reader, kind: string, subject: string, limit: number): Promise<Job[]> {
  return listWhere(reader, sql`j.kind = ${kind} and j.subject = ${subject}::uuid`, limit);
}

/** Those that nothing has ended, newest first; a failed one may have failed for good. */
export function listOpen(reader: Reader, limit: number): Promise<Job[]> {
  return listWhere(
    reader,
    sql`not exists (select 1 from queued_job_events e where e.job_id = j.job_id
                    and e.kind in ('refused', 'finished', 'cancelled'))`,
    limit,
  );
}

interface JobRow {
  readonly job_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  readonly office: string;
  readonly queued_at: Date;
  readonly kinds: readonly JobEventKind[];
  readonly codes: readonly (string | null)[];
  readonly times: readonly Date[];
}

async function listWhere(reader: Reader, condition: Query, limit: number): Promise<Job[]> {
  const rows = await reader.list<JobRow>(sql`
    select j.job_id, j.kind, j.subject, j.actor, j.office, j.queued_at,
           array(select kind from queued_job_events e where e.job_id = j.job_id order by event_no) as kinds,
           array(select code from queued_job_events e where e.job_id = j.job_id order by event_no) as codes,
           array(select recorded_at from queued_job_events e where e.job_id = j.job_id order by event_no) as times
    from queued_jobs j where ${condition}
    order by j.queued_at desc, j.job_id desc limit ${limit}`);
  return rows.map(({ job_id: jobId, kind, subject, actor, office, queued_at: queuedAt, ...events }) => ({
    jobId,
    kind,
    subject,
    actor,
    office,
    queuedAt,
    events: events.kinds.map((one, i) => ({
      kind: one,
      code: events.codes[i] ?? undefined,
      at: events.times[i] ?? queuedAt,
    })),
  }));
}
