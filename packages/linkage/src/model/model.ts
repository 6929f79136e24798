// The statistical model: for each comparison the share of true matches (m) and of chance pairs (u) at each level,
// the prior, and what pairs of dependent comparisons add or take away. Weights are log2 (Fellegi and Sunter 1969).
// Plain data: it can be written to JSON, read back, and used on other records.

import type { PairLevels } from "../pair-levels.ts";

/** Learned numbers of one comparison; arrays run over levels, index 0 ("missing") carries no evidence. */
export interface ComparisonModel {
  readonly name: string;
  readonly columns: readonly string[];
  readonly labels: readonly string[];
  readonly m: readonly number[];
  readonly u: readonly number[];
  readonly rarity: readonly number[];
  /** log2 of the usual frequency of the commoner value among chance pairs of each level: the zero of rarity. */
  readonly usual: readonly number[];
}

/** Two comparisons that depend on each other: log2 corrections by their levels, row-major over the first. */
export interface Interaction {
  readonly first: number;
  readonly second: number;
  readonly corrections: readonly number[];
}

export interface Model {
  readonly comparisons: readonly ComparisonModel[];
  readonly interactions: readonly Interaction[];
  /** Estimated number of matching pairs, and the number of all possible pairs. */
  readonly expectedMatches: number;
  readonly possiblePairs: number;
  /**
   * When linking: share of the possible pairs whose records both have no counterpart. Where nearly everybody has one,
   * a fair likeness is enough, and candidates decide among themselves. Default 1.
   */
  readonly freeShare?: number;
}

/** log2 odds that a pair matches before anything is compared. */
export function priorWeight(model: Model): number {
  const rate = Math.min(0.5, Math.max(1e-15, model.expectedMatches / Math.max(1, model.possiblePairs)));
  return Math.log2(rate / (1 - rate) / (model.freeShare ?? 1));
}

/** Weight of one level, without rarity. */
export function levelWeight(comparison: ComparisonModel, level: number): number {
  if (level === 0) return 0;
  return Math.log2((comparison.m[level] as number) / (comparison.u[level] as number));
}

/** Probability from a match weight. */
export const probabilityOf = (weight: number): number => 1 / (1 + 2 ** -weight);

/** An interaction as the hot loops read it. */
export interface FlatInteraction {
  readonly first: number;
  readonly second: number;
  readonly width: number;
  readonly corrections: Float64Array;
}

/** A model laid out flat: cell c * stride + level. */
export interface WeightTables {
  readonly prior: number;
  readonly stride: number;
  readonly weights: Float64Array;
  readonly rarity: Float64Array;
  readonly usual: Float64Array;
  /** frequency[c * stride + level][code]: log2 share of the value as that level sees it. */
  readonly frequency: readonly Float32Array[];
  readonly interactions: readonly FlatInteraction[];
}

/** Computes match weights of pairs of rows from a model; `of` fills `pairs.levels` too. */
export class Weigher {
  readonly pairs: PairLevels;
  readonly model: Model;
  readonly #prior: number;
  readonly #width: number;
  readonly #weights: Float64Array;
  readonly #rarity: Float64Array;
  readonly #usual: Float64Array;
  readonly #stride: number;
  /** frequency[c * stride + level][code]: log2 share of the value as that level sees it. */
  readonly #frequency: readonly Float32Array[];
  readonly #interactions: readonly FlatInteraction[];

  /** `frequencies` replaces the shares of values in these records (in the shape of `frequenciesByLevel`). */
  constructor(model: Model, pairs: PairLevels, frequencies?: (stride: number) => readonly Float32Array[]) {
    this.pairs = pairs;
    this.model = model;
    this.#prior = priorWeight(model);
    this.#width = pairs.width;
    this.#stride = Math.max(...model.comparisons.map((comparison) => comparison.labels.length));
    const cells = this.#stride * this.#width;
    this.#weights = new Float64Array(cells);
    this.#rarity = new Float64Array(cells);
    this.#usual = new Float64Array(cells);
    for (const [c, comparison] of model.comparisons.entries()) {
      for (let level = 1; level < comparison.labels.length; level++) {
        this.#weights[c * this.#stride + level] = levelWeight(comparison, level);
        this.#rarity[c * this.#stride + level] = comparison.rarity[level] as number;
        this.#usual[c * this.#stride + level] = comparison.usual[level] as number;
      }
    }
    this.#frequency = frequencies?.(this.#stride) ?? frequenciesByLevel(pairs, this.#stride);
    this.#interactions = model.interactions.map((interaction) => ({
      ...interaction,
      width: model.comparisons[interaction.second]?.labels.length ?? 0,
      corrections: Float64Array.from(interaction.corrections),
    }));
  }

  /** The model as flat tables, for weighing in batches. */
  get tables(): WeightTables {
    return {
      prior: this.#prior,
      stride: this.#stride,
      weights: this.#weights,
      rarity: this.#rarity,
      usual: this.#usual,
      frequency: this.#frequency,
      interactions: this.#interactions,
    };
  }

  /** Match weight of rows i and j: log2 odds, prior included. */
  of(i: number, j: number): number {
    this.pairs.of(i, j);
    const levels = this.pairs.levels;
    let weight = this.#prior;
    const [width, stride, weights, rarities, interactions] = [
      this.#width,
      this.#stride,
      this.#weights,
      this.#rarity,
      this.#interactions,
    ];
    for (let c = 0; c < width; c++) {
      const level = levels[c] as number;
      if (level === 0) continue;
      const cell = c * stride + level;
      weight += rarities[cell] === 0 ? (weights[cell] as number) : this.part(c, level, i, j);
    }
    for (let k = 0; k < interactions.length; k++) {
      const interaction = interactions[k] as FlatInteraction;
      const cell =
        (levels[interaction.first] as number) * interaction.width + (levels[interaction.second] as number);
      weight += interaction.corrections[cell] as number;
    }
    return weight;
  }

  /** What comparison c at a level adds for rows i and j, rarity included. */
  part(c: number, level: number, i: number, j: number): number {
    const cell = c * this.#stride + level;
    const rarity = this.#rarity[cell] as number;
    const weight = this.#weights[cell] as number;
    if (rarity === 0) return weight;
    const codes = this.pairs.codes;
    const frequency = this.#frequency[cell] as Float32Array;
    const a = frequency[codes[i * this.#width + c] as number] as number;
    const b = frequency[codes[j * this.#width + c] as number] as number;
    return weight + rarity * ((this.#usual[cell] as number) - (a > b ? a : b));
  }

  /** Corrections of the interactions for the levels of the last pair. */
  interactionParts(): number[] {
    const levels = this.pairs.levels;
    return this.#interactions.map(
      ({ first, second, width, corrections }) =>
        corrections[(levels[first] as number) * width + (levels[second] as number)] as number,
    );
  }
}

/** log2 share of each code, for every comparison and level: result[c * stride + level]. */
export function frequenciesByLevel(pairs: PairLevels, stride: number): Float32Array[] {
  return pairs.comparisons.flatMap(({ rarities }, c) =>
    Array.from(
      { length: stride },
      (_, level) => rarities?.[level]?.shares ?? (pairs.frequencies[c] as Float32Array),
    ),
  );
}
