/** The engine against a model that goes through everything one by one, on random histories of offices and incidents. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evidence, listed, people } from "../../test/histories.ts";
import { ListedFacts } from "./listed-facts.ts";
import { exposeNaively, type NaiveExposure } from "../../test/naive-exposure.ts";
import { decideAnswer } from "./answer.ts";
import { countExposure } from "./count.ts";
import { type Exposure, expose } from "./expose.ts";
import { allFields, numbersIn } from "./field-mask.ts";
import { grades } from "./grade.ts";
import { PersonSet } from "./person-set.ts";

const runs = Number(process.env["KURA_PROPERTY_RUNS"] ?? 500);

describe("the exposure of an incident", () => {
  test("is what a model finds that goes through every look and every row for every person", async () => {
    await fc.assert(
      fc.asyncProperty(listed, evidence, async (facts, items) => {
        const exposure = await expose(items, new ListedFacts(facts));
        expect(flatOf(exposure)).toEqual(naiveFlat(exposeNaively(items, facts, allFields)));
      }),
      { numRuns: runs },
    );
  });

  test("gives every person the answer that the evidence gives", async () => {
    await fc.assert(
      fc.asyncProperty(listed, evidence, async (facts, items) => {
        const { classes } = await expose(items, new ListedFacts(facts));
        const model = exposeNaively(items, facts, allFields);
        for (const personNo of people) {
          const own = model.persons.get(personNo);
          const answer = decideAnswer(classes, personNo);
          const surest = new Set(own?.values());
          const isExposed = surest.has("disclosed") || surest.has("reachable");
          const expected = own === undefined ? "nothing-found" : isExposed ? "exposed" : "cannot-rule-out";
          expect(answer.answer).toBe(expected);
          const told = answer.answer === "nothing-found" ? [] : numbersIn(answer.fields);
          const wanted = [...(own ?? [])].filter(([, grade]) => !isExposed || grade !== "cannot-rule-out");
          expect(told).toEqual(wanted.map(([field]) => field).toSorted((a, b) => a - b));
        }
      }),
      { numRuns: runs },
    );
  });

  test("is never less with more evidence, and what is withdrawn leaves no trace", async () => {
    await fc.assert(
      fc.asyncProperty(listed, evidence, fc.nat(4), async (facts, items, which) => {
        const listedFacts = new ListedFacts(facts);
        const withdrawn = items.filter((_, i) => i !== which % Math.max(1, items.length));
        const [all, fewer] = [await expose(items, listedFacts), await expose(withdrawn, listedFacts)];
        const persons = (of: Exposure): PersonSet => PersonSet.union(of.classes.map((one) => one.persons));
        expect(persons(fewer).without(persons(all)).size).toBe(0);
        expect(flatOf(fewer)).toEqual(naiveFlat(exposeNaively(withdrawn, facts, allFields)));
      }),
      { numRuns: Math.ceil(runs / 4) },
    );
  });

  test("counts every exposed person once over the grades, the combinations and the values of a trait", async () => {
    const trait = (value: string, nos: readonly number[]) => ({
      dimension: "half",
      value,
      persons: PersonSet.of(nos),
    });
    const traits = [trait("low", people.slice(0, 3)), trait("high", people.slice(6))];
    await fc.assert(
      fc.asyncProperty(listed, evidence, async (facts, items) => {
        const exposure = await expose(items, new ListedFacts(facts));
        const counts = countExposure(exposure, traits);
        const model = exposeNaively(items, facts, allFields);
        const exposed = model.persons.size;
        const sum = (lines: readonly { readonly exposedPersons: number }[]): number =>
          lines.reduce((total, line) => total + line.exposedPersons, 0);
        expect(counts.exposedPersons).toBe(exposed);
        expect(sum(Object.values(counts.byGrade))).toBe(exposed);
        expect(sum(counts.byFields)).toBe(exposed);
        expect(sum(counts.byTrait)).toBe(exposed);
        const byOffice = Map.groupBy(counts.byOffice, ({ office }) => office);
        expect(new Map([...byOffice].map(([office, own]) => [office, sum(own)]))).toEqual(
          new Map([...model.offices].map(([office, own]) => [office, own.size])),
        );
        expect(counts.byFields.reduce((total, line) => total + line.exposedRecords, 0)).toBe(
          counts.exposedRecords,
        );
        expect(counts.byOffice.reduce((total, line) => total + line.exposedRecords, 0)).toBe(
          counts.exposedRecords,
        );
      }),
      { numRuns: Math.ceil(runs / 4) },
    );
  });
});

/** Both sides in one plain form: `person field grade`, records by grade, `office person`. */
interface Flat {
  readonly fields: readonly string[];
  readonly records: Readonly<Record<string, number>>;
  readonly offices: readonly string[];
}

function flatOf(exposure: Exposure): Flat {
  const fields = exposure.classes.flatMap(({ fields: masks, persons }) =>
    [...persons.toNumbers()].flatMap((no) =>
      grades.flatMap((grade) => numbersIn(masks[grade]).map((field) => `${no} ${field} ${grade}`)),
    ),
  );
  const { byGrade } = countExposure(exposure);
  const records = Object.fromEntries(grades.map((grade) => [grade, byGrade[grade].exposedRecords]));
  const offices = exposure.slices.flatMap(({ office, persons }) =>
    [...persons.toNumbers()].map((no) => `${office} ${no}`),
  );
  return { fields: fields.toSorted(), records, offices: [...new Set(offices)].toSorted() };
}

function naiveFlat({ persons, records, offices }: NaiveExposure): Flat {
  const fields = [...persons].flatMap(([no, own]) =>
    [...own].map(([field, grade]) => `${no} ${field} ${grade}`),
  );
  const byOffice = [...offices].flatMap(([office, own]) => [...own].map((no) => `${office} ${no}`));
  return { fields: fields.toSorted(), records, offices: byOffice.toSorted() };
}
