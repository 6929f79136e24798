// Expectation–maximisation of m and of the share of matches per training session, on counts of agreement patterns.
// u over all records is known (chance.ts); within a session's blocks it is learned along with m, so that "about the same
// subject" is not taken for "the same". Each session holds pairs that agree on a blocking rule; the comparisons of the
// rule's own columns are hidden there and learned from the other sessions. All sessions are fitted together.

import { MAX_EM_ITERATIONS } from "../limits.ts";
import type { Random } from "../random.ts";
import type { Chance } from "./chance.ts";

/** Pairs of one blocking rule as counts of patterns. */
export interface Session {
  readonly name: string;
  /** levels[pattern * width + comparison]. */
  readonly levels: Uint8Array;
  readonly counts: Float64Array;
  readonly width: number;
  readonly hidden: readonly boolean[];
  /** Most matches there can be among these pairs, as a share: in linking, one per record of the larger side. */
  readonly maxRate: number;
}

export interface Fit {
  readonly m: readonly Float64Array[];
  /** Share of matches in each session. */
  readonly rates: Float64Array;
  /** u within each session's blocks: who shares an artist has more in common than strangers, and is no match for it. */
  readonly localU: readonly (readonly Float64Array[])[];
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly hasConverged: boolean;
}

export interface Prior {
  /** Expected shares of levels per comparison. */
  readonly expected: readonly Float64Array[];
  /**
   * Comparisons whose u is learned within each session: free text. A person who moved differs in every part of the
   * address at once; with u free there, movers would pass for namesakes. Where a session shows one comparison alone, its
   * u stays that of all records: with both sides free, any split of one column fits.
   */
  readonly isLocal: readonly boolean[];
  /** Pairs the prior is worth. */
  readonly weight: number;
}

/** What u over all records is worth beside a session's own pairs: so many pairs, and a share of the session's. */
const LOCAL_PAIRS = 500;
const LOCAL_SHARE = 0.25;
const TOLERANCE = 1e-7;
const TINY = 1e-12;

/** Fits from several starting points and keeps the most likely; the first start is the prior itself. */
export function fitModel(
  sessions: readonly Session[],
  chance: Chance,
  prior: Prior,
  restarts: number,
  random: Random,
): Fit {
  let best: Fit | undefined;
  for (let start = 0; start < restarts; start++) {
    const m = prior.expected.map((expected) =>
      start === 0 ? Float64Array.from(expected) : jitter(expected, random),
    );
    const fit = runEm(sessions, chance, m, prior, start === 0 ? 0.3 : 0.05 + 0.7 * random());
    if (best === undefined || fit.logLikelihood > best.logLikelihood + 1e-6) best = fit;
  }
  return (
    best ??
    runEm(
      sessions,
      chance,
      prior.expected.map((expected) => Float64Array.from(expected)),
      prior,
      0.3,
    )
  );
}

function jitter(expected: Float64Array, random: Random): Float64Array {
  const moved = Float64Array.from(expected, (share, level) =>
    level === 0 ? 0 : share * (0.3 + 1.4 * random()),
  );
  const total = moved.reduce((sum, share) => sum + share, 0);
  return moved.map((share) => share / total);
}

/** log P(pattern | chance pair in this session's block), for every pattern. */
function chanceTerms(session: Session, chance: Chance, u: readonly Float64Array[]): Float64Array {
  const { levels, counts, width, hidden } = session;
  const logU = u.map((shares) => shares.map((share) => Math.log(Math.max(share, TINY))));
  const terms = new Float64Array(counts.length);
  for (let p = 0; p < counts.length; p++) {
    let sum = 0;
    for (let c = 0; c < width; c++) {
      const level = levels[p * width + c] as number;
      if (!hidden[c] && level !== 0) sum += (logU[c] as Float64Array)[level] as number;
    }
    for (const { first, second, width: columns, ratios } of chance.dependencies) {
      if (hidden[first] && hidden[second]) continue;
      sum += Math.log(
        ratios[
          (levels[p * width + first] as number) * columns + (levels[p * width + second] as number)
        ] as number,
      );
    }
    terms[p] = sum;
  }
  return terms;
}

/** Probability that a pair of each pattern matches, under a fit. */
export function posteriors(
  session: Session,
  terms: Float64Array,
  m: readonly Float64Array[],
  rate: number,
): Float64Array {
  const { levels, counts, width, hidden } = session;
  const result = new Float64Array(counts.length);
  const logM = m.map((shares) => shares.map((share) => Math.log(Math.max(share, TINY))));
  const [logRate, logRest] = [Math.log(Math.max(rate, TINY)), Math.log(Math.max(1 - rate, TINY))];
  for (let p = 0; p < counts.length; p++) {
    let match = logRate;
    for (let c = 0; c < width; c++) {
      const level = levels[p * width + c] as number;
      if (!hidden[c] && level !== 0) match += (logM[c] as Float64Array)[level] as number;
    }
    const other = logRest + (terms[p] as number);
    result[p] = 1 / (1 + Math.exp(other - match));
  }
  return result;
}

