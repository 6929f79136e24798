/**
 * What the batches before this one brought and may not have committed yet: as many of them as may be in flight.
 */
import { jobLimits } from "./limits.ts";

/** The last maps, newest first. */
export class Recent<Key, Value> {
  #maps: readonly ReadonlyMap<Key, Value>[] = [];

  /** The newest value of the key. */
  get(key: Key): Value | undefined {
    for (const map of this.#maps) {
      const value = map.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Adds a batch's map and forgets that of the batch which is committed by now. */
  push(map: ReadonlyMap<Key, Value>): void {
    this.#maps = [map, ...this.#maps].slice(0, jobLimits.batchesInFlight);
  }

  /** Every value, newest batch first. */
  *values(): Generator<Value> {
    for (const map of this.#maps) yield* map.values();
  }
}
