/**
 * Has every operation on the ledger noted in the keeper's journal while the custodian runs, whoever made it and wherever: the
 * ledger itself is the list of what is to be noted, so a stop forgets none.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "@kura/kernel/fault.ts";
import type { Database } from "../../db/database.ts";
import { premiumLimits } from "../limits.ts";
import { noteOperations, type PremiumNoter } from "./note-batch.ts";

export class NoteLoop {
  readonly #register: Database;
  readonly #noter: PremiumNoter;
  readonly #failing: (code: string) => void;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  /** @param failing told once for each time that it begins to fail; what is not noted is noted later. */
  constructor(register: Database, noter: PremiumNoter, failing: (code: string) => void) {
    this.#register = register;
    this.#noter = noter;
    this.#failing = failing;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let isFailing = false;
    while (!this.#stopping.signal.aborted) {
      try {
        await noteOperations(this.#register, this.#noter);
        isFailing = false;
      } catch (thrown) {
        if (!isFailing) this.#failing(codeOf(thrown) ?? "breach");
        isFailing = true;
      }
      await sleep(premiumLimits.notePauseMs, undefined, { signal: this.#stopping.signal }).catch(
        () => undefined,
      );
    }
  }
}
