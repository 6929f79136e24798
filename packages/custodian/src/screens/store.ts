/** SQL of screens: the candidates of each in their parts, the order, and who meets it. */
import { extractPartRows } from "@kura/keeper/protocol/extracts.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import type { Criteria } from "../extracts/criteria.ts";
import { type PartsQuery, selected } from "../extracts/store.ts";
import type { Token } from "../vault/terms.ts";

export interface ScreenRow {
  readonly screenId: string;
  readonly criteria: string;
  readonly reason: string;
  readonly candidates: number;
  readonly madeAt: Date;
}

/** Cuts who is selected into parts; how many there are. @param tokens of the numbers in the criteria. */
export async function appendCandidates(
  tx: Tx,
  screenId: string,
  criteria: Criteria,
  tokens: readonly Token[],
): Promise<number> {
  // Persons who were registered one after the other lie beside each other.
  await tx.run(sql`
    insert into screen_parts (screen_id, part_no, person_keys)
    select ${screenId}::uuid, part_no, array_agg(person_key order by i)
    from (select person_key, i, (i / ${extractPartRows}::integer)::integer as part_no
          from (select person_key, row_number() over (order by person_no) - 1 as i
                from (${selected(criteria, tokens)}) s) numbered) cut
    group by part_no`);
  const row = await tx.get<{ count: bigint }>(sql`
    select coalesce(sum(cardinality(person_keys)), 0) as count from screen_parts
    where screen_id = ${screenId}::uuid`);
  return Number(row.count);
}

export async function appendScreen(tx: Tx, row: ScreenRow): Promise<void> {
  await tx.run(sql`
    insert into screens (screen_id, criteria, reason, candidates, made_at)
    values (${row.screenId}::uuid, ${row.criteria}, ${row.reason}, ${row.candidates}, ${row.madeAt})`);
}

export function partsOf(screenId: string): PartsQuery {
  return (fromPart, limit) => sql`
    select part_no, person_keys from screen_parts where screen_id = ${screenId}::uuid and part_no >= ${fromPart}
    order by part_no limit ${limit}`;
}

export interface OrderRow {
  readonly screenId: string;
  readonly text: string;
  readonly purpose: string;
  readonly actor: string;
  readonly eventNumber: bigint;
  readonly orderedAt: Date;
}

export async function appendOrder(database: Database, row: OrderRow): Promise<void> {
  const { screenId, text, purpose, actor, eventNumber, orderedAt } = row;
  await database.transact((tx) =>
    tx.run(sql`
      insert into screen_orders (screen_id, order_text, purpose, actor, event_number, ordered_at)
      values (${screenId}::uuid, ${text}, ${purpose}, ${actor}, ${eventNumber}, ${orderedAt})`),
  );
}

/** Somebody who meets the criterion, of one part. */
export interface ResultRow {
  readonly part: number;
  readonly eventNumber: bigint;
  /** As UUIDs. */
  readonly persons: readonly string[];
}

/** @throws {Fault} `sql-23505` when another run wrote one of the parts. */
export async function appendResults(
  tx: Tx,
  screenId: string,
  rows: readonly ResultRow[],
  at: Date,
): Promise<void> {
  for (const { part, eventNumber, persons } of rows) {
    await tx.run(sql`
      insert into screen_results (screen_id, part_no, event_number, person_keys, screened_at)
      values (${screenId}::uuid, ${part}, ${eventNumber}, ${persons}::uuid[], ${at})`);
  }
}

/** A screen as far as it has come. */
export interface ScreenState extends ScreenRow {
  /** The order that the keeper took; none yet for one that is only planned. */
  readonly order: Omit<OrderRow, "screenId"> | undefined;
  /** Who agreed, as far as the journal is copied. */
  readonly agreedBy: string | undefined;
  /** Parts that are kept; they are the first so many. */
  readonly partsDone: number;
  readonly found: number;
}

interface StateRow {
  readonly screen_id: string;
  readonly criteria: string;
  readonly reason: string;
  readonly candidates: number;
  readonly made_at: Date;
  readonly order_text: string | null;
  readonly purpose: string | null;
  readonly actor: string | null;
  readonly event_number: bigint | null;
  readonly ordered_at: Date | null;
  readonly agreed_by: string | null;
  readonly parts_done: bigint;
  readonly found: bigint;
}

/** Newest first; one where an id is given. */
export async function listStates(reader: Reader, limit: number, screenId?: string): Promise<ScreenState[]> {
  const rows = await reader.list<StateRow>(sql`
    select s.screen_id, s.criteria, s.reason, s.candidates, s.made_at, o.order_text, o.purpose, o.actor, o.event_number,
           o.ordered_at,
           (select e.actor from journal_events e
            where e.case_id = s.screen_id::text and e.kind = 'screen-agreed' limit 1) as agreed_by,
           (select count(*) from screen_results r where r.screen_id = s.screen_id) as parts_done,
           (select coalesce(sum(cardinality(r.person_keys)), 0) from screen_results r
            where r.screen_id = s.screen_id) as found
    from screens s left join screen_orders o on o.screen_id = s.screen_id
    where ${screenId ?? null}::uuid is null or s.screen_id = ${screenId ?? null}::uuid
    order by s.made_at desc, s.screen_id desc limit ${limit}`);
  return rows.map((row) => ({
    screenId: row.screen_id,
    criteria: row.criteria,
    reason: row.reason,
    candidates: row.candidates,
    madeAt: row.made_at,
    order: orderOf(row),
    agreedBy: row.agreed_by ?? undefined,
    partsDone: Number(row.parts_done),
    found: Number(row.found),
  }));
}

function orderOf(row: StateRow): ScreenState["order"] {
  const { order_text: text, purpose, actor, event_number: eventNumber, ordered_at: orderedAt } = row;
  if (text === null || purpose === null || actor === null || eventNumber === null || orderedAt === null)
    return undefined;
  return { text, purpose, actor, eventNumber, orderedAt };
}
