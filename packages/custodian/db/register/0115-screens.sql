-- Screens: which of some persons meet a criterion that only the keeper can compare. Who asked and who agreed stands in the
-- journal; the criterion is here sealed to the keeper, inside the text of the order. Citus: `screen_id` is the distribution column.

create table screens (
  screen_id uuid primary key,
  -- how the candidates were selected, as JSON; numbers of persons are never in it
  criteria text not null,
  -- never personal data
  reason text not null,
  candidates integer not null,
  made_at timestamptz not null
);

-- The candidates, in parts of 400 (`extractPartRows`).
create table screen_parts (
  screen_id uuid not null,
  part_no integer not null,
  person_keys uuid[] not null,
  primary key (screen_id, part_no)
);

-- The order that the keeper took. It has to be shown with each part: the criterion is in it, and its digest in the journal.
create table screen_orders (
  screen_id uuid primary key,
  order_text text not null,
  purpose text not null,
  actor text not null,
  event_number bigint not null,
  ordered_at timestamptz not null
);

-- Who of a part meets the criterion. Written part by part, so that a stopped job goes on behind the last one.
create table screen_results (
  screen_id uuid not null,
  part_no integer not null,
  event_number bigint not null,
  person_keys uuid[] not null,
  screened_at timestamptz not null,
  primary key (screen_id, part_no)
);

create index journal_events_of_screens on journal_events (case_id) where kind in ('screen-requested', 'screen-agreed');
