/**
 * {@link HolderFacts} from the database: kept sets where they answer, the looks themselves elsewhere.
 *
 * Made for one question and thrown away: it remembers which segments there are. The journal's copy has to be caught up and
 * the extracts folded before (`fold.ts`); what could not be caught up with is given as a gap.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Reader } from "../db/database.ts";
import { type FieldMask, maskOf } from "./field-mask.ts";
import * as extractStore from "./extracts/store.ts";
import type {
  ExtractFacts,
  ExtractQuery,
  HeldSession,
  HolderFacts,
  Interval,
  SessionQuery,
  Slice,
  SliceQuery,
} from "./holder-facts.ts";
import { coverOf, type Layout } from "./kept/cover.ts";
import { SegmentIndex } from "./kept/segment-index.ts";
import * as store from "./kept/store.ts";
import { incidentLimits } from "./limits.ts";
import { PersonSet } from "./person-set.ts";

export class StoredFacts implements HolderFacts {
  readonly #reader: Reader;
  readonly #gaps: readonly Interval[];
  readonly #index: SegmentIndex;
  #segments: Promise<Layout> | undefined;

  constructor(reader: Reader, gaps: readonly Interval[] = [], index: SegmentIndex = new SegmentIndex()) {
    this.#reader = reader;
    this.#gaps = gaps;
    this.#index = index;
  }

  async listSessions(query: SessionQuery): Promise<readonly HeldSession[]> {
    return (await store.listSessions(this.#reader, query)).map(sessionOf);
  }

  async listSessionsOfActors(actors: readonly string[]): Promise<readonly HeldSession[]> {
    if (actors.length === 0) return [];
    return this.listSessions({ actors, sessions: [], credentials: [], workstations: [], all: false });
  }

  async listExtracts(query: ExtractQuery): Promise<readonly ExtractFacts[]> {
    const rows = await extractStore.listExtracts(this.#reader, query);
    const released = await extractStore.listReleases(
      this.#reader,
      rows.map(({ extract_id }) => extract_id),
    );
    const byExtract = Map.groupBy(released, ({ extract_id }) => extract_id);
    return rows.map((row) => extractOf(row, byExtract.get(row.extract_id) ?? []));
  }

  async listSlices(queries: readonly SliceQuery[]): Promise<readonly (readonly Slice[])[]> {
    const answers = new Map<SliceQuery, readonly Slice[]>();
    const bySession = queries.filter(({ by }) => by === "session");
    for (let i = 0; i < bySession.length; i += incidentLimits.sessionsAsked) {
      const part = bySession.slice(i, i + incidentLimits.sessionsAsked);
      const asked = part.map(({ id, fromMs, untilMs }) => ({ session: id, fromMs, untilMs }));
      const groups = await this.#index.listLooks(this.#reader, asked);
      for (const [n, query] of part.entries()) answers.set(query, (groups[n] ?? []).map(sliceOf));
    }
    for (const query of queries.filter(({ by }) => by === "actor")) {
      answers.set(query, await this.#slicesOfActor(query));
    }
    return queries.map((query) => answers.get(query) ?? []);
  }

  async everybody(beforeMs: number): Promise<PersonSet> {
    const ranges = await store.listPersonRanges(this.#reader, beforeMs);
    return PersonSet.union(ranges.map(({ first, count }) => PersonSet.range(first, first + count - 1)));
  }

  async listGaps(): Promise<readonly Interval[]> {
    return this.#gaps;
  }

  /** Few rows of kept sets, and the looks at both edges. */
  async #slicesOfActor({ id, fromMs, untilMs }: SliceQuery): Promise<Slice[]> {
    this.#segments ??= this.#index.list(this.#reader);
    const { segments, ranges } = coverOf(await this.#segments, { fromMs, untilMs });
    const [kept, edges] = await Promise.all([
      this.#index.listSets(this.#reader, id, segments),
      store.groupLooksOfActor(this.#reader, id, ranges, { fromMs, untilMs }),
    ]);
    const groups = Map.groupBy<FieldMask, Slice>([...kept, ...edges.map(sliceOf)], ({ fields }) => fields);
    return [...groups].map(([fields, own]) => ({
      fields,
      persons: PersonSet.union(own.map(({ persons }) => persons)),
      records: own.reduce((sum, { records }) => sum + records, 0),
    }));
  }
}

export function sessionOf(row: store.SessionRow): HeldSession {
  const { session, actor, office, credential, workstation, started_at, ended_at } = row;
  const times = { startMs: started_at.getTime(), endMs: ended_at.getTime() };
  return { session, actor, office, credential, workstation, ...times };
}

export function extractOf(
  row: extractStore.ExtractRow,
  releases: readonly extractStore.ReleaseRow[],
): ExtractFacts {
  return {
    extract: row.extract_id,
    holder: row.holder,
    actor: row.actor ?? "",
    office: row.office,
    columns: maskOf(row.fields),
    rows: PersonSet.decode(row.persons),
    sealedAtMs: row.sealed_at.getTime(),
    closedAtMs: row.closed_at.getTime(),
    destroyedAtMs: row.destroyed_at?.getTime(),
    releases: releases.map(({ session, released_at, persons }) => ({
      session,
      atMs: released_at.getTime(),
      rows: PersonSet.decode(persons),
    })),
  };
}

/** @throws {Breach} when a look is at a person who is not in the register: the count would be too small. */
function sliceOf({ fields, persons, records, unknown }: store.LookGroup): Slice {
  if (unknown > 0) throw new Breach("looks at persons who are not registered", { looks: unknown });
  return { fields, persons, records };
}
