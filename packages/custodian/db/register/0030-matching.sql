-- Matching of unknown owners with registered persons: what runs found, and what people decided. Nothing here names anybody.
-- Citus: distributed by `owner_key`, runs are local to the coordinator; scratch tables are distributed by their first column.

-- Scratch of one run, emptied at its end: tokens under a key that the keeper forgets with the run. Unlogged, so that no
-- replica, base backup or archive of the log ever has them.
create unlogged table match_features (
  token bigint not null,
  person_key uuid not null
);

-- Of unknown owners, as said and with slips; and of decoys, who are nobody.
create unlogged table match_probes (
  token bigint not null,
  -- packages/keeper/src/person-features.ts: which name, 8 × which date, 32 × other sex
  form smallint not null,
  -- bits of the names that the subject says anything of
  says smallint not null,
  subject_key uuid not null,
  is_decoy boolean not null
);

create unlogged table match_pairs (
  subject_key uuid not null,
  person_key uuid not null,
  is_decoy boolean not null,
  -- bits of the names that agree
  names smallint not null,
  says smallint not null,
  date_form smallint not null,
  other_sex boolean not null,
  number_agrees boolean not null,
  -- months that both have paid
  overlap_months smallint not null
);

create table match_runs (
  run_id uuid primary key,
  actor text not null,
  office text not null,
  recorded_at timestamptz not null
);

-- Written once, when every owner has an outcome. owners = one + several + weak + nothing + too little.
create table match_runs_finished (
  run_id uuid primary key,
  persons integer not null,
  owners integer not null,
  one_owner integer not null,
  several_owners integer not null,
  weak integer not null,
  nothing_agrees integer not null,
  says_too_little integer not null,
  recorded_at timestamptz not null
);

-- What a run came to for an owner: why their entries still wait.
create table match_outcomes (
  owner_key uuid not null,
  run_id uuid not null,
  reason text not null check (reason in ('one-owner', 'several-owners', 'weak', 'nothing-agrees', 'says-too-little')),
  primary key (owner_key, run_id)
);

create table match_candidates (
  owner_key uuid not null,
  run_id uuid not null,
  -- 1 is the likeliest
  place smallint not null,
  person_key uuid not null,
  -- official-1, official-2a, official-2b, model
  stage text not null,
  -- log2 odds of this pair by itself, and the share of certainty among all candidates of the owner
  weight real not null,
  probability real not null,
  names smallint not null,
  says smallint not null,
  date_form smallint not null,
  other_sex boolean not null,
  number_agrees boolean not null,
  overlap_months smallint not null,
  primary key (owner_key, run_id, place)
);

-- What people did about an owner, 1, 2, 3 …: the match is the fold of its events. Undoing is one more event.
create table match_events (
  owner_key uuid not null,
  event_no integer not null,
  kind text not null check (kind in
    ('accepted', 'none-fits', 'seconded', 'opposed', 'asked', 'confirmed', 'denied', 'posted', 'undone')),
  actor text not null,
  office text not null,
  -- of an acceptance
  person_key uuid,
  run_id uuid,
  needs_second boolean,
  -- of a question: the case in which the letter was written; of an answer: the agency's mark of the signed reply
  reference text,
  -- of a confirmation and of an undoing: the operation on the ledger that it leads to
  operation_id uuid,
  -- never personal data
  reason text not null,
  recorded_at timestamptz not null,
  primary key (owner_key, event_no),
  check ((kind = 'accepted') = (person_key is not null)),
  check ((kind in ('confirmed', 'undone')) = (operation_id is not null))
);
create index match_events_by_person on match_events (person_key) where person_key is not null;
