/** SQL of decisions about matches: candidates as they are shown, events, the backlog. No row names anybody. */
import { Breach } from "@kura/kernel/fault.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { sql, sqlText } from "../../db/sql.ts";
import type { Agreement, Stage } from "../agreement.ts";
import { stages } from "../agreement.ts";
import type { MatchEvent } from "./match.ts";

export interface Candidate extends Agreement {
  readonly runId: string;
  readonly place: number;
  readonly person: string;
  readonly stage: Stage;
  readonly probability: number;
  readonly weight: number;
}

/** An unknown owner with what waits of them. */
export interface WaitingOwner {
  readonly owner: string;
  readonly entries: number;
  readonly yen: bigint;
  /** `YYYY-MM` of the first and the last month that waits. */
  readonly firstMonth: string;
  readonly lastMonth: string;
  readonly since: Date;
}

const latestRun = sqlText(
  "(select run_id from match_runs_finished order by recorded_at desc, run_id desc limit 1)",
);

/** Of the latest run, the likeliest first. */
export async function listCandidates(reader: Reader, owner: string): Promise<Candidate[]> {
  const rows = await reader.list<{
    run_id: string;
    place: number;
    person_key: string;
    stage: string;
    probability: number;
    weight: number;
    names: number;
    says: number;
    date_form: number;
    other_sex: boolean;
    number_agrees: boolean;
    overlap_months: number;
  }>(sql`
    select run_id, place, person_key, stage, probability, weight, names, says, date_form, other_sex, number_agrees,
           overlap_months
    from match_candidates where owner_key = ${owner}::uuid and run_id = ${latestRun} order by place`);
  return rows.map((row) => ({
    runId: row.run_id,
    place: row.place,
    person: row.person_key,
    stage: stageOfText(row.stage),
    probability: row.probability,
    weight: row.weight,
    names: row.names,
    says: row.says,
    dateForm: row.date_form,
    otherSex: row.other_sex,
    numberAgrees: row.number_agrees,
    overlapMonths: row.overlap_months,
  }));
}

function stageOfText(text: string): Stage {
  const stage = stages.find((known) => known === text);
  if (stage === undefined) throw new Breach("a candidate has an unknown stage", {});
  return stage;
}

export async function findWaiting(reader: Reader, owner: string): Promise<WaitingOwner | undefined> {
  const row = await reader.find<WaitingRow>(sql`
    select o.owner_key, o.recorded_at, w.* from suspense_owners o cross join lateral ${waiting} w
    where o.owner_key = ${owner}::uuid`);
  return row === undefined ? undefined : waitingOf(row);
}

interface WaitingRow {
  readonly owner_key: string;
  readonly recorded_at: Date;
  readonly entries: bigint;
  readonly yen: bigint | null;
  readonly first_month: string | null;
  readonly last_month: string | null;
}

/** What waits of the owner `o`: one row, also when it is nothing. */
const waiting = sqlText(`(
  select count(*) as entries, sum(e.amount_yen)::bigint as yen,
         to_char(min(e.premium_month), 'YYYY-MM') as first_month, to_char(max(e.premium_month), 'YYYY-MM') as last_month
  from suspense_entries e left join suspense_settlements s using (owner_key, entry_no)
  where e.owner_key = o.owner_key and s.owner_key is null)`);

function waitingOf(row: WaitingRow): WaitingOwner {
  return {
    owner: row.owner_key,
    entries: Number(row.entries),
    yen: row.yen ?? 0n,
    firstMonth: row.first_month ?? "",
    lastMonth: row.last_month ?? "",
    since: row.recorded_at,
  };
}

export interface ReviewFilter {
  readonly reason?: "one-owner" | "several-owners";
  /** Standing of the match: {@link standingOf}. */
  readonly standing: string;
  /** Owners behind this one. */
  readonly after?: string;
}

/**
 * Owners of that standing with candidates in the latest run, in the order of their keys, which is that of their arrival.
 * Standings: `open`, `wants-second`, `to-ask`, `asked`, `confirmed`.
 */
export async function listForReview(
  reader: Reader,
  { reason, standing, after }: ReviewFilter,
  limit: number,
): Promise<WaitingOwner[]> {
  const rows = await reader.list<WaitingRow>(sql`
    select o.owner_key, o.recorded_at, w.*
    from match_outcomes m join suspense_owners o using (owner_key) cross join lateral ${waiting} w
    left join lateral ${lastEvent} l on true
    where m.run_id = ${latestRun} and m.reason in ('one-owner', 'several-owners')
      and (${reason ?? null}::text is null or m.reason = ${reason ?? null})
      and ${standingOf} = ${standing} and w.entries > 0
      and o.owner_key > ${after ?? "00000000-0000-0000-0000-000000000000"}::uuid
    order by o.owner_key limit ${limit}`);
  return rows.map(waitingOf);
}

const lastEvent = sqlText(`(
  select kind, needs_second from match_events where owner_key = o.owner_key order by event_no desc limit 1)`);

/** As `foldMatch` folds, by the last event alone. */
const standingOf =
  sqlText(`(case when l.kind = 'accepted' then case when l.needs_second then 'wants-second' else 'to-ask' end
  when l.kind = 'seconded' then 'to-ask' when l.kind in ('asked', 'confirmed') then l.kind else 'open' end)`);

