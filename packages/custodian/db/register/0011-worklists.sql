-- Worklists: bulk work that is done inside, without a file. A list is its events; its persons are fixed when it is made, cut
-- into lots of at most fifty. Giving a lot to somebody opens a case about its persons, and every value that is shown is a
-- look in that case. Nothing here is personal data. Citus: `worklist_id` is the distribution column.

create table worklists (
  worklist_id uuid primary key,
  -- notification-receipts, mailing-targets, corrections, matching-review, persons-to-check
  kind text not null,
  case_kind text not null,
  -- never personal data
  title text not null,
  -- numbers of the fields that the task needs
  fields smallint[] not null,
  criteria text not null,
  due_on date,
  actor text not null,
  office text not null,
  made_at timestamptz not null
);
create index worklists_by_time on worklists (made_at);

create table worklist_lots (
  worklist_id uuid not null,
  lot_no integer not null,
  person_keys uuid[] not null,
  primary key (worklist_id, lot_no)
);

-- What happened to a lot, 0, 1, 2 … within it: assigned to an actor (with the case that was opened for them), a result
-- for one person, done.
create table worklist_events (
  worklist_id uuid not null,
  lot_no integer not null,
  event_no integer not null,
  kind text not null check (kind in ('assigned', 'result', 'done')),
  actor text not null,
  office text not null,
  assignee text,
  case_id uuid,
  person_key uuid,
  -- one of the list's kind's results; a word, never personal data
  result text,
  recorded_at timestamptz not null,
  primary key (worklist_id, lot_no, event_no),
  check ((kind = 'assigned') = (assignee is not null and case_id is not null)),
  check ((kind = 'result') = (person_key is not null and result is not null))
);
create index worklist_events_by_assignee on worklist_events (assignee) where kind = 'assigned';
