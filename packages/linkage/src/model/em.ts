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
  /** Pairs that were walked, of which `counts` may hold a sample. */
  readonly pairs: number;
  /** Most matches there can be among them: in linking, one per record of the larger side. */
  readonly mostMatches: number;
}

const highestRate = ({ mostMatches, pairs }: Session): number =>
  mostMatches >= pairs ? 1 : mostMatches / pairs;

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

/** Where a fit starts from. */
export interface Start {
  readonly m: readonly Float64Array[];
  readonly rate: number;
}

/** Starting points; the first is the prior itself. */
export function drawStarts(prior: Prior, count: number, random: Random): Start[] {
  return Array.from({ length: count }, (_, start) =>
    start === 0
      ? { m: prior.expected, rate: 0.3 }
      : { m: prior.expected.map((expected) => jitter(expected, random)), rate: 0.05 + 0.7 * random() },
  );
}

/** A fit from each start. */
export function fitStarts(
  sessions: readonly Session[],
  chance: Chance,
  prior: Prior,
  starts: readonly Start[],
): Fit[] {
  const prepared = sessions.map((session) => prepare(session, chance, prior));
  return starts.map((start) => runEm(prepared, chance, start, prior));
}

/** The most likely of several fits; the earlier where they are level. */
export function mostLikely(fits: readonly Fit[]): Fit {
  const [first, ...others] = fits;
  if (first === undefined) throw new Error("a model needs one start at least");
  return others.reduce((best, fit) => (fit.logLikelihood > best.logLikelihood + 1e-6 ? fit : best), first);
}

/** Fits from several starting points and keeps the most likely. */
export function fitModel(
  sessions: readonly Session[],
  chance: Chance,
  prior: Prior,
  restarts: number,
  random: Random,
): Fit {
  return mostLikely(fitStarts(sessions, chance, prior, drawStarts(prior, restarts, random)));
}

function jitter(expected: Float64Array, random: Random): Float64Array {
  const moved = Float64Array.from(expected, (share, level) =>
    level === 0 ? 0 : share * (0.3 + 1.4 * random()),
  );
  const total = moved.reduce((sum, share) => sum + share, 0);
  return moved.map((share) => share / total);
}

/** A session with what stays the same from iteration to iteration and from start to start. */
interface Prepared {
  readonly session: Session;
  /** True where u is learned within the session's blocks. */
  readonly isLocal: readonly boolean[];
  /** log of the dependencies' ratios, for every pattern. */
  readonly dependence: Float64Array;
  /** log P(pattern | chance) while u is that of all records. */
  readonly terms: Float64Array;
  /** Pairs that u over all records is worth here, and its log prior. */
  readonly weight: number;
  readonly logPrior: number;
}

function prepare(session: Session, chance: Chance, prior: Prior): Prepared {
  const dependence = dependenceOf(session, chance);
  const weight = LOCAL_PAIRS + LOCAL_SHARE * session.counts.reduce((sum, count) => sum + count, 0);
  const isSeen = visibleOf(session) > 1;
  return {
    session,
    isLocal: prior.isLocal.map((isLocal) => isLocal && isSeen),
    dependence,
    terms: chanceTerms(session, chance.u, dependence),
    weight,
    logPrior: logPrior(chance.u, { expected: chance.u, weight }),
  };
}

/** log of the ratios by which comparisons depend on each other, for every pattern. */
function dependenceOf({ levels, counts, width, hidden }: Session, chance: Chance): Float64Array {
  const terms = new Float64Array(counts.length);
  for (const { first, second, width: columns, ratios } of chance.dependencies) {
    if (hidden[first] && hidden[second]) continue;
    const logRatios = ratios.map(Math.log);
    for (let p = 0; p < counts.length; p++) {
      const cell = (levels[p * width + first] as number) * columns + (levels[p * width + second] as number);
      terms[p] = (terms[p] as number) + (logRatios[cell] as number);
    }
  }
  return terms;
}

/** log P(pattern | chance pair in this session's block), for every pattern. */
function chanceTerms(session: Session, u: readonly Float64Array[], dependence: Float64Array): Float64Array {
  const { levels, counts, width } = session;
  const { logs, stride } = flatLogs(session, u);
  const terms = dependence.slice();
  for (let p = 0; p < counts.length; p++) {
    let sum = terms[p] as number;
    for (let c = 0; c < width; c++) sum += logs[c * stride + (levels[p * width + c] as number)] as number;
    terms[p] = sum;
  }
  return terms;
}

interface FlatLogs {
  /** logs[c * stride + level]; zero where nothing is compared or the comparison is hidden. */
  readonly logs: Float64Array;
  readonly stride: number;
}

