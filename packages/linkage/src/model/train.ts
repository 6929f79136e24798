// Training: chooses blocking rules whose pairs are rich in matches, counts their patterns, fits m and the share of
// matches by EM, and estimates how many matches there are. No labels; the choice of rules looks only at the records.

import type { Candidate } from "../block/candidates.ts";
import type { Rule } from "../block/groups.ts";
import type { BlockingKey } from "../block/keys.ts";
import type { PairLevels } from "../pair-levels.ts";
import { randomFrom, type Random } from "../random.ts";
import type { NamedRule, ScoreThreads } from "../score-threads.ts";
import {
  countPossiblePairs,
  hasExactChance,
  randomPair,
  withoutMatches,
  type Chance,
  type PairSpace,
} from "./chance.ts";
import { allPosteriors, drawStarts, fitStarts, mostLikely, type Fit, type Prior, type Start } from "./em.ts";
import { correctInteractions } from "./interactions.ts";
import { levelWeight, priorWeight, probabilityOf, type Model } from "./model.ts";
import { orderedShares } from "./ordered.ts";
import {
  countRulePairs,
  openSession,
  tryRule,
  type OpenedSession,
  type RulePairs,
  type Trial,
} from "./session.ts";

export interface TrainingSession extends OpenedSession {
  readonly rule: Rule;
}

/** A pair that training believes to match, with its probability. */
export interface LikelyMatch {
  readonly i: number;
  readonly j: number;
  readonly probability: number;
  readonly session: TrainingSession;
}

export interface Training {
  readonly model: Model;
  readonly fit: Fit;
  readonly sessions: readonly TrainingSession[];
  readonly likely: readonly LikelyMatch[];
}

const MAX_SESSIONS = 10;
const TRIALS = 36;
const MAX_SESSION_RULE_PAIRS = 20_000_000;
const PRIOR_PAIRS = 12;
const RESTARTS = 5;
const LIKELY_PER_SESSION = 4_000;

/** What training works on; threads take their shares where there are some. */
export interface Ground {
  readonly pairs: PairLevels;
  readonly space: PairSpace;
  readonly threads: ScoreThreads | undefined;
}

/** Trains a model on the records behind `pairs`. */
export async function trainModel(
  ground: Ground,
  candidates: readonly Candidate[],
  chance: Chance,
  random: Random,
): Promise<Training> {
  const { pairs, space } = ground;
  const prior: Prior = {
    expected: pairs.comparisons.map((comparison) =>
      Float64Array.from(comparison.levels, (level) => level.expected),
    ),
    weight: PRIOR_PAIRS,
    isLocal: pairs.comparisons.map((comparison) => comparison.isOrdered === true),
  };
  const rules = await chooseSessions(ground, candidates, chance, prior);
  const sessions = await openSessions(ground, rules);
  const fit = (known: Chance, restarts: number): Promise<Fit> =>
    fitSessions(ground, sessions, known, prior, drawStarts(prior, restarts, random));
  const first = conclude(pairs, sessions, chance, await fit(chance, RESTARTS), space);
  const cleaned = cleanChance(pairs, chance, first);
  return conclude(pairs, sessions, cleaned, await fit(cleaned, 2), space);
}

const namedRule = ({ rule, pairs }: RulePairs): NamedRule => ({
  keys: rule.keys.map((key) => key.name),
  pairs,
});

/** What threads need of chance: they never look at its sample. */
const withoutSample = (chance: Chance): Chance => ({
  ...chance,
  sample: { patterns: new Uint8Array(0), count: 0, chanceShare: new Float32Array(0) },
});

async function openSessions(
  { pairs, space, threads }: Ground,
  rules: readonly Candidate[],
): Promise<TrainingSession[]> {
  const open = (mine: readonly Candidate[]): OpenedSession[] =>
    mine.map((candidate) => openSession(pairs, candidate, space));
  const opened =
    threads === undefined
      ? open(rules)
      : await threads.spread(rules, open, "sessions", (items) => ({
          kind: "sessions",
          items: items.map(namedRule),
        }));
  return rules.flatMap(({ rule }, k) => {
    const session = opened[k];
    return session === undefined ? [] : [{ ...session, rule }];
  });
}

