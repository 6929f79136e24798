/**
 * The answer desk: a person asks, and is told what the newest revision of each incident says, open or closed, or by how much
 * it falls short. Kept, and compared with every later revision: whoever would be told otherwise now is called back.
 *
 * Who answers must have looked at the person in this session and case: an answer is about somebody, and that somebody was
 * served is in the journal like any other look. There is no answer without a revision, and no bare "no".
 */
import { renderUuid } from "../../db/uuid.ts";
import { type Answer, answerText, decideAnswer } from "../answer.ts";
import { expose } from "../expose.ts";
import { type IncidentParts, listStanding, revise } from "../incidents.ts";
import { personNoOf } from "../person-set.ts";
import { findRevision, type Revision } from "../revision.ts";
import { readPersonFacts } from "./person-facts.ts";
import * as store from "./store.ts";

/** The answer as one revision has it. */
export interface RevisionAnswer {
  readonly incidentId: string;
  readonly revisionNo: number;
  /** Up to when that is known: of an open incident the moment of the answer, not of the revision. */
  readonly asOf: Date;
  readonly answer: Answer;
  readonly text: string;
}

export type AnswerOutcome =
  | { readonly outcome: "answered"; readonly answers: readonly RevisionAnswer[] }
  /** There never was an incident with a revision: that is no answer about this person. */
  | { readonly outcome: "no-incident" }
  | { readonly outcome: "unknown-person" }
  | { readonly outcome: "not-looked-at" };

export interface Asked {
  readonly personKey: string;
  readonly actor: string;
  /** In hexadecimal. */
  readonly session: string;
  readonly caseId: string;
}

/**
 * Answers a person about every incident, and keeps what was said before it is said.
 *
 * INVARIANT: incidents.db.test.ts "says of a closed incident what its last revision says".
 */
export async function answerPerson(parts: IncidentParts, asked: Asked): Promise<AnswerOutcome> {
  const { register } = parts;
  const person = await store.findPerson(register, asked.personKey);
  if (person === undefined) return { outcome: "unknown-person" };
  if (!(await store.hasLooked(register, asked.personKey, asked.session, asked.caseId))) {
    return { outcome: "not-looked-at" };
  }
  const answers: RevisionAnswer[] = [];
  for (const { incidentId, isOpen } of await store.listAnswerable(register)) {
    if (isOpen) answers.push(await answerNow(parts, incidentId, person, asked.actor));
    else {
      const revision = await findRevision(register, incidentId);
      if (revision !== undefined) answers.push(answerOf(revision, person.personNo));
    }
  }
  if (answers.length === 0) return { outcome: "no-incident" };
  const givenAt = parts.now();
  const rows = answers.map(({ incidentId, revisionNo, text }) => ({
    answerId: renderUuid(parts.makeId()),
    personKey: asked.personKey,
    incidentId,
    revisionNo,
    answer: text,
    caseId: asked.caseId,
    givenBy: asked.actor,
    givenAt,
  }));
  await store.appendAnswers(register, rows);
  return { outcome: "answered", answers };
}

/**
 * Of now, because a compromise that goes on may have reached the person since the newest revision. What everybody's count would
 * say of this person is found from what concerns this person; where that is not what the revision says, everybody is counted.
 */
async function answerNow(
  parts: IncidentParts,
  incidentId: string,
  person: store.Registered,
  actor: string,
): Promise<RevisionAnswer> {
  const { register, desk, gaps = [] } = parts;
  const { personNo } = person;
  const asOf = parts.now();
  const standing = await findRevision(register, incidentId, undefined, desk?.findRevision(incidentId));
  if (standing !== undefined) desk?.keepRevision(standing);
  if (standing !== undefined && desk?.takeCount(incidentId, asOf) === false) {
    const evidence = await listStanding(parts, incidentId);
    const { classes } = await expose(evidence, await readPersonFacts(register, person, gaps));
    const said = answerOf(standing, personNo);
    const isStanding = standing.evidenceNos.join() === evidence.map(({ no }) => no).join();
    if (isStanding && answerText(decideAnswer(classes, personNo)) === said.text) return { ...said, asOf };
  }
  return { ...answerOf(await revise(parts, incidentId, actor), personNo), asOf };
}

export function answerOf(revision: Revision, personNo: number): RevisionAnswer {
  const answer = decideAnswer(revision.classes, personNo);
  const { incidentId, revisionNo, asOf } = revision;
  return { incidentId, revisionNo, asOf, answer, text: answerText(answer) };
}

/** Somebody who was told something else than the newest revision says. */
export interface CallBack {
  readonly personKey: string;
  readonly told: string;
  readonly toldInRevision: number;
  readonly toldAt: Date;
  readonly now: RevisionAnswer;
}

/** Everybody who was told otherwise, oldest answer first. */
export async function listCallBacks({ register }: IncidentParts, incidentId: string): Promise<CallBack[]> {
  const revision = await findRevision(register, incidentId);
  if (revision === undefined) return [];
  const given = await store.listLastAnswers(register, incidentId);
  return given
    .map(({ personKey, personNo, revisionNo, answer, givenAt }) => {
      const now = answerOf(revision, personNoOf(personNo));
      return { personKey, told: answer, toldInRevision: revisionNo, toldAt: givenAt, now };
    })
    .filter(({ told, now }) => told !== now.text)
    .toSorted((a, b) => a.toldAt.getTime() - b.toldAt.getTime());
}
