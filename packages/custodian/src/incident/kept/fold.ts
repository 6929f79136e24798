/**
 * Keeps the sets current: folds looks, extracts and releases into them as they come. Resumable, exactly once.
 *
 * A segment is a run of events, committed with its sets in one transaction; its first event is the key, so that of two
 * processes that fold the same the slower one finds it done. CRASH: between two transactions nothing is half; the next run
 * goes on behind the last segment. Nobody waits for it: what is not folded yet is read from the looks themselves.
 * INVARIANT: what an account was shown is the same with and without the sets (kept.db.test.ts).
 */
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import type { Database, Tx } from "../../db/database.ts";
import * as extracts from "../extracts/store.ts";
import { incidentLimits } from "../limits.ts";
import { PersonSet, Scratch } from "../person-set.ts";
import type { Segment } from "./cover.ts";
import * as store from "./store.ts";

/** How big the parts are; tests make them small. */
export interface FoldSizes {
  readonly segmentRecords: number;
  readonly segmentsOfNext: number;
}

/**
 * Folds everything that fills a segment, and every extract and release; how many looks were folded.
 *
 * @throws {Breach} when a look is at a person who is not in the register.
 */
export async function foldExposure(register: Database, sizes: FoldSizes = incidentLimits): Promise<number> {
  await foldExtracts(register);
  let folded = 0;
  for (;;) {
    const records = await foldSegment(register, sizes.segmentRecords);
    if (records === undefined) break;
    folded += records;
    await foldLevels(register, sizes.segmentsOfNext);
  }
  return folded;
}

/** The sets of extracts and releases: always current before they are read. */
export async function foldExtracts(register: Database): Promise<void> {
  for (;;) {
    const ids = await extracts.listUnfoldedExtracts(register, incidentLimits.foldedReleases);
    if (ids.length === 0) break;
    for (const id of ids) {
      const rows = known(await extracts.getRowsOf(register, id));
      await once(register, (tx) => extracts.appendExtract(tx, id, rows));
    }
  }
  for (;;) {
    const releases = await extracts.listUnfoldedReleases(register, incidentLimits.foldedReleases);
    if (releases.length === 0) return;
    for (const { extract, event } of releases) {
      const rows = known(await extracts.getReleased(register, extract, event));
      await once(register, (tx) => extracts.appendRelease(tx, extract, event, rows));
    }
  }
}

/** The looks of one more segment; `undefined` when there are not enough yet. */
async function foldSegment(register: Database, records: number): Promise<number | undefined> {
  const firstEvent = (await store.findFoldedTo(register)) + 1n;
  const lastEvent = await store.findSegmentEnd(register, firstEvent - 1n, records);
  if (lastEvent === undefined) return undefined;
  // One event with more persons than a segment holds is a segment.
  const last = lastEvent < firstEvent ? firstEvent : lastEvent;
  const looks = await store.groupLooks(register, [{ first: firstEvent, last }]);
  const sets: store.KeptSet[] = [];
  for (const { actor, group } of looks) {
    known(group);
    const { fields, records: own, persons } = group;
    // An office is its accounts together: sets of its own would be as many rows again.
    sets.push({ scope: "actor", holder: actor, fields, records: own, persons });
  }
  const total = looks.reduce((sum, { group }) => sum + group.records, 0);
  const firstMs = await store.getEventTime(register, firstEvent);
  const lastMs = await store.getEventTime(register, last);
  const segment = { level: 0, firstEvent, lastEvent: last, firstMs, lastMs, records: total };
  await appendMerged(register, segment, sets);
  return total;
}

/** Upwards as far as a level has filled one of the next: most segments fill none, and then nothing above is asked about. */
async function foldLevels(register: Database, count: number): Promise<void> {
  for (let level = 0; level < incidentLimits.levels; level++) {
    let isFilled = false;
    while (await foldLevel(register, level, count)) isFilled = true;
    if (!isFilled) return;
  }
}

/** Segments that follow each other become one of the next level; whether there were enough. */
async function foldLevel(register: Database, level: number, count: number): Promise<boolean> {
  const pending = await store.listPendingSegments(register, level, count);
  const [first, last] = [pending[0], pending.at(-1)];
  if (pending.length < count || first === undefined || last === undefined) return false;
  const sets = await store.listSetsOf(
    register,
    level,
    pending.map(({ firstEvent }) => firstEvent),
  );
  const records = sets.reduce((sum, one) => sum + one.records, 0);
  const { lastEvent, lastMs } = last;
  await appendMerged(register, { ...first, level: level + 1, lastEvent, lastMs, records }, sets);
  return true;
}

/** The sets given are used up: of the many small ones of a long run, memory not given back at once makes every next one slow. */
async function appendMerged(
  register: Database,
  segment: Segment & { readonly records: number },
  sets: readonly store.KeptSet[],
): Promise<void> {
  const merged = mergeSets(sets);
  await once(register, (tx) => store.appendSegment(tx, segment, merged));
  const scratch = new Scratch();
  for (const { persons } of [...sets, ...merged]) scratch.of(persons);
  scratch.releaseBut([]);
}

/** One set for each holder and combination of fields. */
function mergeSets(sets: readonly store.KeptSet[]): store.KeptSet[] {
  const groups = Map.groupBy(sets, ({ scope, holder, fields }) => `${scope} ${fields} ${holder}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const records = group.reduce((sum, one) => sum + one.records, 0);
    return [{ ...first, records, persons: PersonSet.union(group.map(({ persons }) => persons)) }];
  });
}

function known<T extends { readonly unknown: number }>(group: T): T {
  if (group.unknown > 0)
    throw new Breach("looks at persons who are not registered", { looks: group.unknown });
  return group;
}

/** Another process that did the same was as good. */
async function once(register: Database, work: (tx: Tx) => Promise<void>): Promise<void> {
  try {
    await register.transact(work);
  } catch (fault) {
    const code = codeOf(fault);
    if (code !== "sql-23505" && code !== "sql-40001") throw fault;
  }
}
