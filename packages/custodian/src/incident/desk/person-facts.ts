/**
 * What decides one person's answer, read alone: what was shown of them, the extracts they stand in, and the sessions behind both.
 *
 * The engine finds of that person in these facts what it finds of them in the facts of everybody: a session in which they were not
 * seen, and an extract without them, cannot expose them. Of anybody else it finds less, so nothing else may be read out of it.
 * INVARIANT: kept.db.test.ts, on random histories. Cost: five short reads, however many persons are exposed.
 */
import type { Database } from "../../db/database.ts";
import * as extractStore from "../extracts/store.ts";
import { extractOf, sessionOf } from "../facts.ts";
import { maskOf } from "../field-mask.ts";
import type { ExtractFacts, HeldSession, Interval } from "../holder-facts.ts";
import { foldExtracts } from "../kept/fold.ts";
import { listSessions } from "../kept/store.ts";
import { ListedFacts, type ListedLook } from "../listed-facts.ts";
import * as store from "./store.ts";

export async function readPersonFacts(
  register: Database,
  person: store.Registered,
  gaps: readonly Interval[],
): Promise<ListedFacts> {
  const events = await store.listEventsOf(register, person.personKey);
  const named = events.filter(({ kind }) => kind === "extracted").map(({ case_id }) => case_id);
  const extracts = named.length === 0 ? [] : await readExtracts(register, named);
  const sessions = await readSessions(register, events, extracts);
  const bySession = new Map(sessions.map((one) => [one.session, one]));
  const looks = events.flatMap(({ session, kind, fields, recorded_at }): ListedLook[] => {
    const held = bySession.get(session);
    const shown = { kind, atMs: recorded_at.getTime(), persons: [person.personNo], fields: maskOf(fields) };
    return held === undefined ? [] : [{ ...shown, session: held }];
  });
  const registered = new Map([[person.personNo, person.registeredMs]]);
  return new ListedFacts({ sessions, looks, extracts, gaps, registered });
}

/** Whole: whether anything of an extract was ever released also says something of rows that were not. */
async function readExtracts(register: Database, named: readonly string[]): Promise<ExtractFacts[]> {
  await foldExtracts(register);
  const rows = await extractStore.listExtracts(register, {
    named,
    actors: [],
    credentials: [],
    sessions: [],
  });
  const found = rows.map(({ extract_id }) => extract_id);
  const released = await extractStore.listReleases(register, found);
  const byExtract = Map.groupBy(released, ({ extract_id }) => extract_id);
  return rows.map((row) => extractOf(row, byExtract.get(row.extract_id) ?? []));
}

/** Those that were shown the person, that released rows of their extracts, and that could have. */
async function readSessions(
  register: Database,
  events: readonly store.EventOf[],
  extracts: readonly ExtractFacts[],
): Promise<HeldSession[]> {
  const sessions = [
    ...events.map(({ session }) => session),
    ...extracts.flatMap(({ releases }) => releases.map(({ session }) => session)),
  ];
  const credentials = extracts.map(({ holder }) => holder);
  const asked = { sessions, credentials, actors: [], workstations: [], all: false };
  return (await listSessions(register, asked)).map(sessionOf);
}
