/** Keeps the sets current while the custodian runs: a look every few seconds whether a segment's worth has come. */
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "@kura/kernel/fault.ts";
import type { Database } from "../../db/database.ts";
import { incidentLimits } from "../limits.ts";
import { foldExposure } from "./fold.ts";

export class FoldLoop {
  readonly #register: Database;
  readonly #failing: (code: string | undefined) => void;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  /** @param failing told once for each time that it begins to fail; what is not folded is read from the looks. */
  constructor(register: Database, failing: (code: string | undefined) => void) {
    this.#register = register;
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
        await foldExposure(this.#register);
        isFailing = false;
      } catch (thrown) {
        if (!isFailing) this.#failing(codeOf(thrown) ?? "breach");
        isFailing = true;
      }
      await sleep(incidentLimits.foldPauseMs, undefined, { signal: this.#stopping.signal }).catch(
        () => undefined,
      );
    }
  }
}
