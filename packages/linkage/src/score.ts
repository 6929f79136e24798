// The hot pass: blocking and scoring fused. Each candidate pair is made by the first rule that makes it, weighed, and
// kept only above a weight; nothing else about a pair is stored.

import { BATCH_PAIRS, BatchWeigher } from "./batch.ts";
import { hashRule, type Rule } from "./block/groups.ts";
import { walkRule, windowOrder } from "./block/walk.ts";
import { MAX_EDGES } from "./limits.ts";
import type { PairSpace } from "./model/chance.ts";
import { probabilityOf, type Weigher } from "./model/model.ts";
import type { StageStore } from "./stages.ts";

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
  /** Sum of match probabilities over the new pairs, and over all pairs of the rule that were kept. */
  readonly newMatches: number;
}

export interface Scored {
  readonly edges: Edges;
  readonly rules: readonly RuleCount[];
  /** Counts of pairs by weight, one bin per bit from -60 to 60. */
  readonly histogram: Float64Array;
}

export const HISTOGRAM_LOWEST = -60;
const HISTOGRAM_BINS = 121;

/** Parallel arrays that double when full. */
class EdgeList {
  #first = new Int32Array(1 << 16);
  #second = new Int32Array(1 << 16);
  #weight = new Float32Array(1 << 16);
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

export interface ScoreOptions {
  readonly space: PairSpace;
  readonly keepWeight: number;
  readonly progress: (done: number, of: number) => void;
  readonly stages: StageStore | undefined;
  /** Rules before this one have been scored already; they only exclude the pairs they made. */
  readonly from?: number;
}

/** Scores all pairs of the rules; keeps those of at least `keepWeight`. Rules that `stages` holds are not scored again. */
export function scorePairs(rules: readonly Rule[], weigher: Weigher, options: ScoreOptions): Scored {
  const { space, stages } = options;
  const hashes = hashesByRow(rules, space.rowCount);
  const order = windowOrder(rules, space.rowCount);
  const batch = new BatchWeigher(weigher);
  const parts = rules.flatMap((rule, r) => {
    if (r < (options.from ?? 0)) return [];
    const stage = `edges-${r}.bin`;
    const known = stages?.load(stage);
    const part =
      known === undefined
        ? scoreRule(rule, r, rules.length, hashes, order, batch, options)
        : decodePart(known);
    if (known === undefined) stages?.save(stage, encodePart(part));
    options.progress(r + 1, rules.length);
    return [part];
  });
  const histogram = new Float64Array(HISTOGRAM_BINS);
  for (const part of parts)
    for (const [bin, count] of part.histogram.entries()) histogram[bin] = (histogram[bin] as number) + count;
  return {
    edges: joinEdges(parts.map((part) => part.edges)),
    rules: parts.map((part) => part.count),
    histogram,
  };
}

function hashesByRow(rules: readonly Rule[], rowCount: number): Int32Array {
  const hashes = new Int32Array(rowCount * rules.length);
  for (const [r, rule] of rules.entries()) {
    const column = hashRule(rule, rowCount);
    for (let row = 0; row < rowCount; row++) hashes[row * rules.length + r] = column[row] as number;
  }
  return hashes;
}

interface Part {
  readonly edges: Edges;
  readonly count: RuleCount;
  readonly histogram: Float64Array;
}

function scoreRule(
  rule: Rule,
  r: number,
  width: number,
  hashes: Int32Array,
  order: Int32Array,
  batch: BatchWeigher,
  { space, keepWeight }: ScoreOptions,
): Part {
  const kept = new EdgeList();
  const histogram = new Float64Array(HISTOGRAM_BINS);
  const { first, second } = batch;
  let [newPairs, newMatches, filled] = [0, 0, 0];
  const flush = (): void => {
    const count = batch.weigh(filled, keepWeight);
    for (let k = 0; k < count; k++) {
      const place = batch.kept[k] as number;
      const weight = batch.weight[place] as number;
      const bin = Math.min(HISTOGRAM_BINS - 1, Math.round(weight) - HISTOGRAM_LOWEST);
      histogram[bin] = (histogram[bin] as number) + 1;
      newMatches += probabilityOf(weight);
      kept.push(first[place] as number, second[place] as number, weight);
    }
    histogram[0] = (histogram[0] as number) + filled - count;
    newPairs += filled;
    filled = 0;
  };
  const walked = walkRule(rule, space, order, (i, j) => {
    const [left, right] = [i * width, j * width];
    for (let earlier = 0; earlier < r; earlier++) {
      const hash = hashes[left + earlier] as number;
      if (hash !== 0 && hash === hashes[right + earlier]) return;
    }
    first[filled] = i;
    second[filled++] = j;
    if (filled === BATCH_PAIRS) flush();
  });
  flush();
  return { edges: kept.edges, count: { ...walked, newPairs, newMatches }, histogram };
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

const COUNT_FIELDS = ["pairs", "newPairs", "cut", "largestBlock", "newMatches"] as const;

/** Bytes of a scored rule: five counts, the histogram, then three arrays of equal length (machine byte order). */
function encodePart({ edges, count, histogram }: Part): Uint8Array {
  const head = Float64Array.from([...COUNT_FIELDS.map((field) => count[field]), ...histogram]);
  const arrays = [head, edges.first, edges.second, edges.weight];
  return Buffer.concat(arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
}

function decodePart(content: Buffer): Part {
  const bytes = Uint8Array.from(content).buffer;
  const headBytes = 8 * (COUNT_FIELDS.length + HISTOGRAM_BINS);
  const head = new Float64Array(bytes, 0, COUNT_FIELDS.length + HISTOGRAM_BINS);
  const count = (bytes.byteLength - headBytes) / 12;
  const [pairs = 0, newPairs = 0, cut = 0, largestBlock = 0, newMatches = 0] = head;
  return {
    edges: {
      first: new Int32Array(bytes, headBytes, count),
      second: new Int32Array(bytes, headBytes + 4 * count, count),
      weight: new Float32Array(bytes, headBytes + 8 * count, count),
      count,
    },
    count: { pairs, newPairs, cut, largestBlock, newMatches },
    histogram: head.slice(COUNT_FIELDS.length),
  };
}
