// Everything the report shows, as plain data (also written as JSON): the model, blocking, weights, thresholds, records
// that cannot be linked, pairs explained step by step, groups as graphs. Collected from a finished run.

import { describeOutcome, groupSizes } from "../describe.ts";
import type { Outcome } from "../linkage.ts";
import { levelWeight, priorWeight, probabilityOf } from "../model/model.ts";
import { KEEP_WEIGHT } from "../run.ts";
import { HISTOGRAM_LOWEST } from "../score-rule.ts";
import { explainPair, type Explanation } from "./explain.ts";

export interface ReportData {
  readonly title: string;
  readonly summary: readonly string[];
  readonly priorWeight: number;
  /** True where the weight before comparing allows for records that have their counterpart already. */
  readonly isCompeting: boolean;
  readonly threshold: number;
  readonly comparisons: readonly {
    readonly name: string;
    readonly levels: readonly {
      readonly label: string;
      readonly m: number;
      readonly u: number;
      readonly weight: number;
    }[];
  }[];
  readonly interactions: readonly {
    readonly first: string;
    readonly second: string;
    readonly bothSame: number;
    readonly bothDifferent: number;
  }[];
  readonly rules: readonly {
    readonly name: string;
    readonly pairs: number;
    readonly newPairs: number;
    readonly cut: number;
    readonly largestBlock: number;
    readonly expectedRecall: number;
    readonly recallSoFar: number;
    readonly loss: number;
  }[];
  readonly weights: readonly { readonly weight: number; readonly pairs: number }[];
  readonly unlinkable: readonly { readonly weight: number; readonly share: number }[];
  readonly thresholds: readonly ThresholdPoint[];
  readonly sizes: readonly { readonly size: number; readonly groups: number }[];
  readonly examples: readonly Explanation[];
  readonly groups: readonly GroupPicture[];
}

export interface ThresholdPoint {
  readonly weight: number;
  readonly pairs: number;
  /** Expected share of matches among the pairs above, from the model itself. */
  readonly expectedPrecision: number;
  readonly precision: number | undefined;
  readonly recall: number | undefined;
}

export interface GroupPicture {
  readonly records: readonly string[];
  /** Weight of each pair of records, as [a, b, weight]. */
  readonly edges: readonly (readonly [number, number, number])[];
}

const MAX_PICTURE_RECORDS = 14;
const PICTURES = 8;
const UNLINKABLE_SAMPLE = 20_000;

/** Collects the report; `showValues` puts the compared values beside the levels. */
export function collectReport(outcome: Outcome, showValues: boolean): ReportData {
  const { model } = outcome.run;
  return {
    title: outcome.kind === "link" ? "Links between two inputs" : "Groups of records",
    summary: describeOutcome(outcome).lines,
    priorWeight: priorWeight(model),
    isCompeting: model.freeShare !== undefined,
    threshold: outcome.threshold,
    comparisons: model.comparisons.map((comparison) => ({
      name: comparison.name,
      levels: comparison.labels.slice(1).map((label, k) => ({
        label,
        m: comparison.m[k + 1] ?? 0,
        u: comparison.u[k + 1] ?? 0,
        weight: levelWeight(comparison, k + 1),
      })),
    })),
    interactions: model.interactions.map(({ first, second, corrections }) => {
      const columns = model.comparisons[second]?.labels.length ?? 0;
      return {
        first: model.comparisons[first]?.name ?? "",
        second: model.comparisons[second]?.name ?? "",
        bothSame: corrections.at(-1) ?? 0,
        bothDifferent: corrections[columns + 1] ?? 0,
      };
    }),
    rules: outcome.run.rules.map((rule, r) => {
      const count = outcome.run.scored.rules[r];
      return {
        name: rule.name,
        pairs: count?.pairs ?? 0,
        newPairs: count?.newPairs ?? 0,
        cut: count?.cut ?? 0,
        largestBlock: count?.largestBlock ?? 0,
        expectedRecall: rule.expectedRecall,
        recallSoFar: rule.expectedRecallSoFar,
        loss: rule.expectedLoss,
      };
    }),
    // Pairs below the weight that is kept were not compared to the end; they stand together just below it.
    weights: Array.from(outcome.run.scored.histogram, (pairs, bin) => ({
      weight: bin === 0 ? KEEP_WEIGHT - 1 : bin + HISTOGRAM_LOWEST,
      pairs,
    })).filter(({ pairs }) => pairs > 0),
    unlinkable: unlinkableShares(outcome),
    thresholds: thresholdPoints(outcome),
    sizes: [...groupSizes(outcome.labels)].map(([size, groups]) => ({ size, groups })),
    examples: pickExamples(outcome).map(([i, j]) => explainPair(outcome, i, j, showValues)),
    groups: pictureGroups(outcome),
  };
}

