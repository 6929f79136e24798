-- What is to be done so that it does not happen again: who answers for it, by when, and that it was done. Never personal
-- data. Citus: `incident_id` is the distribution column.
create table incident_measures (
  incident_id uuid not null,
  measure_no integer not null,
  measure text not null,
  -- an actor, an office, a role
  owner text not null,
  due_on date not null,
  added_by text not null,
  added_at timestamptz not null,
  primary key (incident_id, measure_no)
);

create table incident_measures_done (
  incident_id uuid not null,
  measure_no integer not null,
  -- what shows it: a test, a setting, a document
  proof text not null,
  done_by text not null,
  done_at timestamptz not null,
  primary key (incident_id, measure_no)
);
