/** Random histories of offices and random incidents, for fast-check: looks, extracts, releases, destructions, evidence. */
import fc from "fast-check";
import type { Evidence, Subject, Window } from "../src/incident/evidence.ts";
import type { ExtractFacts, HeldSession } from "../src/incident/holder-facts.ts";
import { PersonSet } from "../src/incident/person-set.ts";
import type { Listed, ListedLook } from "../src/incident/listed-facts.ts";

/** As the database has them: sixteen bytes in hexadecimal, and a UUID. */
const sessionName = (n: number): string => `0${n}`.repeat(16);
const extractName = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;

/** Some beyond a chunk of 65,536, where the compressed form changes. */
export const people = [1, 2, 3, 4, 5, 6, 65_535, 65_536, 131_072, 4_000_000_000];
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
      session: sessionName(n),
      credential: `${one.actor} ${device}`,
      endMs: one.startMs + lengthMs,
    })),
  );

/** Half of them looks; the others as screens, previews, receipts, extracts and exchanges of numbers leave them. */
const kinds = [
  ...(["opened", "opened", "opened", "found", "found"] as const),
  ...(["receipt", "screened", "reissued", "extracted"] as const),
];

function looksOf(held: readonly HeldSession[]): fc.Arbitrary<ListedLook[]> {
  const look = fc.record({
    kind: fc.constantFrom(...kinds),
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
        extract: extractName(n),
        actor: held.find(({ credential }) => credential === rest.holder)?.actor ?? "",
        rows,
        closedAtMs: Math.min(rest.sealedAtMs + openMs, rest.destroyedAtMs ?? Infinity),
        releases: releases.map(({ session, part, rows: released }) => ({
          atMs: momentOf(session, part),
          session: session.session,
          rows: PersonSet.of(released).and(rows),
        })),
      };
    }),
  );
}

export const listed: fc.Arbitrary<Listed> = sessions.chain((held) =>
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

const anyExtract = fc.constantFrom(extractName(0), extractName(1), extractName(2));
const holders: fc.Arbitrary<Subject> = fc.oneof(
  fc.record({ kind: fc.constant("workstation"), workstation: fc.constantFrom("desk-1", "desk-2") }),
  fc.record({ kind: fc.constant("session"), session: fc.nat(7).map((n) => sessionName(n)) }),
  fc.record({ kind: fc.constant("actor"), actor: fc.constantFrom(...actors) }),
  fc.record({
    kind: fc.constant("credential"),
    credential: fc.constantFrom(...actors.flatMap((a) => [`${a} key`, `${a} phone`])),
  }),
  fc.record({
    kind: fc.constant("extract"),
    extract: anyExtract,
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
    extract: fc.option(anyExtract),
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
export const evidence: fc.Arbitrary<Evidence[]> = fc
  .array(fc.record({ subject, window }), { maxLength: 5 })
  .map((items) => items.map((item, i) => ({ ...item, no: i + 1 })));
