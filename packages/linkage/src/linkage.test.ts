import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { civilRegister, historicalPeople, payments, shuffle, type SyntheticRow } from "../test/synthetic.ts";
import { accuracyOf } from "./describe.ts";
import { runTask, type Outcome, type Task } from "./linkage.ts";
import { randomFrom } from "./random.ts";
import { parseSettings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "linkage-labels-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HISTORICAL = {
  full_name: "full_name",
  first_name: "given_name",
  surname: "surname",
  dob: "birth_date",
  birth_place: "place",
  postcode_fake: "postcode",
  gender: "sex",
  occupation: "category",
  unique_id: "id",
  cluster: "truth",
};
const PAYMENTS = {
  memo: "text",
  transaction_date: "date",
  amount: "amount",
  unique_id: "id",
  ground_truth: "truth",
};
const CIVIL = {
  fname_c1: "given_name",
  fname_c2: "middle_name",
  lname_c1: "surname",
  by: "birth_year",
  bm: "birth_month",
  bd: "birth_day",
  truth: "truth",
};

const dedupe = (
  rows: readonly SyntheticRow[],
  roles: Record<string, string>,
  more: object = {},
): Promise<Outcome> =>
  runTask({ kind: "dedupe", sources: [{ rows }], settings: parseSettings({ roles, ...more }) });

const link = (
  first: readonly SyntheticRow[],
  second: readonly SyntheticRow[],
  roles: Record<string, string>,
  more: Partial<Task> = {},
): Promise<Outcome> =>
  runTask({
    kind: "link",
    sources: [{ rows: first }, { rows: second }],
    settings: parseSettings({ roles }),
    ...more,
  });

/** Groups as sorted lists of ids, whatever the order of rows. */
function groupsOf(outcome: Outcome): string[] {
  const groups = new Map<number, string[]>();
  for (const [row, label] of outcome.labels.entries())
    groups.set(label, [...(groups.get(label) ?? []), outcome.loaded.ids[row] ?? ""]);
  return [...groups.values()].map((ids) => ids.sort().join(" ")).sort();
}

const linksOf = (outcome: Outcome, isSwapped = false): string[] =>
  Array.from(outcome.links?.first ?? [], (i, k) => {
    const [a, b] = [outcome.loaded.ids[i] ?? "", outcome.loaded.ids[outcome.links?.second[k] ?? 0] ?? ""];
    return isSwapped ? `${b} ${a}` : `${a} ${b}`;
  }).sort();

describe("grouping people with nothing but roles given", () => {
  const rows = historicalPeople({ people: 400, recordsPerPerson: 5, dirt: 0.8, seed: 42 });

  it("groups dirty records of several per person, and hardly ever two people", async () => {
    const accuracy = accuracyOf(await dedupe(rows, HISTORICAL));
    expect(accuracy?.precision).toBeGreaterThan(0.97);
    expect(accuracy?.f1).toBeGreaterThan(0.9);
    expect(accuracy?.bCubedF1).toBeGreaterThan(0.93);
  });

  it("does not depend on the order of rows", async () => {
    const shuffled = shuffle(randomFrom(5), [...rows]);
    expect(groupsOf(await dedupe(shuffled, HISTORICAL))).toEqual(groupsOf(await dedupe(rows, HISTORICAL)));
  });

  it("gives the same result for the same seed", async () => {
    const [first, second] = [
      await dedupe(rows, HISTORICAL, { seed: 9 }),
      await dedupe(rows, HISTORICAL, { seed: 9 }),
    ];
    expect(first.run.model).toEqual(second.run.model);
    expect([...first.labels]).toEqual([...second.labels]);
  });

  it("never lets the truth influence the result", async () => {
    const blind = await dedupe(rows, { ...HISTORICAL, cluster: "ignore" });
    expect(groupsOf(blind)).toEqual(groupsOf(await dedupe(rows, HISTORICAL)));
  });

  it("improves on connected components where records are dirty", async () => {
    const average = accuracyOf(await dedupe(rows, HISTORICAL));
    const components = accuracyOf(await dedupe(rows, HISTORICAL, { clustering: "components" }));
    expect(average?.f1 ?? 0).toBeGreaterThanOrEqual(components?.f1 ?? 1);
  });

  it("finds the twice registered among thousands", async () => {
    const accuracy = accuracyOf(await dedupe(civilRegister(3000, 300, 4), CIVIL));
    expect(accuracy?.f1).toBeGreaterThan(0.96);
  });

  it("has probabilities that are about right", async () => {
    const outcome = await dedupe(civilRegister(3000, 300, 4), CIVIL);
    const { edges } = outcome.run.scored;
    let [expected, actual] = [0, 0];
    for (let e = 0; e < edges.count; e++) {
      expected += outcome.probabilities[e] ?? 0;
      if (outcome.truth?.[edges.first[e] ?? 0] === outcome.truth?.[edges.second[e] ?? 0]) actual++;
    }
    expect(expected / actual).toBeGreaterThan(0.75);
    expect(expected / actual).toBeLessThan(1.33);
  });
});