/** Share of records whose best possible weight (against an identical record) stays below each weight. */
function unlinkableShares(outcome: Outcome): { weight: number; share: number }[] {
  const step = Math.max(1, Math.floor(outcome.loaded.rowCount / UNLINKABLE_SAMPLE));
  const weights: number[] = [];
  for (let row = 0; row < outcome.loaded.rowCount; row += step)
    weights.push(outcome.run.weigher.of(row, row));
  weights.sort((a, b) => a - b);
  return Array.from({ length: 61 }, (_, k) => {
    const weight = k - 20;
    return { weight, share: weights.filter((own) => own < weight).length / Math.max(1, weights.length) };
  });
}

function thresholdPoints(outcome: Outcome): ThresholdPoint[] {
  const { edges } = outcome.run.scored;
  const order = Array.from({ length: edges.count }, (_, e) => e).sort(
    (a, b) => (edges.weight[b] as number) - (edges.weight[a] as number),
  );
  const totalTrue =
    outcome.truth === undefined ? undefined : countTruePairs(outcome.truth, outcome.space.split);
  const points: ThresholdPoint[] = [];
  let [at, right, expected] = [0, 0, 0];
  for (let weight = 30; weight >= -10; weight--) {
    for (; at < order.length; at++) {
      const e = order[at] as number;
      if ((edges.weight[e] as number) < weight) break;
      expected += probabilityOf(edges.weight[e] as number);
      const entity = outcome.truth?.[edges.first[e] as number] ?? -1;
      if (entity >= 0 && entity === outcome.truth?.[edges.second[e] as number]) right++;
    }
    points.push({
      weight,
      pairs: at,
      expectedPrecision: at === 0 ? 1 : expected / at,
      precision: totalTrue === undefined || at === 0 ? undefined : right / at,
      recall: totalTrue === undefined || totalTrue === 0 ? undefined : right / totalTrue,
    });
  }
  return points;
}

function countTruePairs(truth: Int32Array, split: number): number {
  const [first, second] = [new Map<number, number>(), new Map<number, number>()];
  for (const [row, entity] of truth.entries()) {
    const side = split > 0 && row >= split ? second : first;
    if (entity >= 0) side.set(entity, (side.get(entity) ?? 0) + 1);
  }
  if (split === 0) return [...first.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  return [...first].reduce((sum, [entity, n]) => sum + n * (second.get(entity) ?? 0), 0);
}

/** Pairs that teach most: the surest, two above, two near and two below the threshold. */
function pickExamples(outcome: Outcome): (readonly [number, number])[] {
  const { edges } = outcome.run.scored;
  const wanted = [40, 20, 12, 6, 3, 1, 0, -1, -3, -6].map((offset) => outcome.threshold + offset);
  const nearest = wanted.map((target) => {
    let best = -1;
    for (let e = 0; e < edges.count; e++) {
      if (
        best < 0 ||
        Math.abs((edges.weight[e] as number) - target) < Math.abs((edges.weight[best] as number) - target)
      )
        best = e;
    }
    return best;
  });
  return [...new Set(nearest)]
    .filter((e) => e >= 0)
    .map((e) => [edges.first[e] as number, edges.second[e] as number] as const);
}

function pictureGroups(outcome: Outcome): GroupPicture[] {
  const members = new Map<number, number[]>();
  for (const [row, label] of outcome.labels.entries()) {
    const list = members.get(label) ?? [];
    list.push(row);
    members.set(label, list);
  }
  const pictured = [...members.values()].filter(
    (rows) => rows.length > 1 && rows.length <= MAX_PICTURE_RECORDS,
  );
  const loosest = pictured
    .slice(0, 4000)
    .map((rows) => drawGroup(outcome, rows))
    .sort((a, b) => weakest(a) - weakest(b));
  return [
    ...loosest.filter((picture) => picture.records.length > 2).slice(0, PICTURES - 2),
    ...loosest.slice(-2),
  ];
}

const weakest = (picture: GroupPicture): number => Math.min(...picture.edges.map(([, , weight]) => weight));

function drawGroup(outcome: Outcome, rows: readonly number[]): GroupPicture {
  const edges: [number, number, number][] = [];
  for (const [a, i] of rows.entries()) {
    for (let b = a + 1; b < rows.length; b++) {
      const j = rows[b] as number;
      // What links through a third record was not compared with its own kind.
      const { split } = outcome.space;
      if (split === 0 || (i < split && j >= split)) edges.push([a, b, outcome.run.weigher.of(i, j)]);
    }
  }
  return { records: rows.map((row) => outcome.loaded.ids[row] ?? ""), edges };
}