async function fitSessions(
  { threads }: Ground,
  sessions: readonly TrainingSession[],
  chance: Chance,
  prior: Prior,
  starts: readonly Start[],
): Promise<Fit> {
  const fit = (mine: readonly Start[]): Fit[] => fitStarts(sessions, chance, prior, mine);
  if (threads === undefined) return mostLikely(fit(starts));
  const plain = sessions.map(({ name, levels, counts, width, hidden, pairs, mostMatches }) => ({
    name,
    levels,
    counts,
    width,
    hidden,
    pairs,
    mostMatches,
  }));
  const known = withoutSample(chance);
  return mostLikely(
    await threads.spread(starts, fit, "fits", (items) => ({
      kind: "fits",
      items,
      sessions: plain,
      chance: known,
      prior,
    })),
  );
}

/** Chance without the matches that a first model finds among the random pairs. */
function cleanChance(pairs: PairLevels, chance: Chance, { model, fit }: Training): Chance {
  const prior = priorWeight(model);
  const weights = model.comparisons.map((comparison) =>
    comparison.labels.map((_, level) => levelWeight(comparison, level)),
  );
  const same = pairs.comparisons.map((comparison) => (hasExactChance(comparison) ? comparison.same : -1));
  const rate = model.expectedMatches / model.possiblePairs;
  return withoutMatches(chance, pairs.width, same, fit.m, rate, (levels) => {
    let weight = prior;
    for (let c = 0; c < levels.length; c++) weight += weights[c]?.[levels[c] as number] ?? 0;
    return probabilityOf(weight);
  });
}

function conclude(
  pairs: PairLevels,
  sessions: readonly TrainingSession[],
  chance: Chance,
  fit: Fit,
  space: PairSpace,
): Training {
  const posteriors = allPosteriors(sessions, chance, fit);
  const likely = listLikely(sessions, posteriors);
  const expectedMatches = estimateMatches(sessions, fit, likely, space);
  const model: Model = {
    comparisons: pairs.comparisons.map((comparison, c) => ({
      name: comparison.name,
      columns: comparison.columns,
      labels: comparison.levels.map((level) => level.label),
      m:
        comparison.isOrdered === true
          ? orderedShares([...(fit.m[c] ?? [])], [...(chance.u[c] ?? [])])
          : [...(fit.m[c] ?? [])],
      u: [...(chance.u[c] ?? [])],
      rarity: comparison.levels.map((level) => level.rarity),
      usual: [...(chance.usual[c] ?? [])],
    })),
    interactions: correctInteractions(sessions, posteriors, chance, fit.m),
    expectedMatches: Math.max(1, Math.min(expectedMatches, mostMatches(space))),
    possiblePairs: countPossiblePairs(space),
  };
  return { model, fit, sessions, likely };
}

const mostMatches = ({ rowCount, split }: PairSpace): number =>
  split > 0 ? Math.max(split, rowCount - split) : (rowCount * (rowCount - 1)) / 4;

/** Tries promising rules on few pairs and keeps, for each comparison, those that show most matches without it. */
async function chooseSessions(
  { pairs, space, threads }: Ground,
  candidates: readonly Candidate[],
  chance: Chance,
  prior: Prior,
): Promise<Candidate[]> {
  const usable = candidates
    .filter(
      (candidate) =>
        candidate.pairs >= 1 && candidate.pairs <= MAX_SESSION_RULE_PAIRS && candidate.rule.keys.length <= 2,
    )
    .sort((a, b) => sessionSize(a, space) - sessionSize(b, space));
  const picked = pickTrials(usable, pairs);
  const tryAll = (mine: readonly Candidate[]): Trial[] =>
    mine.map((candidate) => tryRule(pairs, candidate, chance, space, prior));
  const known = withoutSample(chance);
  const trials =
    threads === undefined
      ? tryAll(picked)
      : await threads.spread(picked, tryAll, "trials", (items) => ({
          kind: "trials",
          items: items.map(namedRule),
          chance: known,
          prior,
        }));
  const tried = picked.flatMap((candidate, k) => {
    const trial = trials[k];
    if (trial === undefined) return [];
    const { hidden, rate, allPairs } = trial;
    return [{ candidate, hidden, score: rate * Math.sqrt(Math.min(1, (rate * allPairs) / 300)) }];
  });
  tried.sort((a, b) => b.score - a.score);
  const chosen = new Set<Candidate>();
  for (const wanted of [3, 4]) {
    for (let c = 0; c < pairs.width; c++) {
      const showing = tried.filter((trial) => !trial.hidden[c]).slice(0, wanted);
      for (const trial of showing) if (chosen.size < MAX_SESSIONS) chosen.add(trial.candidate);
    }
  }
  return [...chosen];
}

