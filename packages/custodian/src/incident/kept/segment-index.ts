/**
 * What a process remembers of who was shown whom: which segments there are, the kept sets of accounts that were asked about, and the
 * looks of sessions in stretches that are over.
 *
 * None of it is ever changed once it is written, so nothing remembered can be wrong; each question asks for what is new. One for
 * each process, or for one question.
 */
import type { Reader } from "../../db/database.ts";
import type { Interval } from "../holder-facts.ts";
import { incidentLimits } from "../limits.ts";
import { type Layout, layOut, type Segment } from "./cover.ts";
import * as store from "./store.ts";

interface Weighed {
  readonly persons: { readonly size: number };
}

export class SegmentIndex {
  #known: readonly Segment[] = [];
  /** Of each level, the first event of its last segment. */
  #last: ReadonlyMap<number, bigint> = new Map();
  #layout: Layout = layOut([]);
  /** Who was asked about last at the end. */
  readonly #sets = new Map<string, readonly store.SegmentSet[]>();
  readonly #looks = new Map<string, readonly store.LookGroup[]>();
  #rememberedPersons = 0;

  async list(reader: Reader): Promise<Layout> {
    const before = { known: this.#known, layout: this.#layout };
    const more = await store.listSegments(reader, this.#last);
    if (more.length === 0) return before.layout;
    const known = [...before.known, ...more];
    const layout = layOut(known);
    // Another question that was asked meanwhile has added the same: the longer list stands.
    if (known.length > this.#known.length) {
      [this.#known, this.#layout] = [known, layout];
      this.#last = lastOf(known);
    }
    return layout;
  }

  /** What an account was shown in those segments. */
  async listSets(
    reader: Reader,
    actor: string,
    segments: readonly Segment[],
  ): Promise<readonly store.SegmentSet[]> {
    // Held from here on: while the missing ones are read, another question may make these forgotten.
    const held = segments.map((one) => this.#sets.get(keyOf(actor, one)));
    const missing = segments.filter((_, i) => held[i] === undefined);
    const read = Map.groupBy(await store.listSets(reader, "actor", actor, missing), (one) =>
      keyOf(actor, one),
    );
    return segments.flatMap((one, i) => {
      const key = keyOf(actor, one);
      return this.#remember(this.#sets, key, held[i] ?? read.get(key) ?? []);
    });
  }

  /** What sessions were shown, each in a stretch of its own; the answers in the order of the questions. */
  async listLooks(
    reader: Reader,
    asked: readonly (Interval & { readonly session: string })[],
  ): Promise<readonly (readonly store.LookGroup[])[]> {
    // Events behind the last one copied are not before it: nothing is added to what ends there or earlier.
    const copiedMs = await store.findCopiedMs(reader);
    const keys = asked.map(({ session, fromMs, untilMs }) => `${session} ${fromMs} ${untilMs}`);
    const held = keys.map((key) => this.#looks.get(key));
    const missing = [...asked.entries()].filter(([i]) => held[i] === undefined);
    const read = await store.groupLooksOfSessions(
      reader,
      missing.map(([, one]) => one),
    );
    const found = new Map(missing.map(([i], n) => [i, read[n] ?? []]));
    return asked.map(({ untilMs }, i) => {
      const looks = held[i] ?? found.get(i) ?? [];
      return untilMs <= copiedMs ? this.#remember(this.#looks, keys[i] ?? "", looks) : looks;
    });
  }

  #remember<T extends Weighed>(
    from: Map<string, readonly T[]>,
    key: string,
    value: readonly T[],
  ): readonly T[] {
    if (!from.delete(key)) this.#rememberedPersons += weightOf(value);
    from.set(key, value);
    this.#forget(this.#sets);
    this.#forget(this.#looks);
    return value;
  }

  /** Those first that nobody has asked about for longest. */
  #forget<T extends Weighed>(from: Map<string, readonly T[]>): void {
    for (const [key, value] of from) {
      if (this.#rememberedPersons <= incidentLimits.rememberedPersons) return;
      from.delete(key);
      this.#rememberedPersons -= weightOf(value);
    }
  }
}

function lastOf(segments: readonly Segment[]): Map<number, bigint> {
  const last = new Map<number, bigint>();
  for (const { level, firstEvent } of segments) {
    if (firstEvent > (last.get(level) ?? 0n)) last.set(level, firstEvent);
  }
  return last;
}

function keyOf(actor: string, { level, firstEvent }: Pick<Segment, "level" | "firstEvent">): string {
  return `${level} ${firstEvent} ${actor}`;
}

/** Two bytes or less for each person, and what a set and its key cost even when it is empty. */
function weightOf(sets: readonly Weighed[]): number {
  return sets.reduce((sum, { persons }) => sum + persons.size + 200, 200);
}
