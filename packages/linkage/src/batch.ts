// Weighs many pairs at once, comparison by comparison: each loop reads one dictionary and one table, and a pair is
// dropped as soon as nothing that is left to compare could raise it to the weight asked for. The strongest comparisons
// come first. Gives exactly the weights of `Weigher.of` up to the order in which the parts are added.

import type { FlatInteraction, Weigher, WeightTables } from "./model/model.ts";
import type { PairLevels } from "./pair-levels.ts";

/** Pairs weighed together: rows and levels of a batch stay in the processor's second cache. */
export const BATCH_PAIRS = 4096;

/** One comparison in the order of weighing. */
interface Step {
  readonly c: number;
  /** Interactions whose second half this comparison completes. */
  readonly completes: readonly FlatInteraction[];
  /** Most that the interactions behind this comparison can add. */
  readonly mostBehind: number;
}

export class BatchWeigher {
  readonly weigher: Weigher;
  /** Rows of the pairs; filled by the caller, in its order. */
  readonly first = new Int32Array(BATCH_PAIRS);
  readonly second = new Int32Array(BATCH_PAIRS);
  /** Weights of the pairs by place, valid for the places in `kept`. */
  readonly weight = new Float64Array(BATCH_PAIRS);
  /** Places of the pairs that reached the weight, in order. */
  readonly kept = new Int32Array(BATCH_PAIRS);
  readonly #pairs: PairLevels;
  readonly #tables: WeightTables;
  readonly #levels: readonly Uint8Array[];
  readonly #steps: readonly Step[];
  /** Most that the comparisons behind step s can add for a row: #bounds[row * width + s]. */
  readonly #bounds: Float32Array;

  constructor(weigher: Weigher) {
    this.weigher = weigher;
    this.#pairs = weigher.pairs;
    this.#tables = weigher.tables;
    this.#levels = Array.from({ length: this.#pairs.width }, () => new Uint8Array(BATCH_PAIRS));
    this.#steps = stepsOf(this.#pairs, this.#tables);
    this.#bounds = boundsOf(this.#pairs, this.#tables, this.#steps);
  }

  /** Weighs the first `count` pairs; returns how many reach `least` and puts their places into `kept`. */
  weigh(count: number, least: number): number {
    const { kept, weight } = this;
    for (let k = 0; k < count; k++) kept[k] = k;
    weight.fill(this.#tables.prior, 0, count);
    const swap = this.#pairs.swap;
    if (swap !== undefined) {
      this.#compare(swap.given, count);
      this.#compare(swap.surname, count);
      this.#pairs.markExchangedPairs(swap, this, this.#levels, count);
    }
    let left = count;
    for (const [s, { c, mostBehind, completes }] of this.#steps.entries()) {
      if (swap?.given !== c && swap?.surname !== c) this.#compare(c, left);
      this.#add(c, left);
      for (const interaction of completes) this.#correct(interaction, left);
      left = this.#drop(s, left, least - mostBehind);
    }
    return left;
  }

  /** Weights of any number of pairs, low ones too. */
  weighAll(first: Int32Array, second: Int32Array, count: number): Float32Array {
    const weights = new Float32Array(count);
    for (let from = 0; from < count; from += BATCH_PAIRS) {
      const to = Math.min(count, from + BATCH_PAIRS);
      this.first.set(first.subarray(from, to));
      this.second.set(second.subarray(from, to));
      this.weigh(to - from, Number.NEGATIVE_INFINITY);
      weights.set(this.weight.subarray(0, to - from), from);
    }
    return weights;
  }

  #compare(c: number, count: number): void {
    this.#pairs.ofColumn(c, this.first, this.second, this.kept, count, this.#levels[c] as Uint8Array);
  }

