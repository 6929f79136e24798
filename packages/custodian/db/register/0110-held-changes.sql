-- Changes that somebody asked for at a counter and that were held, because the person is exposed in an open incident. What
-- was to be changed is not here: it is on the form, and is typed again when it is proved. Sent-in lines are in their rejects.
create table held_changes (
  change_id uuid primary key,
  person_key uuid not null,
  case_id uuid not null,
  -- which fields were to be changed
  fields smallint[] not null,
  actor text not null,
  office text not null,
  asked_at timestamptz not null
);
create index held_changes_by_person on held_changes (person_key);
