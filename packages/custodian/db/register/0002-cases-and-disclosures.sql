-- Pieces of work that explain looks, and the keeper's journal as the custodian copied it. Nothing here is ever changed or
-- deleted. Citus: `case_id`, `person_key` or the proposal is the distribution column; the journal's copy and the policy
-- sets are local to the coordinator.

-- What happened in a case, 0, 1, 2 …: it is opened, persons are added, it is closed. A case is the fold of its events.
create table case_events (
  case_id uuid not null,
  event_no integer not null,
  kind text not null check (kind in ('opened', 'persons-added', 'closed')),
  -- of the opening: claim, contribution-inquiry, address-change, record-matching, call-centre-inquiry,
  -- incident-response, audit
  case_kind text,
  actor text not null,
  office text not null,
  -- persons whom the case is about from now on, besides those before
  person_keys uuid[] not null,
  -- never personal data
  reason text not null,
  recorded_at timestamptz not null,
  primary key (case_id, event_no),
  check ((event_no = 0) = (kind = 'opened')),
  check ((kind = 'opened') = (case_kind is not null))
);
create index case_events_by_opener on case_events (actor, recorded_at) where event_no = 0;
create index case_events_closings on case_events (case_id) where kind = 'closed';

-- Every set of policies that decided looks here, from when on: whoever asks why a look was allowed finds the text.
create table policy_sets (
  digest bytea not null,
  policy_text text not null,
  schema_text text not null,
  in_force_from timestamptz not null,
  primary key (digest, in_force_from)
);

-- Looks and searches that the custodian itself refused, before the keeper was asked: the keeper's journal has none of it.
create table refused_orders (
  refusal_id uuid primary key,
  actor text not null,
  office text not null,
  session bytea not null,
  order_kind text not null,
  outcome text not null,
  purpose text not null,
  case_id text not null,
  person_count integer not null,
  policy_digest bytea,
  policies text[] not null,
  refused_at timestamptz not null
);
create index refused_orders_by_time on refused_orders (refused_at);

-- The keeper's journal, event by event, as the keeper gave it; the last one is how far the copy has come. `event_text`
-- with the chain hash before it gives the chain hash (SHA-256), so that the copy proves itself.
create table journal_events (
  event_number bigint primary key,
  chain_hash bytea not null,
  kind text not null,
  recorded_at timestamptz not null,
  actor text,
  office text,
  session bytea,
  order_number bigint,
  purpose text,
  case_id text,
  outcome text,
  event_text text not null
);
create index journal_events_by_actor on journal_events (actor, event_number);
create index journal_events_alarms on journal_events (event_number) where kind in ('alarm', 'denied');

-- The same, person by person: one row for each person of an event. person_event_no is 1, 2, 3 … within the person and
-- link_hash continues the link before, so that a person sees that nothing is missing.
create table disclosures (
  person_key uuid not null,
  person_event_no integer not null,
  event_number bigint not null,
  -- opened, found, erased
  kind text not null,
  link_hash bytea not null,
  recorded_at timestamptz not null,
  actor text not null,
  office text not null,
  session bytea not null,
  order_number bigint not null,
  purpose text not null,
  case_id text not null,
  case_kind text not null,
  -- numbers of the fields that were shown
  fields smallint[] not null,
  primary key (person_key, person_event_no)
);
create index disclosures_by_actor on disclosures (actor, event_number);
create index disclosures_by_session on disclosures (session, event_number);

-- Changes of the keeper's roster on their way: a text, and the officers' signatures under it.
create table roster_proposals (
  proposal_id uuid primary key,
  sequence integer not null,
  statement_text text not null,
  proposed_by text not null,
  proposed_at timestamptz not null
);

create table roster_signatures (
  proposal_id uuid not null,
  actor text not null,
  credential text not null,
  -- as the keeper's protocol encodes it
  proof bytea not null,
  signed_at timestamptz not null,
  primary key (proposal_id, actor)
);
