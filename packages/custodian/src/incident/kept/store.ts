/** SQL of the kept sets and of what they are folded from: looks, sessions, extracts, who is registered. */
import { BinaryCopy } from "../../db/binary-copy.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { FieldMask } from "../field-mask.ts";
import { maskOf } from "../field-mask.ts";
import type { Interval, SessionQuery } from "../holder-facts.ts";
import { incidentLimits } from "../limits.ts";
import { PersonSet, personNoOf } from "../person-set.ts";
import { receiptKind, shownByReceipt, shownKinds } from "../shown.ts";
import type { EventRange, Segment } from "./cover.ts";

/** Whose sets are kept. The table has room for offices. */
export type Scope = "actor";

/** Looks of one holder that showed the same fields. */
export interface KeptSet {
  readonly scope: Scope;
  readonly holder: string;
  readonly fields: FieldMask;
  readonly records: number;
  readonly persons: PersonSet;
}

/** Segments behind those that are known: of each level the first event of the last one known. */
export async function listSegments(
  reader: Reader,
  known: ReadonlyMap<number, bigint> = new Map(),
): Promise<Segment[]> {
  const rows = await reader.list<SegmentRow>(
    sql`
    select s.level, first_event, last_event, first_at, last_at
    from unnest(${levels}::smallint[], ${levels.map((level) => known.get(level) ?? 0n)}::bigint[]) as k (level, first)
    join exposure_segments s on s.level = k.level and s.first_event > k.first`.named("exposure-segments"),
  );
  return rows.map(segmentOf);
}

/** The oldest segments of a level that are in none of the next yet, at most `limit`, in their order. */
export async function listPendingSegments(reader: Reader, level: number, limit: number): Promise<Segment[]> {
  const rows = await reader.list<SegmentRow>(sql`
    select level, first_event, last_event, first_at, last_at from exposure_segments
    where level = ${level} and first_event > coalesce((
      select last_event from exposure_segments where level = ${level + 1} order by first_event desc limit 1), 0)
    order by first_event limit ${limit}`);
  return rows.map(segmentOf);
}

interface SegmentRow {
  readonly level: number;
  readonly first_event: bigint;
  readonly last_event: bigint;
  readonly first_at: Date;
  readonly last_at: Date;
}

function segmentOf(row: SegmentRow): Segment {
  return {
    level: row.level,
    firstEvent: row.first_event,
    lastEvent: row.last_event,
    firstMs: row.first_at.getTime(),
    lastMs: row.last_at.getTime(),
  };
}

const levels: readonly number[] = Array.from({ length: incidentLimits.levels + 1 }, (_, level) => level);

/** The last event folded, 0 before the first. */
export async function findFoldedTo(reader: Reader): Promise<bigint> {
  const row = await reader.find<{ last_event: bigint }>(
    sql`select last_event from exposure_segments where level = 0 order by first_event desc limit 1`,
  );
  return row?.last_event ?? 0n;
}

/** When the last event that was copied was recorded; `-Infinity` before the first. */
export async function findCopiedMs(reader: Reader): Promise<number> {
  const row = await reader.find<{ recorded_at: Date }>(
    sql`select recorded_at from journal_events order by event_number desc limit 1`,
  );
  return row?.recorded_at.getTime() ?? -Infinity;
}

/** The event before the one that has the look number `records` + 1 behind `after`; `undefined` while there are fewer. */
export async function findSegmentEnd(
  reader: Reader,
  after: bigint,
  records: number,
): Promise<bigint | undefined> {
  const row = await reader.find<{ event_number: bigint }>(sql`
    select event_number from disclosures where event_number > ${after}
    order by event_number offset ${records} limit 1`);
  return row === undefined ? undefined : row.event_number - 1n;
}

export async function getEventTime(reader: Reader, event: bigint): Promise<number> {
  const row = await reader.get<{ recorded_at: Date }>(
    sql`select recorded_at from journal_events where event_number = ${event}`,
  );
  return row.recorded_at.getTime();
}

interface GroupRow {
  readonly fields: readonly number[];
  readonly records: bigint;
  readonly unknown: bigint;
  readonly persons: string;
}

/**
 * Looked up look by look. As a join it is planned for a ninth of all looks, which is what the planner takes a range of events
 * for, and reads the whole register for two thousand of them. Who asks ends with `offset 0`: pulled up into what is
 * counted and what is listed, each look would be looked up twice.
 */
const personNoOfLook = sql`(select p.person_no from persons p where p.person_key = d.person_key)`;

/** What the event showed of its person (`shown.ts`); of any other event nothing is counted. */
const wasShown = sql`d.kind = any(${shownKinds}::text[])`;
const shownFields = sql`case when d.kind = ${receiptKind} then ${shownByReceipt}::smallint[] else d.fields end as fields`;

