/**
 * Letters to everybody, or a part, of an approved revision: worked off inside as a worklist, or for thousands a sealed extract
 * for a printing house. Nobody is written the same twice, nobody else is written to, and no letter says what a newer revision
 * does not say any more. Rule: DESIGN sections 5 and 9 (6, 11).
 *
 * INVARIANT: what is made of a list has its persons, but for those who are erased, each once and nobody else
 * (http/letters.db.test.ts).
 * CRASH: behind the list and before what is made of it: a list without a use, which keeps nobody from a letter.
 */
import { equalBytes } from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { renderUuid } from "../db/uuid.ts";
import { planExtract, type PlannedExtract } from "../extracts/plan-extract.ts";
import { listStates } from "../extracts/store.ts";
import { type Answer, answerText, decideAnswer } from "../incident/answer.ts";
import * as desk from "../incident/desk/store.ts";
import type { Grade } from "../incident/grade.ts";
import { exposeIncident, type IncidentParts, listStanding } from "../incident/incidents.ts";
import { PersonSet } from "../incident/person-set.ts";
import { findRevision, type Revision, verifyList } from "../incident/revision.ts";
import { listRevisions } from "../incident/store.ts";
import { fieldNumbers } from "../register/field.ts";
import { worklistLimits } from "../worklists/limits.ts";
import { makeWorklist } from "../worklists/worklists.ts";
import { choose, letterOf, lettersOf, type Written, writtenAlike } from "./choose.ts";
import { letterLimits } from "./limits.ts";
import * as store from "./store.ts";

/** Which persons of a revision. All that are given must hold. */
export interface LetterPart {
  /** As `choose.ts` names it. */
  readonly letter?: string | undefined;
  readonly grade?: Grade | undefined;
  /** Whose holders exposed them. */
  readonly office?: string | undefined;
  /** Where they live now. */
  readonly prefecture?: string | undefined;
  /** At most so many. */
  readonly most?: number | undefined;
}

/** What is to be made of the list. */
export type LetterUseWanted =
  | { readonly kind: "worklist"; readonly title: string; readonly dueOn?: string | undefined }
  | { readonly kind: "extract"; readonly reason: string };

export interface LettersAsked {
  readonly incidentId: string;
  readonly revisionNo: number;
  readonly part: LetterPart;
  readonly use: LetterUseWanted;
  readonly actor: string;
  readonly office: string;
}

export type LettersOutcome =
  | {
      readonly outcome: "done";
      readonly lettersId: string;
      readonly use: store.LetterUse;
      /** What an order of kind extract signs. */
      readonly plan: PlannedExtract | undefined;
    }
  | { readonly outcome: "unknown-revision" | "not-approved" | "nobody-selected" | "too-many-persons" }
  /** A printing house has one text for all rows. */
  | { readonly outcome: "letters-differ" }
  | { readonly outcome: "bad-title" }
  /** Somebody else is making some. */
  | { readonly outcome: "letters-busy" };

/** @throws {Breach} when the revision is not what was approved, or what was made is not equal to it. */
export async function makeLetters(parts: IncidentParts, asked: LettersAsked): Promise<LettersOutcome> {
  const made = await parts.register.withLock(letterLimits.lock, () => makeAlone(parts, asked));
  return made ?? { outcome: "letters-busy" };
}

async function makeAlone(parts: IncidentParts, asked: LettersAsked): Promise<LettersOutcome> {
  const { register, now, makeId } = parts;
  const { incidentId, part, use, actor } = asked;
  const revision = await findRevision(register, incidentId, asked.revisionNo);
  if (revision === undefined) return { outcome: "unknown-revision" };
  if (revision.approvedBy === undefined) return { outcome: "not-approved" };
  const within = await listSets(parts, incidentId, part);
  const done = await listDone(parts, revision);
  const persons = choose(revision.classes, done, { ...part, within });
  const refusal = refuse(revision, persons, use);
  if (refusal !== undefined) return { outcome: refusal };
  const lettersId = renderUuid(makeId());
  const head = { lettersId, incidentId, revisionNo: revision.revisionNo, revisionDigest: revision.digest };
  const row = { ...head, part: JSON.stringify(part), persons, digest: persons.digest(), madeBy: actor };
  await register.transact((tx) => store.appendLetters(tx, { ...row, madeAt: now() }));
  const made = await makeUse(parts, lettersId, asked);
  if (made.outcome !== "done") return made;
  const proved = await prove(parts, revision, persons, made);
  await store.appendUse(register, lettersId, proved, now());
  return { outcome: "done", lettersId, use: proved, plan: made.plan };
}

