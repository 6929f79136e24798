-- Whom each account and each office was shown, as compressed sets kept beside the looks themselves, so that the exposure
-- of one account is a read of few rows. All of it is derived: emptied, it is made again from `disclosures` and the views
-- of extracts. Nothing here is ever changed. Citus: `holder` or `extract_id` is the distribution column; segments are a
-- small reference table.

-- In the order of the journal: folding goes on behind the last event folded, and the audit reads the copy page by page.
create index disclosures_by_event on disclosures (event_number);

create index sessions_by_credential on sessions (credential, started_at);

-- Runs of events that were folded into sets. Runs of level 0 follow each other without a gap from event 1 on; a run of
-- level n + 1 is sixteen of level n that follow each other, once more. What is behind the last one is read from
-- `disclosures` itself.
create table exposure_segments (
  level smallint not null,
  first_event bigint not null,
  last_event bigint not null,
  -- of these two events; times of the journal never go back
  first_at timestamptz not null,
  last_at timestamptz not null,
  -- looks at one person each
  records bigint not null,
  primary key (level, first_event)
);

-- Of each segment, whom a holder was shown these fields of.
create table exposure_sets (
  scope text not null check (scope in ('actor', 'office')),
  holder text not null,
  level smallint not null,
  first_event bigint not null,
  -- bit n is the field with number n
  fields integer not null,
  records integer not null,
  person_count integer not null,
  -- numbers of persons, Roaring bitmap in its portable format
  persons bytea not null,
  primary key (scope, holder, level, first_event, fields)
);
alter table exposure_sets alter column persons set storage external;

-- The persons of an extract's rows, once the extract is sealed and its rows are final.
create table exposure_extracts (
  extract_id uuid primary key,
  row_count integer not null,
  persons bytea not null
);

-- The persons of the rows that one release let out.
create table exposure_releases (
  extract_id uuid not null,
  event_number bigint not null,
  session bytea not null,
  released_at timestamptz not null,
  row_count integer not null,
  persons bytea not null,
  primary key (extract_id, event_number)
);
create index exposure_releases_by_session on exposure_releases (session);
