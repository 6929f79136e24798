// Chooses blocking rules under a budget of pairs, without labels. Matches are imagined: for each group of columns the
// agreement of keys is taken from likely matches that were found without those columns, and put together at random.
// Then rules are taken greedily for the matches they add per pair they cost; a match that is already covered still
// counts a little, because real errors come together more often than imagined ones.

import { MAX_BLOCK_PAIRS } from "../limits.ts";
import { randomPair, type PairSpace } from "../model/chance.ts";
import { ruleCoverage, type LikelyMatch } from "../model/train.ts";
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

const IMAGINED = 3_000;
const MAX_RULES = 24;
/** Rules for large inputs: each costs a pass over all rows, and what the later ones add is small. */
const MAX_RULES_LARGE = 14;
const LARGE_ROWS = 200_000;
/** What a further covering of an already covered match is worth. */
const REPEAT_WORTH = 0.35;

/** Chooses rules; candidates come with their pair counts. */
export function learnRules(
  candidates: readonly Candidate[],
  keys: readonly BlockingKey[],
  likely: readonly LikelyMatch[],
  budget: number,
  space: PairSpace,
  random: Random,
): ChosenRule[] {
  const agreement = imagineMatches(keys, likely, space, random);
  const options = candidates
    .filter((candidate) => candidate.pairs <= budget)
    .map((candidate) => ({ ...candidate, covers: conjunction(candidate.rule, agreement) }));
  const chosen = chooseRules(
    options,
    IMAGINED,
    budget,
    space.rowCount > LARGE_ROWS ? MAX_RULES_LARGE : MAX_RULES,
  );
  return chosen.length === 0 ? cheapest(candidates, likely, space) : chosen;
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
  const ranked = all.map((option): Ranked => ({ option, score: Number.POSITIVE_INFINITY, round: -1 }));
  const worth = new Float64Array(matchCount).fill(1);
  const covered = new Uint8Array(matchCount);
  const chosen: ChosenRule[] = [];
  const taken: Uint8Array[] = [];
  let left = budget;
  while (chosen.length < maxRules) {
    const best = takeBest(ranked, worth, left, budget, chosen.length);
    if (best === undefined) break;
    left -= best.pairs;
    if (isNeverCut(best)) dropImplied(ranked, best);
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

/** Far from the size at which a block is cut to a window, whatever the sample missed. */
const isNeverCut = ({ largestBlock }: Candidate): boolean => 8 * largestBlock ** 2 < MAX_BLOCK_PAIRS;

/** Takes out rules that ask for the same keys and more: all of their pairs are made already. */
function dropImplied(ranked: Ranked[], { rule }: Candidate): void {
  const implied = ranked.filter(({ option }) => rule.keys.every((key) => option.rule.keys.includes(key)));
  for (const entry of implied) ranked.splice(ranked.indexOf(entry), 1);
}

function lossWithout(taken: readonly Uint8Array[], r: number): number {
  const own = taken[r] as Uint8Array;
  let alone = 0;
  for (let v = 0; v < own.length; v++)
    if (own[v] && taken.every((covers, k) => k === r || !covers[v])) alone++;
  return alone / own.length;
}

interface Ranked {
  readonly option: Option;
  score: number;
  round: number;
}

/**
 * The option of the highest score. What an option gains can only fall as others are taken, so an old score is an upper
 * bound and only the options at the top need counting again.
 */
function takeBest(
  ranked: Ranked[],
  worth: Float64Array,
  left: number,
  budget: number,
  round: number,
): Option | undefined {
  for (;;) {
    let top: Ranked | undefined;
    for (const entry of ranked) {
      if (entry.option.pairs <= left && (top === undefined || entry.score > top.score)) top = entry;
    }
    if (top === undefined || top.score <= 0) return undefined;
    if (top.round === round) {
      ranked.splice(ranked.indexOf(top), 1);
      return top.option;
    }
    top.round = round;
    top.score = scoreOf(top.option, worth, budget);
  }
}

function scoreOf({ covers, pairs }: Option, worth: Float64Array, budget: number): number {
  let gain = 0;
  for (let v = 0; v < worth.length; v++) if (covers[v]) gain += worth[v] as number;
  return gain < worth.length * 2e-5 ? 0 : gain / (pairs + budget / 12);
}

/** Where every rule is over budget, the cheapest three are used and their blocks are cut to windows. */
function cheapest(
  candidates: readonly Candidate[],
  likely: readonly LikelyMatch[],
  space: PairSpace,
): ChosenRule[] {
  const sorted = [...candidates].sort((a, b) => a.pairs - b.pairs).slice(0, 3);
  return sorted.map(({ rule, pairs }) => {
    const recall = ruleCoverage(rule, likely, space);
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

/**
 * For each key, which of the imagined matches agree on it. What an imagined match has at all is taken from two random
 * records (values are missing together); whether it agrees, column by column from likely matches that have the same.
 */
function imagineMatches(
  keys: readonly BlockingKey[],
  likely: readonly LikelyMatch[],
  space: PairSpace,
  random: Random,
): Map<BlockingKey, Uint8Array> {
  const groups = new Map<string, BlockingKey[]>();
  for (const key of keys) {
    const name = key.columns.join("\u0000");
    groups.set(name, [...(groups.get(name) ?? []), key]);
  }
  const rows = Array.from({ length: IMAGINED }, () => randomPair(space, random));
  const agreement = new Map<BlockingKey, Uint8Array>();
  for (const group of groups.values()) {
    const pool = poolOf(group, likely);
    const vectors = group.map(() => new Uint8Array(IMAGINED));
    for (const [v, [i, j]] of rows.entries()) {
      const present = presenceOf(group, i, j);
      const alike = pool.byPresence.get(present) ?? pool.all;
      const agrees =
        alike.length === 0
          ? Math.floor(random() * 2 ** group.length)
          : (alike[Math.floor(random() * alike.length)] as number);
      for (const [k, vector] of vectors.entries()) vector[v] = ((agrees & present) >>> k) & 1;
    }
    for (const [k, key] of group.entries()) agreement.set(key, vectors[k] as Uint8Array);
  }
  return agreement;
}

/** Bit k: both rows have key k of the group. */
function presenceOf(group: readonly BlockingKey[], i: number, j: number): number {
  let present = 0;
  for (const [k, { codes }] of group.entries())
    if ((codes[i] as number) >= 0 && (codes[j] as number) >= 0) present |= 1 << k;
  return present;
}

/** For likely matches found without the group's columns: on which of its keys they agree, by what they have. */
function poolOf(
  group: readonly BlockingKey[],
  likely: readonly LikelyMatch[],
): { all: number[]; byPresence: Map<number, number[]> } {
  const columns = group[0]?.columns ?? [];
  const sessions = new Set(likely.map(({ session }) => session));
  const bound = [...sessions].filter(({ rule }) =>
    rule.keys.some((key) => key.columns.some((column) => columns.includes(column))),
  );
  const free = likely.filter(({ session }) => !bound.includes(session));
  const byPresence = new Map<number, number[]>();
  const all = (free.length > 0 ? free : likely).map(({ i, j }) => {
    const present = presenceOf(group, i, j);
    let agrees = 0;
    for (const [k, { codes }] of group.entries())
      if ((present >>> k) & 1 && codes[i] === codes[j]) agrees |= 1 << k;
    const list = byPresence.get(present);
    if (list === undefined) byPresence.set(present, [agrees]);
    else list.push(agrees);
    return agrees;
  });
  return { all, byPresence };
}

/** Which of the matches agree on all keys of a rule. */
export function conjunction(rule: Rule, agreement: ReadonlyMap<BlockingKey, Uint8Array>): Uint8Array {
  const [first = new Uint8Array(0), ...others] = rule.keys.flatMap((key) => agreement.get(key) ?? []);
  const covers = first.slice();
  for (const vector of others)
    for (let v = 0; v < covers.length; v++) covers[v] = (covers[v] as number) & (vector[v] as number);
  return covers;
}
