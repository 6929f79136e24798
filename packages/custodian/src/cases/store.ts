/** SQL of cases: their events, and nothing else. */
import { Breach } from "@kura/kernel/fault.ts";
import type { Database, Reader } from "../db/database.ts";
import type { GatheredRead, KeyedRow } from "../db/gathered-reads.ts";
import { sql } from "../db/sql.ts";
import { type CaseEvent, parseCaseKind } from "./case.ts";
import { caseLimits } from "./limits.ts";

interface Row {
  readonly kind: string;
  readonly case_kind: string | null;
  readonly actor: string;
  readonly office: string;
  /** UUIDs with commas between: an array of fifty costs the driver more than the rest of the case. */
  readonly persons: string;
  readonly reason: string;
  readonly recorded_at: Date;
}

const eventsRead: GatheredRead = {
  name: "case-events",
  query: (keys) => sql`
    select case_id as key, kind, case_kind, actor, office, array_to_string(person_keys, ',') as persons, reason, recorded_at
    from case_events where case_id = any(${keys}::uuid[]) and event_no < ${caseLimits.events}
    order by case_id, event_no`,
};

/** Events of one case, in their order; none for an unknown one. @param caseId a UUID, or others' reads fail with this. */
export async function listEvents(database: Database, caseId: string): Promise<CaseEvent[]> {
  const rows = await database.gather<Row & KeyedRow>(eventsRead, [caseId]);
  return (rows.get(caseId) ?? []).map(eventOf);
}

/** What is asked of a list. */
export interface CaseFilter {
  /** Opened by this actor. */
  readonly actor?: string;
  readonly isOpen?: boolean;
}

/** Events of the newest cases that fit, by case. */
export async function listCases(
  reader: Reader,
  { actor, isOpen }: CaseFilter,
  limit: number,
): Promise<Map<string, CaseEvent[]>> {
  const rows = await reader.list<Row & { readonly case_id: string }>(sql`
    with chosen as (
      select case_id, recorded_at as opened_at from case_events o
      where event_no = 0 and (${actor ?? null}::text is null or actor = ${actor ?? null})
        and (${isOpen ?? null}::boolean is null or ${isOpen ?? null} = not exists (
          select 1 from case_events c where c.case_id = o.case_id and c.kind = 'closed'))
      order by recorded_at desc, case_id desc limit ${limit}
    )
    select e.case_id, kind, case_kind, actor, office, array_to_string(person_keys, ',') as persons, reason, recorded_at
    from case_events e join chosen using (case_id)
    order by opened_at desc, e.case_id desc, event_no`);
  const cases = new Map<string, CaseEvent[]>();
  for (const row of rows) cases.set(row.case_id, [...(cases.get(row.case_id) ?? []), eventOf(row)]);
  return cases;
}

/** Writes event `eventNo`. @throws {Fault} `sql-23505` when another has taken that number. */
export async function appendEvent(
  database: Database,
  caseId: string,
  eventNo: number,
  event: CaseEvent,
): Promise<void> {
  const persons = event.kind === "closed" ? [] : event.persons;
  const caseKind = event.kind === "opened" ? event.caseKind : null;
  await database.transact(async (tx) => {
    await tx.run(sql`
      insert into case_events (case_id, event_no, kind, case_kind, actor, office, person_keys, reason, recorded_at)
      values (${caseId}::uuid, ${eventNo}, ${event.kind}, ${caseKind}, ${event.actor}, ${event.office},
              ${persons}::uuid[], ${event.reason}, ${event.at})`);
  });
}

/** Those of the keys that are neither a registered person's nor an unknown owner's. */
export async function listUnregistered(reader: Reader, persons: readonly string[]): Promise<string[]> {
  const rows = await reader.list<{ person_key: string }>(
    sql`select person_key from persons where person_key = any(${persons}::uuid[])`,
  );
  const known = new Set(rows.map((row) => row.person_key));
  const others = persons.filter((person) => !known.has(person));
  if (others.length === 0) return [];
  // A case of record matching is about an unknown owner too: what their premiums said of them is looked at like a person.
  const owners = await reader.list<{ owner_key: string }>(
    sql`select owner_key from suspense_owners where owner_key = any(${others}::uuid[])`,
  );
  const waiting = new Set(owners.map((row) => row.owner_key));
  return others.filter((key) => !waiting.has(key));
}

function eventOf(row: Row): CaseEvent {
  const { actor, office, reason, recorded_at: at } = row;
  const persons = row.persons === "" ? [] : row.persons.split(",");
  const shared = { actor, office, reason, at };
  if (row.kind === "closed") return { ...shared, kind: "closed" };
  if (row.kind === "persons-added") return { ...shared, kind: "persons-added", persons };
  const caseKind = parseCaseKind(row.case_kind ?? "");
  if (caseKind === undefined) throw new Breach("a case has an unknown kind", {});
  return { ...shared, kind: "opened", caseKind, persons };
}
