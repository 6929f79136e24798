/**
 * One step done again and again while a process runs: the one loop behind all that follows something else (the journal's copy,
 * the published log, what browsers are told of, …).
 *
 * A step that fails is tried again after a pause, and told of once for each time that it begins to fail. A step that meets a
 * {@link Breach} was the last: it is told of, nothing more is done and `isSound` is false until an operator has seen to it and
 * started the process anew. Steps never overlap when one loop drives them.
 */
import { Breach, codeOf } from "./fault.ts";

export interface BeatEvents {
  /** Once; there is no step after it. */
  breached(breach: Breach): void;
  /** Once for each time that it begins to fail, with the code of what failed. */
  failing(code: string): void;
}

export class Beat {
  readonly #once: () => Promise<unknown>;
  readonly #pauseMs: number;
  readonly #events: BeatEvents;
  #running: Promise<void> | undefined;
  #isStopping = false;
  #isSound = true;
  #isFailing = false;
  #endPause: () => void = () => undefined;

  /** @param once one step; what it returns is not used. @param pauseMs milliseconds between the end of a step and the next. */
  constructor(once: () => Promise<unknown>, pauseMs: number, events: BeatEvents) {
    this.#once = once;
    this.#pauseMs = pauseMs;
    this.#events = events;
  }

  /** False behind a contradiction. */
  get isSound(): boolean {
    return this.#isSound;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the step under way has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#endPause();
    await this.#running;
  }

  /** One step by itself; never rejects. */
  async step(): Promise<void> {
    try {
      await this.#once();
      this.#isFailing = false;
    } catch (thrown) {
      if (thrown instanceof Breach) {
        this.#isSound = false;
        this.#events.breached(thrown);
        return;
      }
      if (!this.#isFailing) this.#events.failing(codeOf(thrown) ?? "unknown");
      this.#isFailing = true;
    }
  }

  async #run(): Promise<void> {
    while (this.#isSound && !this.#isStopping) {
      await this.step();
      if (this.#isSound && !this.#isStopping) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, this.#pauseMs);
      this.#endPause = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