function flatLogs({ hidden }: Session, shares: readonly Float64Array[]): FlatLogs {
  const stride = shares.reduce((most, levels) => Math.max(most, levels.length), 0);
  const logs = new Float64Array(shares.length * stride);
  for (const [c, levels] of shares.entries()) {
    if (hidden[c]) continue;
    for (let level = 1; level < levels.length; level++)
      logs[c * stride + level] = Math.log(Math.max(levels[level] as number, TINY));
  }
  return { logs, stride };
}

/** Probability that a pair of each pattern matches, under a fit. */
export function posteriors(
  session: Session,
  terms: Float64Array,
  m: readonly Float64Array[],
  rate: number,
): Float64Array {
  const { levels, counts, width } = session;
  const result = new Float64Array(counts.length);
  const { logs, stride } = flatLogs(session, m);
  const [logRate, logRest] = [Math.log(Math.max(rate, TINY)), Math.log(Math.max(1 - rate, TINY))];
  for (let p = 0; p < counts.length; p++) {
    let match = logRate;
    for (let c = 0; c < width; c++) match += logs[c * stride + (levels[p * width + c] as number)] as number;
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
      chanceTerms(session, fit.localU[s] as readonly Float64Array[], dependenceOf(session, chance)),
      fit.m,
      fit.rates[s] as number,
    ),
  );
}

function runEm(prepared: readonly Prepared[], chance: Chance, start: Start, prior: Prior): Fit {
  let m = start.m;
  const localU = prepared.map(() => chance.u);
  const rates = Float64Array.from(prepared, ({ session }) => Math.min(start.rate, highestRate(session)));
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let iterations = 0;
  let hasConverged = false;
  while (iterations < MAX_EM_ITERATIONS && !hasConverged) {
    iterations++;
    const sums = prior.expected.map((expected) => expected.map((share) => share * prior.weight));
    let likelihood = logPrior(m, prior);
    for (const [s, { session, isLocal, dependence, terms, weight, logPrior: known }] of prepared.entries()) {
      const u = localU[s] as readonly Float64Array[];
      if (!isLocal.includes(true)) {
        likelihood += expectation(session, terms, m, rates, s, sums, undefined) + known;
        continue;
      }
      const rest = chance.u.map((shares) => shares.map((share) => share * weight));
      likelihood += expectation(session, chanceTerms(session, u, dependence), m, rates, s, sums, rest);
      likelihood += logPrior(u, { expected: chance.u, weight });
      localU[s] = rest.map((sum, c) => (isLocal[c] ? normalised(sum) : (chance.u[c] as Float64Array)));
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

/**
 * One pass over a session: adds expected counts of matches to `sums` and, where u is learned here, of the others to
 * `rest`; updates the session's rate, returns its log likelihood.
 */
function expectation(
  session: Session,
  terms: Float64Array,
  m: readonly Float64Array[],
  rates: Float64Array,
  s: number,
  sums: readonly Float64Array[],
  rest: readonly Float64Array[] | undefined,
): number {
  const { levels, counts, width } = session;
  const { logs, stride } = flatLogs(session, m);
  const [matching, chancing] = [new Float64Array(logs.length), new Float64Array(logs.length)];
  const rate = rates[s] as number;
  const [logRate, logRest] = [Math.log(Math.max(rate, TINY)), Math.log(Math.max(1 - rate, TINY))];
  let [likelihood, matches, total] = [0, 0.5, 2];
  for (let p = 0; p < counts.length; p++) {
    const count = counts[p] as number;
    const from = p * width;
    let match = logRate;
    for (let c = 0; c < width; c++) match += logs[c * stride + (levels[from + c] as number)] as number;
    const other = logRest + (terms[p] as number);
    const less = Math.exp(-Math.abs(match - other));
    likelihood += count * (Math.max(match, other) + Math.log1p(less));
    const share = (count * (match > other ? 1 : less)) / (1 + less);
    matches += share;
    total += count;
    for (let c = 0; c < width; c++) {
      const cell = c * stride + (levels[from + c] as number);
      matching[cell] = (matching[cell] as number) + share;
    }
    if (rest === undefined) continue;
    for (let c = 0; c < width; c++) {
      const cell = c * stride + (levels[from + c] as number);
      chancing[cell] = (chancing[cell] as number) + count - share;
    }
  }
  addSeen(session, matching, stride, sums);
  if (rest !== undefined) addSeen(session, chancing, stride, rest);
  rates[s] = Math.min(highestRate(session), matches / total);
  return likelihood;
}

/** Adds what was counted, but for hidden comparisons and for level 0, where nothing was compared. */
function addSeen(
  { hidden }: Session,
  counted: Float64Array,
  stride: number,
  sums: readonly Float64Array[],
): void {
  for (const [c, sum] of sums.entries()) {
    if (hidden[c]) continue;
    for (let level = 1; level < sum.length; level++)
      sum[level] = (sum[level] as number) + (counted[c * stride + level] as number);
  }
}
