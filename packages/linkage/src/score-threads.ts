// Threads that work beside the main one. Each plans the run for itself from the same columns (their codes are shared
// memory, not copied) and does its share of training, scoring, weighing again and clustering; what comes out is the same for
// any number. Started while the main thread still reads; ended by `close`.

import type { RoleColumn } from "./column.ts";
import { Worker } from "node:worker_threads";
import type { BlockCount } from "./block/candidates.ts";
import type { Rule } from "./block/groups.ts";
import type { Chance, PairSpace } from "./model/chance.ts";
import type { Fit, Prior, Session, Start } from "./model/em.ts";
import type { Model } from "./model/model.ts";
import type { OpenedSession, Trial } from "./model/session.ts";
import type { PlanOptions } from "./plan.ts";
import type { Edges, Part } from "./score-rule.ts";

/** What a thread needs to plan like the main one. */
export interface ThreadInput {
  readonly columns: readonly RoleColumn[];
  readonly space: PairSpace;
  readonly options: Pick<PlanOptions, "directed" | "japanese">;
}

/** A rule by the names of its keys, with the pairs it is expected to make. */
export interface NamedRule {
  readonly keys: readonly string[];
  readonly pairs: number;
}

/** Messages to a thread, "plan" first; it answers all but "plan" and "prepare". */
export type ThreadMessage =
  | { readonly kind: "plan"; readonly input: ThreadInput }
  | { readonly kind: "prepare"; readonly rules: readonly (readonly string[])[]; readonly model: Model }
  | { readonly kind: "candidates"; readonly budget: number }
  | {
      readonly kind: "trials";
      readonly items: readonly NamedRule[];
      readonly chance: Chance;
      readonly prior: Prior;
    }
  | { readonly kind: "sessions"; readonly items: readonly NamedRule[] }
  | {
      readonly kind: "fits";
      readonly items: readonly Start[];
      readonly sessions: readonly Session[];
      readonly chance: Chance;
      readonly prior: Prior;
    }
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

/** What a thread answers. */
export interface Answers {
  readonly candidates: readonly (BlockCount & NamedRule)[];
  readonly trials: readonly Trial[];
  readonly sessions: readonly OpenedSession[];
  readonly fits: readonly Fit[];
  readonly score: Part;
  readonly weigh: Float32Array;
  readonly cluster: Int32Array;
}

export class ScoreThreads {
  readonly count: number;
  readonly #threads: readonly Thread[];

  /** Starts `count` threads; they wait for what to plan. */
  constructor(count: number) {
    this.count = count;
    const program = import.meta.url.endsWith(".ts") ? "./score-worker.ts" : "./score-worker.js";
    this.#threads = Array.from({ length: count }, () => new Thread(new URL(program, import.meta.url)));
  }

  /** Gives the threads the columns to plan from. */
  plan(input: ThreadInput): void {
    this.#send({ kind: "plan", input });
  }

  /** Candidate rules, counted by one thread while the caller does something else. */
  async candidates(budget: number): Promise<Answers["candidates"]> {
    const [thread] = this.#threads;
    if (thread === undefined) throw new Error("There is no thread to ask.");
    return thread.ask("candidates", { kind: "candidates", budget });
  }

  /** Shares items with the threads, every so many-th to each; answers come in the order of the items. */
  async spread<K extends "trials" | "sessions" | "fits", T>(
    items: readonly T[],
    own: (mine: readonly T[]) => Answers[K],
    kind: K,
    messageOf: (theirs: readonly T[]) => Extract<ThreadMessage, { kind: K }>,
  ): Promise<Answers[K][number][]> {
    const of = this.count + 1;
    const shareOf = (index: number): readonly T[] => items.filter((_, k) => k % of === index);
    const theirs = this.#ask(kind, (index) => messageOf(shareOf(index)));
    const shares: Answers[K][] = [own(shareOf(0)), ...(await theirs)];
    return items.flatMap((_, k) => shares[k % of]?.[Math.floor(k / of)] ?? []);
  }

  /** Gives the threads the model and the rules, by the names of their keys. */
  prepare(rules: readonly Rule[], model: Model): void {
    const names = rules.map((rule) => rule.keys.map((key) => key.name));
    this.#send({ kind: "prepare", rules: names, model });
  }

  /** The threads' shares of one rule; share 0 is the caller's. */
  score(rule: number, keepWeight: number): Promise<Part[]> {
    const of = this.count + 1;
    return this.#ask("score", (index) => ({ kind: "score", rule, keepWeight, index, of }));
  }

  /** Weights under a model of the pairs in the threads' ranges; range 0 is the caller's. */
  weigh(model: Model, { first, second, count }: Edges): Promise<Float32Array[]> {
    return this.#ask("weigh", (index) => {
      const [from, to] = this.rangeOf(index, count);
      return { kind: "weigh", model, first: first.slice(from, to), second: second.slice(from, to) };
    });
  }

  /** Labels with the threads' shares of the components joined; share 0 is the caller's. */
  cluster(model: Model, edges: Edges, threshold: number): Promise<Int32Array[]> {
    const of = this.count + 1;
    return this.#ask("cluster", (index) => ({ kind: "cluster", model, edges, threshold, index, of }));
  }

  /** Bounds of range `index` of so many things; 0 is the caller's. */
  rangeOf(index: number, things: number): readonly [number, number] {
    const of = this.count + 1;
    return [Math.floor((index * things) / of), Math.floor(((index + 1) * things) / of)];
  }

  #ask<K extends keyof Answers>(kind: K, messageOf: (index: number) => ThreadMessage): Promise<Answers[K][]> {
    const answers = Promise.all(this.#threads.map((thread, k) => thread.ask(kind, messageOf(k + 1))));
    // Whoever asks for several answers hears of the first that fails; the others must not end the process.
    answers.catch(() => undefined);
    return answers;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #send(message: ThreadMessage): void {
    for (const thread of this.#threads) thread.send(message);
  }
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(reason: Error): void;
}

/** One thread; it answers in the order in which it is asked. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #hasEnded = false;

  constructor(program: URL) {
    this.#worker = new Worker(program);
    // A thread that fails while nobody waits for it is heard when its answer is asked for.
    this.#worker.on("error", () => undefined);
    this.#worker.on("message", (answer: unknown) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on("exit", () => {
      this.#hasEnded = true;
      for (const waiting of this.#waiting) waiting.reject(new Error("A thread ended before it answered."));
    });
  }

  ask<K extends keyof Answers>(kind: K, message: ThreadMessage): Promise<Answers[K]> {
    const answer = new Promise<Answers[K]>((resolve, reject) => {
      if (this.#hasEnded) reject(new Error(`A thread had ended before it was asked (${kind}).`));
      else this.#waiting.push({ resolve, reject });
    });
    this.send(message);
    return answer;
  }

  send(message: ThreadMessage): void {
    this.#worker.postMessage(message, []);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
