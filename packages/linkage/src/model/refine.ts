// Second look: once records are grouped, the pairs inside groups show matches that blocking and training could not see
// (two bad records of one person that only a third holds together). m and the number of matches are learned again from
// them. Only for deduplication with groups of three and more; links of two would only confirm themselves.

import type { PairLevels } from "../pair-levels.ts";
import type { Random } from "../random.ts";
import { orderedShares } from "./ordered.ts";
import type { Model } from "./model.ts";

const MAX_PAIRS = 30_000;
const MAX_PAIRS_PER_GROUP = 300;
const PRIOR_PAIRS = 12;
/** A group that holds more than this share of all pairs in groups is more likely an error than a lesson. */
const MOST_OF_ONE_GROUP = 0.1;

/** A model with m and the expected number of matches learned from groups, or the same model when groups are pairs. */
export function refineModel(model: Model, pairs: PairLevels, labels: Int32Array, random: Random): Model {
  const groups = listGroups(labels).filter((group) => group.length > 2);
  const inGroups = groups.reduce((sum, group) => sum + (group.length * (group.length - 1)) / 2, 0);
  const largest = groups.reduce((most, group) => Math.max(most, (group.length * (group.length - 1)) / 2), 0);
  if (inGroups < 200 || largest > MOST_OF_ONE_GROUP * inGroups) return model;
  const counts = model.comparisons.map((comparison) => new Float64Array(comparison.labels.length));
  const share = Math.min(1, MAX_PAIRS / inGroups);
  for (const group of groups) {
    const all = (group.length * (group.length - 1)) / 2;
    const drawn = Math.min(MAX_PAIRS_PER_GROUP, Math.ceil(all * share));
    for (let k = 0; k < drawn; k++) {
      const [i, j] = drawPair(group, all, drawn, k, random);
      pairs.of(i, j);
      for (const [c, count] of counts.entries()) {
        const level = pairs.levels[c] as number;
        count[level] = (count[level] as number) + all / drawn;
      }
    }
  }
  return withCounts(model, counts, inGroups, pairs);
}

function withCounts(
  model: Model,
  counts: readonly Float64Array[],
  inGroups: number,
  pairs: PairLevels,
): Model {
  const comparisons = model.comparisons.map((comparison, c) => {
    const count = counts[c] as Float64Array;
    const total = count.reduce((sum, value, level) => (level === 0 ? sum : sum + value), 0);
    const m = comparison.m.map((share, level) =>
      level === 0 ? 0 : ((count[level] as number) + PRIOR_PAIRS * share) / (total + PRIOR_PAIRS),
    );
    return {
      ...comparison,
      m: pairs.comparisons[c]?.isOrdered === true ? orderedShares(m, comparison.u) : m,
    };
  });
  return { ...model, comparisons, expectedMatches: Math.max(model.expectedMatches, inGroups) };
}

/** Pair k of `drawn` from a group with `all` pairs: each pair once, or at random where not all are drawn. */
export function drawPair(
  group: readonly number[],
  all: number,
  drawn: number,
  k: number,
  random: Random,
): [number, number] {
  const at = drawn === all ? k : Math.floor(random() * all);
  // Pair number `at` of the triangle (0,1), (0,2), (1,2), (0,3), …
  const second = Math.floor((1 + Math.sqrt(1 + 8 * at)) / 2);
  const first = at - (second * (second - 1)) / 2;
  const [a, b] = [group[first] as number, group[second] as number];
  return a < b ? [a, b] : [b, a];
}

/** Records of every group. */
export function listGroups(labels: Int32Array): number[][] {
  const groups = new Map<number, number[]>();
  for (const [record, label] of labels.entries()) {
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [record]);
    else group.push(record);
  }
  return [...groups.values()];
}
