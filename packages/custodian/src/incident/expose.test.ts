/** The engine against a model that goes through everything one by one, on random histories of offices and incidents. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Listed, ListedFacts, type ListedLook } from "../../test/listed-facts.ts";
import { exposeNaively, type NaiveExposure } from "../../test/naive-exposure.ts";
import { decideAnswer } from "./answer.ts";
import { countExposure } from "./count.ts";
import type { Evidence, Subject, Window } from "./evidence.ts";
import { type Exposure, expose } from "./expose.ts";
import { allFields, numbersIn } from "./field-mask.ts";
import { grades } from "./grade.ts";
import type { ExtractFacts, HeldSession } from "./holder-facts.ts";
import { PersonSet } from "./person-set.ts";

/** Some beyond a chunk of 65,536, where the compressed form changes. */
const people = [1, 2, 3, 4, 5, 6, 65_535, 65_536, 131_072, 4_000_000_000];
const somebody = fc.subarray(people, { minLength: 1 });
const mask = fc.constantFrom(0b1010, 0b1110, 0b10_0000_1010, 0b100, 0b1000);
const time = fc.integer({ min: 0, max: 60 });
const actors = ["actor-a", "actor-b", "actor-c"];
const workstations = ["desk-1", "desk-2", ""];

const sessions: fc.Arbitrary<HeldSession[]> = fc
  .array(
    fc.record({
      actor: fc.constantFrom(...actors),
      workstation: fc.constantFrom(...workstations),
      office: fc.constantFrom("north", "south"),
      device: fc.constantFrom("key", "phone"),
      startMs: time,
      lengthMs: fc.integer({ min: 1, max: 25 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) =>
    all.map(({ device, lengthMs, ...one }, n) => ({
      ...one,
      session: `session-${n}`,
      credential: `${one.actor} ${device}`,
      endMs: one.startMs + lengthMs,
    })),
  );

function looksOf(held: readonly HeldSession[]): fc.Arbitrary<ListedLook[]> {
  const look = fc.record({
    session: fc.constantFrom(...held),
    part: fc.nat(99),
    persons: somebody,
    fields: mask,
  });
  return fc.array(
    look.map(({ part, ...one }) => ({ ...one, atMs: momentOf(one.session, part) })),
    { maxLength: 20 },
  );
}

function momentOf({ startMs, endMs }: HeldSession, part: number): number {
  return startMs + Math.floor(((endMs - startMs) * part) / 100);
}

function extractsOf(held: readonly HeldSession[]): fc.Arbitrary<ExtractFacts[]> {
  const release = fc.record({ session: fc.constantFrom(...held), part: fc.nat(99), rows: somebody });
  const one = fc.record({
    holder: fc.constantFrom("never key", ...actors.flatMap((actor) => [`${actor} key`, `${actor} phone`])),
    office: fc.constantFrom("north", "south"),
    columns: mask,
    rows: somebody,
    sealedAtMs: time,
    openMs: fc.integer({ min: 0, max: 40 }),
    destroyedAtMs: fc.option(time, { nil: undefined }),
    releases: fc.array(release, { maxLength: 3 }),
  });
  return fc.array(one, { maxLength: 3 }).map((all) =>
    all.map(({ openMs, releases, ...rest }, n) => {
      const rows = PersonSet.of(rest.rows);
      return {
        ...rest,
        extract: `extract-${n}`,
        actor: held.find(({ credential }) => credential === rest.holder)?.actor ?? "",
        rows,
        closedAtMs: rest.sealedAtMs + openMs,
        releases: releases.map(({ session, part, rows: released }) => ({
          atMs: momentOf(session, part),
          session: session.session,
          rows: PersonSet.of(released).and(rows),
        })),
      };
    }),
  );
}

const listed: fc.Arbitrary<Listed> = sessions.chain((held) =>
  fc.record({
    sessions: fc.constant(held),
    looks: looksOf(held),
    extracts: extractsOf(held),
    gaps: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: time.map((fromMs) => [{ fromMs, untilMs: fromMs + 5 }]) },
    ),
    registered: fc
      .array(time, { minLength: people.length, maxLength: people.length })
      .map((times) => new Map(people.map((no, i) => [no, times[i] ?? 0]))),
  }),
);

const window: fc.Arbitrary<Window> = fc
  .record({
    fromMs: fc.option(time, { nil: undefined, freq: 3 }),
    lengthMs: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined, freq: 3 }),
    clockDoubtMs: fc.constantFrom(undefined, 1, 7),
  })
  .map(({ fromMs, lengthMs, clockDoubtMs }) => ({
    ...(fromMs !== undefined && { fromMs }),
    ...(lengthMs !== undefined && { untilMs: (fromMs ?? 10) + lengthMs }),
    ...(clockDoubtMs !== undefined && { clockDoubtMs }),
  }));

const extractName = fc.constantFrom("extract-0", "extract-1", "extract-2");
const holders: fc.Arbitrary<Subject> = fc.oneof(
  fc.record({ kind: fc.constant("workstation"), workstation: fc.constantFrom("desk-1", "desk-2") }),
  fc.record({ kind: fc.constant("session"), session: fc.nat(7).map((n) => `session-${n}`) }),
  fc.record({ kind: fc.constant("actor"), actor: fc.constantFrom(...actors) }),
  fc.record({
    kind: fc.constant("credential"),
    credential: fc.constantFrom(...actors.flatMap((a) => [`${a} key`, `${a} phone`])),
  }),
  fc.record({
    kind: fc.constant("extract"),
    extract: extractName,
    form: fc.constantFrom("sealed", "opened"),
  }),
);
const widening: fc.Arbitrary<Subject> = fc.constantFrom<Subject>(
  { kind: "key" },
  { kind: "backup" },
  { kind: "window" },
  { kind: "journal-gap" },
);
const found: fc.Arbitrary<Subject> = fc
  .record({
    persons: somebody,
    fields: mask,
    rows: fc.integer({ min: 1, max: 12 }),
    extract: fc.option(extractName),
  })
  .map(({ persons, fields, rows, extract }) => ({
    kind: "list",
    persons: PersonSet.of(persons),
    fields,
    rows: Math.max(rows, persons.length),
    ...(extract !== null && { extract }),
  }));
const subject = fc.oneof(
  { weight: 6, arbitrary: holders },
  { weight: 1, arbitrary: widening },
  { weight: 1, arbitrary: found },
);
const evidence: fc.Arbitrary<Evidence[]> = fc
  .array(fc.record({ subject, window }), { maxLength: 5 })
  .map((items) => items.map((item, i) => ({ ...item, no: i + 1 })));

const runs = Number(process.env["KURA_PROPERTY_RUNS"] ?? 1_500);

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
        const exposed = exposeNaively(items, facts, allFields).persons.size;
        const sum = (lines: readonly { readonly exposedPersons: number }[]): number =>
          lines.reduce((total, line) => total + line.exposedPersons, 0);
        expect(counts.exposedPersons).toBe(exposed);
        expect(sum(Object.values(counts.byGrade))).toBe(exposed);
        expect(sum(counts.byFields)).toBe(exposed);
        expect(sum(counts.byTrait)).toBe(exposed);
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
