/** SQL of worklists: the lists, whom each lot is about, and what happened to it. */
import { Breach } from "@kura/kernel/fault.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import type { Criteria } from "../extracts/criteria.ts";
import { selected } from "../extracts/store.ts";
import type { Token } from "../vault/terms.ts";
import { worklistLimits } from "./limits.ts";
import { type LotEvent, parseWorklistKind, type WorklistKind } from "./worklist.ts";

export interface WorklistRow {
  readonly worklistId: string;
  readonly kind: WorklistKind;
  readonly caseKind: string;
  readonly title: string;
  /** Field numbers. */
  readonly fields: readonly number[];
  readonly criteria: string;
  /** YYYY-MM-DD */
  readonly dueOn: string | undefined;
  readonly actor: string;
  readonly office: string;
  readonly madeAt: Date;
}

export async function appendWorklist(tx: Tx, row: WorklistRow): Promise<void> {
  await tx.run(sql`
    insert into worklists (worklist_id, kind, case_kind, title, fields, criteria, due_on, actor, office, made_at)
    values (${row.worklistId}::uuid, ${row.kind}, ${row.caseKind}, ${row.title}, ${row.fields}::smallint[],
            ${row.criteria}, ${row.dueOn ?? null}::date, ${row.actor}, ${row.office}, ${row.madeAt})`);
}

/** Cuts who is selected into lots, in the order of their numbers; how many persons there are. */
export async function appendLots(
  tx: Tx,
  worklistId: string,
  criteria: Criteria,
  tokens: readonly Token[],
): Promise<number> {
  await tx.run(sql`
    insert into worklist_lots (worklist_id, lot_no, person_keys)
    select ${worklistId}::uuid, lot_no, array_agg(person_key order by i)
    from (select person_key, i, (i / ${worklistLimits.lotPersons}::integer)::integer as lot_no
          from (select s.person_key, row_number() over (order by p.person_no) - 1 as i
                from (${selected(criteria, tokens)}) s join persons p using (person_key)) numbered) cut
    group by lot_no`);
  const row = await tx.get<{ count: bigint }>(sql`
    select coalesce(sum(cardinality(person_keys)), 0) as count from worklist_lots
    where worklist_id = ${worklistId}::uuid`);
  return Number(row.count);
}

/** How far a list has come, in persons and lots. */
export interface Progress {
  readonly persons: number;
  readonly lots: number;
  readonly assignedLots: number;
  readonly doneLots: number;
  /** Persons with a result, by result; each person once, by the last word. */
  readonly results: ReadonlyMap<string, number>;
}

export async function listWorklists(reader: Reader, worklistId?: string): Promise<WorklistRow[]> {
  const rows = await reader.list<{
    worklist_id: string;
    kind: string;
    case_kind: string;
    title: string;
    fields: readonly number[];
    criteria: string;
    due_on: string | null;
    actor: string;
    office: string;
    made_at: Date;
  }>(sql`
    select worklist_id, kind, case_kind, title, fields, criteria, due_on, actor, office, made_at from worklists
    where ${worklistId ?? null}::uuid is null or worklist_id = ${worklistId ?? null}::uuid
    order by made_at desc, worklist_id desc limit ${worklistLimits.listed}`);
  return rows.map((row) => {
    const kind = parseWorklistKind(row.kind);
    if (kind === undefined) throw new Breach("a worklist has an unknown kind", {});
    const { title, fields, criteria, actor, office } = row;
    const shared = { title, fields, criteria, actor, office, kind, caseKind: row.case_kind };
    return { ...shared, worklistId: row.worklist_id, dueOn: row.due_on ?? undefined, madeAt: row.made_at };
  });
}

export async function getProgress(reader: Reader, worklistId: string): Promise<Progress> {
  const counts = await reader.get<{
    persons: bigint;
    lots: bigint;
    assigned_lots: bigint;
    done_lots: bigint;
  }>(sql`
    select coalesce(sum(cardinality(person_keys)), 0) as persons, count(*) as lots,
           count(*) filter (where exists (select 1 from worklist_events e where e.worklist_id = l.worklist_id
                                          and e.lot_no = l.lot_no and e.kind = 'assigned')) as assigned_lots,
           count(*) filter (where exists (select 1 from worklist_events e where e.worklist_id = l.worklist_id
                                          and e.lot_no = l.lot_no and e.kind = 'done')) as done_lots
    from worklist_lots l where worklist_id = ${worklistId}::uuid`);
  const results = await reader.list<{ result: string; count: bigint }>(sql`
    select result, count(*) as count from (
      select distinct on (lot_no, person_key) result from worklist_events
      where worklist_id = ${worklistId}::uuid and kind = 'result' order by lot_no, person_key, event_no desc) last
    group by result order by result`);
  return {
    persons: Number(counts.persons),
    lots: Number(counts.lots),
    assignedLots: Number(counts.assigned_lots),
    doneLots: Number(counts.done_lots),
    results: new Map(results.map(({ result, count }) => [result, Number(count)])),
  };
}

