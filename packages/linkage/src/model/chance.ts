// What chance does: how often two records that have nothing to do with each other reach each level (u), how common
// the values are at which they do, and which comparisons depend on each other. Equality is exact, from value
// frequencies (Σ p²); the other levels come from random pairs, each distinct value pair compared once.

import { countCodes } from "../column.ts";
import { COMMONNESS_RECORDS, DEFAULT_COMMONNESS, type Comparison } from "../compare/comparison.ts";
import { CHANCE_SAMPLE_PAIRS } from "../limits.ts";
import { logFrequencies, type PairLevels } from "../pair-levels.ts";
import type { Random } from "../random.ts";
import { frequenciesByLevel } from "./model.ts";

export interface Chance {
  /** u[c][level]; sums to one over the levels from 1. */
  readonly u: readonly Float64Array[];
  readonly usual: readonly Float64Array[];
  readonly dependencies: readonly Dependency[];
  readonly sample: ChanceSample;
}

/** Ratio of the joint chance of two levels to the product of their chances, row-major over the first comparison. */
export interface Dependency {
  readonly first: number;
  readonly second: number;
  readonly width: number;
  readonly ratios: Float64Array;
}

/** Which pairs are possible: one record from each input (split = rows of the first), or any two (split = 0). */
export interface PairSpace {
  readonly rowCount: number;
  readonly split: number;
}

/** Number of possible pairs. */
export const countPossiblePairs = ({ rowCount, split }: PairSpace): number =>
  split > 0 ? split * (rowCount - split) : (rowCount * (rowCount - 1)) / 2;

/** The random pairs: levels[pair * width + comparison], and how far each pair counts as chance (1) or as match (0). */
export interface ChanceSample {
  readonly patterns: Uint8Array;
  readonly count: number;
  readonly chanceShare: Float32Array;
}

/** Two different rows at random, in row order; one of each input when linking. */
export function randomPair({ rowCount, split }: PairSpace, random: Random): readonly [number, number] {
  if (split > 0) return [Math.floor(random() * split), split + Math.floor(random() * (rowCount - split))];
  const i = Math.floor(random() * rowCount);
  const j = Math.floor(random() * (rowCount - 1));
  return j >= i ? [i, j + 1] : [j, i];
}

/** Learns from random pairs; the same random source gives the same numbers. */
export function learnChance(pairs: PairLevels, space: PairSpace, random: Random): Chance {
  const stride = Math.max(...pairs.comparisons.map((comparison) => comparison.levels.length));
  const frequencies = frequenciesByLevel(pairs, stride);
  const usualSums = pairs.comparisons.map((comparison) => new Float64Array(comparison.levels.length));
  const counts = pairs.comparisons.map((comparison) => new Float64Array(comparison.levels.length));
  const sample = drawPairs(pairs, space, random, (c, level, i, j) => {
    const frequency = frequencies[c * stride + level] as Float32Array;
    const a = frequency[pairs.codes[i * pairs.width + c] as number] as number;
    const b = frequency[pairs.codes[j * pairs.width + c] as number] as number;
    (counts[c] as Float64Array)[level] = ((counts[c] as Float64Array)[level] as number) + 1;
    (usualSums[c] as Float64Array)[level] =
      ((usualSums[c] as Float64Array)[level] as number) + Math.max(a, b);
  });
  const u = pairs.comparisons.map((_, c) => chanceOfLevels(pairs, space, c, counts[c] as Float64Array));
  if (pairs.swap !== undefined) setExchangedChance(pairs, pairs.swap, u);
  const usual = pairs.comparisons.map((comparison, c) => {
    const same = Math.log2((u[c] as Float64Array)[comparison.same] as number);
    return Float64Array.from(counts[c] as Float64Array, (count, level) => {
      const known = comparison.rarities?.[level]?.usual;
      if (known !== undefined) return known;
      return level === comparison.same || count < 5
        ? same
        : ((usualSums[c] as Float64Array)[level] as number) / count;
    });
  });
  return { u, usual, sample, dependencies: findDependencies(pairs.width, sample, u) };
}

/**
 * Takes matches out of what was learned as chance: a file with many records per entity has matches among its random
 * pairs too. `matchShare` gives the probability that a pattern of levels is a match; `rate` the share of matches.
 */
