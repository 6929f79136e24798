-- Incidents: what is known of them, and numbered states of who is exposed. Nothing here is ever changed or deleted; an
-- item of evidence that was wrong is withdrawn with a reason. Persons stand here as numbers in sets, never by name.
-- Citus: `incident_id` or `person_key` is the distribution column.

create table incidents (
  incident_id uuid primary key,
  -- never personal data
  title text not null,
  opened_by text not null,
  office text not null,
  opened_at timestamptz not null,
  -- when the agency knew, as far as it says: the clock of its duties
  known_at timestamptz not null,
  -- whether a wrongful purpose is suspected: the longer clock of the final report, and one person is enough
  is_wrongful boolean not null
);

create table incident_closings (
  incident_id uuid primary key,
  reason text not null,
  actor text not null,
  closed_at timestamptz not null
);

create table evidence (
  incident_id uuid not null,
  evidence_no integer not null,
  kind text not null,
  -- which one: a workstation, a session, an account, a credential, an extract; empty where the kind says it all
  subject text not null,
  -- of an extract: sealed, opened
  form text,
  -- of a list found outside: whom its rows were matched to, the fields it shows, its rows
  persons bytea,
  fields integer,
  row_count integer,
  -- null: not known, and nothing is taken in its place
  from_at timestamptz,
  until_at timestamptz,
  clock_doubt_ms bigint,
  -- where it is from; never personal data
  source text not null,
  added_by text not null,
  added_at timestamptz not null,
  primary key (incident_id, evidence_no)
);

create table evidence_withdrawals (
  incident_id uuid not null,
  evidence_no integer not null,
  reason text not null,
  withdrawn_by text not null,
  withdrawn_at timestamptz not null,
  primary key (incident_id, evidence_no)
);

-- Numbered states of an incident: what was counted, from which evidence, as of which event of the journal.
create table revisions (
  incident_id uuid not null,
  revision_no integer not null,
  as_of_event bigint not null,
  as_of timestamptz not null,
  -- numbers of the evidence that stood
  evidence_nos integer[] not null,
  -- canonical JSON of everything counted
  counts text not null,
  -- SHA-256 of the canonical text that names all of the above and the digest of each class (revision.ts)
  digest bytea not null,
  made_by text not null,
  made_at timestamptz not null,
  primary key (incident_id, revision_no)
);

-- Of each revision, the persons of whom exactly these fields are exposed, by grade: disjoint sets.
create table revision_classes (
  incident_id uuid not null,
  revision_no integer not null,
  disclosed integer not null,
  reachable integer not null,
  doubtful integer not null,
  person_count integer not null,
  persons bytea not null,
  -- SHA-256 over the numbers in order
  digest bytea not null,
  primary key (incident_id, revision_no, disclosed, reachable, doubtful)
);
alter table revision_classes alter column persons set storage external;

-- A second actor stands for a revision. `event_number` is the keeper's event of the signed order over its digest.
create table revision_approvals (
  incident_id uuid not null,
  revision_no integer not null,
  actor text not null,
  digest bytea not null,
  event_number bigint,
  approved_at timestamptz not null,
  primary key (incident_id, revision_no)
);

-- Everything that was made of a revision, and that it was equal to it: letters, reports, re-issued numbers.
create table revision_uses (
  use_id uuid primary key,
  incident_id uuid not null,
  revision_no integer not null,
  kind text not null,
  person_count integer not null,
  -- of the persons, as in revision_classes
  digest bytea not null,
  made_by text not null,
  made_at timestamptz not null
);

-- What a person was told. Kept, so that a later revision that says otherwise names whom to call back.
create table answers_given (
  answer_id uuid primary key,
  person_key uuid not null,
  incident_id uuid not null,
  revision_no integer not null,
  -- as answer.ts writes it
  answer text not null,
  case_id text not null,
  given_by text not null,
  given_at timestamptz not null
);
create index answers_given_by_incident on answers_given (incident_id, given_at);

-- A held change was proved independently: from then on changes of this person go through. By two actors.
create table held_changes_proved (
  person_key uuid not null,
  incident_id uuid not null,
  -- what proved it: a visit, a certificate; never personal data
  proof text not null,
  proved_by text not null,
  approved_by text not null,
  proved_at timestamptz not null,
  primary key (person_key, incident_id, proved_at)
);
