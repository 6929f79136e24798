/**
 * A run of matching: unknown owners against the whole register, on features that only the keeper could make.
 *
 *   persons ─▶ features ─┐
 *   owners ─▶ probes, decoys ─┴▶ join on tokens ─▶ weigh ─▶ candidates, and a reason for every owner ─▶ scratch emptied
 *
 * Persons come first, so that the keeper has learned from them how names are read before it is asked about owners. Opens
 * nothing, sees no value, moves no yen: what it finds is for people to decide upon (`decisions.ts`).
 * CRASH: a run without `match_runs_finished` found nothing; its key is gone from the keeper, its scratch is worthless and
 * emptied by the next run, which begins anew. Features are made anew in each run rather than when a person is sealed: an
 * import stays as fast as it was, and outside a run the database holds none.
 */
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { FeaturesAnswer, SubjectFeatures } from "@kura/keeper/protocol/features.ts";
import { BinaryCopy } from "../db/binary-copy.ts";
import type { Database, Databases } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import { listKeys } from "../register/store.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { rarityShift, sexUnsaid } from "./agreement.ts";
import { matchingLimits, matchingLock } from "./limits.ts";
import * as store from "./store.ts";
import { weighPatterns } from "./weigh.ts";

export interface MatchingParts {
  readonly databases: Databases;
  /** With an actor's key who holds the purpose `matching`. */
  readonly keeper: KeeperClient;
  readonly by: { readonly actor: string; readonly office: string };
  readonly makeId: () => Uint8Array;
  readonly now: () => Date;
  readonly onProgress: (progress: MatchingProgress) => void;
}

export interface MatchingProgress {
  readonly step: "persons" | "owners" | "comparing" | "weighing";
  readonly done: number;
  readonly total: number;
}

/** owners = oneOwner + severalOwners + weak + nothingAgrees + saysTooLittle, always. */
export interface MatchingReport extends store.RunCounts {
  readonly runId: Uint8Array;
  readonly persons: number;
  readonly owners: number;
}

/**
 * Runs, alone.
 *
 * @throws {Fault} `matching-running` when another run holds the scratch, `matching-cancelled`, `keeper-refused`.
 */
export async function runMatching(parts: MatchingParts): Promise<MatchingReport> {
  const { register } = parts.databases;
  const report = await register.withLock(matchingLock, async () => {
    await store.emptyScratch(register);
    try {
      return await runAlone(parts);
    } finally {
      await store.emptyScratch(register);
    }
  });
  if (report === undefined) throw new Fault("matching-running", "another run of matching is under way");
  return report;
}

/** What a run that was killed has left behind, unless one is under way. Called when the custodian starts. */
export async function emptyLeftScratch(register: Database): Promise<void> {
  await register.withLock(matchingLock, () => store.emptyScratch(register));
}

async function runAlone(parts: MatchingParts): Promise<MatchingReport> {
  const { register } = parts.databases;
  const runId = parts.makeId();
  await register.transact((tx) => store.appendRun(tx, runId, parts.by, parts.now()));
  const { persons, owners } = await store.countSubjects(register);
  if (owners === 0) return finish(parts, runId, { persons, owners });
  const ticket = await parts.keeper.beginMatch(persons + owners);
  const tell = teller(parts, runId);
  await work(parts, ticket, "persons", persons, store.listSealedPersons, writeFeatures, tell);
  const asked = new AskedCounts();
  const probe: Write = (keys, answer, side) => writeProbes(keys, answer, side, asked);
  await work(parts, ticket, "owners", owners, store.listSealedOwners, probe, tell);
  await tell({ step: "comparing", done: 0, total: 1 });
  await register.transact((tx) => store.joinPairs(tx));
  await tell({ step: "weighing", done: 0, total: 1 });
  const weights = weighPatterns(await store.listPatternCounts(register), {
    ...asked.of(),
    numberPairs: { ...(await store.countNumberPairs(register)), possible: persons * owners },
  });
  await register.transact((tx) => store.appendCandidates(tx, runId, weights));
  return finish(parts, runId, { persons, owners });
}

type Tell = (progress: MatchingProgress) => Promise<void>;

/** Tells whoever waits for this run, here and at other desks. @throws {Fault} `matching-cancelled` when one of them took it back. */
function teller({ databases: { register }, now, onProgress }: MatchingParts, runId: Uint8Array): Tell {
  let stepNo = 0;
  return async (progress) => {
    onProgress(progress);
    const goesOn = await store.appendStep(register, runId, stepNo++, { ...progress, time: now() });
    if (!goesOn) throw new Fault("matching-cancelled", "this run of matching was taken back");
  };
}

async function finish(
  { databases: { register }, now }: MatchingParts,
  runId: Uint8Array,
  sizes: { readonly persons: number; readonly owners: number },
): Promise<MatchingReport> {
  return register.transact(async (tx) => {
    await store.appendOutcomes(tx, runId);
    const counts = await store.countOutcomes(tx, runId);
    const { oneOwner, severalOwners, weak, nothingAgrees, saysTooLittle } = counts;
    const owners = oneOwner + severalOwners + weak + nothingAgrees + saysTooLittle;
    // Premiums may be imported meanwhile: their owners have an outcome too, and were asked about in the next run.
    if (owners < sizes.owners) {
      throw new Breach("an owner has no outcome", { run: renderUuid(runId), owners, asked: sizes.owners });
    }
    await store.appendRunFinished(tx, runId, { ...sizes, owners }, counts, now());
    return { runId, persons: sizes.persons, owners, ...counts };
  });
}

