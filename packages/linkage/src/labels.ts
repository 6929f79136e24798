// Labelled pairs, when there are some: matches sharpen m, non-matches nothing (u is known exactly). A label counts as
// one more observed match beside those the model believes in; a handful of labels cannot overturn thousands of pairs.

import type { DuckDBConnection } from "@duckdb/node-api";
import { LinkageFault } from "./fault.ts";
import type { Model } from "./model/model.ts";
import type { PairLevels } from "./pair-levels.ts";
import type { Loaded } from "./source.ts";

export interface LabelledPair {
  readonly i: number;
  readonly j: number;
  readonly isMatch: boolean;
}

/** Pairs the model is worth when labels are added to it. */
const MODEL_PAIRS = 60;

/** Reads a file with columns id_a, id_b, match (1, 0, true, false or a probability). */
export async function readLabels(
  connection: DuckDBConnection,
  path: string,
  loaded: Loaded,
): Promise<LabelledPair[]> {
  const rows = new Map<string, number>();
  const split = loaded.ends.length > 1 ? (loaded.ends[0] ?? 0) : 0;
  for (const [row, id] of loaded.ids.entries())
    rows.set(split > 0 && row >= split ? `b${id}` : `a${id}`, row);
  const quoted = `'${path.replaceAll("'", "''")}'`;
  const query = `SELECT id_a::VARCHAR, id_b::VARCHAR, match::VARCHAR FROM read_csv(${quoted}, all_varchar=true, header=true)`;
  const answer = await connection.runAndReadAll(query).catch((cause: unknown) => {
    throw new LinkageFault(
      "unreadable-input",
      `The labels ${path} must be a CSV file with the columns id_a, id_b and match.`,
      cause,
    );
  });
  return answer.getRows().map(([a, b, match]) => {
    const i = rows.get(`a${String(a)}`);
    const j = rows.get(`${split > 0 ? "b" : "a"}${String(b)}`);
    if (i === undefined || j === undefined)
      throw new LinkageFault("unknown-record", "A label names an id that is not in the inputs.");
    const isMatch = String(match).toLowerCase() === "true" || Number(match) >= 0.5;
    return { i: Math.min(i, j), j: Math.max(i, j), isMatch };
  });
}

/** The model with m moved towards the labelled matches. */
export function applyLabels(model: Model, pairs: PairLevels, labels: readonly LabelledPair[]): Model {
  const matches = labels.filter((label) => label.isMatch);
  const counts = model.comparisons.map((comparison) => new Float64Array(comparison.labels.length));
  for (const { i, j } of matches) {
    pairs.of(i, j);
    for (const [c, count] of counts.entries()) {
      const level = pairs.levels[c] as number;
      count[level] = (count[level] as number) + 1;
    }
  }
  const comparisons = model.comparisons.map((comparison, c) => {
    const count = counts[c] as Float64Array;
    const total = count.reduce((sum, value, level) => (level === 0 ? sum : sum + value), 0);
    const m = comparison.m.map((share, level) =>
      level === 0 ? 0 : ((count[level] as number) + MODEL_PAIRS * share) / (total + MODEL_PAIRS),
    );
    return { ...comparison, m };
  });
  return { ...model, comparisons };
}
