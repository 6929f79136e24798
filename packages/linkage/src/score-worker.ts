// A thread beside the main one (score-threads.ts): plans the run from the columns it is given, then does its share of what it
// is asked for. Holds no state but the plan and the rules in hand; writes nothing.

import { parentPort, workerData } from "node:worker_threads";
import type { Answers, ThreadInput, ThreadMessage } from "./score-threads.ts";
import { BatchWeigher } from "./batch.ts";
import { clusterByAverage } from "./cluster/average.ts";
import { Weigher } from "./model/model.ts";
import { PairLevels } from "./pair-levels.ts";
import { planRun, type Plan } from "./plan.ts";
import { RuleScorer } from "./score-rule.ts";
import type { Rule } from "./block/groups.ts";

const input = workerData as ThreadInput;
const plan = planRun(input.columns, input.options);
const pairs = new PairLevels(plan.comparisons, plan.swap);
let scorer: RuleScorer | undefined;

parentPort?.on("message", (message: ThreadMessage) => {
  switch (message.kind) {
    case "prepare":
      scorer = new RuleScorer(
        message.rules.map((names) => ruleOf(plan, names)),
        new Weigher(message.model, pairs),
        input.space,
      );
      return;
    case "score": {
      if (scorer === undefined) throw new Error("asked to score before there were rules");
      const part = scorer.score(message.rule, message.keepWeight, message);
      const { first, second, weight } = part.edges;
      answer(part, first, second, weight);
      return;
    }
    case "weigh": {
      const batch = new BatchWeigher(new Weigher(message.model, pairs));
      const weight = batch.weighAll(message.first, message.second, message.first.length);
      answer(weight, weight);
      return;
    }
    case "cluster": {
      const weigher = new Weigher(message.model, pairs);
      const labels = clusterByAverage(message.edges, input.space.rowCount, {
        threshold: message.threshold,
        forbids: undefined,
        weightOf: (i, j) => weigher.of(i, j),
        share: message,
      });
      answer(labels, labels);
    }
  }
});

/** Sends an answer; the arrays named move to the main thread instead of being copied. */
function answer(value: Answers[keyof Answers], ...moved: readonly (Int32Array | Float32Array)[]): void {
  parentPort?.postMessage(
    value,
    moved.map((array) => array.buffer as ArrayBuffer),
  );
}

function ruleOf({ keys }: Plan, names: readonly string[]): Rule {
  return {
    keys: names.map((name) => {
      const key = keys.find((candidate) => candidate.name === name);
      if (key === undefined) throw new Error("a thread planned other keys than the main one");
      return key;
    }),
  };
}
