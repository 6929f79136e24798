/**
 * What a process remembers of the kept sets: which segments there are, and the sets of accounts that were asked about.
 *
 * Neither is ever changed once it is written, so nothing remembered can be wrong; each question asks for what is new. One for
 * each process, or for one question.
 */
import type { Reader } from "../../db/database.ts";
import { incidentLimits } from "../limits.ts";
import type { Segment } from "./cover.ts";
import * as store from "./store.ts";

export class SegmentIndex {
  #known: readonly Segment[] = [];
  /** By account and segment, who was asked about last at the end. */
  readonly #sets = new Map<string, readonly store.SegmentSet[]>();
  #rememberedPersons = 0;

  async list(reader: Reader): Promise<readonly Segment[]> {
    const last = new Map<number, bigint>();
    for (const { level, firstEvent } of this.#known) {
      if (firstEvent > (last.get(level) ?? 0n)) last.set(level, firstEvent);
    }
    const before = this.#known;
    const more = await store.listSegments(reader, last);
    const known = more.length === 0 ? before : [...before, ...more];
    // Another question that was asked meanwhile has added the same: the longer list stands.
    if (known.length > this.#known.length) this.#known = known;
    return known;
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
    const found = segments.map((one, i) => {
      const key = keyOf(actor, one);
      return { key, sets: held[i] ?? read.get(key) ?? [] };
    });
    for (const { key, sets } of found) this.#remember(key, sets);
    this.#forget();
    return found.flatMap(({ sets }) => sets);
  }

  #remember(key: string, sets: readonly store.SegmentSet[]): void {
    if (!this.#sets.delete(key)) this.#rememberedPersons += weightOf(sets);
    this.#sets.set(key, sets);
  }

  /** Those first that nobody has asked about for longest. */
  #forget(): void {
    for (const [key, sets] of this.#sets) {
      if (this.#rememberedPersons <= incidentLimits.rememberedPersons) return;
      this.#sets.delete(key);
      this.#rememberedPersons -= weightOf(sets);
    }
  }
}

function keyOf(actor: string, { level, firstEvent }: Pick<Segment, "level" | "firstEvent">): string {
  return `${level} ${firstEvent} ${actor}`;
}

/** Two bytes or less for each person, and what a set and its key cost even when it is empty. */
function weightOf(sets: readonly store.SegmentSet[]): number {
  return sets.reduce((sum, { persons }) => sum + persons.size + 200, 200);
}