function refuse(
  { classes }: Revision,
  persons: PersonSet,
  { kind }: LetterUseWanted,
): "nobody-selected" | "too-many-persons" | "letters-differ" | undefined {
  if (persons.size === 0) return "nobody-selected";
  if (kind === "worklist") return persons.size > worklistLimits.persons ? "too-many-persons" : undefined;
  const texts = lettersOf(classes).filter((one) => one.persons.countOfBoth(persons) > 0);
  return texts.length > 1 ? "letters-differ" : undefined;
}

interface UseMade {
  readonly outcome: "done";
  readonly kind: store.LetterUseKind;
  readonly useId: string;
  readonly plan: PlannedExtract | undefined;
}

const addressed = (["name", "postalCode", "address"] as const).map((field) => fieldNumbers[field]);

async function makeUse(
  parts: IncidentParts,
  letters: string,
  { use, actor, office }: LettersAsked,
): Promise<UseMade | { readonly outcome: "bad-title" | "nobody-selected" | "too-many-persons" }> {
  const selected = { criteria: { letters }, tokens: [] };
  if (use.kind === "extract") {
    const plan = await planExtract(parts, { ...selected, reason: use.reason });
    return { outcome: "done", kind: use.kind, useId: plan.extractId, plan };
  }
  const { title, dueOn } = use;
  const list = { kind: "letters", title, fields: addressed, ...selected } as const;
  const by = { actor, office };
  const made = await makeWorklist(parts, by, { ...list, ...(dueOn !== undefined && { dueOn }) });
  if (made.outcome !== "made") return made;
  return { outcome: "done", kind: use.kind, useId: made.worklistId, plan: undefined };
}

/** @throws {Breach} unless who stands in it is who was chosen, but for who was erased meanwhile. */
async function prove(
  { register }: IncidentParts,
  revision: Revision,
  persons: PersonSet,
  { kind, useId }: UseMade,
): Promise<store.LetterUse> {
  const wanted = persons.without(await store.listErased(register));
  verifyList(revision, wanted, await store.listUsed(register, kind, useId));
  return { kind, useId, persons: wanted.size, digest: wanted.digest() };
}

/** Sets that a part names by word. */
async function listSets(
  parts: IncidentParts,
  incidentId: string,
  { office, prefecture }: LetterPart,
): Promise<PersonSet[]> {
  const sets: PersonSet[] = [];
  if (prefecture !== undefined) {
    const traits = (await parts.listTraits?.()) ?? [];
    const here = traits.filter(({ dimension, value }) => dimension === "prefecture" && value === prefecture);
    sets.push(PersonSet.union(here.map(({ persons }) => persons)));
  }
  if (office !== undefined) {
    const { exposure } = await exposeIncident(parts, await listStanding(parts, incidentId));
    const own = exposure.slices.filter((slice) => slice.office === office);
    sets.push(PersonSet.union(own.map(({ persons }) => persons)));
  }
  return sets;
}

/** Who needs no letter of this revision: has one that says the same, will have one, or is erased. */
async function listDone(parts: IncidentParts, { incidentId, classes }: Revision): Promise<PersonSet> {
  const written = writtenAlike(classes, await listWritten(parts, incidentId));
  return written.or(await store.listErased(parts.register));
}

/** Lists whose persons have their letters, or will have. */
async function listWritten(parts: IncidentParts, incidentId: string): Promise<Written[]> {
  const written: Written[] = [];
  const classesOf = new Map<number, Revision["classes"]>();
  for (const list of await store.listLetters(parts.register, { incidentId })) {
    if (!(await isStanding(parts, list))) continue;
    const { revisionNo, persons } = list;
    const classes =
      classesOf.get(revisionNo) ?? (await mustFindRevision(parts, incidentId, revisionNo)).classes;
    classesOf.set(revisionNo, classes);
    written.push({ persons, classes });
  }
  return written;
}

