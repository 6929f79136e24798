/**
 * Reads of single keys, gathered: who asks while a read is under way shares the next one, as group commit does for writes.
 *
 * One statement for thirty looks costs the server and this process little more than one for one look. An answer is never
 * older than its question: nobody is given the rows of a read that began before they asked. Nothing is kept.
 * A fault of a read is the fault of everybody who shared it, so keys are checked before they come here.
 */
import type { Query } from "./sql.ts";

/** A statement over many keys. Its rows carry the key they belong to as `key`. */
export interface GatheredRead {
  /** Names the prepared statement and the queue; one text each. */
  readonly name: string;
  query(keys: readonly string[]): Query;
}

/** A row says in `key` whose it is, in the form in which it was asked for. */
export interface KeyedRow {
  readonly key: string;
}

interface Asking {
  readonly keys: readonly string[];
  readonly resolve: (rows: ReadonlyMap<string, readonly KeyedRow[]>) => void;
  readonly reject: (fault: unknown) => void;
}

interface Queue {
  waiting: Asking[];
  underWay: number;
  isScheduled: boolean;
}

export const gatherLimits = {
  /** Reads of one statement under way at once: while one's rows are worked on, the next is fetched. */
  underWay: 2,
  /** Askings in one read, so that a crowd is served in parts that overlap. */
  askings: 16,
} as const;

export class GatheredReads {
  readonly #list: (query: Query) => Promise<KeyedRow[]>;
  readonly #queues = new Map<string, Queue>();

  /** @param list sends one query and gives its rows. */
  constructor(list: (query: Query) => Promise<KeyedRow[]>) {
    this.#list = list;
  }

  /** Rows by key, of these keys and perhaps of others' who asked at the same time. */
  ask(read: GatheredRead, keys: readonly string[]): Promise<ReadonlyMap<string, readonly KeyedRow[]>> {
    const queue = this.#queues.get(read.name) ?? { waiting: [], underWay: 0, isScheduled: false };
    this.#queues.set(read.name, queue);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ keys, resolve, reject });
      this.#schedule(read, queue);
    });
  }

  /** Behind everybody who asks in this turn of the loop: what one answer of the keeper set going has run its course. */
  #schedule(read: GatheredRead, queue: Queue): void {
    if (queue.isScheduled || queue.waiting.length === 0 || queue.underWay >= gatherLimits.underWay) return;
    queue.isScheduled = true;
    process.nextTick(() => {
      queue.isScheduled = false;
      const askings = queue.waiting.splice(0, gatherLimits.askings);
      queue.underWay += 1;
      void this.#run(read, askings).finally(() => {
        queue.underWay -= 1;
        this.#schedule(read, queue);
      });
      this.#schedule(read, queue);
    });
  }

  async #run(read: GatheredRead, askings: readonly Asking[]): Promise<void> {
    try {
      const keys = [...new Set(askings.flatMap((asking) => asking.keys))];
      const rows = Map.groupBy(await this.#list(read.query(keys).named(read.name)), (row) => row.key);
      for (const { resolve } of askings) resolve(rows);
    } catch (fault) {
      for (const { reject } of askings) reject(fault);
    }
  }
}
