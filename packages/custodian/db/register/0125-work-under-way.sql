-- How far a run of matching is, and whether somebody took it back: seen by whoever waits for it. Lines are added and never
-- changed. Citus: local to the coordinator, as the runs.

create table match_run_steps (
  run_id uuid not null,
  step_no integer not null,
  step text not null check (step in ('persons', 'owners', 'comparing', 'weighing')),
  done integer not null,
  total integer not null,
  recorded_at timestamptz not null,
  primary key (run_id, step_no)
);

-- The run stops behind the batch it is at; it has found nothing then, as a run that was killed.
create table match_run_cancels (
  run_id uuid primary key,
  actor text not null,
  recorded_at timestamptz not null
);
