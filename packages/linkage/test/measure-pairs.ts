// Measures how fast candidate pairs are scored once a model is there: loose blocking rules that make some 24 million pairs,
// two threads, pairs kept from probability .9, which is what Splink's `predict` was timed with.

import { performance } from "node:perf_hooks";
import { listCandidates } from "../src/block/candidates.ts";
import type { Rule } from "../src/block/groups.ts";
import { NO_LISTS } from "../src/ja/lists.ts";
import { matchColumns } from "../src/match-columns.ts";
import type { RoleColumn } from "../src/column.ts";
import { planRun, type Plan } from "../src/plan.ts";
import { runPlan } from "../src/run.ts";
import { scorePairs } from "../src/score.ts";
import { ScoreThreads } from "../src/score-threads.ts";
import { parseSettings } from "../src/settings.ts";
import { attachSources, loadFields, openDuckDb } from "../src/source.ts";
import type { PairSpace } from "../src/model/chance.ts";
import type { SyntheticRow } from "./synthetic.ts";

export interface Scoring {
  readonly pairs: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const WANTED_PAIRS = 24_660_000;
const KEEP_WEIGHT = Math.log2(0.9 / 0.1);
/** The second thread starts and plans outside the measured time, as it does beside training. */
const START_MS = 15_000;

/** Links two lists of rows by loose rules; the model is trained before the clock starts. */
export async function measurePairs(
  inputs: readonly (readonly SyntheticRow[])[],
  roles: Readonly<Record<string, string>>,
): Promise<Scoring> {
  const { columns, space } = await load(inputs, roles);
  const options = { directed: true, japanese: NO_LISTS };
  const plan = planRun(columns, options);
  const { model, weigher } = await runPlan(plan, {
    space,
    seed: 1,
    pairBudget: 1_000_000,
    model: undefined,
    adjust: (trained) => trained,
    ownRules: [],
    progress: () => undefined,
    stages: undefined,
  });
  const rules = looseRules(plan, space);
  const threads = new ScoreThreads(1);
  threads.plan({ columns, space, options });
  try {
    threads.prepare(rules, model);
    await new Promise((resolve) => setTimeout(resolve, START_MS));
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    const scored = await scorePairs(rules, weigher, {
      space,
      keepWeight: KEEP_WEIGHT,
      progress: () => undefined,
      stages: undefined,
      threads,
    });
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const pairs = scored.rules.reduce((sum, rule) => sum + rule.newPairs, 0);
    return { pairs, seconds, cpuSeconds: (user + system) / 1e6 };
  } finally {
    await threads.close();
  }
}

async function load(
  inputs: readonly (readonly SyntheticRow[])[],
  roles: Readonly<Record<string, string>>,
): Promise<{ columns: RoleColumn[]; space: PairSpace }> {
  const database = await openDuckDb(2);
  try {
    const names = await attachSources(
      database,
      inputs.map((rows) => ({ rows })),
    );
    const matched = matchColumns(names, parseSettings({ roles }));
    const loaded = await loadFields(database, names.length, matched.fields, matched.ids);
    const columns = matched.fields.flatMap(({ name }) => {
      const [role, column] = [matched.roles.get(name), loaded.columns.get(name)];
      return role === undefined || column === undefined ? [] : [{ name, role, column }];
    });
    return { columns, space: { rowCount: loaded.rowCount, split: loaded.ends[0] ?? 0 } };
  } finally {
    database.close();
  }
}

/** Rules of one to six million pairs each, as different as can be, up to the pairs wanted. */
function looseRules(plan: Plan, space: PairSpace): Rule[] {
  const candidates = listCandidates(plan.keys, space, 2 * WANTED_PAIRS)
    .filter(({ pairs }) => pairs > 1e6 && pairs < 6e6)
    .sort((a, b) => b.pairs - a.pairs);
  const rules: Rule[] = [];
  let pairs = 0;
  for (const isFresh of [true, false]) {
    for (const candidate of candidates) {
      const shares = rules.some(({ keys }) => keys.some((key) => candidate.rule.keys.includes(key)));
      if (
        rules.includes(candidate.rule) ||
        (isFresh && shares) ||
        pairs + candidate.pairs > 1.1 * WANTED_PAIRS
      )
        continue;
      rules.push(candidate.rule);
      pairs += candidate.pairs;
    }
  }
  return rules;
}