/** A lot's persons, as UUIDs; `undefined` where there is no such lot. */
export async function findLotPersons(
  reader: Reader,
  worklistId: string,
  lotNo: number,
): Promise<string[] | undefined> {
  const row = await reader.find<{ persons: string[] }>(sql`
    select person_keys::text[] as persons from worklist_lots
    where worklist_id = ${worklistId}::uuid and lot_no = ${lotNo}`);
  return row?.persons;
}

/** How one lot of a list stands. */
export interface LotState {
  readonly lotNo: number;
  readonly persons: number;
  /** Persons with a result. */
  readonly withResult: number;
  readonly assignee: string | undefined;
  readonly isDone: boolean;
}

/** Lots from a number on, in their order. */
export async function listLots(
  reader: Reader,
  worklistId: string,
  fromLotNo: number,
  limit: number,
): Promise<LotState[]> {
  const rows = await reader.list<{
    lot_no: number;
    persons: number;
    with_result: bigint;
    assignee: string | null;
    is_done: boolean;
  }>(sql`
    select l.lot_no, cardinality(l.person_keys) as persons,
           (select count(distinct e.person_key) from worklist_events e
            where e.worklist_id = l.worklist_id and e.lot_no = l.lot_no and e.kind = 'result') as with_result,
           (select e.assignee from worklist_events e where e.worklist_id = l.worklist_id and e.lot_no = l.lot_no
            and e.kind = 'assigned' order by e.event_no desc limit 1) as assignee,
           exists (select 1 from worklist_events e where e.worklist_id = l.worklist_id and e.lot_no = l.lot_no
                   and e.kind = 'done') as is_done
    from worklist_lots l where l.worklist_id = ${worklistId}::uuid and l.lot_no >= ${fromLotNo}
    order by l.lot_no limit ${limit}`);
  return rows.map(({ lot_no: lotNo, persons, with_result, assignee, is_done: isDone }) => ({
    lotNo,
    persons,
    withResult: Number(with_result),
    assignee: assignee ?? undefined,
    isDone,
  }));
}

export async function listLotEvents(reader: Reader, worklistId: string, lotNo: number): Promise<LotEvent[]> {
  const rows = await reader.list<{
    kind: string;
    actor: string;
    office: string;
    assignee: string | null;
    case_id: string | null;
    person_key: string | null;
    result: string | null;
    recorded_at: Date;
  }>(sql`
    select kind, actor, office, assignee, case_id, person_key, result, recorded_at from worklist_events
    where worklist_id = ${worklistId}::uuid and lot_no = ${lotNo} order by event_no limit ${worklistLimits.lotEvents}`);
  return rows.map(({ kind, actor, office, recorded_at: at, assignee, case_id, person_key, result }) => {
    const shared = { actor, office, at };
    if (kind === "assigned")
      return { ...shared, kind, assignee: assignee ?? "", caseId: case_id ?? "" } as const;
    if (kind === "result")
      return { ...shared, kind, person: person_key ?? "", result: result ?? "" } as const;
    return { ...shared, kind: "done" } as const;
  });
}

/** Lots whose last assignment is to this actor, and that are not done. */
export async function listLotsOf(
  reader: Reader,
  assignee: string,
): Promise<{ readonly worklistId: string; readonly lotNo: number }[]> {
  const rows = await reader.list<{ worklist_id: string; lot_no: number }>(sql`
    select worklist_id, lot_no from (
      select distinct on (worklist_id, lot_no) worklist_id, lot_no, assignee, recorded_at from worklist_events e
      where kind = 'assigned' and (worklist_id, lot_no) in (
        select worklist_id, lot_no from worklist_events where kind = 'assigned' and assignee = ${assignee})
      order by worklist_id, lot_no, event_no desc) last
    where assignee = ${assignee} and not exists (
      select 1 from worklist_events d where d.worklist_id = last.worklist_id and d.lot_no = last.lot_no and d.kind = 'done')
    order by recorded_at limit ${worklistLimits.listed}`);
  return rows.map(({ worklist_id, lot_no }) => ({ worklistId: worklist_id, lotNo: lot_no }));
}

/** @throws {Fault} `sql-23505` when another has taken that number. */
export async function appendLotEvent(
  database: Database,
  place: { readonly worklistId: string; readonly lotNo: number; readonly eventNo: number },
  event: LotEvent,
): Promise<void> {
  const assigned = event.kind === "assigned" ? event : undefined;
  const given = event.kind === "result" ? event : undefined;
  await database.transact((tx) =>
    tx.run(sql`
      insert into worklist_events (worklist_id, lot_no, event_no, kind, actor, office, assignee, case_id, person_key,
                                   result, recorded_at)
      values (${place.worklistId}::uuid, ${place.lotNo}, ${place.eventNo}, ${event.kind}, ${event.actor}, ${event.office},
              ${assigned?.assignee ?? null}, ${assigned?.caseId ?? null}::uuid, ${given?.person ?? null}::uuid,
              ${given?.result ?? null}, ${event.at})`),
  );
}