export interface BacklogRow {
  readonly reason: string;
  /** Days since the owner's first line came, in classes: `under 30 days`, `under a year`, `under five years`, `older`. */
  readonly age: string;
  readonly owners: number;
  readonly entries: number;
  readonly yen: bigint;
}

/** Everything that waits in suspense, each owner once: what people are at, else what the latest run came to. */
export async function listBacklog(reader: Reader, at: Date): Promise<BacklogRow[]> {
  const rows = await reader.list<{
    reason: string;
    age: string;
    owners: bigint;
    entries: bigint;
    yen: bigint;
  }>(sql`
    with held as (
      select e.owner_key, count(*) as entries, sum(e.amount_yen)::bigint as yen
      from suspense_entries e left join suspense_settlements s using (owner_key, entry_no)
      where s.owner_key is null group by 1
    )
    select case when ${standingOf} <> 'open' then ${standingOf}
                when l.kind in ('none-fits', 'opposed', 'denied', 'undone') then l.kind
                else coalesce(m.reason, 'not-compared') end as reason,
           case when o.recorded_at > ${at}::timestamptz - interval '30 days' then 'under 30 days'
                when o.recorded_at > ${at}::timestamptz - interval '1 year' then 'under a year'
                when o.recorded_at > ${at}::timestamptz - interval '5 years' then 'under five years'
                else 'older' end as age,
           count(*) as owners, sum(held.entries)::bigint as entries, sum(held.yen)::bigint as yen
    from held join suspense_owners o using (owner_key)
    left join match_outcomes m on m.owner_key = o.owner_key and m.run_id = ${latestRun}
    left join lateral ${lastEvent} l on true
    group by 1, 2 order by 1, 2`);
  return rows.map((row) => ({
    reason: row.reason,
    age: row.age,
    owners: Number(row.owners),
    entries: Number(row.entries),
    yen: row.yen,
  }));
}

interface EventRow {
  readonly kind: MatchEvent["kind"];
  readonly actor: string;
  readonly office: string;
  readonly person_key: string | null;
  readonly run_id: string | null;
  readonly needs_second: boolean | null;
  readonly reference: string | null;
  readonly operation_id: string | null;
  readonly reason: string;
  readonly recorded_at: Date;
}

/** In their order; none for an owner about whom nothing was decided. */
export async function listEvents(reader: Reader, owner: string): Promise<MatchEvent[]> {
  const rows = await reader.list<EventRow>(sql`
    select kind, actor, office, person_key, run_id, needs_second, reference, operation_id, reason, recorded_at
    from match_events where owner_key = ${owner}::uuid order by event_no`);
  return rows.map(eventOf);
}

function eventOf(row: EventRow): MatchEvent {
  const { actor, office, reason, recorded_at: at, kind } = row;
  const shared = { actor, office, reason, at };
  const reference = row.reference ?? "";
  const operationId = row.operation_id ?? "";
  switch (kind) {
    case "accepted":
      return {
        ...shared,
        kind,
        person: row.person_key ?? "",
        runId: row.run_id ?? "",
        needsSecond: row.needs_second ?? true,
      };
    case "asked":
    case "denied":
      return { ...shared, kind, reference };
    case "confirmed":
      return { ...shared, kind, reference, operationId };
    case "undone":
      return { ...shared, kind, operationId };
    default:
      return { ...shared, kind };
  }
}

/** Writes event `eventNo`. @throws {Fault} `sql-23505` when another has taken that number. */
export async function appendEvent(tx: Tx, owner: string, eventNo: number, event: MatchEvent): Promise<void> {
  const { actor, office, reason, at, kind } = event;
  const accepted = kind === "accepted" ? event : undefined;
  const reference = "reference" in event ? event.reference : null;
  const operationId = "operationId" in event ? event.operationId : null;
  await tx.run(sql`
    insert into match_events (owner_key, event_no, kind, actor, office, person_key, run_id, needs_second, reference,
      operation_id, reason, recorded_at)
    values (${owner}::uuid, ${eventNo}, ${kind}, ${actor}, ${office}, ${accepted?.person ?? null}::uuid,
            ${accepted?.runId ?? null}::uuid, ${accepted?.needsSecond ?? null}, ${reference}, ${operationId}::uuid,
            ${reason}, ${at})`);
}

/** Numbers in the person's ledger of the entries that an operation posted out of the owner's suspense. */
export async function listPostedBy(
  reader: Reader,
  owner: string,
  operationId: string,
): Promise<{ person: string; entryNo: number }[]> {
  const rows = await reader.list<{ person_key: string; person_entry_no: number }>(sql`
    select person_key, person_entry_no from suspense_settlements
    where owner_key = ${owner}::uuid and source_id = ${operationId}::uuid and outcome = 'posted' order by entry_no`);
  return rows.map((row) => ({ person: row.person_key, entryNo: row.person_entry_no }));
}

/** Months that the person has paid, oldest first, `YYYY-MM`. */
export async function listPaidMonths(reader: Reader, person: string): Promise<string[]> {
  const rows = await reader.list<{ month: string }>(sql`
    select to_char(premium_month, 'YYYY-MM') as month from premium_entries
    where person_key = ${person}::uuid and kind in (1, 9, 10)
    group by premium_month having sum(case when reverses_entry_no is null then 1 else -1 end) > 0
    order by premium_month`);
  return rows.map(({ month }) => month);
}
