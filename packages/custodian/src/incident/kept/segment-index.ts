/** Which segments there are, remembered: they are only ever added, so each question asks for the new ones alone. */
import type { Reader } from "../../db/database.ts";
import type { Segment } from "./cover.ts";
import * as store from "./store.ts";

export class SegmentIndex {
  #known: readonly Segment[] = [];

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
}