/** Distance from the size that serves best: about one pair per record. */
const sessionSize = (candidate: Candidate, { rowCount }: PairSpace): number =>
  Math.abs(Math.log((candidate.pairs + 1) / (0.5 * rowCount + 50)));

/** Trials spread over which comparisons they hide, so that every comparison is seen in several. */
function pickTrials(usable: readonly Candidate[], pairs: PairLevels): Candidate[] {
  const byColumns = new Map<string, Candidate[]>();
  for (const candidate of usable) {
    const columns = [...new Set(candidate.rule.keys.flatMap((key: BlockingKey) => key.columns))]
      .sort()
      .join("\u0000");
    const list = byColumns.get(columns) ?? [];
    if (list.length < 3) list.push(candidate);
    byColumns.set(columns, list);
  }
  const most = Math.max(TRIALS, 4 * pairs.width);
  const lists = [...byColumns.values()];
  return [0, 1, 2].flatMap((rank) => lists.flatMap((list) => list[rank] ?? [])).slice(0, most);
}

function listLikely(
  sessions: readonly TrainingSession[],
  posteriors: readonly Float64Array[],
): LikelyMatch[] {
  const likely: LikelyMatch[] = [];
  for (const [s, session] of sessions.entries()) {
    const posterior = posteriors[s] as Float64Array;
    const step = Math.max(1, Math.floor(session.first.length / LIKELY_PER_SESSION));
    for (let k = 0; k < session.first.length; k += step) {
      const probability = posterior[session.pattern[k] as number] as number;
      if (probability < 0.5) continue;
      likely.push({ i: session.first[k] as number, j: session.second[k] as number, probability, session });
    }
  }
  return likely;
}

/** Records above which the number of matches is read from the records alone. */
const FEW_RECORDS = 100;

/** In a small file a few matches are always to be expected; otherwise nobody would have asked. */
function usualMatches({ rowCount, split }: PairSpace): number {
  const most = split > 0 ? Math.min(split, rowCount - split) : rowCount;
  return (0.3 * most * FEW_RECORDS) / (FEW_RECORDS + rowCount);
}

/** Matches in all: those the sessions show, divided by the share of matches that agree on the sessions' rules. */
function estimateMatches(
  sessions: readonly TrainingSession[],
  fit: Fit,
  likely: readonly LikelyMatch[],
  space: PairSpace,
): number {
  let [shown, covered] = [0, 0];
  for (const [s, session] of sessions.entries()) {
    const coverage = ruleCoverage(session.rule, likely, space);
    if (coverage === 0) continue;
    shown += (fit.rates[s] as number) * countRulePairs(session);
    covered += coverage;
  }
  const estimated = covered === 0 ? 1 : shown / covered;
  return Math.max(estimated, usualMatches(space));
}

/** Share of likely matches that agree on a key where both have it, from sessions that did not block on its columns. */
function keyAgreement(key: BlockingKey, likely: readonly LikelyMatch[]): number {
  let [agreeing, total] = [0, 0];
  let session: TrainingSession | undefined;
  let isBlind = false;
  for (const match of likely) {
    if (match.session !== session) {
      session = match.session;
      isBlind = session.rule.keys.some((other) =>
        other.columns.some((column) => key.columns.includes(column)),
      );
    }
    const [left, right] = [key.codes[match.i] as number, key.codes[match.j] as number];
    if (isBlind || left < 0 || right < 0) continue;
    total += match.probability;
    if (left === right) agreeing += match.probability;
  }
  return total === 0 ? 0 : agreeing / total;
}

const PRESENCE_SAMPLE = 2_000;

/**
 * Estimated share of all matches that agree on a rule. Values are missing together, so the share of pairs that have all
 * keys is counted on random pairs; agreement, where there is something to agree on, is taken key by key.
 */
export function ruleCoverage(rule: Rule, likely: readonly LikelyMatch[], space: PairSpace): number {
  const random = randomFrom(rule.keys.length);
  let present = 0;
  for (let k = 0; k < PRESENCE_SAMPLE; k++) {
    const [i, j] = randomPair(space, random);
    if (rule.keys.every((key) => (key.codes[i] as number) >= 0 && (key.codes[j] as number) >= 0)) present++;
  }
  return rule.keys.reduce((product, key) => product * keyAgreement(key, likely), present / PRESENCE_SAMPLE);
}
