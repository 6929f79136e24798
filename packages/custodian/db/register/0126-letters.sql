-- Letters of an approved revision: for whom of its persons a list of letters was made, and what was made of the list, proved
-- equal to it. Nothing here is personal data. Citus: `letters_id` is the distribution column.

create table letters (
  letters_id uuid primary key,
  incident_id uuid not null,
  revision_no integer not null,
  -- of the revision, when the list was made
  revision_digest bytea not null,
  -- which part of the revision, as JSON: a letter, a grade, an office, a prefecture, at most so many
  part text not null,
  person_count integer not null,
  persons bytea not null,
  -- SHA-256 over the numbers in order, as in revision_classes
  digest bytea not null,
  made_by text not null,
  made_at timestamptz not null
);
alter table letters alter column persons set storage external;
create index letters_by_incident on letters (incident_id, made_at);

-- The same persons by key, for selecting worklists and extracts.
create table letter_persons (
  letters_id uuid not null,
  part_no integer not null,
  person_keys uuid[] not null,
  primary key (letters_id, part_no)
);

-- What was made of a list: its persons, but for those who were erased meanwhile, and nobody else.
create table letter_uses (
  letters_id uuid not null,
  kind text not null check (kind in ('worklist', 'extract')),
  use_id uuid not null,
  person_count integer not null,
  -- of the persons that stand in it
  digest bytea not null,
  proved_at timestamptz not null,
  primary key (letters_id, use_id)
);
