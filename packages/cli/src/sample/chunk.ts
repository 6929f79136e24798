/**
 * A chunk: the bytes of all files for a range of persons. Pure but for its generators; the same range of the same
 * sample gives the same bytes, whoever makes it and however the ranges are cut.
 */
import { ByteSink } from "./byte-sink.ts";
import type { LineParts } from "./byte-sink.ts";
import type { Run } from "./career.ts";
import { drawCareer } from "./career.ts";
import { monthAt } from "./money.ts";
import type { OrphanRecord } from "./orphan.ts";
import { orphanMaker } from "./orphan.ts";
import { orphanTail, truthLine } from "./orphan-lines.ts";
import type { SamplePerson } from "./person.ts";
import { personMaker } from "./person.ts";
import { personLines } from "./person-lines.ts";
import type { Months } from "./premium-lines.ts";
import { premiumLineWriter } from "./premium-lines.ts";
import { Random, streams } from "./random.ts";

/** The files of a sample, in the order in which they are written. */
export const sampleFiles = ["persons", "premiums", "orphans", "truth", "duplicates"] as const;
export type SampleFile = (typeof sampleFiles)[number];

/** Everything that decides the bytes. Plain values, so that it can be posted to a thread. */
export interface SamplePlan {
  readonly persons: number;
  /** A safe integer of at least 0. */
  readonly seed: number;
  /** The last month, counted since year 0. */
  readonly untilMonth: number;
  /** At most this many of a person's latest insured months are written. */
  readonly historyMonths: number;
  /** How many persons have lines in the premium file, spread evenly over the register. */
  readonly premiumPersons: number;
}

export interface FileCount {
  readonly lines: number;
  readonly yen: number;
}

export interface SampleChunk {
  readonly bytes: Readonly<Record<SampleFile, Uint8Array<ArrayBuffer>>>;
  /** Lines without headers, and yen where the file has amounts. */
  readonly counts: Readonly<Record<SampleFile, FileCount>>;
  /** Orphan records whose owner is in the register, and those of nobody in it. */
  readonly ownedRecords: number;
  readonly strangerRecords: number;
}

/** Makes chunks of one plan: persons `from` to before `to`. Keeps generators and caches between calls. */
export function chunkMaker(plan: SamplePlan): (from: number, to: number) => SampleChunk {
  const makePerson = personMaker(plan.seed, plan.untilMonth);
  const makeOrphans = orphanMaker(plan.seed, plan.untilMonth, makePerson);
  const careers = new Random(plan.seed);
  const writePremiums = premiumLineWriter();
  return (from, to) => {
    const sinks = emptySinks();
    const tally = emptyTally();
    let ownedRecords = 0;
    let strangerRecords = 0;
    const writeOrphans = (records: readonly OrphanRecord[]): void => {
      for (const record of records) {
        const parts: LineParts = {
          head: nothing,
          reference: encoder.encode(`${record.reference}-`),
          tail: encoder.encode(orphanTail(record)),
        };
        const written = writePremiums(sinks.orphans, record.runs, always, parts, record.birthMonth);
        add(tally.orphans, written.lines, written.yen);
        sinks.truth.text(truthLine(record, written));
        add(tally.truth, 1, written.yen);
      }
    };
    for (let index = from; index < to; index += 1) {
      const person = makePerson(index);
      const runs = drawCareer(person, plan.untilMonth, careers.start(streams.career, index));
      const orphaned = makeOrphans.owned(person, runs);
      sinks.persons.text(personLines(person));
      add(tally.persons, person.secondNumber === undefined ? 1 : 2, 0);
      if (person.secondNumber !== undefined) {
        sinks.duplicates.text(`${person.pensionNumber},${person.secondNumber}\n`);
        add(tally.duplicates, 1, 0);
      }
      if (hasPremiums(plan, index))
        writePerson(sinks, tally, person, latest(orphaned.kept, plan.historyMonths));
      writeOrphans(orphaned.records);
      const strangers = makeOrphans.strangers(index);
      writeOrphans(strangers);
      ownedRecords += orphaned.records.length;
      strangerRecords += strangers.length;
    }
    return { bytes: takeAll(sinks), counts: tally, ownedRecords, strangerRecords };
  };

  /** Under a second number stand the months before the change of employer that brought the number of today. */
  function writePerson(sinks: Sinks, tally: Tally, person: SamplePerson, runs: readonly Run[]): void {
    const birthMonth = monthAt(person.born.year, person.born.month);
    const reference = encoder.encode(`P${String(person.index + 1).padStart(8, "0")}-`);
    const change = person.secondNumber === undefined ? 0 : (runs[Math.floor(runs.length / 2)]?.from ?? 0);
    const before = person.secondNumber ?? person.pensionNumber;
    const oldParts: LineParts = { head: encoder.encode(before), reference, tail: lineEnd };
    const first = writePremiums(sinks.premiums, runs, { from: 0, to: change }, oldParts, birthMonth);
    const parts: LineParts = { head: encoder.encode(person.pensionNumber), reference, tail: lineEnd };
    const since: Months = { from: change, to: always.to };
    const second = writePremiums(sinks.premiums, runs, since, parts, birthMonth, first.lines + 1);
    add(tally.premiums, first.lines + second.lines, first.yen + second.yen);
  }
}

/** The latest insured months of a history, at most that many. */
export function latest(runs: readonly Run[], historyMonths: number): readonly Run[] {
  let left = historyMonths;
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const run = runs[at];
    if (run === undefined) break;
    const months = run.to - run.from;
    if (months >= left) return [{ ...run, from: run.to - left }, ...runs.slice(at + 1)];
    left -= months;
  }
  return runs;
}

type Sinks = Readonly<Record<SampleFile, ByteSink>>;
type Tally = Record<SampleFile, { lines: number; yen: number }>;

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);
const lineEnd = encoder.encode("\n");
const always: Months = { from: 0, to: Number.MAX_SAFE_INTEGER };

function hasPremiums(plan: SamplePlan, index: number): boolean {
  const upTo = (count: number) => Math.floor((count * plan.premiumPersons) / plan.persons);
  return upTo(index + 1) > upTo(index);
}

function emptySinks(): Sinks {
  return Object.fromEntries(sampleFiles.map((file) => [file, new ByteSink()])) as Record<
    SampleFile,
    ByteSink
  >;
}

function emptyTally(): Tally {
  return Object.fromEntries(sampleFiles.map((file) => [file, { lines: 0, yen: 0 }])) as Tally;
}

function takeAll(sinks: Sinks): Record<SampleFile, Uint8Array<ArrayBuffer>> {
  return Object.fromEntries(sampleFiles.map((file) => [file, sinks[file].take()])) as Record<
    SampleFile,
    Uint8Array<ArrayBuffer>
  >;
}

function add(count: { lines: number; yen: number }, lines: number, yen: number): void {
  count.lines += lines;
  count.yen += yen;
}
