// One run from a plan to scored pairs and groups: chance, candidates, training, rules, scoring, clustering, a second
// look at the model. Pure but for time spent; input and output are elsewhere (source.ts, write.ts).

import { BatchWeigher } from "./batch.ts";
import { listCandidates, type Candidate } from "./block/candidates.ts";
import { learnMoreRules } from "./block/learn-more.ts";
import { learnRules, type ChosenRule } from "./block/learn.ts";
import { clusterByAverage } from "./cluster/average.ts";
import { nameOfRule, type Rule } from "./block/groups.ts";
import { Components } from "./cluster/components.ts";
import { raiseThreshold } from "./cluster/threshold.ts";
import { LinkageFault } from "./fault.ts";
import { MAX_PAIR_BUDGET, MIN_PAIR_BUDGET, PAIRS_PER_RECORD } from "./limits.ts";
import { countPossiblePairs, learnChance, type PairSpace } from "./model/chance.ts";
import { Weigher, type Model } from "./model/model.ts";
import { refineModel } from "./model/refine.ts";
import { ruleCoverage, trainModel, type LikelyMatch } from "./model/train.ts";
import { PairLevels } from "./pair-levels.ts";
import type { Plan } from "./plan.ts";
import { randomFrom, type Random } from "./random.ts";
import { scorePairs, type Scored } from "./score.ts";
import type { ScoreThreads } from "./score-threads.ts";
import { joinEdges, type Edges } from "./score-rule.ts";
import type { StageStore } from "./stages.ts";

export type Progress = (stage: string, done: number, of: number) => void;

export interface RunOptions {
  readonly space: PairSpace;
  readonly seed: number;
  readonly pairBudget: number | undefined;
  /** A model from an earlier run or from a file; training is left out. */
  readonly model: Model | undefined;
  /** Last word on the trained model (labels). */
  readonly adjust: (model: Model, pairs: PairLevels) => Model;
  /** Rules of the caller's own, as lists of key names. */
  readonly ownRules: readonly (readonly string[])[];
  readonly progress: Progress;
  readonly stages: StageStore | undefined;
  /** Threads that score beside this one. */
  readonly threads?: ScoreThreads | undefined;
}

export interface Run {
  readonly model: Model;
  readonly weigher: Weigher;
  readonly rules: readonly ChosenRule[];
  readonly scored: Scored;
  /** Rules that could still be used, and the pairs they may make; empty when all pairs were compared. */
  readonly spare: { readonly candidates: readonly Candidate[]; readonly pairs: number };
}

/** Weight (log2 odds) below which scored pairs are not kept; a second look at the model may raise kept ones again. */
export const KEEP_WEIGHT = -8;
const REFINEMENTS = 2;

/** Trains (unless a model is given), chooses rules and scores; picks up what `stages` already holds. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Run> {
  const { space, progress } = options;
  const pairs = new PairLevels(plan.comparisons, plan.swap);
  const learned = loadLearned(plan, options) ?? (await learn(plan, pairs, options));
  const model = options.model ?? options.adjust(learned.model, pairs);
  const weigher = new Weigher(model, pairs);
  const plain = learned.rules.map(({ rule }) => rule);
  const scored = await scorePairs(plain, weigher, {
    space,
    keepWeight: KEEP_WEIGHT,
    progress: (done, of) => progress("scoring", done, of),
    stages: options.stages,
    threads: options.threads,
  });
  const used = scored.rules.reduce((sum, rule) => sum + rule.newPairs, 0);
  const spare = { candidates: learned.candidates, pairs: Math.max(0, budgetOf(options) - used) };
  return { model, weigher, rules: learned.rules, scored, spare };
}

/** Share of the budget that rules may spend before there are groups: those learned from groups are the better aimed. */
const FIRST_SHARE = 0.8;

const budgetOf = ({ pairBudget, space }: RunOptions): number =>
  pairBudget ?? Math.min(MAX_PAIR_BUDGET, Math.max(MIN_PAIR_BUDGET, PAIRS_PER_RECORD * space.rowCount));

interface Learned {
  readonly model: Model;
  readonly rules: readonly ChosenRule[];
  readonly candidates: readonly Candidate[];
}