/** Looks of those events, within a stretch of time, by actor, office and fields. `unknown`: of persons who are not in the register. */
export async function groupLooks(
  reader: Reader,
  ranges: readonly EventRange[],
  stretch: Interval = { fromMs: -Infinity, untilMs: Infinity },
): Promise<{ readonly actor: string; readonly office: string; readonly group: LookGroup }[]> {
  const rows = await reader.list<GroupRow & { readonly actor: string; readonly office: string }>(sql`
    select l.actor, l.office, l.fields, count(*) as records, count(*) filter (where l.person_no is null) as unknown,
           string_agg(l.person_no::text, ',') as persons
    from (
      select d.actor, d.office, ${shownFields}, ${personNoOfLook} as person_no
      from unnest(${ranges.map(({ first }) => first)}::bigint[], ${ranges.map(({ last }) => last)}::bigint[])
           as r (first_event, last_event)
    join disclosures d on d.event_number between r.first_event and r.last_event
    where ${wasShown}
      and d.recorded_at >= ${timeText(stretch.fromMs)}::timestamptz
      and d.recorded_at < ${timeText(stretch.untilMs)}::timestamptz
      offset 0) l group by l.actor, l.office, l.fields`);
  return rows.map(({ actor, office, ...row }) => ({ actor, office, group: groupOf(row) }));
}

export interface LookGroup {
  readonly fields: FieldMask;
  readonly records: number;
  readonly unknown: number;
  readonly persons: PersonSet;
}

/**
 * The same for one actor, within a stretch of time. Each range by its index and each person by theirs, whatever the planner
 * takes a range for, so that one plan is good for the busiest account and for any other.
 */
export async function groupLooksOfActor(
  reader: Reader,
  actor: string,
  ranges: readonly EventRange[],
  stretch: Interval,
): Promise<LookGroup[]> {
  if (ranges.length === 0) return [];
  const rows = await reader.list<GroupRow>(
    sql`
    select l.fields, count(*) as records, count(*) filter (where l.person_no is null) as unknown,
           string_agg(l.person_no::text, ',') as persons
    from (
      select ${shownFields}, p.person_no
      from unnest(${ranges.map(({ first }) => first)}::bigint[], ${ranges.map(({ last }) => last)}::bigint[])
           as r (first_event, last_event)
      cross join lateral (
        select person_key, fields, kind, recorded_at from disclosures
        where actor = ${actor} and event_number between r.first_event and r.last_event offset 0) d
      left join lateral (select person_no from persons where person_key = d.person_key limit 1) p on true
      where ${wasShown}
        and d.recorded_at >= ${timeText(stretch.fromMs)}::timestamptz
        and d.recorded_at < ${timeText(stretch.untilMs)}::timestamptz
      offset 0) l group by l.fields`.named("looks-of-actor"),
  );
  return rows.map(groupOf);
}

/** The same for sessions, each within a stretch of its own; the answers in the order of the questions. */
export async function groupLooksOfSessions(
  reader: Reader,
  asked: readonly (Interval & { readonly session: string })[],
): Promise<LookGroup[][]> {
  const groups: LookGroup[][] = asked.map(() => []);
  if (asked.length === 0) return groups;
  const rows = await reader.list<GroupRow & { readonly n: bigint }>(sql`
    select l.n, l.fields, count(*) as records, count(*) filter (where l.person_no is null) as unknown,
           string_agg(l.person_no::text, ',') as persons
    from (
      select r.n, ${shownFields}, ${personNoOfLook} as person_no
      from unnest(${asked.map(({ session }) => session)}::text[], ${asked.map(({ fromMs }) => timeText(fromMs))}::timestamptz[],
                ${asked.map(({ untilMs }) => timeText(untilMs))}::timestamptz[])
           with ordinality as r (session, from_at, until_at, n)
    join disclosures d on d.session = decode(r.session, 'hex') and d.recorded_at >= r.from_at and d.recorded_at < r.until_at
    where ${wasShown}
      offset 0) l group by l.n, l.fields`);
  for (const { n, ...row } of rows) groups[Number(n) - 1]?.push(groupOf(row));
  return groups;
}

function groupOf({ fields, records, unknown, persons }: GroupRow): LookGroup {
  return {
    fields: maskOf(fields),
    records: Number(records),
    unknown: Number(unknown),
    persons: PersonSet.of((persons ?? "").split(",").filter(Boolean).map(Number)),
  };
}

/** ISO 8601, or PostgreSQL's word for before and behind everything. */
function timeText(ms: number): string {
  if (ms === Infinity) return "infinity";
  return ms === -Infinity ? "-infinity" : new Date(ms).toISOString();
}

/**
 * Not waited for on the disk: a segment lost in a crash of the server is folded again from the looks.
 *
 * @throws {Fault} `sql-23505` when another process folded the same events.
 */
