// Threads that work beside the main one. Each plans the run for itself from the same columns (their codes are shared
// memory, not copied) and does its share of scoring, weighing again and clustering; what comes out is the same for any number.
// Started while the main thread still trains; ended by `close`.

import { Worker } from "node:worker_threads";
import type { Rule } from "./block/groups.ts";
import type { PairSpace } from "./model/chance.ts";
import type { Model } from "./model/model.ts";
import type { PlanOptions, RoleColumn } from "./plan.ts";
import type { Edges, Part } from "./score-rule.ts";

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
    }
  | { readonly kind: "weigh"; readonly model: Model; readonly first: Int32Array; readonly second: Int32Array }
  | {
      readonly kind: "cluster";
      readonly model: Model;
      readonly edges: Edges;
      readonly threshold: number;
      readonly index: number;
      readonly of: number;
    };

/** What a thread answers to each kind but "prepare". */
export interface Answers {
  readonly score: Part;
  readonly weigh: Float32Array;
  readonly cluster: Int32Array;
}

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
    return this.#ask("score", (index) => ({ kind: "score", rule, keepWeight, index, of }));
  }

  /** Weights under a model of the pairs in the threads' ranges; range 0 is the caller's. */
  async weigh(model: Model, { first, second, count }: Edges): Promise<Float32Array[]> {
    return this.#ask("weigh", (index) => {
      const [from, to] = this.rangeOf(index, count);
      return { kind: "weigh", model, first: first.slice(from, to), second: second.slice(from, to) };
    });
  }

  /** Labels with the threads' shares of the components joined; share 0 is the caller's. */
  async cluster(model: Model, edges: Edges, threshold: number): Promise<Int32Array[]> {
    const of = this.count + 1;
    return this.#ask("cluster", (index) => ({ kind: "cluster", model, edges, threshold, index, of }));
  }

  /** Bounds of range `index` of so many things; 0 is the caller's. */
  rangeOf(index: number, things: number): readonly [number, number] {
    const of = this.count + 1;
    return [Math.floor((index * things) / of), Math.floor(((index + 1) * things) / of)];
  }

  #ask<K extends keyof Answers>(kind: K, messageOf: (index: number) => ThreadMessage): Promise<Answers[K][]> {
    const answers = this.#workers.map((worker) => answerOf<Answers[K]>(worker, kind));
    for (const [k, worker] of this.#workers.entries()) worker.postMessage(messageOf(k + 1), []);
    return Promise.all(answers);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #send(message: ThreadMessage): void {
    for (const worker of this.#workers) worker.postMessage(message, []);
  }
}

function answerOf<T>(worker: Worker, kind: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: T): void => {
      worker.off("exit", onExit);
      resolve(answer);
    };
    const onExit = (): void => {
      worker.off("message", onMessage);
      reject(new Error(`A thread ended before it answered (${kind}).`));
    };
    // A thread that has ended already sends no event any more.
    if (worker.threadId === -1) return onExit();
    worker.once("message", onMessage);
    worker.once("exit", onExit);
  });
}
