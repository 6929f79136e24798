// Second look when linking: candidates compete. A record has one counterpart at most (on the sides the assignment says),
// so of several that are alike only one can be right. Expectation–maximisation over whole records instead of single
// pairs learns from that what "the same" looks like, where pairs alone would show only what "related" looks like:
// products of one family, papers of one author. u stays as it is; m and the number of matches are learned again.

import { BatchWeigher } from "../batch.ts";
import { detectAssignment } from "../cluster/assign.ts";
import { competingProbabilities, takesOne, type Assignment } from "../cluster/compete.ts";
import type { Edges } from "../score-rule.ts";
import { orderedShares } from "./ordered.ts";
import { Weigher, type Model } from "./model.ts";
import type { PairSpace } from "./chance.ts";

const ROUNDS = 12;
const PRIOR_PAIRS = 12;
/** Change of the expected number of matches, as a share, below which the rounds end. */
const SETTLED = 0.002;
/** Matches below which there is too little to learn from. */
const MIN_MATCHES = 25;

export interface RefinedLinks {
  readonly weigher: Weigher;
  readonly edges: Edges;
}

/** A model and the same edges under it, learned again from competing candidates. */
export function refineLinks(
  weigher: Weigher,
  edges: Edges,
  space: PairSpace,
  assignment: Assignment | "auto",
): RefinedLinks {
  let current: RefinedLinks = { weigher, edges };
  let expected = weigher.model.expectedMatches;
  for (let round = 0; round < ROUNDS; round++) {
    const sides =
      assignment === "auto" ? detectAssignment(current.edges, space.split, space.rowCount) : assignment;
    if (sides === "many-to-many") return current;
    const shares = competingProbabilities(current.edges, space.rowCount, sides);
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (total < MIN_MATCHES) return current;
    const learned = learnFrom(weigher, current.edges, shares);
    const model = { ...learned, expectedMatches: total, freeShare: freeShareOf(total, space, sides) };
    const next = new Weigher(model, weigher.pairs);
    const weight = new BatchWeigher(next).weighAll(edges.first, edges.second, edges.count);
    current = { weigher: next, edges: { ...edges, weight } };
    if (Math.abs(total - expected) < SETTLED * expected) return current;
    expected = total;
  }
  return current;
}

/**
 * m from the shares. The model that rounds began with is the prior of each: taken from round to round, a level that is
 * not seen would sink without end.
 */
function learnFrom({ model, pairs }: Weigher, edges: Edges, shares: Float32Array): Model {
  const counts = model.comparisons.map((comparison) => new Float64Array(comparison.labels.length));
  for (let e = 0; e < edges.count; e++) {
    const share = shares[e] as number;
    if (share < 1e-4) continue;
    pairs.of(edges.first[e] as number, edges.second[e] as number);
    for (const [c, count] of counts.entries()) {
      const level = pairs.levels[c] as number;
      count[level] = (count[level] as number) + share;
    }
  }
  const comparisons = model.comparisons.map((comparison, c) => {
    const count = counts[c] as Float64Array;
    const seen = count.reduce((sum, value, level) => (level === 0 ? sum : sum + value), 0);
    const m = comparison.m.map((share, level) =>
      level === 0 ? 0 : ((count[level] as number) + PRIOR_PAIRS * share) / (seen + PRIOR_PAIRS),
    );
    return {
      ...comparison,
      m: pairs.comparisons[c]?.isOrdered === true ? orderedShares(m, comparison.u) : m,
    };
  });
  return { ...model, comparisons };
}

/** A share of records is always taken to be without a counterpart: certainty could not be unlearned. */
const MOST_TAKEN = 0.95;

/** Share of possible pairs whose records are both free, on the sides where a record has one counterpart at most. */
function freeShareOf(matches: number, { rowCount, split }: PairSpace, assignment: Assignment): number {
  const takes = takesOne(assignment);
  const free = (records: number, isOne: boolean): number =>
    isOne ? 1 - Math.min(MOST_TAKEN, matches / records) : 1;
  return free(split, takes.first) * free(rowCount - split, takes.second);
}
