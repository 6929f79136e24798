/**
 * Orphan records: premiums under a handbook the register does not know, with the errors that keep them from their owner.
 *
 * An owned record takes months out of its owner's own history, so that the two never overlap and posting it closes the
 * gap. A stranger's record belongs to somebody who is not in the register. Error kinds and weights follow the published
 * findings of 2007–2014: surname changed by marriage, several readings and a new handbook at each job make most of them.
 */
import type { Run } from "./career.ts";
import { drawCareer } from "./career.ts";
import { monthAt } from "./money.ts";
import { drawErrors, drawPrimary } from "./orphan-errors.ts";
import type { Draft, ErrorKind } from "./orphan-errors.ts";
import type { Day, personMaker, SamplePerson } from "./person.ts";
import { digits, oldNumbersPerPerson } from "./person.ts";
import { permutation, Random, streams } from "./random.ts";

export interface OrphanRecord {
  /** Unique; the references of its lines begin with it. */
  readonly reference: string;
  readonly runs: readonly Run[];
  readonly birthMonth: number;
  /** Old handbook number, or nothing. */
  readonly schemeNumber: string;
  /** Kanji name, often missing: computers held kana only. */
  readonly name: string;
  readonly kana: string;
  readonly born: Day;
  readonly female: boolean;
  /** The owner's pension number, or nothing when the owner is not in the register. */
  readonly owner: string;
  readonly errors: readonly ErrorKind[];
}

/** Shares of the sample, by which `orphan.test.ts` measures it. */
export const orphanShares = {
  /** Of the persons with months before 1997, when handbooks were still given at each change of scheme. */
  ownersBefore1997: 0.055,
  /** Of those among them whose surname has changed. */
  ownersRenamed: 0.11,
  /** Of all others. */
  ownersSince: 0.01,
  secondRecord: 0.12,
  /** Strangers' records per person of the register. */
  strangers: 0.018,
  kanjiKept: 0.55,
  schemeNumberKept: 0.6,
} as const;

export interface OrphanMaker {
  /** The records a person lost, and what is left of the history. */
  readonly owned: (
    person: SamplePerson,
    runs: readonly Run[],
  ) => { readonly kept: readonly Run[]; readonly records: readonly OrphanRecord[] };
  /** Records of strangers that stand beside that person in the file. */
  readonly strangers: (index: number) => readonly OrphanRecord[];
}

/** Makes the orphan records of one seed. Reuses its generators: not for two threads. */
export function orphanMaker(
  seed: number,
  untilMonth: number,
  makePerson: ReturnType<typeof personMaker>,
): OrphanMaker {
  const random = new Random(seed);
  const careers = new Random(seed);
  const oldNumberOf = permutation(seed, 2);
  const referenceOf = permutation(seed, 3);
  const name = (index: number, item: number): Naming => ({
    reference: `R${String(referenceOf(index * recordsPerPerson + item)).padStart(8, "0")}`,
    number: digits(99, oldNumberOf(index * oldNumbersPerPerson + 2 + item)),
  });
  return {
    owned: (person, runs) => {
      random.start(streams.orphan, person.index);
      const before1997 = (runs[0]?.from ?? unified) < unified;
      const owner = random.chance(ownerShare(before1997, person));
      const count = owner ? (random.chance(orphanShares.secondRecord) ? 2 : 1) : 0;
      const records: OrphanRecord[] = [];
      let kept = runs;
      for (let item = 0; item < count; item += 1) {
        const lost = loseRecord(person, kept, name(person.index, item), person.pensionNumber, random);
        if (lost === undefined) break;
        kept = lost.kept;
        records.push(lost.record);
      }
      return { kept, records };
    },
    strangers: (index) => {
      random.start(streams.stranger, index + strangerShift);
      if (!random.chance(orphanShares.strangers)) return [];
      const person = makePerson(index, true);
      const runs = drawCareer(person, untilMonth, careers.start(streams.strangerCareer, index));
      const lost = loseRecord(person, runs, name(index, 2), "", random);
      return lost === undefined ? [] : [lost.record];
    },
  };
}

