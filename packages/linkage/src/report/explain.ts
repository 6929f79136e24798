// One pair, step by step: where its weight comes from. The parts add up to the weight exactly.

import type { Outcome } from "../linkage.ts";
import { levelWeight, priorWeight, probabilityOf } from "../model/model.ts";

export interface ExplanationStep {
  readonly name: string;
  readonly level: string;
  readonly weight: number;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

export interface Explanation {
  readonly first: string;
  readonly second: string;
  readonly weight: number;
  readonly probability: number;
  readonly steps: readonly ExplanationStep[];
}

/** The waterfall of rows i and j: prior, each comparison, rarity of its values, interactions. */
export function explainPair(outcome: Outcome, i: number, j: number, showValues: boolean): Explanation {
  const { model, weigher } = outcome.run;
  const weight = weigher.of(i, j);
  const levels = Uint8Array.from(weigher.pairs.levels);
  const steps: ExplanationStep[] = [
    {
      name: "before comparing",
      level: "prior",
      weight: priorWeight(model),
      left: undefined,
      right: undefined,
    },
  ];
  for (const [c, comparison] of model.comparisons.entries()) {
    const level = levels[c] as number;
    const values = showValues ? [valueOf(outcome, c, i), valueOf(outcome, c, j)] : [undefined, undefined];
    const plain = levelWeight(comparison, level);
    steps.push({
      name: comparison.name,
      level: comparison.labels[level] ?? "",
      weight: plain,
      left: values[0],
      right: values[1],
    });
    const rarity = level === 0 ? 0 : weigher.part(c, level, i, j) - plain;
    if (Math.abs(rarity) > 0.005)
      steps.push({
        name: `${comparison.name}: rarity`,
        level: rarity > 0 ? "rare value" : "common value",
        weight: rarity,
        left: undefined,
        right: undefined,
      });
  }
  for (const [k, correction] of weigher.interactionParts().entries()) {
    const interaction = model.interactions[k];
    if (interaction === undefined || Math.abs(correction) < 0.005) continue;
    const names = [interaction.first, interaction.second].map((c) => model.comparisons[c]?.name ?? "");
    steps.push({
      name: names.join(" with "),
      level: "depend on each other",
      weight: correction,
      left: undefined,
      right: undefined,
    });
  }
  return {
    first: outcome.loaded.ids[i] ?? "",
    second: outcome.loaded.ids[j] ?? "",
    weight,
    probability: probabilityOf(weight),
    steps,
  };
}

function valueOf(outcome: Outcome, c: number, row: number): string {
  const comparison = outcome.plan.comparisons[c];
  return comparison?.values[comparison.codes[row] as number] ?? "";
}
