-- Long work that was asked for over HTTP and is done by whichever custodian comes first. A job is its events, added and never
-- changed; how far the work is stands with the work itself (an extract's chunks). Citus: `job_id` is the distribution column.

create table queued_jobs (
  job_id uuid primary key,
  -- what is to be done: seal-extract
  kind text not null,
  -- with what: an extract
  subject uuid not null,
  actor text not null,
  office text not null,
  queued_at timestamptz not null
);
create index queued_jobs_by_subject on queued_jobs (subject);
create index queued_jobs_by_time on queued_jobs (queued_at);

create table queued_job_events (
  job_id uuid not null,
  event_no integer not null,
  kind text not null check (kind in ('begun', 'failed', 'refused', 'finished', 'cancelled')),
  -- of a failure or a refusal: a word, never personal data
  code text,
  recorded_at timestamptz not null,
  primary key (job_id, event_no),
  check ((kind in ('failed', 'refused')) = (code is not null))
);
