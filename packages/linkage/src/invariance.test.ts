// What must not matter: how many threads score, which input is called the first, where the rows come from.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { voters } from "../test/shapes.ts";
import { civilRegister, historicalPeople, type SyntheticRow } from "../test/synthetic.ts";
import { MIN_PARALLEL_ROWS } from "./limits.ts";
import { runTask, type Outcome } from "./linkage.ts";
import type { Model } from "./model/model.ts";
import { parseSettings } from "./settings.ts";
import type { Source } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "linkage-same-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CIVIL = {
  id: "id",
  fname_c1: "given_name",
  fname_c2: "middle_name",
  lname_c1: "surname",
  by: "birth_year",
  bm: "birth_month",
  bd: "birth_day",
};
const VOTERS = {
  id: "id",
  first_name: "given_name",
  last_name: "surname",
  city: "place",
  zip_code: "postcode",
};

const link = (
  first: Source,
  second: Source,
  roles: Record<string, string>,
  more: { readonly model?: Model; readonly threads?: number } = {},
): Promise<Outcome> =>
  runTask({
    kind: "link",
    sources: [first, second],
    settings: parseSettings({ roles, ...(more.threads === undefined ? {} : { threads: more.threads }) }),
    ...(more.model === undefined ? {} : { model: more.model }),
  });

const linksOf = (outcome: Outcome, isSwapped = false): string[] =>
  Array.from(outcome.links?.first ?? [], (i, k) => {
    const [a, b] = [outcome.loaded.ids[i] ?? "", outcome.loaded.ids[outcome.links?.second[k] ?? 0] ?? ""];
    return isSwapped ? `${b} ${a}` : `${a} ${b}`;
  }).sort();

describe("what does not matter", () => {
  it("how many threads score: the same pairs get the same weights, to the bit", async () => {
    const { first, second } = voters(8000, 2500, 3);
    const [one, three] = await Promise.all(
      [1, 3].map((threads) => link({ rows: first }, { rows: second }, VOTERS, { threads })),
    );
    expect(one?.run.scored.edges.count).toBeGreaterThan(8000);
    expect(three?.run.model).toEqual(one?.run.model);
    expect(three?.run.scored).toEqual(one?.run.scored);
    expect(three?.probabilities).toEqual(one?.probabilities);
    expect(three?.links).toEqual(one?.links);
  }, 120_000);

  it("how many threads weigh again and cluster: the same groups", async () => {
    const people = historicalPeople({ people: 3600, recordsPerPerson: 6, dirt: 1, seed: 12 });
    const roles = {
      unique_id: "id",
      first_name: "given_name",
      surname: "surname",
      dob: "birth_date",
      birth_place: "place",
    };
    const [one, two] = await Promise.all(
      [1, 2].map((threads) =>
        runTask({
          kind: "dedupe",
          sources: [{ rows: people }],
          settings: parseSettings({ roles, threads }),
        }),
      ),
    );
    expect(people.length).toBeGreaterThan(MIN_PARALLEL_ROWS);
    expect(two?.labels).toEqual(one?.labels);
    expect(two?.run.model).toEqual(one?.run.model);
    expect(two?.run.scored).toEqual(one?.run.scored);
  }, 120_000);

  it("which input is called the first, to the last link, once the model is given", async () => {
    const rows = civilRegister(1500, 250, 8);
    const of = (letter: string): Source => ({ rows: rows.filter((row) => row["id"]?.startsWith(letter)) });
    const { run } = await link(of("p"), of("d"), CIVIL);
    const forward = await link(of("p"), of("d"), CIVIL, { model: run.model });
    const backward = await link(of("d"), of("p"), CIVIL, { model: run.model });
    expect(linksOf(forward).length).toBeGreaterThan(200);
    expect(linksOf(backward, true)).toEqual(linksOf(forward));
  });

  it("whether rows come from an array or from a table of a DuckDB database", async () => {
    const rows = civilRegister(1500, 250, 8);
    const path = join(folder, "people.duckdb");
    await fillDatabase(path, "the people", rows);
    const grouped = async (source: Source): Promise<string[]> => {
      const settings = parseSettings({ roles: CIVIL });
      const { labels, loaded } = await runTask({ kind: "dedupe", sources: [source], settings });
      const groups = new Map<number, string[]>();
      for (const [row, label] of labels.entries())
        groups.set(label, [...(groups.get(label) ?? []), loaded.ids[row] ?? ""]);
      return [...groups.values()].map((ids) => ids.sort().join(" ")).sort();
    };
    expect(await grouped({ database: path, table: "the people" })).toEqual(await grouped({ rows }));
  });
});

async function fillDatabase(path: string, table: string, rows: readonly SyntheticRow[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const columns = Object.keys(rows[0] ?? {});
  await connection.run(`CREATE TABLE "${table}" (${columns.map((name) => `"${name}" VARCHAR`).join(", ")})`);
  const appender = await connection.createAppender(table);
  for (const row of rows) {
    for (const name of columns) appender.appendVarchar(row[name] ?? "");
    appender.endRow();
  }
  appender.closeSync();
  connection.closeSync();
  instance.closeSync();
}