type List = typeof store.listSealedPersons;
type Write = (
  keys: readonly Uint8Array[],
  answer: FeaturesAnswer,
  parts: MatchingParts,
) => { readonly rows: BinaryCopy; readonly append: typeof store.appendFeatures };

/** Batch after batch; up to `batchesAhead` are with the keeper or on their way into the scratch. */
async function work(
  parts: MatchingParts,
  ticket: Uint8Array,
  step: "persons" | "owners",
  total: number,
  list: List,
  write: Write,
  tell: Tell,
): Promise<void> {
  const { register } = parts.databases;
  const inFlight: Promise<void>[] = [];
  let after: string | undefined;
  let done = 0;
  for (;;) {
    const subjects = await list(register, after, matchingLimits.batchPersons);
    const last = subjects.at(-1);
    if (last === undefined) break;
    after = renderUuid(last.personKey);
    const batch = featuresOf(parts, ticket, subjects, write);
    // Thrown where it is awaited, a batch or two later; until then it is not unhandled.
    batch.catch(() => undefined);
    inFlight.push(batch);
    if (inFlight.length >= matchingLimits.batchesAhead) await inFlight.shift();
    done += subjects.length;
    try {
      await tell({ step, done: Math.min(done, total), total });
    } catch (thrown) {
      // The scratch is emptied behind this: nothing may be on its way into it any more.
      await Promise.allSettled(inFlight);
      throw thrown;
    }
  }
  await Promise.all(inFlight);
}

async function featuresOf(
  parts: MatchingParts,
  ticket: Uint8Array,
  subjects: readonly store.SealedSubject[],
  write: Write,
): Promise<void> {
  const { register, keys } = parts.databases;
  const wrapped = await listKeys(
    keys,
    subjects.map(({ personKey }) => personKey),
  );
  const items = subjects.flatMap((subject) => {
    const wrappedKey = wrapped.get(renderUuid(subject.personKey));
    // Erased: nobody to compare with.
    return wrappedKey === undefined ? [] : [{ ...subject, wrappedKey }];
  });
  if (items.length === 0) return;
  const answer = await parts.keeper.features({ ticket, items });
  if (answer.items.length !== items.length)
    throw new Breach("features of others came back", { asked: items.length });
  const { rows, append } = write(
    items.map(({ personKey }) => personKey),
    answer,
    parts,
  );
  await register.transact((tx) => append(tx, rows));
}

function writeFeatures(
  keys: readonly Uint8Array[],
  { items }: FeaturesAnswer,
): { rows: BinaryCopy; append: typeof store.appendFeatures } {
  const rows = new BinaryCopy();
  for (const [i, { features }] of items.entries()) {
    for (const { token } of features)
      rows
        .row(2)
        .bytes(token)
        .bytes(keys[i] ?? noBytes);
  }
  return { rows, append: store.appendFeatures };
}

function writeProbes(
  keys: readonly Uint8Array[],
  { items, decoys }: FeaturesAnswer,
  { makeId }: MatchingParts,
  asked: AskedCounts,
): { rows: BinaryCopy; append: typeof store.appendProbes } {
  const rows = new BinaryCopy();
  const add = ({ rarity, features }: SubjectFeatures, subjectKey: Uint8Array, isDecoy: boolean): void => {
    const names = features.reduce((bits, { form }) => bits | (1 << (form & 7)), 0);
    // Whoever says a sex is looked for under the other one too.
    const isSexSaid = features.some(({ form }) => (form & otherSexForm) !== 0);
    const says = names | (rarity << rarityShift) | (isSexSaid ? 0 : sexUnsaid);
    for (const { form, token } of features) {
      rows.row(5).bytes(token).int2(form).int2(says).bytes(subjectKey).bool(isDecoy);
    }
    asked.add(features, isDecoy);
  };
  for (const [i, subject] of items.entries()) add(subject, keys[i] ?? noBytes, false);
  for (const decoy of decoys) add(decoy, makeId(), true);
  return { rows, append: store.appendProbes };
}

const noBytes = new Uint8Array();
const dateForms = 4;
/** Bits of a form above which stand the date and the sex. */
const nameBits = 3;
/** `otherSexForm` of `keeper/src/reading/person-features.ts`; matching.db.test.ts holds both together. */
const otherSexForm = 32;

/** How much was asked: what the model measures chance against. */
class AskedCounts {
  #owners = 0;
  #decoys = 0;
  readonly #dates: number[] = Array.from({ length: dateForms }, () => 0);

  add(features: SubjectFeatures["features"], isDecoy: boolean): void {
    const [first] = features;
    if (first === undefined) return;
    if (isDecoy) {
      this.#decoys += 1;
      return;
    }
    this.#owners += 1;
    // The first form is as said, on the day said: of that name, how many days of each form there are.
    for (const { form } of features) {
      const date = form >> nameBits;
      if ((form & 7) === (first.form & 7) && date < dateForms)
        this.#dates[date] = (this.#dates[date] ?? 0) + 1;
    }
  }

  of(): { owners: number; decoys: number; datesOfForm: readonly number[] } {
    const owners = Math.max(1, this.#owners);
    return {
      owners: this.#owners,
      decoys: this.#decoys,
      datesOfForm: this.#dates.map((days) => days / owners),
    };
  }
}
