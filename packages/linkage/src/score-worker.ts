// A scoring thread (score-threads.ts): plans the run from the columns it is given, then scores its share of each rule it
// is asked for. Holds no state but the plan and the rules in hand; writes nothing.

import { parentPort, workerData } from "node:worker_threads";
import type { ThreadInput, ThreadMessage } from "./score-threads.ts";
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
  if (message.kind === "prepare") {
    const rules = message.rules.map((names) => ruleOf(plan, names));
    scorer = new RuleScorer(rules, new Weigher(message.model, pairs), input.space);
    return;
  }
  const part = scorer?.score(message.rule, message.keepWeight, message);
  if (part === undefined) throw new Error("asked to score before there were rules");
  const { first, second, weight } = part.edges;
  parentPort?.postMessage(part, [first.buffer, second.buffer, weight.buffer] as ArrayBuffer[]);
});

function ruleOf({ keys }: Plan, names: readonly string[]): Rule {
  return {
    keys: names.map((name) => {
      const key = keys.find((candidate) => candidate.name === name);
      if (key === undefined) throw new Error("a thread planned other keys than the main one");
      return key;
    }),
  };
}
