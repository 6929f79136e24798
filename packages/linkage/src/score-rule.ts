// The hot pass over one blocking rule: its pairs, less those that an earlier rule makes, are weighed in batches and kept
// above a weight. Scorers of several threads share a rule by blocks; what each gets depends on the records alone.

import { BATCH_PAIRS, BatchWeigher } from "./batch.ts";
import { hashRule, type Rule } from "./block/groups.ts";
import { WHOLE, walkRule, windowOrder, type Share } from "./block/walk.ts";
import { MAX_EDGES } from "./limits.ts";
import type { PairSpace } from "./model/chance.ts";
import { probabilityOf, type Weigher } from "./model/model.ts";

/** Scored pairs as parallel arrays. */
export interface Edges {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
  readonly count: number;
}

export interface RuleCount {
  readonly pairs: number;
  /** Pairs that no earlier rule made. */
  readonly newPairs: number;
  readonly cut: number;
  readonly largestBlock: number;
  /** Sum of match probabilities over the new pairs that were kept. */
  readonly newMatches: number;
}

/** What one rule gave: kept pairs, counts, and counts of pairs by weight. */
export interface Part {
  readonly edges: Edges;
  readonly count: RuleCount;
  readonly histogram: Float64Array;
}

/** Bins of one bit from -60 to 60; pairs below the weight that is kept are counted together in the lowest. */
export const HISTOGRAM_LOWEST = -60;
export const HISTOGRAM_BINS = 121;

/** Scores the rules of one run; holds their hashes and the tables of the model. */
export class RuleScorer {
  readonly #rules: readonly Rule[];
  readonly #space: PairSpace;
  readonly #hashes: Int32Array;
  #order: Int32Array | undefined;
  readonly #batch: BatchWeigher;

  constructor(rules: readonly Rule[], weigher: Weigher, space: PairSpace) {
    this.#rules = rules;
    this.#space = space;
    this.#hashes = hashesByRow(rules, space.rowCount);
    this.#batch = new BatchWeigher(weigher);
  }

