/**
 * The transparency log over the journal: signs how far the journal goes, so that nothing in it can be changed or left out.
 *
 * Entry n − 1 is the commitment to event n (`log-leaf.ts`). The journal is the stage: what is durable there decides the log,
 * so a stop loses nothing that was signed or is to be signed. The order of durable effects, as in Sunlight:
 *   1. The journal syncs events; meanwhile their entries are hashed into the tree.
 *      CRASH: the next start hashes them again from the journal.
 *   2. The head file is exchanged for the new head, if it is still the one this process wrote last.
 *      CRASH: before it as in 1; after it the next start signs this very head: one size has one root and one signature.
 *   3. The checkpoint is signed and shown to whoever asks (`operations/entries.ts`); the custodian writes tiles, then publishes
 *      it (`custodian/src/log/publish-log.ts`).  CRASH: as after 2.
 * So a keeper signs no size that the head file does not hold, and starts with no journal that does not contain its head file:
 * a store that was rolled back signs no second history.
 *
 * INVARIANT: two checkpoints of this key are always consistent (log.test.ts, journal.abuse.test.ts, test/crash/log.test.ts).
 */
import type { KeyObject } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";
import { encodeCheckpoint } from "@kura/tlog/checkpoint.ts";
import { Frontier } from "@kura/tlog/frontier.ts";
import { hashLeaf } from "@kura/tlog/tree.ts";
import { exchangeFile } from "../durable-file.ts";
import { encodeHead, type LogHead } from "../journal/journal-head.ts";
import type { Head } from "../journal/journal-record.ts";
import type { Journal } from "../journal/journal.ts";
import type { LogKey } from "./log-key.ts";
import type { LoggedEvent, LogLeaves } from "./log-leaf.ts";
import { RecentEntries } from "./recent-entries.ts";

export interface LogParts {
  readonly headPath: string;
  readonly headKey: KeyObject;
  readonly key: LogKey;
  readonly leaves: LogLeaves;
}

export class Log {
  /** Entries since the start, the last of them. */
  readonly recent = new RecentEntries();
  readonly #parts: LogParts;
  readonly #tree: Frontier;
  /** Of the last event that is durable. */
  #durable: LogHead;
  /** What the head file holds, because this process wrote or read it. */
  #locked: { readonly head: LogHead; readonly bytes: Uint8Array };
  #checkpoint: string;
  #publishing: Promise<void> = Promise.resolve();

  /** @param locked what the head file holds; give the events behind it to {@link add}, then {@link noteDurable}. */
  constructor(parts: LogParts, locked: { readonly head: LogHead; readonly bytes: Uint8Array }) {
    this.#parts = parts;
    this.#tree = Frontier.from(BigInt(locked.head.events), locked.head.nodes);
    this.#durable = locked.head;
    this.#locked = locked;
    this.#checkpoint = this.#sign(locked.head);
  }

  get key(): LogKey {
    return this.#parts.key;
  }

  get leaves(): LogLeaves {
    return this.#parts.leaves;
  }

  /** The last one signed: a note. Its size is {@link signedEvents}. */
  get checkpoint(): string {
    return this.#checkpoint;
  }

  /** How many events the last checkpoint holds. */
  get signedEvents(): number {
    return this.#locked.head.events;
  }

  /** The next events, in the order of the journal. They are in no checkpoint before {@link noteDurable}. */
  add(records: readonly LoggedEvent[]): void {
    const entries = this.#parts.leaves.entriesOf(records);
    for (const [i, entry] of entries.entries()) {
      this.#tree.append(hashLeaf(entry));
      this.recent.put(records[i]?.number ?? 0, entry);
    }
  }

  /** Everything added is durable in the journal. */
  noteDurable({ events, hash }: Head): void {
    this.#durable = { events, hash, nodes: this.#tree.hashes, origin: this.#parts.key.origin };
  }

  /**
   * Signs all that is durable now; resolves when the head file holds it. One at a time, in the order of the calls.
   *
   * @throws {Fault} `journal-unwritable`, also for the journal from then on: what the head file holds is not known.
   */
  publish(journal: Journal): Promise<void> {
    const next = this.#publishing.then(() => this.#publishNow(journal));
    this.#publishing = next.catch(() => undefined);
    return next;
  }

  async #publishNow(journal: Journal): Promise<void> {
    const head = this.#durable;
    if (!journal.isWritable || head.events === this.#locked.head.events) return;
    const { headPath, headKey } = this.#parts;
    const bytes = encodeHead(headKey, head);
    try {
      if (!(await exchangeFile(headPath, this.#locked.bytes, bytes))) {
        throw new Fault("head-exchanged", "the head file is not the one that this keeper wrote");
      }
    } catch (error) {
      throw journal.fail(error);
    }
    this.#locked = { head, bytes };
    this.#checkpoint = this.#sign(head);
  }

  #sign({ events, nodes, origin }: LogHead): string {
    const { root } = Frontier.from(BigInt(events), nodes).head();
    return this.#parts.key.signNote(encodeCheckpoint({ origin, size: BigInt(events), root, extensions: [] }));
  }
}
