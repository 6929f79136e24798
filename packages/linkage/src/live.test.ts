import { describe, expect, it } from "vitest";
import { historicalPeople, type SyntheticRow } from "../test/synthetic.ts";
import { addRecords } from "./add.ts";
import { NO_LISTS } from "./ja/lists.ts";
import { runTask, type Outcome } from "./linkage.ts";
import { LiveIndex } from "./live.ts";
import { parseSettings } from "./settings.ts";

const ROLES = {
  first_name: "given_name",
  surname: "surname",
  dob: "birth_date",
  birth_place: "place",
  postcode_fake: "postcode",
  unique_id: "id",
};
const settings = parseSettings({ roles: ROLES });
const people = historicalPeople({ people: 1500, recordsPerPerson: 2, dirt: 0.6, seed: 12 });

const columnsOf = (outcome: Outcome) =>
  outcome.columns.fields.flatMap((field) => {
    const [role, column] = [outcome.columns.roles.get(field.name), outcome.loaded.columns.get(field.name)];
    return role === undefined || column === undefined ? [] : [{ name: field.name, role, column }];
  });

describe("one record against many, live", () => {
  it("finds what the batch run finds, with the same weights", async () => {
    const outcome = await runTask({ kind: "dedupe", sources: [{ rows: people }], settings });
    const index = new LiveIndex({
      columns: columnsOf(outcome),
      ids: outcome.loaded.ids,
      plan: outcome.plan,
      model: outcome.run.model,
      rules: outcome.run.rules.map(({ rule }) => rule),
      japanese: NO_LISTS,
    });
    const rowOf = new Map(outcome.loaded.ids.map((id, row) => [id, row]));
    let found = 0;
    for (const record of people.slice(0, 60)) {
      const matches = index.search(record);
      const own = rowOf.get(record["unique_id"] ?? "") ?? -1;
      if (matches.some(({ row }) => row === own)) found++;
      for (const match of matches.filter(({ row }) => row !== own))
        expect(match.weight).toBeCloseTo(
          outcome.run.weigher.of(Math.min(own, match.row), Math.max(own, match.row)),
          3,
        );
    }
    expect(found).toBeGreaterThan(50);
  });

  it("finds nobody for a record that says nothing", async () => {
    const outcome = await runTask({ kind: "dedupe", sources: [{ rows: people }], settings });
    const index = new LiveIndex({
      columns: columnsOf(outcome),
      ids: outcome.loaded.ids,
      plan: outcome.plan,
      model: outcome.run.model,
      rules: outcome.run.rules.map(({ rule }) => rule),
      japanese: NO_LISTS,
    });
    expect(index.search({})).toEqual([]);
  });
});

describe("adding records to groups that stand", () => {
  it("keeps every standing group and its id, and lets new records join", async () => {
    const base = people.filter((_, k) => k % 3 !== 0);
    const added = people.filter((_, k) => k % 3 === 0);
    const groups = new Map(
      base.map((row: SyntheticRow) => [row["unique_id"] ?? "", `g-${row["cluster"] ?? ""}`]),
    );
    const result = await addRecords({ base: { rows: base }, added: { rows: added }, groups, settings });
    const { ids, ends } = result.outcome.loaded;
    for (let row = 0; row < (ends[0] ?? 0); row++)
      expect(result.groupIds[row]).toBe(groups.get(ids[row] ?? ""));
    const clusterOf = new Map(people.map((row) => [row["unique_id"], `g-${row["cluster"] ?? ""}`]));
    let [right, wrong] = [0, 0];
    for (let row = ends[0] ?? 0; row < ids.length; row++) {
      const group = result.groupIds[row] ?? "";
      if (!group.startsWith("g-")) continue;
      if (group === clusterOf.get(ids[row] ?? "")) right++;
      else wrong++;
    }
    expect(result.counts.added).toBe(added.length);
    expect(right).toBeGreaterThan(added.length * 0.4);
    expect(wrong).toBeLessThan(right * 0.05);
  });
});
