/** SQL of what is new in the journal's copy: kinds of events and who acted, nobody of the register. */
import type { Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

export interface NewEvent {
  readonly eventNumber: bigint;
  readonly kind: string;
  readonly actor: string | undefined;
}

export async function getNewest(reader: Reader): Promise<bigint> {
  const row = await reader.get<{ newest: bigint }>(sql`
    select coalesce(max(event_number), 0) as newest from journal_events`);
  return row.newest;
}

/** Oldest first. */
export async function listNew(reader: Reader, after: bigint, limit: number): Promise<NewEvent[]> {
  const rows = await reader.list<{ event_number: bigint; kind: string; actor: string | null }>(sql`
    select event_number, kind, actor from journal_events
    where event_number > ${after} order by event_number limit ${limit}`);
  return rows.map(({ event_number, kind, actor }) => ({
    eventNumber: event_number,
    kind,
    actor: actor ?? undefined,
  }));
}
