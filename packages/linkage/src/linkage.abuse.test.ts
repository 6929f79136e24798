import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { historicalPeople, type SyntheticRow } from "../test/synthetic.ts";
import { LinkageFault } from "./fault.ts";
import { runTask, type Outcome } from "./linkage.ts";
import { readModel } from "./read-model.ts";
import { parseSettings } from "./settings.ts";
import type { Source } from "./source.ts";
import { fingerprintOf, openStages, type StageStore } from "./stages.ts";
import { writeModel } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "linkage-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROLES = {
  first_name: "given_name",
  surname: "surname",
  dob: "birth_date",
  birth_place: "place",
  unique_id: "id",
};
const people = historicalPeople({ people: 150, recordsPerPerson: 3, dirt: 0.5, seed: 6 });

const dedupe = (
  source: Source | readonly SyntheticRow[],
  roles: Record<string, string> = ROLES,
  stages?: StageStore,
): Promise<Outcome> =>
  runTask({
    kind: "dedupe",
    sources: ["length" in source ? { rows: source } : source],
    settings: parseSettings({ roles }),
    ...(stages === undefined ? {} : { stages }),
  });

const codeOf = (error: unknown): string => (error instanceof LinkageFault ? error.code : String(error));

describe("bad input", () => {
  it("an empty column is left out and the rest is linked", async () => {
    const outcome = await dedupe(people.map((row) => ({ ...row, birth_place: "" })));
    expect(outcome.plan.comparisons.map(({ name }) => name)).not.toContain("birth_place");
    expect(new Set(outcome.labels).size).toBeLessThan(people.length);
  });

  it("one value in every row of every column is refused: there is nothing to compare", async () => {
    const same = people.map((_, k) => ({
      unique_id: String(k),
      first_name: "ann",
      surname: "smith",
      dob: "",
      birth_place: "NULL",
    }));
    await expect(dedupe(same)).rejects.toSatisfy((error) => codeOf(error) === "no-comparison");
  });

  it("200,000 equal names cost a bounded number of pairs", async () => {
    const equal = Array.from({ length: 200_000 }, (_, k) => ({
      unique_id: String(k),
      first_name: "ann",
      surname: "smith",
      dob: k % 2 === 0 ? "1950-01-01" : "1950-01-02",
    }));
    const outcome = await dedupe(equal, {
      first_name: "given_name",
      surname: "surname",
      dob: "birth_date",
      unique_id: "id",
    });
    const pairs = outcome.run.scored.rules.reduce((sum, rule) => sum + rule.pairs, 0);
    expect(pairs).toBeLessThan(20_000_000);
    expect(outcome.labels).toHaveLength(200_000);
  }, 120_000);

  it("NaN, null, undefined and the words for nothing are missing, not equal", async () => {
    const odd = [Number.NaN, null, undefined, "NaN", "null", "N/A", "  ", "NULL"];
    const rows = [
      ...people,
      ...odd.map((value, k) => ({
        unique_id: `odd${k}`,
        first_name: value,
        surname: value,
        dob: value,
        birth_place: value,
      })),
    ];
    const outcome = await runTask({
      kind: "dedupe",
      sources: [{ rows }],
      settings: parseSettings({ roles: ROLES }),
    });
    const labels = outcome.loaded.ids.flatMap((id, row) =>
      id.startsWith("odd") ? [outcome.labels[row]] : [],
    );
    expect(new Set(labels).size).toBe(odd.length);
  });

  it("an id seen twice is refused with the number of such rows", async () => {
    const rows = [...people, ...people.slice(0, 3)];
    await expect(dedupe(rows)).rejects.toSatisfy(
      (error) => codeOf(error) === "duplicate-id" && String(error).includes("3 rows"),
    );
  });

  it("a role for a column that is not there is refused with the columns there are", async () => {
    await expect(dedupe(people, { ...ROLES, nickname: "given_name" })).rejects.toSatisfy(
      (error) => codeOf(error) === "missing-column",
    );
    await expect(dedupe(people, { surname: "shoe size" })).rejects.toSatisfy(
      (error) => codeOf(error) === "unknown-role",
    );
  });

  it("two inputs without a common column are refused", async () => {
    const settings = parseSettings({
      roles: { first_name: "given_name" },
      secondRoles: { dob: "birth_date" },
    });
    const task = { kind: "link", sources: [{ rows: people }, { rows: people }], settings } as const;
    await expect(runTask(task)).rejects.toSatisfy((error) => codeOf(error) === "one-sided-column");
  });

  it("values of 10,000 characters are compared by their beginning", async () => {
    const long = "x".repeat(10_000);
    const rows = people.map((row, k) => ({
      ...row,
      birth_place: k < 40 ? `${row["birth_place"] ?? ""}${long}${k}` : (row["birth_place"] ?? ""),
    }));
    const outcome = await dedupe(rows, { ...ROLES, birth_place: "text" });
    expect(outcome.labels).toHaveLength(rows.length);
  });

  it("one record, or none but a header, gives one group or none", async () => {
    await expect(dedupe(people.slice(0, 1))).rejects.toSatisfy((error) => codeOf(error) === "no-comparison");
    const path = join(folder, "empty.csv");
    writeFileSync(path, "unique_id,first_name,surname,dob,birth_place\n");
    await expect(dedupe({ path })).rejects.toSatisfy((error) => codeOf(error) === "no-comparison");
  });

  it("a missing file and a file that is no table are refused", async () => {
    await expect(dedupe({ path: join(folder, "nowhere.csv") })).rejects.toSatisfy(
      (error) => codeOf(error) === "missing-file",
    );
    const path = join(folder, "junk.parquet");
    writeFileSync(path, "this is not parquet");
    await expect(dedupe({ path })).rejects.toSatisfy((error) => codeOf(error) === "unreadable-input");
  });

  it("quotes in file names and column names reach no statement", async () => {
    const path = join(folder, "it's; DROP TABLE x.csv");
    writeFileSync(
      path,
      ['"a""b",surname', ...people.map((row) => `${row["first_name"]},${row["surname"]}`)].join("\n"),
    );
    const outcome = await dedupe({ path }, { 'a"b': "given_name", surname: "surname" });
    expect(outcome.labels).toHaveLength(people.length);
  });

  it("no refusal repeats a value of a record", async () => {
    const rows = people.map((row) => ({ ...row, unique_id: "Ada Lovelace" }));
    await expect(dedupe(rows)).rejects.toSatisfy((error) => !String(error).includes("Ada"));
  });
});

