/**
 * Keeps the copy of the journal up to date while the custodian runs, and says when it cannot be trusted any more.
 *
 * After a {@link Breach} nothing more is copied and `isSound` is false until the process is started anew by an operator
 * who has seen to it. A fault (the keeper or the database does not answer) is tried again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import type { Database } from "../db/database.ts";
import { disclosureLimits } from "./limits.ts";
import { type JournalSource, projectJournal } from "./project-journal.ts";

export interface FollowerEvents {
  /** The copy and the journal contradict each other. */
  breached(breach: Breach): void;
  /** Once for each time that it begins to fail. */
  failing(code: string | undefined): void;
}

export class JournalFollower {
  readonly #register: Database;
  readonly #source: JournalSource;
  readonly #events: FollowerEvents;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #breach: Breach | undefined;
  #isFailing = false;

  constructor(register: Database, source: JournalSource, events: FollowerEvents) {
    this.#register = register;
    this.#source = source;
    this.#events = events;
  }

  get isSound(): boolean {
    return this.#breach === undefined;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** One step: everything that is not copied yet. For {@link start}, and for whoever met a breach elsewhere. */
  async step(): Promise<void> {
    try {
      await projectJournal(this.#register, this.#source);
      this.#isFailing = false;
    } catch (thrown) {
      if (thrown instanceof Breach) {
        this.#breach = thrown;
        this.#events.breached(thrown);
        return;
      }
      if (!this.#isFailing) this.#events.failing(codeOf(thrown));
      this.#isFailing = true;
    }
  }

  async #run(): Promise<void> {
    while (this.isSound && !this.#stopping.signal.aborted) {
      await this.step();
      await sleep(disclosureLimits.journalPauseMs, undefined, { signal: this.#stopping.signal }).catch(
        () => undefined,
      );
    }
  }
}
