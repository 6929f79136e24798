/**
 * The last entries of the log in memory, so that tiles are made without reading and hashing the journal a second time.
 *
 * Filled by `log.ts`, asked by `operations/entries.ts`. Holds nothing that the published log does not show.
 */
import { type Hash, hashBytes } from "@kura/tlog/tree.ts";
import { limits } from "../limits.ts";

export class RecentEntries {
  readonly #bytes = Buffer.alloc(limits.entriesKept * hashBytes);
  /** Events from one to the other, both included. */
  #first = 1;
  #last = 0;

  /** The entry of event `number`: the one after the last, or the first at all. */
  put(number: number, entry: Hash): void {
    if (number !== this.#last + 1) this.#first = number;
    this.#first = Math.max(this.#first, number - limits.entriesKept + 1);
    this.#last = number;
    this.#bytes.set(entry, (number % limits.entriesKept) * hashBytes);
  }

  /** The entries of `count` events from `first` on; none when they are not all kept. Their memory is used again: copy them. */
  list(first: number, count: number): Hash[] {
    if (first < this.#first || first + count - 1 > this.#last) return [];
    return Array.from({ length: count }, (_, i) => {
      const at = ((first + i) % limits.entriesKept) * hashBytes;
      return this.#bytes.subarray(at, at + hashBytes);
    });
  }
}