async function learn(plan: Plan, pairs: PairLevels, options: RunOptions): Promise<Learned> {
  const { space, progress, threads } = options;
  const random = randomFrom(options.seed);
  const possible = countPossiblePairs(space);
  const budget = budgetOf(options);
  progress("counting candidates", 0, 3);
  const counted = threads?.candidates(budget) ?? Promise.resolve(listCandidates(plan.keys, space, budget));
  progress("learning chance", 1, 3);
  const chance = learnChance(pairs, space, random);
  const candidates = (await counted).map((candidate) =>
    "keys" in candidate ? { ...candidate, rule: ruleOf(plan, candidate.keys) } : candidate,
  );
  progress("learning matches", 2, 3);
  const training = await trainModel({ pairs, space, threads }, candidates, chance, random);
  const own = ownRules(plan, options.ownRules, training.likely, space);
  const firstShare = space.split === 0 ? FIRST_SHARE : 1;
  const rules =
    possible <= budget
      ? [everyPair(possible)]
      : [...own, ...learnRules(candidates, plan.keys, training.likely, firstShare * budget, space, random)];
  const learned = { model: training.model, rules, candidates: possible <= budget ? [] : candidates };
  options.stages?.save(
    "model.json",
    Buffer.from(
      JSON.stringify({
        model: learned.model,
        rules: rules.map((rule) => ({ ...rule, rule: rule.rule.keys.map((key) => key.name) })),
      }),
    ),
  );
  return learned;
}

function loadLearned(plan: Plan, options: RunOptions): Learned | undefined {
  const content = options.stages?.load("model.json");
  if (content === undefined) return undefined;
  const stored = JSON.parse(content.toString("utf8")) as {
    model: Model;
    rules: readonly (Omit<ChosenRule, "rule"> & { rule: readonly string[] })[];
  };
  return {
    model: stored.model,
    rules: stored.rules.map((rule) => ({ ...rule, rule: ruleOf(plan, rule.rule) })),
    candidates: listCandidates(plan.keys, options.space, budgetOf(options)),
  };
}

function ownRules(
  plan: Plan,
  own: readonly (readonly string[])[],
  likely: readonly LikelyMatch[],
  space: PairSpace,
): ChosenRule[] {
  return own.map((names) => {
    const rule = ruleOf(plan, names);
    const recall = ruleCoverage(rule, likely, space);
    return {
      rule,
      name: nameOfRule(rule),
      expectedPairs: 0,
      expectedRecall: recall,
      expectedRecallSoFar: recall,
      expectedLoss: 0,
    };
  });
}

function ruleOf(plan: Plan, names: readonly string[]): Rule {
  return {
    keys: names.map((name) => {
      const key = plan.keys.find((candidate) => candidate.name === name);
      if (key === undefined)
        throw new LinkageFault(
          "bad-settings",
          `There is no blocking key "${name}". Keys are: ${plan.keys.map((k) => k.name).join("; ")}.`,
        );
      return key;
    }),
  };
}

const everyPair = (possible: number): ChosenRule => ({
  rule: { keys: [] },
  name: "all pairs",
  expectedPairs: possible,
  expectedRecall: 1,
  expectedRecallSoFar: 1,
  expectedLoss: 1,
});

export interface GroupOptions {
  readonly space: PairSpace;
  /** Weight above which groups join: log2 odds. */
  readonly threshold: number;
  /** True where the threshold is nobody's choice and may rise (threshold.ts). */
  readonly mayRaise?: boolean;
  readonly method: "average" | "components";
  readonly forbids: ((i: number, j: number) => boolean) | undefined;
  readonly seed: number;
  /** False keeps the model as it is (a given model, or a comparison of methods). */
  readonly refines: boolean;
  readonly progress: Progress;
  readonly threads?: ScoreThreads | undefined;
}

export interface Grouped {
  readonly labels: Int32Array;
  readonly run: Run;
  /** Weight above which groups joined in the end. */
  readonly threshold: number;
}

