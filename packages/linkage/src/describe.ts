// A run in numbers and in a few sentences: what was compared, what blocking may have lost, what came out, and how it
// stands against the truth where that is known.

import { evaluateClusters, evaluateLinks, type Accuracy } from "./evaluate.ts";
import type { Outcome } from "./linkage.ts";

export interface Summary {
  readonly figures: Record<string, unknown>;
  readonly lines: readonly string[];
}

/** Accuracy of an outcome, or undefined where no truth is known. */
export function accuracyOf(outcome: Outcome): Accuracy | undefined {
  if (outcome.truth === undefined) return undefined;
  if (outcome.links === undefined) return evaluateClusters(outcome.labels, outcome.truth);
  return evaluateLinks(outcome.links.first, outcome.links.second, outcome.truth, outcome.space.split);
}

/** Sizes of groups: how many groups have one record, two, … */
export function groupSizes(labels: Int32Array): Map<number, number> {
  const members = new Map<number, number>();
  for (const label of labels) members.set(label, (members.get(label) ?? 0) + 1);
  const sizes = new Map<number, number>();
  for (const size of members.values()) sizes.set(size, (sizes.get(size) ?? 0) + 1);
  return new Map([...sizes].sort(([a], [b]) => a - b));
}

/** Numbers for programs and lines for people. */
export function describeOutcome(outcome: Outcome): Summary {
  const { run, loaded, links } = outcome;
  const pairs = run.scored.rules.reduce((sum, rule) => sum + rule.newPairs, 0);
  const cut = run.scored.rules.reduce((sum, rule) => sum + rule.cut, 0);
  const recall = run.rules.at(-1)?.expectedRecallSoFar ?? 0;
  const sizes = groupSizes(outcome.labels);
  const groups = [...sizes.values()].reduce((sum, count) => sum + count, 0);
  const accuracy = accuracyOf(outcome);
  const lines = [
    `${loaded.rowCount.toLocaleString("en")} records, ${outcome.plan.comparisons.length} comparisons, ${run.rules.length} blocking rules.`,
    `${pairs.toLocaleString("en")} pairs compared${cut > 0 ? ` (${cut.toLocaleString("en")} more in oversize blocks left out)` : ""}; blocking is expected to reach ${(100 * recall).toFixed(1)} % of matches.`,
    links === undefined
      ? `${groups.toLocaleString("en")} groups, ${(sizes.get(1) ?? 0).toLocaleString("en")} of them single records.`
      : `${links.first.length.toLocaleString("en")} links (${outcome.assignment ?? ""}).`,
    ...(outcome.isRaised
      ? [
          `Many records are merely related: they are put together above ${outcome.threshold.toFixed(0)} bits, not at even odds. Look at doubtful pairs first.`,
        ]
      : []),
    ...(outcome.columns.oneSided.length > 0
      ? [`In one input only, not compared across: ${outcome.columns.oneSided.join(", ")}.`]
      : []),
    ...(accuracy === undefined
      ? []
      : [
          `Against the truth: F1 ${accuracy.f1.toFixed(4)}, precision ${accuracy.precision.toFixed(4)}, recall ${accuracy.recall.toFixed(4)}${Number.isNaN(accuracy.bCubedF1) ? "" : `, B-cubed ${accuracy.bCubedF1.toFixed(4)}`}; ${accuracy.truePositives} right, ${accuracy.falsePositives} wrong, ${accuracy.falseNegatives} missed.`,
        ]),
  ];
  const figures = {
    records: loaded.rowCount,
    pairsCompared: pairs,
    pairsCut: cut,
    expectedBlockingRecall: recall,
    expectedMatches: run.model.expectedMatches,
    threshold: outcome.threshold,
    isThresholdRaised: outcome.isRaised,
    groups,
    links: links?.first.length,
    assignment: outcome.assignment,
    oneSidedColumns: outcome.columns.oneSided,
    accuracy,
  };
  return { figures, lines };
}