  /** Adds what comparison c says about the pairs in `kept`. */
  #add(c: number, count: number): void {
    const { kept, weight, first, second } = this;
    const { stride, weights, rarity, usual, frequency } = this.#tables;
    const levels = this.#levels[c] as Uint8Array;
    const { codes, width } = this.#pairs;
    for (let k = 0; k < count; k++) {
      const place = kept[k] as number;
      const level = levels[place] as number;
      if (level === 0) continue;
      const cell = c * stride + level;
      const scale = rarity[cell] as number;
      let part = weights[cell] as number;
      if (scale !== 0) {
        const shares = frequency[cell] as Float32Array;
        const a = shares[codes[(first[place] as number) * width + c] as number] as number;
        const b = shares[codes[(second[place] as number) * width + c] as number] as number;
        part += scale * ((usual[cell] as number) - (a > b ? a : b));
      }
      weight[place] = (weight[place] as number) + part;
    }
  }

  #correct({ first, second, width, corrections }: FlatInteraction, count: number): void {
    const { kept, weight } = this;
    const [left, right] = [this.#levels[first] as Uint8Array, this.#levels[second] as Uint8Array];
    for (let k = 0; k < count; k++) {
      const place = kept[k] as number;
      weight[place] =
        (weight[place] as number) +
        (corrections[(left[place] as number) * width + (right[place] as number)] as number);
    }
  }

  /** Leaves only pairs that what is behind step s may still raise to `least`. */
  #drop(s: number, count: number, least: number): number {
    const { kept, weight, first, second } = this;
    const bounds = this.#bounds;
    const { width } = this.#pairs;
    let left = 0;
    for (let k = 0; k < count; k++) {
      const place = kept[k] as number;
      const a = bounds[(first[place] as number) * width + s] as number;
      const b = bounds[(second[place] as number) * width + s] as number;
      kept[left] = place;
      if ((weight[place] as number) + (a < b ? a : b) >= least) left++;
    }
    return left;
  }
}

/** Comparisons from the one that can decide most, with the interactions they complete. */
function stepsOf(pairs: PairLevels, tables: WeightTables): Step[] {
  const spans = pairs.comparisons.map((_, c) => spanOf(c, pairs, tables));
  const order = spans.map((_, c) => c).sort((a, b) => (spans[b] as number) - (spans[a] as number) || a - b);
  const places = order.map((_, c) => order.indexOf(c));
  const mostOf = ({ corrections }: FlatInteraction): number =>
    corrections.reduce((most, value) => (value > most ? value : most), 0);
  let behind = tables.interactions.reduce((sum, interaction) => sum + mostOf(interaction), 0);
  return order.map((c, place) => {
    const completes = tables.interactions.filter(
      ({ first, second }) => Math.max(places[first] as number, places[second] as number) === place,
    );
    for (const interaction of completes) behind -= mostOf(interaction);
    // Rounding must never drop a pair that `Weigher.of` would keep.
    return { c, completes, mostBehind: behind + 1e-3 };
  });
}

/** For every row and step, the most that the row's values in the comparisons behind that step can add. */
function boundsOf(pairs: PairLevels, tables: WeightTables, steps: readonly Step[]): Float32Array {
  const { codes, width } = pairs;
  const bounds = new Float32Array(codes.length);
  for (let s = steps.length - 2; s >= 0; s--) {
    const c = steps[s + 1]?.c ?? 0;
    const most = mostByCode(c, pairs, tables);
    for (let at = 0; at < codes.length; at += width) {
      const code = codes[at + c] as number;
      bounds[at + s] = (bounds[at + s + 1] as number) + (code < 0 ? 0 : (most[code] as number));
    }
  }
  return bounds;
}

/** Most that a comparison can add for a row with each code: rarity counts by the commoner value, so by this one at most. */
function mostByCode(
  c: number,
  pairs: PairLevels,
  { stride, weights, rarity, usual, frequency }: WeightTables,
): Float32Array {
  const comparison = pairs.comparisons[c];
  const most = new Float32Array(comparison?.values.length ?? 0);
  for (let level = 1; level < (comparison?.levels.length ?? 0); level++) {
    const cell = c * stride + level;
    const [weight, scale, zero] = [weights[cell] as number, rarity[cell] as number, usual[cell] as number];
    const shares = frequency[cell] as Float32Array;
    for (let code = 0; code < most.length; code++) {
      const part = scale === 0 ? weight : weight + scale * (zero - (shares[code] as number));
      if (part > (most[code] as number)) most[code] = part;
    }
  }
  return most;
}

/** Distance of a comparison's best from its worst level: what comparing it can decide. */
function spanOf(c: number, pairs: PairLevels, { stride, weights }: WeightTables): number {
  const size = pairs.comparisons[c]?.levels.length ?? 0;
  const levels = weights.subarray(c * stride + 1, c * stride + size);
  return Math.max(0, ...levels) - Math.min(0, ...levels);
}