/** A print run that was revoked, or was planned and never asked for, writes to nobody. */
async function isStanding({ register, now }: IncidentParts, list: store.LetterList): Promise<boolean> {
  if (list.use?.kind !== "extract") return list.use !== undefined;
  const [state] = await listStates(register, 1, list.use.useId);
  if (state === undefined) return now().getTime() - list.madeAt.getTime() < letterLimits.planHoldMs;
  return state.revokedAt === undefined;
}

/** The newest approved revision, by letters: how many each is for, and how many of those have none yet. */
export interface LettersLeft {
  readonly revisionNo: number;
  readonly persons: number;
  readonly left: number;
  readonly kinds: readonly {
    readonly letter: string;
    readonly fields: number;
    readonly doubtful: number;
    readonly persons: number;
    readonly left: number;
  }[];
}

export async function countLetters(
  parts: IncidentParts,
  incidentId: string,
): Promise<LettersLeft | undefined> {
  const rows = await listRevisions(parts.register, incidentId, letterLimits.lists);
  const approved = rows.find(({ approvedBy }) => approvedBy !== undefined);
  if (approved === undefined) return undefined;
  const revision = await mustFindRevision(parts, incidentId, approved.revisionNo);
  const done = await listDone(parts, revision);
  const kinds = lettersOf(revision.classes).map(({ persons, ...one }) => ({
    ...one,
    persons: persons.size,
    left: persons.without(done).size,
  }));
  const sum = (name: "persons" | "left"): number => kinds.reduce((total, one) => total + one[name], 0);
  return { revisionNo: revision.revisionNo, persons: sum("persons"), left: sum("left"), kinds };
}

export interface LetterAsked {
  readonly lettersId: string;
  readonly personKey: string;
  readonly actor: string;
  /** In hexadecimal. */
  readonly session: string;
  readonly caseId: string;
}

export type LetterOutcome =
  | {
      readonly outcome: "done";
      readonly incidentId: string;
      readonly revisionNo: number;
      readonly asOf: Date;
      readonly answer: Answer;
    }
  | { readonly outcome: "unknown-letters" | "unknown-person" | "not-looked-at" }
  /** A newer revision would write something else. */
  | { readonly outcome: "letter-superseded" };

/**
 * What one person's letter says: an answer, kept before it is given, so that a later revision that says otherwise has them
 * called back. Whoever asks has looked at them in this session and case.
 *
 * @throws {Breach} when the revision is not the one that the list was made of.
 */
export async function writeLetter(parts: IncidentParts, asked: LetterAsked): Promise<LetterOutcome> {
  const { register } = parts;
  const { lettersId, personKey, caseId } = asked;
  const [list] = await store.listLetters(register, { lettersId });
  if (list === undefined) return { outcome: "unknown-letters" };
  const personNo = (await desk.findPerson(register, personKey))?.personNo;
  if (personNo === undefined || !list.persons.has(personNo)) return { outcome: "unknown-person" };
  if (!(await desk.hasLooked(register, personKey, asked.session, caseId)))
    return { outcome: "not-looked-at" };
  const { incidentId, revisionNo } = list;
  const revision = await mustFindRevision(parts, incidentId, revisionNo);
  if (!equalBytes(revision.digest, list.revisionDigest))
    throw new Breach("letters are not of the revision they were made of", { revision: revisionNo });
  const newest = await findRevision(register, incidentId);
  if (newest === undefined || letterFor(newest, personNo) !== letterFor(revision, personNo))
    return { outcome: "letter-superseded" };
  const answer = decideAnswer(revision.classes, personNo);
  const [answerId, givenAt] = [renderUuid(parts.makeId()), parts.now()];
  const given = { answerId, personKey, incidentId, revisionNo, caseId, givenAt, givenBy: asked.actor };
  await desk.appendAnswers(register, [{ ...given, answer: answerText(answer) }]);
  return { outcome: "done", incidentId, revisionNo, asOf: revision.asOf, answer };
}

function letterFor({ classes }: Revision, personNo: number): string | undefined {
  const own = classes.find(({ persons }) => persons.has(personNo));
  return own === undefined ? undefined : letterOf(own);
}

async function mustFindRevision(
  { register }: IncidentParts,
  incidentId: string,
  revisionNo: number,
): Promise<Revision> {
  const revision = await findRevision(register, incidentId, revisionNo);
  if (revision === undefined) throw new Breach("letters name a revision that is not there", { revisionNo });
  return revision;
}
