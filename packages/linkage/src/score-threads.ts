// Threads that score beside the main one. Each plans the run for itself from the same columns (their codes are shared
// memory, not copied) and scores its share of every rule. Started while the main thread still trains; ended by `close`.

import { Worker } from "node:worker_threads";
import type { Rule } from "./block/groups.ts";
import type { PairSpace } from "./model/chance.ts";
import type { Model } from "./model/model.ts";
import type { PlanOptions, RoleColumn } from "./plan.ts";
import type { Part } from "./score-rule.ts";

/** What a thread needs to plan like the main one. */
export interface ThreadInput {
  readonly columns: readonly RoleColumn[];
  readonly space: PairSpace;
  readonly options: Pick<PlanOptions, "directed" | "japanese">;
}

/** Messages to a thread; it answers each `score` with a `Part`. */
export type ThreadMessage =
  | { readonly kind: "prepare"; readonly rules: readonly (readonly string[])[]; readonly model: Model }
  | {
      readonly kind: "score";
      readonly rule: number;
      readonly keepWeight: number;
      readonly index: number;
      readonly of: number;
    };

export class ScoreThreads {
  readonly count: number;
  readonly #workers: readonly Worker[];

  /** Starts `count` threads. */
  constructor(count: number, input: ThreadInput) {
    this.count = count;
    const program = import.meta.url.endsWith(".ts") ? "./score-worker.ts" : "./score-worker.js";
    this.#workers = Array.from(
      { length: count },
      () => new Worker(new URL(program, import.meta.url), { workerData: input }),
    );
    // A thread that fails while nobody waits for it is heard when its answer is asked for.
    for (const worker of this.#workers) worker.on("error", () => undefined);
  }

  /** Gives the threads the model and the rules, by the names of their keys. */
  prepare(rules: readonly Rule[], model: Model): void {
    const names = rules.map((rule) => rule.keys.map((key) => key.name));
    this.#send({ kind: "prepare", rules: names, model });
  }

  /** The threads' shares of one rule; share 0 is the caller's. */
  async score(rule: number, keepWeight: number): Promise<Part[]> {
    const of = this.count + 1;
    const answers = this.#workers.map((worker) => answerOf(worker));
    for (const [k, worker] of this.#workers.entries()) {
      const message: ThreadMessage = { kind: "score", rule, keepWeight, index: k + 1, of };
      worker.postMessage(message, []);
    }
    return Promise.all(answers);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #send(message: ThreadMessage): void {
    for (const worker of this.#workers) worker.postMessage(message, []);
  }
}

function answerOf(worker: Worker): Promise<Part> {
  return new Promise((resolve, reject) => {
    const onMessage = (part: Part): void => {
      worker.off("exit", onExit);
      resolve(part);
    };
    const onExit = (): void => {
      worker.off("message", onMessage);
      reject(new Error("A scoring thread ended before it answered."));
    };
    // A thread that has ended already sends no event any more.
    if (worker.threadId === -1) return onExit();
    worker.once("message", onMessage);
    worker.once("exit", onExit);
  });
}