/** The posteriors of every session under a fit. */
export function allPosteriors(sessions: readonly Session[], chance: Chance, fit: Fit): Float64Array[] {
  return sessions.map((session, s) =>
    posteriors(
      session,
      chanceTerms(session, chance, fit.localU[s] as readonly Float64Array[]),
      fit.m,
      fit.rates[s] as number,
    ),
  );
}

function runEm(
  sessions: readonly Session[],
  chance: Chance,
  start: Float64Array[],
  prior: Prior,
  startRate: number,
): Fit {
  let m: Float64Array[] = start;
  const localU = sessions.map(() => chance.u);
  const rates = Float64Array.from(sessions, (session) => Math.min(startRate, session.maxRate));
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let iterations = 0;
  let hasConverged = false;
  while (iterations < MAX_EM_ITERATIONS && !hasConverged) {
    iterations++;
    const sums = prior.expected.map((expected) => expected.map((share) => share * prior.weight));
    let likelihood = logPrior(m, prior);
    for (const [s, session] of sessions.entries()) {
      const weight = LOCAL_PAIRS + LOCAL_SHARE * session.counts.reduce((sum, count) => sum + count, 0);
      const rest = chance.u.map((shares) => shares.map((share) => share * weight));
      const terms = chanceTerms(session, chance, localU[s] as readonly Float64Array[]);
      likelihood += expectation(session, terms, m, rates, s, sums, rest);
      likelihood += logPrior(localU[s] as readonly Float64Array[], { expected: chance.u, weight });
      localU[s] = rest.map((sum, c) =>
        prior.isLocal[c] === true && visibleOf(session) > 1 ? normalised(sum) : (chance.u[c] as Float64Array),
      );
    }
    m = sums.map(normalised);
    hasConverged = Math.abs(likelihood - logLikelihood) < TOLERANCE * (1 + Math.abs(likelihood));
    logLikelihood = likelihood;
  }
  return { m, rates, localU, logLikelihood, iterations, hasConverged };
}

const visibleOf = ({ hidden }: Session): number => hidden.reduce((sum, is) => sum + (is ? 0 : 1), 0);

function logPrior(m: readonly Float64Array[], prior: Pick<Prior, "expected" | "weight">): number {
  let sum = 0;
  for (const [c, shares] of m.entries()) {
    for (let level = 1; level < shares.length; level++) {
      sum +=
        prior.weight *
        ((prior.expected[c] as Float64Array)[level] as number) *
        Math.log(Math.max(shares[level] as number, TINY));
    }
  }
  return sum;
}

function normalised(sums: Float64Array): Float64Array {
  const total = sums.reduce((sum, value) => sum + value, 0);
  return sums.map((value) => value / total);
}

/** One pass over a session: adds expected counts to `sums`, updates the session's rate, returns its log likelihood. */
function expectation(
  session: Session,
  terms: Float64Array,
  m: readonly Float64Array[],
  rates: Float64Array,
  s: number,
  sums: readonly Float64Array[],
  rest: readonly Float64Array[],
): number {
  const { levels, counts, width, hidden } = session;
  const logM = m.map((shares) => shares.map((share) => Math.log(Math.max(share, TINY))));
  const rate = rates[s] as number;
  const [logRate, logRest] = [Math.log(Math.max(rate, TINY)), Math.log(Math.max(1 - rate, TINY))];
  let [likelihood, matches, total] = [0, 0.5, 2];
  for (let p = 0; p < counts.length; p++) {
    const count = counts[p] as number;
    let match = logRate;
    for (let c = 0; c < width; c++) {
      const level = levels[p * width + c] as number;
      if (!hidden[c] && level !== 0) match += (logM[c] as Float64Array)[level] as number;
    }
    const other = logRest + (terms[p] as number);
    const high = Math.max(match, other);
    const sum = high + Math.log(Math.exp(match - high) + Math.exp(other - high));
    const share = count * Math.exp(match - sum);
    likelihood += count * sum;
    matches += share;
    total += count;
    for (let c = 0; c < width; c++) {
      const level = levels[p * width + c] as number;
      if (hidden[c] || level === 0) continue;
      const [matching, chancing] = [sums[c] as Float64Array, rest[c] as Float64Array];
      matching[level] = (matching[level] as number) + share;
      chancing[level] = (chancing[level] as number) + count - share;
    }
  }
  rates[s] = Math.min(session.maxRate, matches / total);
  return likelihood;
}
