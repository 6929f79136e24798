// Writes results: groups, links and scored pairs as CSV or Parquet (by the file's ending), the model and the evaluation
// as JSON. The only module that holds SQL for output.

import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { LinkageFault } from "./fault.ts";
import type { Outcome } from "./linkage.ts";
import { priorWeight, type Model } from "./model/model.ts";

type Cell = string | number;

/** Writes rows to a CSV or Parquet file. */
async function writeTable(
  path: string,
  columns: readonly (readonly [string, "VARCHAR" | "DOUBLE"])[],
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  if (/\.csv$/i.test(path)) {
    writeCsv(
      path,
      columns.map(([name]) => name),
      rows,
    );
    return;
  }
  if (!/\.(parquet|pq)$/i.test(path))
    throw new LinkageFault("bad-settings", `${path} must end in .csv or .parquet.`);
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  try {
    await connection.run(
      `CREATE TABLE result (${columns.map(([name, type]) => `${name} ${type}`).join(", ")})`,
    );
    const appender = await connection.createAppender("result");
    for (const row of rows) {
      for (const cell of row) {
        if (typeof cell === "string") appender.appendVarchar(cell);
        else appender.appendDouble(cell);
      }
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`COPY result TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  } finally {
    connection.closeSync();
  }
}

const LINES_AT_ONCE = 10_000;

/** RFC 4180, with line feeds. */
function writeCsv(path: string, columns: readonly string[], rows: Iterable<readonly Cell[]>): void {
  const file = openSync(path, "w");
  try {
    let lines = [columns.join(",")];
    for (const row of rows) {
      lines.push(row.map((cell) => (typeof cell === "string" ? quoted(cell) : String(cell))).join(","));
      if (lines.length < LINES_AT_ONCE) continue;
      writeSync(file, `${lines.join("\n")}\n`);
      lines = [];
    }
    if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
  } finally {
    closeSync(file);
  }
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Number of the input (from 1) that a row is from. */
export const inputOf = (outcome: Outcome, row: number): number =>
  outcome.loaded.ends.findIndex((end) => row < end) + 1;

/** One row per record with the id of its group. */
export async function writeGroups(
  path: string,
  outcome: Outcome,
  groupIds: readonly string[],
): Promise<void> {
  const { ids } = outcome.loaded;
  const several = outcome.loaded.ends.length > 1;
  const columns = [
    ["cluster_id", "VARCHAR"],
    ["id", "VARCHAR"],
    ...(several ? [["input", "DOUBLE"] as const] : []),
  ] as const;
  const rows = ids.map((id, row) =>
    several ? [groupIds[row] ?? "", id, inputOf(outcome, row)] : [groupIds[row] ?? "", id],
  );
  await writeTable(path, columns, rows);
}

const PAIR_COLUMNS = [
  ["id_a", "VARCHAR"],
  ["id_b", "VARCHAR"],
  ["match_weight", "DOUBLE"],
  ["match_probability", "DOUBLE"],
] as const;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The links between two inputs. */
export async function writeLinks(path: string, outcome: Outcome): Promise<void> {
  const { links, loaded } = outcome;
  if (links === undefined)
    throw new LinkageFault(
      "bad-settings",
      "Only linking two inputs makes links; deduplication makes groups.",
    );
  const rows = Array.from(links.first, (i, k): Cell[] => [
    loaded.ids[i] ?? "",
    loaded.ids[links.second[k] as number] ?? "",
    round(links.weight[k] as number, 4),
    round(links.probability[k] as number, 6),
  ]);
  await writeTable(path, PAIR_COLUMNS, rows);
}

/** All scored pairs of at least a probability, best first. */
export async function writePairs(path: string, outcome: Outcome, leastProbability: number): Promise<void> {
  const { edges } = outcome.run.scored;
  const kept: number[] = [];
  for (let e = 0; e < edges.count; e++)
    if ((outcome.probabilities[e] as number) >= leastProbability) kept.push(e);
  kept.sort(
    (a, b) =>
      (outcome.probabilities[b] as number) - (outcome.probabilities[a] as number) ||
      (edges.weight[b] as number) - (edges.weight[a] as number) ||
      a - b,
  );
  const rows = kept.map((e): Cell[] => [
    outcome.loaded.ids[edges.first[e] as number] ?? "",
    outcome.loaded.ids[edges.second[e] as number] ?? "",
    round(edges.weight[e] as number, 4),
    round(outcome.probabilities[e] as number, 6),
  ]);
  await writeTable(path, PAIR_COLUMNS, rows);
}

/** The model as JSON that `--model` reads back. */
export function writeModel(path: string, model: Model): void {
  writeFileSync(
    path,
    `${JSON.stringify({ format: "linkage-model-1", priorWeight: priorWeight(model), ...model }, null, 1)}\n`,
  );
}