  /** Scores the pairs of rule r that no earlier rule makes, or a share of them. */
  score(r: number, keepWeight: number, share: Share = WHOLE): Part {
    const batch = this.#batch;
    const { first, second, kept, weight } = batch;
    const [edges, histogram] = [new EdgeList(), new Float64Array(HISTOGRAM_BINS)];
    let [newPairs, newMatches, filled] = [0, 0, 0];
    const flush = (): void => {
      const count = batch.weigh(filled, keepWeight);
      for (let k = 0; k < count; k++) {
        const place = kept[k] as number;
        const bits = weight[place] as number;
        const bin = Math.max(0, Math.min(HISTOGRAM_BINS - 1, Math.round(bits) - HISTOGRAM_LOWEST));
        histogram[bin] = (histogram[bin] as number) + 1;
        newMatches += probabilityOf(Math.fround(bits));
        edges.push(first[place] as number, second[place] as number, bits);
      }
      histogram[0] = (histogram[0] as number) + filled - count;
      newPairs += filled;
      filled = 0;
    };
    const [hashes, width] = [this.#hashes, this.#rules.length];
    const see = (i: number, j: number): void => {
      const [left, right] = [i * width, j * width];
      for (let earlier = 0; earlier < r; earlier++) {
        const hash = hashes[left + earlier] as number;
        if (hash !== 0 && hash === hashes[right + earlier]) return;
      }
      first[filled] = i;
      second[filled++] = j;
      if (filled === BATCH_PAIRS) flush();
    };
    const order = (): Int32Array => (this.#order ??= windowOrder(this.#rules, this.#space.rowCount));
    const walked = walkRule(this.#rules[r] ?? { keys: [] }, this.#space, order, see, {
      share,
      hashes: this.#hashesOf(r),
    });
    flush();
    return { edges: edges.edges, count: { ...walked, newPairs, newMatches }, histogram };
  }

  /**
   * The shares that several threads scored of rule r, as one.
   * INVARIANT: the same to the bit for any number of them (invariance.test.ts): pairs come in the order in which one thread
   * makes them, block after block, and sums run over them in that order.
   */
  join(r: number, parts: readonly Part[]): Part {
    const sum = (pick: (count: RuleCount) => number): number =>
      parts.reduce((total, part) => total + pick(part.count), 0);
    const [hashes, width] = [this.#hashes, this.#rules.length];
    const isWhole = this.#rules[r]?.keys.length === 0;
    const edges = mergeEdges(
      parts.map((part) => part.edges),
      (row) => (isWhole ? row : (hashes[row * width + r] as number) >>> 0),
    );
    return {
      edges,
      count: {
        pairs: sum((count) => count.pairs),
        newPairs: sum((count) => count.newPairs),
        cut: sum((count) => count.cut),
        largestBlock: Math.max(...parts.map((part) => part.count.largestBlock)),
        newMatches: edges.weight.reduce((total, weight) => total + probabilityOf(weight), 0),
      },
      histogram: sumHistograms(parts.map((part) => part.histogram)),
    };
  }

  #hashesOf(r: number): Int32Array {
    const width = this.#rules.length;
    const column = new Int32Array(this.#space.rowCount);
    for (let row = 0; row < column.length; row++) column[row] = this.#hashes[row * width + r] as number;
    return column;
  }
}

/** The hashes of all rules, row by row: one row's stand together, for the test of earlier rules. */
function hashesByRow(rules: readonly Rule[], rowCount: number): Int32Array {
  const hashes = new Int32Array(rowCount * rules.length);
  for (const [r, rule] of rules.entries()) {
    const column = hashRule(rule, rowCount);
    for (let row = 0; row < rowCount; row++) hashes[row * rules.length + r] = column[row] as number;
  }
  return hashes;
}

/** Histograms added bin by bin. */
export function sumHistograms(histograms: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(HISTOGRAM_BINS);
  for (const histogram of histograms)
    for (const [bin, count] of histogram.entries()) total[bin] = (total[bin] as number) + count;
  return total;
}

/** Lists of edges behind each other. */
export function joinEdges(parts: readonly Edges[]): Edges {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const [first, second, weight] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  let at = 0;
  for (const part of parts) {
    first.set(part.first, at);
    second.set(part.second, at);
    weight.set(part.weight, at);
    at += part.count;
  }
  return { first, second, weight, count };
}

/** Lists of edges that are each in order of block, as one list in that order; a block stands in one list alone. */
function mergeEdges(parts: readonly Edges[], blockOfRow: (row: number) => number): Edges {
  const merged = new EdgeList();
  const next = new Int32Array(parts.length);
  const blockOf = ({ first, count }: Edges, at: number): number =>
    at < count ? blockOfRow(first[at] as number) : Number.POSITIVE_INFINITY;
  const blocks = Float64Array.from(parts, (part) => blockOf(part, 0));
  for (;;) {
    let lowest = 0;
    for (let p = 1; p < parts.length; p++) if ((blocks[p] as number) < (blocks[lowest] as number)) lowest = p;
    const block = blocks[lowest] as number;
    const part = parts[lowest];
    if (part === undefined || block === Number.POSITIVE_INFINITY) return merged.edges;
    let at = next[lowest] as number;
    for (; blocks[lowest] === block; blocks[lowest] = blockOf(part, at)) {
      merged.push(part.first[at] as number, part.second[at] as number, part.weight[at] as number);
      at++;
    }
    next[lowest] = at;
  }
}

const FIRST_EDGES = 1 << 12;

/** Parallel arrays that double when full. */
class EdgeList {
  #first = new Int32Array(FIRST_EDGES);
  #second = new Int32Array(FIRST_EDGES);
  #weight = new Float32Array(FIRST_EDGES);
  #count = 0;

  push(first: number, second: number, weight: number): void {
    if (this.#count === this.#first.length) this.#grow();
    this.#first[this.#count] = first;
    this.#second[this.#count] = second;
    this.#weight[this.#count++] = weight;
  }

  #grow(): void {
    if (this.#count >= MAX_EDGES)
      throw new RangeError("more scored pairs than fit in memory: raise the weight kept");
    const size = 2 * this.#count;
    const [first, second, weight] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
    first.set(this.#first);
    second.set(this.#second);
    weight.set(this.#weight);
    [this.#first, this.#second, this.#weight] = [first, second, weight];
  }

  get edges(): Edges {
    const count = this.#count;
    return {
      first: this.#first.slice(0, count),
      second: this.#second.slice(0, count),
      weight: this.#weight.slice(0, count),
      count,
    };
  }
}
