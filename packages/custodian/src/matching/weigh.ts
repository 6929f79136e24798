/**
 * From counts of agreement patterns to the weight of each: Fellegi and Sunter (1969) on whole patterns. Pure.
 *
 * How often chance alone agrees (u) is measured, not assumed: each run also asks for decoys, the same owners on a day that
 * is nobody's. Of the pairs that show a pattern, as many as decoys show it are chance; what is left are matches. A pattern
 * is one whole of kana, kanji, date and sex, so kana and kanji that say the same thing twice count once.
 * The weight is log2 of the odds; a rare pattern borrows from all patterns of the same names on the same sort of day.
 */
import { type Agreement, namesPattern, type Stage, stageOf } from "./agreement.ts";
import { matchingLimits } from "./limits.ts";

/** How many pairs show an agreement. */
export interface PatternCount extends Pick<Agreement, "names" | "says" | "dateForm" | "otherSex"> {
  readonly isDecoy: boolean;
  readonly pairs: number;
  /** Of them, pairs with a month that both have paid. Decoys have none. */
  readonly overlapping: number;
}

export interface PatternWeight extends Pick<Agreement, "names" | "says" | "dateForm" | "otherSex"> {
  readonly weight: number;
  readonly stage: Stage;
}

export interface Weights {
  readonly patterns: readonly PatternWeight[];
  /** Added to a pair's weight where months overlap; below 0. */
  readonly overlapWeight: number;
  /** Added where a number agrees besides the names. */
  readonly numberWeight: number;
}

/** What the run asked: owners, decoys, and probes of each date form for one owner on average (the first is 1). */
export interface Asked {
  readonly owners: number;
  readonly decoys: number;
  readonly datesOfForm: readonly number[];
  /** Pairs with the same number that agree in a name, that do not, and all pairs there could be. */
  readonly numberPairs: { readonly agreeing: number; readonly others: number; readonly possible: number };
}

interface Tally {
  pairs: number;
  chance: number;
}

export function weighPatterns(counts: readonly PatternCount[], asked: Asked): Weights {
  const chanceOf = chanceByNames(counts, asked);
  const whole = new Map<string, Tally>();
  const pooled = new Map<string, Tally>();
  const own = counts.filter(({ isDecoy }) => !isDecoy);
  for (const one of own) {
    const tallies = [tallyIn(whole, patternOf(one)), tallyIn(pooled, poolOf(one))];
    for (const tally of tallies) tally.pairs += one.pairs;
  }
  for (const [pattern, tally] of whole) {
    const { names, dateForm, otherSex } = partsOfPattern(pattern);
    tally.chance = chanceOf(names, dateForm, otherSex);
    tallyIn(pooled, `${names}|${otherSex}`).chance += tally.chance;
  }
  const patterns = own.map((one) => {
    const share = shareOfMatches(tallyIn(whole, patternOf(one)), tallyIn(pooled, poolOf(one)));
    const { names, says, dateForm, otherSex } = one;
    return { names, says, dateForm, otherSex, weight: Math.log2(share / (1 - share)), stage: stageOf(one) };
  });
  return { patterns, overlapWeight: overlapWeightOf(own, patterns), numberWeight: numberWeightOf(asked) };
}

/** Odds as a probability, in bits. */
export const probabilityOf = (weight: number): number => 1 / (1 + 2 ** -weight);

/** Pairs by chance that a pattern is expected to have among the owners, from the decoys. */
function chanceByNames(
  counts: readonly PatternCount[],
  { owners, decoys, datesOfForm }: Asked,
): (names: string, dateForm: number, otherSex: boolean) => number {
  const seen = new Map<string, number>();
  for (const one of counts.filter(({ isDecoy }) => isDecoy)) {
    const key = `${namesPattern(one)}|${one.otherSex}`;
    seen.set(key, (seen.get(key) ?? 0) + one.pairs);
  }
  return (names, dateForm, otherSex) => {
    const pairs = (seen.get(`${names}|${otherSex}`) ?? 0) + matchingLimits.unseen;
    return (pairs / Math.max(1, decoys)) * owners * (datesOfForm[dateForm] ?? 1);
  };
}

/** Never 0 or 1: what a count cannot show is left open. */
function shareOfMatches({ pairs, chance }: Tally, pool: Tally): number {
  const poolShare = bounded((pool.pairs - pool.chance) / Math.max(1, pool.pairs), pool.pairs);
  const borrowed = Math.max(0, matchingLimits.patternPairs - pairs) / matchingLimits.patternPairs;
  const own = (pairs - chance) / Math.max(1, pairs);
  return bounded((1 - borrowed) * own + borrowed * poolShare, pairs + borrowed * pool.pairs);
}

function bounded(share: number, pairs: number): number {
  const least = matchingLimits.unseen / (pairs + 1);
  return Math.min(1 - least, Math.max(Math.min(least, 0.001), share));
}

/**
 * How much rarer a month paid twice is among pairs that surely match than among those that surely do not.
 * What a pair of each sort is follows from the weights; a run with too few of either says nothing.
 */
function overlapWeightOf(counts: readonly PatternCount[], patterns: readonly PatternWeight[]): number {
  const among = (isOf: (weight: number) => boolean): { share: number; pairs: number } => {
    const chosen = counts.filter((_, i) => isOf(patterns[i]?.weight ?? 0));
    const pairs = chosen.reduce((sum, one) => sum + one.pairs, 0);
    const overlapping = chosen.reduce((sum, one) => sum + one.overlapping, 0);
    return { share: (overlapping + matchingLimits.unseen) / (pairs + 1), pairs };
  };
  const [matches, chance] = [among((weight) => weight > 5), among((weight) => weight < -5)];
  if (matches.pairs === 0 || chance.pairs === 0) return 0;
  return Math.min(0, Math.log2(matches.share / chance.share));
}

/** A number that agrees besides names: how often it does among pairs that agree in nothing else, at most. */
function numberWeightOf({ owners, numberPairs: { agreeing, others, possible } }: Asked): number {
  if (agreeing === 0) return 0;
  const byChance = (others + matchingLimits.unseen) / Math.max(1, possible);
  const byMatch = agreeing / Math.max(1, owners);
  return Math.max(0, Math.log2(byMatch / byChance));
}

function tallyIn(tallies: Map<string, Tally>, key: string): Tally {
  const tally = tallies.get(key) ?? { pairs: 0, chance: 0 };
  tallies.set(key, tally);
  return tally;
}

function patternOf(one: PatternCount): string {
  return `${namesPattern(one)}|${one.dateForm}|${one.otherSex}`;
}

function poolOf(one: PatternCount): string {
  return `${namesPattern(one)}|${one.otherSex}`;
}

function partsOfPattern(pattern: string): { names: string; dateForm: number; otherSex: boolean } {
  const [names = "", dateForm = "", otherSex = ""] = pattern.split("|");
  return { names, dateForm: Number(dateForm), otherSex: otherSex === "true" };
}
