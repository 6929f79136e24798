// Training sessions: the pairs of one blocking rule, or a sample of them, with the patterns they show; and trials, which
// look at a few pairs to see whether a rule is worth a session. What comes out depends on the records alone, so that threads
// can share the rules.

import { nameOfRule, type Rule } from "../block/groups.ts";
import { walkRule } from "../block/walk.ts";
import { SESSION_PAIRS } from "../limits.ts";
import type { PairLevels } from "../pair-levels.ts";
import type { Chance, PairSpace } from "./chance.ts";
import { fitModel, type Prior, type Session } from "./em.ts";
import { PatternCounter } from "./patterns.ts";

/** A rule and the pairs it is expected to make. */
export interface RulePairs {
  readonly rule: Rule;
  readonly pairs: number;
}

/**
 * A session with the pairs it was counted from. Its numbers are whole, and the function that makes it has no loop: a
 * fraction computed ahead of a loop became, in V8 13.6 (Node 24), that of a later session whenever Maglev's code for the
 * loop came in late and was thrown back.
 */
export interface OpenedSession extends Session {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly pattern: Int32Array;
  /** One in so many of the rule's blocks was walked. */
  readonly oneIn: number;
}

/** Pairs of a session's rule in all, of which the session may hold a sample. */
export const countRulePairs = ({ pairs, oneIn }: OpenedSession): number => pairs * oneIn;

/** Walks the pairs of a rule and counts the patterns of at most `limit` of them. */
export function openSession(
  pairs: PairLevels,
  { rule, pairs: expectedPairs }: RulePairs,
  space: PairSpace,
  limit = SESSION_PAIRS,
): OpenedSession {
  const columns = new Set(rule.keys.flatMap((key) => key.columns));
  const hidden = pairs.comparisons.map((comparison) =>
    comparison.columns.some((column) => columns.has(column)),
  );
  const oneIn = Math.max(1, Math.floor(expectedPairs / limit));
  const { first, second, walked, mostMatches } = samplePairs(rule, space, oneIn, limit);
  const counted = countPatterns(pairs, first, second);
  return {
    name: nameOfRule(rule),
    hidden,
    width: pairs.width,
    ...counted,
    first,
    second,
    oneIn,
    pairs: walked,
    mostMatches,
  };
}

interface Sampled {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly walked: number;
  readonly mostMatches: number;
}

function samplePairs(rule: Rule, space: PairSpace, oneIn: number, limit: number): Sampled {
  const sampler = new Sampler(limit);
  const involved = new Uint8Array(space.rowCount);
  const see = (i: number, j: number): void => {
    involved[i] = 1;
    involved[j] = 1;
    sampler.offer(i, j);
  };
  const { pairs: walked } = walkRule(rule, space, () => new Int32Array(space.rowCount), see, { oneIn });
  const mostMatches = space.split === 0 ? walked : mostLinks(involved, space.split);
  return { first: sampler.first, second: sampler.second, walked, mostMatches };
}

type Counted = Pick<OpenedSession, "levels" | "counts" | "pattern">;

function countPatterns(pairs: PairLevels, first: Int32Array, second: Int32Array): Counted {
  const counter = new PatternCounter(pairs);
  const pattern = new Int32Array(first.length);
  for (let k = 0; k < first.length; k++) {
    pairs.of(first[k] as number, second[k] as number);
    pattern[k] = counter.add(pairs.levels);
  }
  return { levels: counter.levels, counts: counter.counts, pattern };
}

/** In linking, a record of the larger side has one counterpart at most (people are registered once). */
function mostLinks(involved: Uint8Array, split: number): number {
  let [first, second] = [0, 0];
  for (let row = 0; row < involved.length; row++) {
    if (row < split) first += involved[row] as number;
    else second += involved[row] as number;
  }
  return Math.max(first, second);
}

/** Keeps at most `limit` pairs, chosen by a hash of the rows: when full, half of them go and fewer are taken. */
class Sampler {
  readonly #limit: number;
  #first: number[] = [];
  #second: number[] = [];
  #mask = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(i: number, j: number): void {
    if (this.#mask !== 0 && (mixRows(i, j) & this.#mask) !== 0) return;
    this.#first.push(i);
    this.#second.push(j);
    if (this.#first.length > this.#limit) this.#halve();
  }

  #halve(): void {
    this.#mask = 2 * this.#mask + 1;
    const kept = this.#first.map((i, k) => (mixRows(i, this.#second[k] as number) & this.#mask) === 0);
    this.#first = this.#first.filter((_, k) => kept[k]);
    this.#second = this.#second.filter((_, k) => kept[k]);
  }

  get first(): Int32Array {
    return Int32Array.from(this.#first);
  }

  get second(): Int32Array {
    return Int32Array.from(this.#second);
  }
}

function mixRows(i: number, j: number): number {
  const mixed = Math.imul(i, 0x9e3779b1) ^ Math.imul(j + 0x3c6ef372, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 8;
}

/** What a few pairs of a rule show: the share of matches among them. */
export interface Trial {
  readonly hidden: readonly boolean[];
  readonly rate: number;
  /** Pairs of the rule in all. */
  readonly allPairs: number;
}

const TRIAL_PAIRS = 4_000;

/** Tries a rule on few pairs. */
export function tryRule(
  pairs: PairLevels,
  candidate: RulePairs,
  chance: Chance,
  space: PairSpace,
  prior: Prior,
): Trial {
  const session = openSession(pairs, candidate, space, TRIAL_PAIRS);
  const fit = fitModel([session], chance, { ...prior, weight: 1000 }, 1, () => 0.5);
  return { hidden: session.hidden, rate: fit.rates[0] ?? 0, allPairs: countRulePairs(session) };
}
