/** Writes a history of lists ({@link Listed}) into the tables of the journal's copy, as copying a journal would have left them. */
import type { Database, Tx } from "../src/db/database.ts";
import { sql } from "../src/db/sql.ts";
import { renderUuid, uuidMaker } from "../src/db/uuid.ts";
import { numbersIn } from "../src/incident/field-mask.ts";
import type { ExtractFacts } from "../src/incident/holder-facts.ts";
import type { Listed } from "../src/incident/listed-facts.ts";

/** Times of the history are milliseconds behind this one. */
export const historyStartMs = Date.UTC(2015, 4, 8);

/** Into empty tables, by the owner. The keys of the persons by their numbers. */
export async function storeHistory(owner: Database, listed: Listed): Promise<Map<number, string>> {
  const makeKey = uuidMaker();
  const keys = new Map([...listed.registered.keys()].map((no) => [no, renderUuid(makeKey())]));
  await owner.transact(async (tx) => {
    await storePersons(tx, listed, keys);
    for (const [n, one] of listed.sessions.entries()) {
      await tx.run(sql`
        insert into sessions (session, event_number, actor, office, credential, workstation, started_at, expires_at)
        values (decode(${one.session}, 'hex'), ${-1 - n}, ${one.actor}, ${one.office}, ${one.credential},
                ${one.workstation}, ${at(one.startMs)}, ${at(one.endMs)})`);
    }
    for (const { extract, rows } of listed.extracts) {
      const persons = [...rows.toNumbers()].map((no) => keys.get(no) ?? "");
      await tx.run(sql`
        insert into extract_parts (extract_id, part_no, first_row, person_keys)
        values (${extract}::uuid, 0, 0, ${persons}::uuid[])`);
    }
    for (const [n, event] of eventsOf(listed).entries()) await storeEvent(tx, n + 1, event, keys);
  });
  return keys;
}

async function storePersons(
  tx: Tx,
  { registered }: Listed,
  keys: ReadonlyMap<number, string>,
): Promise<void> {
  for (const [no, atMs] of registered) {
    const source = keys.get(no) ?? "";
    await tx.run(sql`
      insert into persons (person_key, person_no, source_id, registered_at)
      values (${source}::uuid, ${no}, ${source}::uuid, ${at(atMs)})`);
    await tx.run(sql`insert into person_no_blocks values (${no}, 1, ${source}::uuid, 0)`);
    await tx.run(sql`
      insert into source_batches values (${source}::uuid, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, ${at(atMs)})`);
  }
}

interface StoredEvent {
  readonly atMs: number;
  readonly kind: string;
  readonly actor: string;
  readonly office: string;
  readonly session: string;
  readonly caseId: string;
  readonly text: Readonly<Record<string, unknown>>;
  readonly shown?: { readonly persons: readonly number[]; readonly fields: readonly number[] };
}

/** In the order of their times. */
function eventsOf(listed: Listed): StoredEvent[] {
  const looks = listed.looks.map(({ kind = "opened", session, atMs, persons, fields }): StoredEvent => {
    const { actor, office, session: id } = session;
    const shown = { persons, fields: kind === "receipt" ? [] : numbersIn(fields) };
    return { atMs, kind, actor, office, session: id, caseId: "case", text: {}, shown };
  });
  const ofExtracts = listed.extracts.flatMap((extract) => eventsOfExtract(extract, listed));
  return [...looks, ...ofExtracts].toSorted((a, b) => a.atMs - b.atMs);
}

/** Requested and sealed, its releases row by row, revoked when it closed, destroyed where it was. */
function eventsOfExtract(extract: ExtractFacts, { sessions }: Listed): StoredEvent[] {
  const { office, holder, columns, sealedAtMs, closedAtMs, destroyedAtMs, releases } = extract;
  const rows = [...extract.rows.toNumbers()];
  const shared = { actor: "clerk", office, session: "ee".repeat(16), caseId: extract.extract };
  const request = { holder, workstation: "desk", fields: numbersIn(columns), rows: rows.length };
  const expiresMs = historyStartMs + 1_000_000;
  const sealed = { persons: rows, fields: numbersIn(columns) };
  const events: StoredEvent[] = [
    { ...shared, atMs: -1, kind: "extracted", text: {}, shown: sealed },
    { ...shared, atMs: -1, kind: "extract-requested", text: { ...request, expiresMs } },
    { ...shared, atMs: sealedAtMs, kind: "extract-sealed", text: {} },
    { ...shared, atMs: closedAtMs, kind: "extract-ended", text: { reason: "revoked" } },
  ];
  if (destroyedAtMs !== undefined) {
    events.push({ ...shared, atMs: destroyedAtMs, kind: "extract-ended", text: { reason: "destroyed" } });
  }
  for (const release of releases) {
    const actor = sessions.find(({ session }) => session === release.session)?.actor ?? "";
    for (const person of release.rows.toNumbers()) {
      const text = { firstRow: rows.indexOf(person), rows: 1, workstation: "desk" };
      const who = { ...shared, actor, session: release.session };
      events.push({ ...who, atMs: release.atMs, kind: "released", text });
    }
  }
  return events;
}

async function storeEvent(
  tx: Tx,
  number: number,
  event: StoredEvent,
  keys: ReadonlyMap<number, string>,
): Promise<void> {
  const { atMs, kind, actor, office, session, caseId, text, shown } = event;
  await tx.run(sql`
    insert into journal_events (event_number, chain_hash, kind, recorded_at, actor, office, session, case_id, event_text)
    values (${number}, decode('00', 'hex'), ${kind}, ${at(atMs)}, ${actor}, ${office}, decode(${session}, 'hex'),
            ${caseId}, ${JSON.stringify(text)})`);
  for (const person of shown?.persons ?? []) {
    await tx.run(sql`
      insert into disclosures (person_key, person_event_no, event_number, kind, link_hash, recorded_at, actor, office,
                               session, order_number, purpose, case_id, case_kind, fields)
      values (${keys.get(person) ?? ""}::uuid, ${number}, ${number}, ${kind}, decode('00', 'hex'), ${at(atMs)}, ${actor},
              ${office}, decode(${session}, 'hex'), 1, 'claim', ${caseId}, 'claim', ${shown?.fields ?? []}::smallint[])`);
  }
}

function at(ms: number): Date {
  return new Date(historyStartMs + ms);
}
