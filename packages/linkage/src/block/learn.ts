// Chooses blocking rules under a budget of pairs, without labels. Matches are imagined: for each group of columns the
// agreement of keys is taken from likely matches that were found without those columns, and put together at random.
// Then rules are taken greedily for the matches they add per pair they cost; a match that is already covered still
// counts a little, because real errors come together more often than imagined ones.

import { keyAgreement, type LikelyMatch } from "../model/train.ts";
import type { Random } from "../random.ts";
import type { Candidate } from "./candidates.ts";
import { nameOfRule, type Rule } from "./groups.ts";
import type { BlockingKey } from "./keys.ts";

export interface ChosenRule {
  readonly rule: Rule;
  readonly name: string;
  /** Estimated number of pairs it makes. */
  readonly expectedPairs: number;
  /** Estimated share of all matches that agree on it. */
  readonly expectedRecall: number;
  /** Estimated share of all matches covered by this rule and those before it. */
  readonly expectedRecallSoFar: number;
  /** Estimated share of all matches that only this rule reaches: what leaving it out would lose. */
  readonly expectedLoss: number;
}

const IMAGINED = 4_000;
const MAX_RULES = 24;
/** What a further covering of an already covered match is worth. */
const REPEAT_WORTH = 0.35;

/** Chooses rules; candidates come with their pair counts. */
export function learnRules(
  candidates: readonly Candidate[],
  keys: readonly BlockingKey[],
  likely: readonly LikelyMatch[],
  budget: number,
  random: Random,
): ChosenRule[] {
  const agreement = imagineMatches(keys, likely, random);
  const options = candidates
    .filter((candidate) => candidate.pairs <= budget)
    .map((candidate) => ({ ...candidate, covers: conjunction(candidate.rule, agreement) }));
  const chosen = chooseRules(options, IMAGINED, budget, MAX_RULES);
  return chosen.length === 0 ? cheapest(candidates, likely) : chosen;
}

/** A candidate with the matches (of a number of known or imagined ones) that agree on it. */
export interface Option extends Candidate {
  readonly covers: Uint8Array;
}

/** Takes rules greedily for the matches they add per pair they cost. */
export function chooseRules(
  all: readonly Option[],
  matchCount: number,
  budget: number,
  maxRules: number,
): ChosenRule[] {
  const options = [...all];
  const worth = new Float64Array(matchCount).fill(1);
  const covered = new Uint8Array(matchCount);
  const chosen: ChosenRule[] = [];
  const taken: Uint8Array[] = [];
  let left = budget;
  while (chosen.length < maxRules) {
    const best = bestOption(options, worth, left, budget);
    if (best === undefined) break;
    options.splice(options.indexOf(best), 1);
    left -= best.pairs;
    let [own, reached] = [0, 0];
    for (let v = 0; v < matchCount; v++) {
      if (best.covers[v]) {
        own++;
        covered[v] = 1;
        worth[v] = (worth[v] as number) * REPEAT_WORTH;
      }
      reached += covered[v] as number;
    }
    chosen.push({
      rule: best.rule,
      name: nameOfRule(best.rule),
      expectedPairs: best.pairs,
      expectedRecall: own / matchCount,
      expectedRecallSoFar: reached / matchCount,
      expectedLoss: 0,
    });
    taken.push(best.covers);
  }
  return chosen.map((rule, r) => ({ ...rule, expectedLoss: lossWithout(taken, r) }));
}

function lossWithout(taken: readonly Uint8Array[], r: number): number {
  const own = taken[r] as Uint8Array;
  let alone = 0;
  for (let v = 0; v < own.length; v++)
    if (own[v] && taken.every((covers, k) => k === r || !covers[v])) alone++;
  return alone / own.length;
}

function bestOption(
  options: readonly Option[],
  worth: Float64Array,
  left: number,
  budget: number,
): Option | undefined {
  let best: Option | undefined;
  let bestScore = 0;
  for (const option of options) {
    if (option.pairs > left) continue;
    let gain = 0;
    for (let v = 0; v < worth.length; v++) if (option.covers[v]) gain += worth[v] as number;
    if (gain < worth.length * 2e-5) continue;
    const score = gain / (option.pairs + budget / 12);
    if (score > bestScore) [best, bestScore] = [option, score];
  }
  return best;
}

/** Where every rule is over budget, the cheapest three are used and their blocks are cut to windows. */
function cheapest(candidates: readonly Candidate[], likely: readonly LikelyMatch[]): ChosenRule[] {
  const sorted = [...candidates].sort((a, b) => a.pairs - b.pairs).slice(0, 3);
  return sorted.map(({ rule, pairs }) => {
    const recall = rule.keys.reduce((product, key) => product * keyAgreement(key, likely), 1);
    return {
      rule,
      name: nameOfRule(rule),
      expectedPairs: pairs,
      expectedRecall: recall,
      expectedRecallSoFar: recall,
      expectedLoss: 0,
    };
  });
}

/** For each key, which of the imagined matches agree on it. */
function imagineMatches(
  keys: readonly BlockingKey[],
  likely: readonly LikelyMatch[],
  random: Random,
): Map<BlockingKey, Uint8Array> {
  const groups = new Map<string, BlockingKey[]>();
  for (const key of keys)
    groups.set(key.columns.join("\u0000"), [...(groups.get(key.columns.join("\u0000")) ?? []), key]);
  const agreement = new Map<BlockingKey, Uint8Array>();
  for (const group of groups.values()) {
    const columns = group[0]?.columns ?? [];
    const free = likely.filter(
      (match) =>
        !match.session.rule.keys.some((key) => key.columns.some((column) => columns.includes(column))),
    );
    const pool = free.length > 0 ? free : likely;
    const vectors = group.map(() => new Uint8Array(IMAGINED));
    for (let v = 0; v < IMAGINED; v++) {
      const match = pool[Math.floor(random() * pool.length)];
      for (const [k, key] of group.entries()) {
        const code = match === undefined ? -1 : (key.codes[match.i] as number);
        const agrees = match === undefined ? random() < 0.5 : code >= 0 && code === key.codes[match.j];
        (vectors[k] as Uint8Array)[v] = agrees ? 1 : 0;
      }
    }
    for (const [k, key] of group.entries()) agreement.set(key, vectors[k] as Uint8Array);
  }
  return agreement;
}

function conjunction(rule: Rule, agreement: ReadonlyMap<BlockingKey, Uint8Array>): Uint8Array {
  const covers = new Uint8Array(IMAGINED).fill(1);
  for (const key of rule.keys) {
    const vector = agreement.get(key);
    for (let v = 0; v < IMAGINED; v++) covers[v] = (covers[v] as number) & (vector?.[v] ?? 0);
  }
  return covers;
}