/** The runs within and without a stretch of months. */
export function cutRuns(runs: readonly Run[], from: number, to: number): { inside: Run[]; outside: Run[] } {
  const inside: Run[] = [];
  const outside: Run[] = [];
  for (const run of runs) {
    if (run.to <= from || run.from >= to) {
      outside.push(run);
      continue;
    }
    if (run.from < from) outside.push({ ...run, to: from });
    inside.push({ ...run, from: Math.max(run.from, from), to: Math.min(run.to, to) });
    if (run.to > to) outside.push({ ...run, from: to });
  }
  return { inside, outside };
}

interface Naming {
  readonly reference: string;
  readonly number: string;
}

const recordsPerPerson = 4;
/** From 1997 on there is one basic pension number, and new handbooks are rare. */
const unified = monthAt(1997, 1);
/** Keeps the draw of strangers apart from the stream their persons are made of. */
const strangerShift = 100_000_000;

function ownerShare(before1997: boolean, person: SamplePerson): number {
  if (!before1997) return orphanShares.ownersSince;
  return person.formerSurname === undefined ? orphanShares.ownersBefore1997 : orphanShares.ownersRenamed;
}

function loseRecord(
  person: SamplePerson,
  runs: readonly Run[],
  naming: Naming,
  owner: string,
  random: Random,
): { readonly kept: readonly Run[]; readonly record: OrphanRecord } | undefined {
  const married = person.formerSurname === undefined ? 0 : person.marriedMonth;
  const single = candidates(runs, 0, married);
  const since = candidates(runs, married, Number.MAX_SAFE_INTEGER);
  const primary = drawPrimary(person, single.length > 0, since.length > 0, random);
  const stretch = drawStretch(primary === "former-surname" ? single : since, random);
  if (primary === undefined || stretch === undefined) return undefined;
  const surname = primary === "former-surname" ? (person.formerSurname ?? person.surname) : person.surname;
  const draft: Draft = {
    surname,
    given: person.given,
    born: person.born,
    female: person.female,
    kanji: random.chance(orphanShares.kanjiKept),
    space: true,
    named: true,
  };
  const errors = drawErrors(draft, primary, random);
  const { inside, outside } = cutRuns(runs, stretch.from, stretch.to);
  const kept = random.chance(orphanShares.schemeNumberKept);
  const prefix = inside[0]?.scheme === "employees" ? "厚" : "国";
  const space = draft.space ? "　" : "";
  const record: OrphanRecord = {
    reference: naming.reference,
    runs: inside,
    birthMonth: monthAt(person.born.year, person.born.month),
    schemeNumber: kept ? `${prefix}${naming.number}` : "",
    name: draft.named && draft.kanji ? `${draft.surname.written}${space}${draft.given.written}` : "",
    kana: draft.named ? `${draft.surname.kana}${space}${draft.given.kana}` : "",
    born: draft.born,
    female: draft.female,
    owner,
    errors,
  };
  return { kept: outside, record };
}

/** Runs, clipped to the stretch, that a handbook may have been lost for: money was paid, or the month was excused. */
function candidates(runs: readonly Run[], from: number, to: number): Run[] {
  const found: Run[] = [];
  for (const run of runs) {
    if (run.scheme === "national3" || run.kind === "unpaid" || run.to <= from || run.from >= to) continue;
    found.push({ ...run, from: Math.max(run.from, from), to: Math.min(run.to, to) });
  }
  const early = found.filter((run) => run.from < unified);
  return early.length > 0 ? early : found;
}

/** 3 to 60 months of one scheme from the start of some run; a later run of the same scheme may follow on. */
function drawStretch(runs: readonly Run[], random: Random): { from: number; to: number } | undefined {
  const first = random.below(runs.length);
  const run = runs[first];
  if (run === undefined) return undefined;
  const limit = run.from + 3 + Math.floor(random.fraction() ** 2 * 58);
  let to = run.to;
  for (const next of runs.slice(first + 1)) {
    if (next.from !== to || next.scheme !== run.scheme || to >= limit) break;
    to = next.to;
  }
  return { from: run.from, to: Math.min(to, limit) };
}