describe("a killed run", () => {
  class Killed extends Error {}

  it("goes on from the stages that were finished, to the same result", async () => {
    const input = join(folder, "people.csv");
    const columns = Object.keys(people[0] ?? {});
    const many = historicalPeople({ people: 900, recordsPerPerson: 3, dirt: 0.5, seed: 6 });
    writeFileSync(
      input,
      [columns.join(","), ...many.map((row) => columns.map((name) => row[name]).join(","))].join("\n"),
    );
    const whole = await dedupe({ path: input });
    const work = join(folder, "work");
    const fingerprint = fingerprintOf([input], ROLES);
    const store = openStages(work, fingerprint);
    let saves = 0;
    const killing: StageStore = {
      load: (stage) => store.load(stage),
      save: (stage, content) => {
        store.save(stage, content);
        if (++saves === 4) throw new Killed();
      },
    };
    await expect(dedupe({ path: input }, ROLES, killing)).rejects.toBeInstanceOf(Killed);
    expect(readdirSync(work)).toContain("model.json");
    expect(readdirSync(work).some((name) => name.endsWith(".part"))).toBe(false);
    const resumed = await dedupe({ path: input }, ROLES, openStages(work, fingerprint));
    expect([...resumed.labels]).toEqual([...whole.labels]);
  });

  it("refuses a work folder of other inputs", () => {
    const work = join(folder, "other");
    openStages(work, "one");
    expect(() => openStages(work, "two")).toThrow("another run");
  });
});

describe("files that are not what they should be", () => {
  it("a model is read back as it was written, and nothing else is taken for one", async () => {
    const path = join(folder, "model.json");
    const { model } = (await dedupe(people)).run;
    writeModel(path, model);
    expect(readModel(path)).toMatchObject(model);
    writeFileSync(path, '{"format":"linkage-model-1"}');
    expect(() => readModel(path)).toThrow("not a model");
  });

  it("settings with unknown names or wrong types are refused by name", () => {
    expect(() => parseSettings({ treshold: 0.5 })).toThrow('"treshold"');
    expect(() => parseSettings({ threshold: 2 })).toThrow('"threshold"');
    expect(() => parseSettings({ seed: -1 })).toThrow('"seed"');
    expect(() => parseSettings([])).toThrow("object");
    expect(() => parseSettings({ constructor: "x" })).toThrow('"constructor"');
  });
});