export async function appendSegment(
  tx: Tx,
  segment: Segment & { readonly records: number },
  sets: readonly KeptSet[],
): Promise<void> {
  await tx.run(sql`set local synchronous_commit to off`);
  await tx.run(sql`
    insert into exposure_segments (level, first_event, last_event, first_at, last_at, records)
    values (${segment.level}, ${segment.firstEvent}, ${segment.lastEvent}, ${new Date(segment.firstMs)},
            ${new Date(segment.lastMs)}, ${segment.records})`);
  const rows = new BinaryCopy();
  for (const { scope, holder, fields, records, persons } of sets) {
    rows.row(8).text(scope).text(holder).int2(segment.level).int8(segment.firstEvent).int4(fields);
    rows.int4(records).int4(persons.size).bytes(persons.encode());
  }
  await tx.copy(
    `copy exposure_sets (scope, holder, level, first_event, fields, records, person_count, persons)
     from stdin (format binary)`,
    rows,
  );
}

interface SetRow {
  readonly fields: number;
  readonly records: number;
  readonly persons: Uint8Array;
}

/** Every set of those segments of one level, for folding them into the next. */
export async function listSetsOf(
  reader: Reader,
  level: number,
  firstEvents: readonly bigint[],
): Promise<KeptSet[]> {
  const rows = await reader.list<SetRow & { readonly scope: Scope; readonly holder: string }>(sql`
    select scope, holder, fields, records, persons from exposure_sets
    where level = ${level} and first_event = any(${firstEvents}::bigint[])`);
  return rows.map(({ scope, holder, ...row }) => ({ scope, holder, ...setOf(row) }));
}

/** Every set of those segments. */
export async function listSetsIn(reader: Reader, segments: readonly Segment[]): Promise<KeptSet[]> {
  const byLevel = Map.groupBy(segments, ({ level }) => level);
  const lists = await Promise.all(
    [...byLevel].map(([level, own]) =>
      listSetsOf(
        reader,
        level,
        own.map(({ firstEvent }) => firstEvent),
      ),
    ),
  );
  return lists.flat();
}

/** A set and the segment it is of. */
export interface SegmentSet extends Omit<KeptSet, "scope" | "holder"> {
  readonly level: number;
  readonly firstEvent: bigint;
}

/** What a holder was shown in those segments, segment by segment. */
export async function listSets(
  reader: Reader,
  scope: Scope,
  holder: string,
  segments: readonly Segment[],
): Promise<SegmentSet[]> {
  if (segments.length === 0) return [];
  const rows = await reader.list<SetRow & { readonly level: number; readonly first_event: bigint }>(
    sql`
    select s.level, s.first_event, s.fields, s.records, s.persons
    from unnest(${segments.map(({ level }) => level)}::smallint[],
                ${segments.map(({ firstEvent }) => firstEvent)}::bigint[]) as g (level, first_event)
    join exposure_sets s on s.scope = ${scope} and s.holder = ${holder}
     and s.level = g.level and s.first_event = g.first_event`.named("exposure-sets"),
  );
  return rows.map(({ level, first_event: firstEvent, ...row }) => ({ level, firstEvent, ...setOf(row) }));
}

function setOf({ fields, records, persons }: SetRow): Omit<KeptSet, "scope" | "holder"> {
  return { fields, records, persons: PersonSet.decode(persons) };
}

export interface SessionRow {
  readonly session: string;
  readonly actor: string;
  readonly office: string;
  readonly credential: string;
  readonly workstation: string;
  readonly started_at: Date;
  readonly ended_at: Date;
}

/** Sessions that match any part of the query, and with workstations those whose workstation is not known. */
export async function listSessions(reader: Reader, query: SessionQuery): Promise<SessionRow[]> {
  const { all, sessions, actors, credentials, workstations } = query;
  const atUnknown = workstations.length > 0 ? [...workstations, ""] : [];
  // One read by an index for each part; all of them in one condition would be a read of every session there is.
  return reader.list<SessionRow>(sql`
    select encode(s.session, 'hex') as session, s.actor, s.office, s.credential, s.workstation, s.started_at, s.ended_at
    from session_spans s
    where s.session in (
      select session from sessions where ${all}
      union select session from sessions where actor = any(${actors}::text[])
      union select session from sessions where workstation = any(${atUnknown}::text[])
      union select session from sessions where credential = any(${credentials}::text[])
      union select decode(hex, 'hex') from unnest(${sessions}::text[]) as hex)`);
}

/** Where each account that ever signed in belongs, as its last sign-in says. */
export async function listOffices(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.list<{ actor: string; office: string }>(
    sql`select distinct on (actor) actor, office from sessions order by actor, started_at desc`,
  );
  return new Map(rows.map(({ actor, office }) => [actor, office]));
}

/** Numbers of everybody registered before that time, as ranges of first number and length. */
export async function listPersonRanges(
  reader: Reader,
  beforeMs: number,
): Promise<{ readonly first: number; readonly count: number }[]> {
  const rows = await reader.list<{ first_no: bigint; person_count: number }>(sql`
    select n.first_no, n.person_count from person_no_blocks n
    left join source_batches b on b.source_id = n.source_id and b.batch_no = n.batch_no
    where b.recorded_at is null or b.recorded_at < ${timeText(beforeMs)}::timestamptz
    order by n.first_no`);
  return rows.map(({ first_no, person_count }) => ({ first: personNoOf(first_no), count: person_count }));
}
