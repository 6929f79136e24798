-- What two actors stand for: closings, proofs, exchanges of numbers. Each is words with a digest that both signed; the
-- keeper's event is named. Citus: `incident_id` or `person_key` is the distribution column.

-- Words that wait for a second actor, as the first signed them. Never personal data but a person's random key.
create table incident_proposals (
  incident_id uuid not null,
  -- SHA-256 of the words (words.ts)
  digest bytea not null,
  subject text not null,
  -- the words as canonical JSON
  words text not null,
  proposed_by text not null,
  event_number bigint not null,
  proposed_at timestamptz not null,
  primary key (incident_id, digest, event_number)
);

-- From here on the columns are filled; older rows were typed by one actor.
alter table incident_closings add column seconded_by text;
alter table incident_closings add column event_number bigint;
alter table held_changes_proved add column event_number bigint;

-- That everybody of a revision gets another number. Seconded; its progress is what stands in number_reissues.
create table reissues (
  incident_id uuid not null,
  revision_no integer not null,
  digest bytea not null,
  -- first four digits of the new numbers, the first and the last of a range: 7700-7799
  block text not null,
  asked_by text not null,
  seconded_by text not null,
  event_number bigint not null,
  seconded_at timestamptz not null,
  primary key (incident_id, revision_no)
);

-- The new number itself stands sealed in `records`, where its token is found too.
create table number_reissues (
  person_key uuid not null,
  incident_id uuid not null,
  revision_no integer not null,
  record_no integer not null,
  -- of the new number: a later line under an older one does not bring that back
  number_token bigint not null,
  -- the keeper's event, which is in the person's chain
  event_number bigint not null,
  reissued_at timestamptz not null,
  primary key (person_key, incident_id)
);
create index number_reissues_by_incident on number_reissues (incident_id, revision_no);

-- What was said about incidents, among millions of looks.
create index journal_events_resolved on journal_events (case_id, event_number) where kind = 'resolved';