export function withoutMatches(
  chance: Chance,
  width: number,
  same: readonly number[],
  m: readonly Float64Array[],
  rate: number,
  matchShare: (levels: Uint8Array) => number,
): Chance {
  const { patterns, count } = chance.sample;
  const chanceShare = new Float32Array(count);
  const counts = chance.u.map((shares) => new Float64Array(shares.length));
  for (let k = 0; k < count; k++) {
    const levels = patterns.subarray(k * width, (k + 1) * width);
    const share = 1 - matchShare(levels);
    chanceShare[k] = share;
    for (let c = 0; c < width; c++) {
      const target = counts[c] as Float64Array;
      target[levels[c] as number] = (target[levels[c] as number] as number) + share;
    }
  }
  const u = chance.u.map((shares, c) => {
    const sampled = counts[c] as Float64Array;
    const total = sampled.reduce(
      (sum, value, level) => (level === 0 ? sum : sum + value),
      0.3 * (shares.length - 1),
    );
    const equal = shares[same[c] as number] ?? 0;
    const cleaned = Math.max(
      equal * 0.1,
      (equal - rate * ((m[c] as Float64Array)[same[c] as number] ?? 0)) / (1 - rate),
    );
    return shares.map((share, level) => {
      if (level === 0) return 0;
      if (level === same[c]) return cleaned;
      return Math.min(share, ((sampled[level] as number) + 0.3) / total) || share;
    });
  });
  const sample = { patterns, count, chanceShare };
  // Rarity is measured against the shares as they are in the file, so `usual` stays with the uncleaned frequencies.
  return {
    u,
    usual: chance.usual.map((values, c) =>
      same[c] === -1
        ? values
        : values.with(same[c] as number, Math.log2((u[c] as Float64Array)[same[c] as number] as number)),
    ),
    sample,
    dependencies: findDependencies(width, sample, u),
  };
}

function drawPairs(
  pairs: PairLevels,
  space: PairSpace,
  random: Random,
  see: (c: number, level: number, i: number, j: number) => void,
): ChanceSample {
  const { rowCount } = space;
  const count = rowCount < 2 ? 0 : Math.min(CHANCE_SAMPLE_PAIRS, Math.max(20_000, 40 * rowCount));
  const patterns = new Uint8Array(count * pairs.width);
  for (let k = 0; k < count; k++) {
    const [i, j] = randomPair(space, random);
    pairs.ofRandom(i, j);
    patterns.set(pairs.levels, k * pairs.width);
    for (let c = 0; c < pairs.width; c++) {
      const level = pairs.levels[c] as number;
      if (level !== 0) see(c, level, i, j);
    }
  }
  return { patterns, count, chanceShare: new Float32Array(count).fill(1) };
}

/** Chance that two rows carry the same value. */
export function chanceOfEquality(codes: Int32Array, size: number, { rowCount, split }: PairSpace): number {
  if (split === 0) {
    const counts = countCodes(codes, size);
    let [total, equal] = [0, 0];
    for (const count of counts) {
      total += count;
      equal += count * (count - 1);
    }
    return total < 2 ? 0 : equal / (total * (total - 1));
  }
  const left = countCodes(codes, size, 0, split);
  const right = countCodes(codes, size, split, rowCount);
  let [totalLeft, totalRight, equal] = [0, 0, 0];
  for (let code = 0; code < size; code++) {
    totalLeft += left[code] as number;
    totalRight += right[code] as number;
    equal += (left[code] as number) * (right[code] as number);
  }
  return totalLeft === 0 || totalRight === 0 ? 0 : equal / (totalLeft * totalRight);
}

/** Random pairs that the usual chances of levels are worth. */
const USUAL_PAIRS = 2_000;

/** Chances of levels as they usually are: most pairs differ, and each better level is half as likely as the one below. */
function usualChances(comparison: Comparison): Float64Array {
  const { levels, same } = comparison;
  const usual = new Float64Array(levels.length);
  let rest = 1;
  for (let level = 2; level < levels.length; level++) {
    const equal = comparison.commonness ?? DEFAULT_COMMONNESS;
    usual[level] = level === same ? equal : Math.max(equal / 2, 0.02 * 0.5 ** (level - 2));
    rest -= usual[level] as number;
  }
  usual[1] = Math.max(0.1, rest);
  return usual;
}