/** Groups records; where groups are large the model is learned again from them. */
export async function groupRecords(run: Run, options: GroupOptions): Promise<Grouped> {
  const { space, progress } = options;
  const thresholdOf = ({ scored }: Run): number =>
    options.mayRaise === true ? raiseThreshold(scored.edges, options.threshold) : options.threshold;
  let threshold = thresholdOf(run);
  if (options.method === "components")
    return { labels: componentsAbove(run.scored.edges, space.rowCount, threshold), run, threshold };
  const random = randomFrom(options.seed + 1);
  let current = run;
  progress("clustering", 0, REFINEMENTS + 1);
  let labels = await clusterRun(current, threshold, options);
  for (let round = 1; options.refines && round <= REFINEMENTS; round++) {
    const model = refineModel(current.model, current.weigher.pairs, labels, random);
    if (model === current.model) break;
    current = await reweighed(current, model, options.threads);
    if (round === 1) current = await blockMore(current, labels, options, random);
    threshold = thresholdOf(current);
    labels = await clusterRun(current, threshold, options);
    progress("clustering", round, REFINEMENTS + 1);
  }
  return { labels, run: current, threshold };
}

const MORE_RULES = 12;

/** Scores further rules, learned from matches inside groups that no rule makes, with what is left of the budget. */
async function blockMore(
  run: Run,
  labels: Int32Array,
  { space, progress, threads }: GroupOptions,
  random: Random,
): Promise<Run> {
  const extra = learnMoreRules(run.spare.candidates, run.rules, labels, run.spare.pairs, MORE_RULES, random);
  if (extra.length === 0) return run;
  const rules = [...run.rules, ...extra];
  const more = await scorePairs(
    rules.map(({ rule }) => rule),
    run.weigher,
    {
      space,
      keepWeight: KEEP_WEIGHT,
      progress: (done, of) => progress("scoring", done, of),
      stages: undefined,
      threads,
      from: run.rules.length,
    },
  );
  const scored = {
    edges: joinEdges([run.scored.edges, more.edges]),
    rules: [...run.scored.rules, ...more.rules],
    histogram: run.scored.histogram.map((count, bin) => count + (more.histogram[bin] as number)),
  };
  return { ...run, rules, scored };
}

/** Edges up to which threads get a copy of them for clustering: 60 MB. */
const MAX_COPIED_EDGES = 5_000_000;

async function clusterRun(
  run: Run,
  threshold: number,
  { space, forbids, threads }: GroupOptions,
): Promise<Int32Array> {
  const { edges } = run.scored;
  const options = { threshold, forbids, weightOf: (i: number, j: number) => run.weigher.of(i, j) };
  if (threads === undefined || forbids !== undefined || edges.count > MAX_COPIED_EDGES)
    return clusterByAverage(edges, space.rowCount, options);
  const theirs = threads.cluster(run.model, edges, threshold);
  const share = { index: 0, of: threads.count + 1 };
  const own = clusterByAverage(edges, space.rowCount, { ...options, share });
  const joined = new Components(space.rowCount);
  for (const labels of [own, ...(await theirs)]) {
    for (let record = 0; record < labels.length; record++)
      if (labels[record] !== record) joined.join(record, labels[record] as number);
  }
  return joined.labels();
}

/** The same pairs under another model. */
async function reweighed(run: Run, model: Model, threads: ScoreThreads | undefined): Promise<Run> {
  const weigher = new Weigher(model, run.weigher.pairs);
  const { edges } = run.scored;
  const theirs = threads?.weigh(model, edges) ?? Promise.resolve([]);
  const end = threads?.rangeOf(0, edges.count)[1] ?? edges.count;
  const own = new BatchWeigher(weigher).weighAll(edges.first, edges.second, end);
  const weight = new Float32Array(edges.count);
  let at = 0;
  for (const part of [own, ...(await theirs)]) {
    weight.set(part, at);
    at += part.length;
  }
  return { ...run, model, weigher, scored: { ...run.scored, edges: { ...edges, weight } } };
}

/** Connected components of the pairs above a weight. */
export function componentsAbove(edges: Edges, rowCount: number, threshold: number): Int32Array {
  const components = new Components(rowCount);
  for (let e = 0; e < edges.count; e++) {
    if ((edges.weight[e] as number) >= threshold)
      components.join(edges.first[e] as number, edges.second[e] as number);
  }
  return components.labels();
}
