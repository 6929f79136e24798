/**
 * Exposure at risk: how many persons, and which of their fields, would be exposed if a holder were compromised now and for
 * the thirty days behind, which is how long the theft of 2015 went unseen. The figure that a board watches. Reads only.
 *
 * An account: whom it was shown in thirty days, and whose extracts it can open. An office: its accounts together. A
 * workstation: what the screens of its live sessions were shown, and opened copies that nobody says are destroyed.
 */
import type { Reader } from "../../db/database.ts";
import { type FieldMask, maskOf } from "../field-mask.ts";
import { coverOf } from "../kept/cover.ts";
import type { SegmentIndex } from "../kept/segment-index.ts";
import * as kept from "../kept/store.ts";
import { incidentLimits } from "../limits.ts";
import { PersonSet } from "../person-set.ts";
import * as store from "./store.ts";

export interface Risk {
  readonly kind: "account" | "office" | "workstation" | "extract";
  readonly name: string;
  readonly persons: number;
  readonly fields: FieldMask;
}

export interface AtRisk {
  readonly asOf: Date;
  /** The worst first, at most `incidentLimits.worst`. */
  readonly worst: readonly Risk[];
  /** Distinct persons shown to anybody, day by day, the oldest first. */
  readonly trend: readonly { readonly day: string; readonly persons: number }[];
}

const dayMs = 24 * 60 * 60_000;

export async function listAtRisk(reader: Reader, index: SegmentIndex, now: Date): Promise<AtRisk> {
  const holders = new Holders();
  for (const { actor, office, fields, persons } of await listShown(reader, index, thirtyDays(now))) {
    holders.add("account", actor, fields, persons);
    if (office !== "") holders.add("office", office, fields, persons);
  }
  await addWorkstations(reader, holders, now);
  for (const { extract_id, fields, persons } of await store.listOpenExtracts(reader, now)) {
    holders.add("extract", extract_id, maskOf(fields), PersonSet.decode(persons));
  }
  const worst = holders.list().toSorted((a, b) => b.persons - a.persons || (a.name < b.name ? -1 : 1));
  return {
    asOf: now,
    worst: worst.slice(0, incidentLimits.worst),
    trend: await listTrend(reader, index, now),
  };
}

function thirtyDays(now: Date): { readonly fromMs: number; readonly untilMs: number } {
  return { fromMs: now.getTime() - incidentLimits.unseenDays * dayMs, untilMs: now.getTime() + 1 };
}

/** Sets of one holder, united in the end. */
class Holders {
  readonly #parts = new Map<
    string,
    { kind: Risk["kind"]; name: string; fields: FieldMask; sets: PersonSet[] }
  >();

  add(kind: Risk["kind"], name: string, fields: FieldMask, persons: PersonSet): void {
    const key = `${kind} ${name}`;
    const own = this.#parts.get(key) ?? { kind, name, fields: 0, sets: [] };
    own.fields |= fields;
    own.sets.push(persons);
    this.#parts.set(key, own);
  }

  list(): Risk[] {
    return [...this.#parts.values()].map(({ kind, name, fields, sets }) => ({
      kind,
      name,
      fields,
      persons: PersonSet.union(sets).size,
    }));
  }
}

interface Shown {
  readonly actor: string;
  /** Empty in kept sets; the office of an account is that of its looks behind them. */
  readonly office: string;
  readonly fields: FieldMask;
  readonly persons: PersonSet;
}

async function listShown(
  reader: Reader,
  index: SegmentIndex,
  stretch: { readonly fromMs: number; readonly untilMs: number },
): Promise<Shown[]> {
  const { segments, ranges } = coverOf(await index.list(reader), stretch);
  const sets = await kept.listSetsIn(reader, segments);
  const edges = await kept.groupLooks(reader, ranges, stretch);
  const offices = await kept.listOffices(reader);
  return [
    ...sets.map(({ holder, fields, persons }) => ({
      actor: holder,
      office: offices.get(holder) ?? "",
      fields,
      persons,
    })),
    ...edges.map(({ actor, office, group: { fields, persons } }) => ({ actor, office, fields, persons })),
  ];
}

async function addWorkstations(reader: Reader, holders: Holders, now: Date): Promise<void> {
  const live = await store.listLiveSessions(reader, now);
  const untilMs = now.getTime() + 1;
  const asked = live.map(({ session, started_at }) => ({ session, fromMs: started_at.getTime(), untilMs }));
  const groups = await kept.groupLooksOfSessions(reader, asked);
  for (const [i, { workstation }] of live.entries()) {
    for (const { fields, persons } of groups[i] ?? [])
      holders.add("workstation", workstation, fields, persons);
  }
  for (const { workstation, fields, persons } of await store.listOpenedCopies(reader, now)) {
    holders.add("workstation", workstation, maskOf(fields), PersonSet.decode(persons));
  }
}

async function listTrend(reader: Reader, index: SegmentIndex, now: Date): Promise<AtRisk["trend"]> {
  const trend: { day: string; persons: number }[] = [];
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  for (let back = incidentLimits.trendDays - 1; back >= 0; back--) {
    const fromMs = today - back * dayMs;
    const shown = await listShown(reader, index, { fromMs, untilMs: fromMs + dayMs });
    const persons = PersonSet.union(shown.map((one) => one.persons)).size;
    trend.push({ day: new Date(fromMs).toISOString().slice(0, 10), persons });
  }
  return trend;
}
