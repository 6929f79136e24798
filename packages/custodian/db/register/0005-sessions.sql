-- Which session was held where: evidence names a workstation or an account, looks name a session. Copied from the
-- journal with its events (`journal-copy.ts`), in the transaction that copies them. Nothing here is ever changed or
-- deleted. Citus: `session` is the distribution column.

create table sessions (
  session bytea primary key,
  event_number bigint not null,
  actor text not null,
  office text not null,
  -- id of the credential that it began with
  credential text not null,
  -- as the sign-in's signed text names it: the program that signed in said so, nobody measured it
  workstation text not null,
  started_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_by_workstation on sessions (workstation, started_at);
create index sessions_by_actor on sessions (actor, started_at);

-- Events that end a session before it expires. One that the keeper ended for another reason (too many sessions, a
-- credential that left the roster) has none and counts as open until it expires: its screen may have stayed as it was.
create table session_ends (
  session bytea not null,
  event_number bigint not null,
  -- signed-out, alarm
  kind text not null,
  ended_at timestamptz not null,
  primary key (session, event_number)
);

insert into sessions (session, event_number, actor, office, credential, workstation, started_at, expires_at)
select session, event_number, actor, office, event_text::jsonb ->> 'credential', event_text::jsonb ->> 'workstation',
       recorded_at, to_timestamp((event_text::jsonb ->> 'expiresMs')::numeric / 1000)
from journal_events where kind = 'signed-in';
insert into session_ends (session, event_number, kind, ended_at)
select session, event_number, kind, recorded_at from journal_events where kind in ('signed-out', 'alarm');

-- Who held the session where, from when until when: what its screen showed, that workstation held meanwhile.
create view session_spans as
select s.session, s.actor, s.office, s.credential, s.workstation, s.event_number, s.started_at,
       least(s.expires_at, e.ended_at) as ended_at, coalesce(e.kind, 'expired') as ended_by
from sessions s
left join lateral (
  select ended_at, kind from session_ends e where e.session = s.session order by event_number limit 1
) e on true;