function chanceOfLevels(pairs: PairLevels, space: PairSpace, c: number, counts: Float64Array): Float64Array {
  const comparison = pairs.comparisons[c];
  if (comparison === undefined) return new Float64Array(0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const possible = countPossiblePairs(space);
  const usual = usualChances(comparison);
  const u = new Float64Array(counts.length);
  // A level never seen among n random pairs has a chance of about 1 / n at most; a third of it is assumed. In small
  // files the few pairs there are say less than what is usual.
  const weight = Math.min(total, possible) / (Math.min(total, possible) + USUAL_PAIRS);
  for (let level = 1; level < u.length; level++) {
    const seen = ((counts[level] as number) + 0.3) / (total + 0.3 * (u.length - 1));
    u[level] = weight * seen + (1 - weight) * (usual[level] as number);
  }
  const shared = chanceOfEquality(comparison.codes, comparison.values.length, space);
  const trust = space.rowCount / (space.rowCount + COMMONNESS_RECORDS);
  const fromFrequencies = trust * shared + (1 - trust) * (comparison.commonness ?? DEFAULT_COMMONNESS);
  const exact = Math.min(0.9999, Math.max(fromFrequencies, 0.5 / Math.max(1, possible)));
  if (hasExactChance(comparison)) {
    const rest = u.reduce((sum, value, level) => (level === comparison.same ? sum : sum + value), 0);
    for (let level = 1; level < u.length; level++) {
      u[level] = level === comparison.same ? exact : ((u[level] as number) / rest) * (1 - exact);
    }
  }
  return u;
}

/** True where equal values always reach the same level, so that its chance follows from frequencies alone. */
export const hasExactChance = (comparison: Comparison): boolean =>
  comparison.levels[comparison.same]?.label === "same" && comparison.sameLevels === undefined;

function setExchangedChance(
  pairs: PairLevels,
  swap: { given: number; surname: number },
  u: readonly Float64Array[],
): void {
  const given = pairs.comparisons[swap.given];
  const surname = pairs.comparisons[swap.surname];
  if (given === undefined || surname === undefined) return;
  const size = given.values.length;
  const givens = logFrequencies(given.codes, size);
  const surnames = logFrequencies(surname.codes, size);
  const [inGiven, inSurname] = [countCodes(given.codes, size), countCodes(surname.codes, size)];
  let crossed = 0;
  for (let code = 0; code < size; code++) {
    if (inGiven[code] && inSurname[code])
      crossed += 2 ** ((givens[code] as number) + (surnames[code] as number));
  }
  // Both parts must cross; the second may be misspelt, which the factor allows for.
  const chance = Math.max(1e-9, 4 * crossed * crossed);
  const levels = u[swap.given] as Float64Array;
  levels[levels.length - 1] = chance;
}

const PULL = 5;
const MIN_EVIDENCE = 30;

/** A tree of the strongest dependencies among chance pairs (Chow and Liu 1968), by the G statistic. */
function findDependencies(width: number, sample: ChanceSample, u: readonly Float64Array[]): Dependency[] {
  const candidates: { dependency: Dependency; strength: number }[] = [];
  for (let first = 0; first < width; first++) {
    for (let second = first + 1; second < width; second++) {
      candidates.push(measureDependency(width, sample, u, first, second));
    }
  }
  candidates.sort((a, b) => b.strength - a.strength);
  const groups = Array.from({ length: width }, (_, c) => c);
  const chosen: Dependency[] = [];
  for (const { dependency, strength } of candidates) {
    const [left, right] = [groups[dependency.first] as number, groups[dependency.second] as number];
    if (strength < MIN_EVIDENCE || left === right) continue;
    for (const [c, group] of groups.entries()) if (group === right) groups[c] = left;
    chosen.push(dependency);
  }
  return chosen;
}

function measureDependency(
  width: number,
  { patterns, count, chanceShare }: ChanceSample,
  u: readonly Float64Array[],
  first: number,
  second: number,
): { dependency: Dependency; strength: number } {
  const [left, right] = [u[first] as Float64Array, u[second] as Float64Array];
  const joint = new Float64Array(left.length * right.length);
  const [rows, columns] = [new Float64Array(left.length), new Float64Array(right.length)];
  let both = 0;
  for (let k = 0; k < count; k++) {
    const a = patterns[k * width + first] as number;
    const b = patterns[k * width + second] as number;
    if (a === 0 || b === 0) continue;
    const share = chanceShare[k] as number;
    joint[a * right.length + b] = (joint[a * right.length + b] as number) + share;
    rows[a] = (rows[a] as number) + share;
    columns[b] = (columns[b] as number) + share;
    both += share;
  }
  const ratios = new Float64Array(joint.length).fill(1);
  let strength = -0.5 * (left.length - 2) * (right.length - 2);
  for (let a = 1; a < left.length; a++) {
    for (let b = 1; b < right.length; b++) {
      const seen = joint[a * right.length + b] as number;
      const expected = both === 0 ? 0 : ((rows[a] as number) * (columns[b] as number)) / both;
      if (seen > 0) strength += seen * Math.log(seen / expected);
      ratios[a * right.length + b] = (seen + PULL) / (expected + PULL);
    }
  }
  return { dependency: { first, second, width: right.length, ratios }, strength };
}
