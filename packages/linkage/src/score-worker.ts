// A thread beside the main one (score-threads.ts): plans the run from the columns it is given, then does its share of what it
// is asked for. Holds no state but the plan and the rules in hand; writes nothing.

import { parentPort, type MessagePort } from "node:worker_threads";
import { BatchWeigher } from "./batch.ts";
import { listCandidates } from "./block/candidates.ts";
import type { Rule } from "./block/groups.ts";
import { clusterByAverage } from "./cluster/average.ts";
import type { PairSpace } from "./model/chance.ts";
import { fitStarts } from "./model/em.ts";
import { Weigher } from "./model/model.ts";
import { openSession, tryRule, type RulePairs } from "./model/session.ts";
import { PairLevels } from "./pair-levels.ts";
import { planRun, type Plan } from "./plan.ts";
import { RuleScorer } from "./score-rule.ts";
import type { Answers, NamedRule, ThreadInput, ThreadMessage } from "./score-threads.ts";

/** The plan and the rules in hand. */
class Desk {
  readonly #port: MessagePort;
  readonly #plan: Plan;
  readonly #pairs: PairLevels;
  readonly #space: PairSpace;
  #scorer: RuleScorer | undefined;

  constructor(port: MessagePort, input: ThreadInput) {
    this.#port = port;
    this.#plan = planRun(input.columns, input.options);
    this.#pairs = new PairLevels(this.#plan.comparisons, this.#plan.swap);
    this.#space = input.space;
  }

  take(message: Exclude<ThreadMessage, { kind: "plan" }>): void {
    const [pairs, space] = [this.#pairs, this.#space];
    switch (message.kind) {
      case "prepare": {
        const rules = message.rules.map((names) => this.#ruleOf(names));
        this.#scorer = new RuleScorer(rules, new Weigher(message.model, pairs), space);
        return;
      }
      case "candidates":
        return this.#answer(
          listCandidates(this.#plan.keys, space, message.budget).map(({ rule, ...counted }) => ({
            keys: rule.keys.map((key) => key.name),
            ...counted,
          })),
        );
      case "trials":
        return this.#answer(
          message.items.map((item) =>
            tryRule(pairs, this.#rulePairs(item), message.chance, space, message.prior),
          ),
        );
      case "sessions":
        return this.#answer(message.items.map((item) => openSession(pairs, this.#rulePairs(item), space)));
      case "fits":
        return this.#answer(fitStarts(message.sessions, message.chance, message.prior, message.items));
      case "score":
        return this.#score(message);
      case "weigh": {
        const batch = new BatchWeigher(new Weigher(message.model, pairs));
        const weight = batch.weighAll(message.first, message.second, message.first.length);
        return this.#answer(weight, weight);
      }
      case "cluster":
        return this.#cluster(message);
    }
  }

  #score(message: Extract<ThreadMessage, { kind: "score" }>): void {
    if (this.#scorer === undefined) throw new Error("asked to score before there were rules");
    const part = this.#scorer.score(message.rule, message.keepWeight, message);
    const { first, second, weight } = part.edges;
    this.#answer(part, first, second, weight);
  }

  #cluster(message: Extract<ThreadMessage, { kind: "cluster" }>): void {
    const weigher = new Weigher(message.model, this.#pairs);
    const labels = clusterByAverage(message.edges, this.#space.rowCount, {
      threshold: message.threshold,
      forbids: undefined,
      weightOf: (i, j) => weigher.of(i, j),
      share: message,
    });
    this.#answer(labels, labels);
  }

  /** Sends an answer; the arrays named move to the main thread instead of being copied. */
  #answer(value: Answers[keyof Answers], ...moved: readonly (Int32Array | Float32Array)[]): void {
    this.#port.postMessage(
      value,
      moved.map((array) => array.buffer as ArrayBuffer),
    );
  }

  #rulePairs({ keys, pairs }: NamedRule): RulePairs {
    return { rule: this.#ruleOf(keys), pairs };
  }

  #ruleOf(names: readonly string[]): Rule {
    return {
      keys: names.map((name) => {
        const key = this.#plan.keys.find((candidate) => candidate.name === name);
        if (key === undefined) throw new Error("a thread planned other keys than the main one");
        return key;
      }),
    };
  }
}

function serve(port: MessagePort): void {
  let desk: Desk | undefined;
  port.on("message", (message: ThreadMessage) => {
    if (message.kind === "plan") desk = new Desk(port, message.input);
    else if (desk === undefined) throw new Error("asked before there was a plan");
    else desk.take(message);
  });
}

if (parentPort !== null) serve(parentPort);
