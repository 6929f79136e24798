-- Sealed extracts: whom each one is about, in which row, and its chunks, which the keeper encrypted and alone can release.
-- That an extract was asked for, approved, sealed, opened in part, revoked or destroyed stands in the keeper's journal and
-- nowhere else: `extract_events` reads it out of the copy. Citus: `extract_id` is the distribution column.

create table extracts (
  extract_id uuid primary key,
  -- how the persons were selected: what was asked, as JSON; numbers of persons are never in it
  criteria text not null,
  -- never personal data
  reason text not null,
  row_count integer not null,
  made_at timestamptz not null
);

-- The rows of an extract in their own order, in parts of 400 (`extractPartRows`). Row r is `first_row + i`, with i from 0;
-- null where the row is a honey row, which is nobody's.
create table extract_parts (
  extract_id uuid not null,
  part_no integer not null,
  first_row integer not null,
  person_keys uuid[] not null,
  primary key (extract_id, part_no)
);

-- What the keeper gave for a part: encrypted chunks under keys that leave the keeper only in a release. Written part by
-- part, so that a stopped job goes on behind the last one.
create table extract_chunks (
  extract_id uuid not null,
  part_no integer not null,
  -- number of the part's `extracted` event in the journal
  event_number bigint not null,
  sealed bytea not null,
  sealed_at timestamptz not null,
  primary key (extract_id, part_no)
);
alter table extract_chunks alter column sealed set storage external;

-- Tokens of honey rows: a leaked sample that has one names its extract.
create table extract_honey (
  token bigint not null,
  kind smallint not null,
  extract_id uuid not null,
  row_no integer not null
);
create index extract_honey_by_token on extract_honey (token);

-- Every file that was made of an extract. The same chunks under another file key each time.
create table extract_files (
  extract_id uuid not null,
  file_digest bytea not null,
  size_bytes bigint not null,
  actor text not null,
  made_at timestamptz not null,
  primary key (extract_id, file_digest)
);

create index journal_events_of_extracts on journal_events ((case_id::uuid), event_number)
  where kind in ('extract-requested', 'extract-approved', 'extract-sealed', 'released', 'extract-ended');

-- What happened to an extract, in the journal's order. `event` has what each kind says:
--   extract-requested  holder (credential), workstation, fields, rows, chunkRows, honeyAt, selection, expiresMs
--   extract-approved   a second actor's order over the same request
--   extract-sealed     the last part is in and the persons are those of the request: from now on it can be opened
--   released           firstRow, rows, workstation: the keys of these rows left the keeper. This is the disclosure
--   extract-ended      reason: revoked, or destroyed as the holder attests
-- Before `extract-sealed` stands one `extracted` event for each part, with a place in each person's own chain: those are
-- rows of `disclosures` with kind `extracted` and the extract as their case. A person is shown to nobody by them.
create view extract_events as
select case_id::uuid as extract_id, event_number, kind, recorded_at, actor, office, session, event_text::jsonb as event
from journal_events
where kind in ('extract-requested', 'extract-approved', 'extract-sealed', 'released', 'extract-ended');

-- One line for each extract: who holds it, until when it could be opened, and how it ended. It can be opened from
-- `sealed_at` on (null: not whole yet, nobody can open any of it) until the first of the other three.
create view extract_states as
select r.extract_id, r.actor as requested_by, r.office, r.recorded_at as requested_at,
       r.event ->> 'holder' as holder, r.event ->> 'workstation' as workstation,
       array(select jsonb_array_elements_text(r.event -> 'fields')::smallint) as fields,
       (r.event ->> 'rows')::integer as row_count,
       to_timestamp((r.event ->> 'expiresMs')::numeric / 1000) as expires_at,
       a.actor as approved_by, a.recorded_at as approved_at, s.recorded_at as sealed_at,
       revoked.recorded_at as revoked_at, destroyed.recorded_at as destroyed_at
from extract_events r
left join lateral (
  select actor, recorded_at from extract_events e
  where e.extract_id = r.extract_id and e.kind = 'extract-approved' limit 1) a on true
left join lateral (
  select recorded_at from extract_events e
  where e.extract_id = r.extract_id and e.kind = 'extract-sealed' limit 1) s on true
left join lateral (
  select min(recorded_at) as recorded_at from extract_events e
  where e.extract_id = r.extract_id and e.kind = 'extract-ended' and e.event ->> 'reason' = 'revoked') revoked on true
left join lateral (
  select min(recorded_at) as recorded_at from extract_events e
  where e.extract_id = r.extract_id and e.kind = 'extract-ended' and e.event ->> 'reason' = 'destroyed') destroyed on true
where r.kind = 'extract-requested';

-- Rows and their persons; honey rows are not in it.
create view extract_rows as
select extract_id, first_row + (ordinal - 1)::integer as row_no, person_key
from extract_parts, unnest(person_keys) with ordinality as row (person_key, ordinal)
where person_key is not null;

-- Whose rows were opened, by whom, where, when. A person opened twice stands in it twice.
create view extract_released as
select e.extract_id, e.event_number, e.recorded_at, e.actor, e.office, e.session,
       e.event ->> 'workstation' as workstation, r.row_no, r.person_key
from extract_events e
join extract_parts p on p.extract_id = e.extract_id
  and p.first_row < (e.event ->> 'firstRow')::integer + (e.event ->> 'rows')::integer
  and p.first_row + cardinality(p.person_keys) > (e.event ->> 'firstRow')::integer
cross join lateral (
  select p.first_row + (ordinal - 1)::integer as row_no, person_key
  from unnest(p.person_keys) with ordinality as row (person_key, ordinal)) r
where e.kind = 'released' and r.person_key is not null
  and r.row_no >= (e.event ->> 'firstRow')::integer
  and r.row_no < (e.event ->> 'firstRow')::integer + (e.event ->> 'rows')::integer;