describe("linking two inputs", () => {
  it("pairs payments one to one", async () => {
    const { sent, received } = payments(1500, 3);
    const outcome = await link(sent, received, PAYMENTS);
    expect(outcome.assignment).toBe("one-to-one");
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.93);
    expect(new Set(outcome.links?.first).size).toBe(outcome.links?.first.length);
    expect(new Set(outcome.links?.second).size).toBe(outcome.links?.second.length);
  });

  it("does not depend on which input comes first", async () => {
    const rows = civilRegister(2400, 300, 8);
    const [first, second] = [
      rows.filter((row) => row["id"]?.startsWith("p")),
      rows.filter((row) => row["id"]?.startsWith("d")),
    ];
    const forward = linksOf(await link(first, second, CIVIL));
    const backward = linksOf(await link(second, first, CIVIL), true);
    const common = forward.filter((pair) => backward.includes(pair)).length;
    expect(forward.length).toBeGreaterThan(250);
    expect(common / Math.max(forward.length, backward.length)).toBeGreaterThan(0.99);
  });

  it("finds columns with other names in the second input by their roles", async () => {
    const rows = civilRegister(1200, 200, 2);
    const first = rows.filter((row) => row["id"]?.startsWith("p"));
    const second = rows
      .filter((row) => row["id"]?.startsWith("d"))
      .map((row) => ({
        key: row["id"],
        given: row["fname_c1"],
        family: row["lname_c1"],
        y: row["by"],
        m: row["bm"],
        d: row["bd"],
        truth: row["truth"],
      }));
    const outcome = await runTask({
      kind: "link",
      sources: [{ rows: first }, { rows: second }],
      settings: parseSettings({
        roles: CIVIL,
        secondRoles: {
          key: "id",
          given: "given_name",
          family: "surname",
          y: "birth_year",
          m: "birth_month",
          d: "birth_day",
          truth: "truth",
        },
      }),
    });
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.95);
    expect(outcome.columns.oneSided).toEqual(["fname_c2"]);
  });
});

describe("small files and labels", () => {
  const first: SyntheticRow[] = [
    { id: "1", first_name: "John", surname: "Smith", dob: "1980-01-02", city: "Leeds" },
    { id: "2", first_name: "Mary", surname: "Jones", dob: "1975-05-06", city: "York" },
    { id: "3", first_name: "Alan", surname: "Turner", dob: "1990-12-01", city: "Hull" },
    { id: "4", first_name: "Olivia", surname: "Stone", dob: "2000-10-10", city: "York" },
  ];
  const second: SyntheticRow[] = [
    { id: "a", first_name: "Jon", surname: "Smith", dob: "02/01/1980", city: "Leeds" },
    { id: "b", first_name: "Marie", surname: "Jones", dob: "06/05/1975", city: "York" },
    { id: "c", first_name: "Alan", surname: "Turner", dob: "01/12/1990", city: "" },
    { id: "d", first_name: "Zoe", surname: "Green", dob: "09/09/1999", city: "Bath" },
  ];

  it("links a handful of records as a person would, although their own frequencies say nothing", async () => {
    const roles = {
      first_name: "given_name",
      surname: "surname",
      dob: "birth_date",
      city: "place",
      id: "id",
    };
    expect(linksOf(await link(first, second, roles))).toEqual(["1 a", "2 b", "3 c"]);
  });

  it("moves m towards labelled matches", async () => {
    const rows = civilRegister(1200, 200, 2);
    const path = join(folder, "labels.csv");
    const labels = Array.from({ length: 200 }, (_, k) => `p${k},d${k},1`);
    writeFileSync(path, ["id_a,id_b,match", ...labels].join("\n"));
    const [plain, labelled] = [await dedupe(rows, CIVIL), await dedupe(rows, CIVIL, { labels: path })];
    const share = (outcome: Outcome): number =>
      outcome.run.model.comparisons.find(({ name }) => name === "lname_c1")?.m.at(-1) ?? 0;
    // A third of the made duplicates have an error in the surname.
    expect(Math.abs(share(labelled) - 2 / 3)).toBeLessThanOrEqual(Math.abs(share(plain) - 2 / 3) + 0.01);
    expect(accuracyOf(labelled)?.f1).toBeGreaterThan(0.95);
  });
});

describe("what is never grouped", () => {
  const one = { name: "Ada Example", birth_date: "1950-01-02", city: "Nowhere" };
  const filler = historicalPeople({ people: 120, recordsPerPerson: 2, dirt: 0.3, seed: 1 }).map((row) => ({
    id: row["unique_id"] ?? "",
    name: row["full_name"] ?? "",
    birth_date: row["dob"] ?? "",
    city: row["birth_place"] ?? "",
    start: "",
    end: "",
  }));
  const roles = {
    name: "full_name",
    birth_date: "birth_date",
    city: "place",
    id: "id",
    start: "range_start",
    end: "range_end",
  };
  const period = (id: string, start: string, end: string): SyntheticRow => ({ ...one, id, start, end });

  it("keeps records with overlapping periods apart where that is asked for", async () => {
    const rows = [
      ...filler,
      period("x1", "1970-01-01", "1980-01-01"),
      period("x2", "1975-01-01", "1990-01-01"),
      period("x3", "1991-01-01", "1999-01-01"),
    ];
    const groups = groupsOf(await dedupe(rows, roles, { noOverlap: true }));
    expect(groups.some((group) => group.includes("x1") && group.includes("x2"))).toBe(false);
    expect(
      groups.some((group) => group.includes("x3") && (group.includes("x1") || group.includes("x2"))),
    ).toBe(true);
  });

  it("keeps records of one input apart where that is asked for", async () => {
    const both = [...filler, period("x1", "", ""), period("x2", "", "")];
    const settings = parseSettings({ roles, onePerSource: true });
    const outcome = await runTask({
      kind: "dedupe",
      sources: [{ rows: both }, { rows: [period("y1", "", "")] }],
      settings,
    });
    const group = groupsOf(outcome).find((ids) => ids.includes("y1"));
    expect(group?.split(" ")).toHaveLength(2);
  });
});
