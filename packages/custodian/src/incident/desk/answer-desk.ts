/**
 * The answer desk: a person asks, and is told what the newest revision of each incident says, open or closed, or by how much
 * it falls short. Kept, and compared with every later revision: whoever would be told otherwise now is called back.
 *
 * Who answers must have looked at the person in this session and case: an answer is about somebody, and that somebody was
 * served is in the journal like any other look. There is no answer without a revision, and no bare "no".
 */
import { renderUuid } from "../../db/uuid.ts";
import { type Answer, answerText, decideAnswer } from "../answer.ts";
import { type IncidentParts, revise } from "../incidents.ts";
import { personNoOf } from "../person-set.ts";
import { findRevision, type Revision } from "../revision.ts";
import * as store from "./store.ts";

/** The answer as one revision has it. */
export interface RevisionAnswer {
  readonly incidentId: string;
  readonly revisionNo: number;
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
  const personNo = await store.findPersonNo(register, asked.personKey);
  if (personNo === undefined) return { outcome: "unknown-person" };
  if (!(await store.hasLooked(register, asked.personKey, asked.session, asked.caseId))) {
    return { outcome: "not-looked-at" };
  }
  const answers: RevisionAnswer[] = [];
  for (const { incidentId, isOpen } of await store.listAnswerable(register)) {
    // Of now while it is open: a compromise that goes on may have reached the person since the last one.
    const revision = isOpen
      ? await revise(parts, incidentId, asked.actor)
      : await findRevision(register, incidentId);
    if (revision === undefined) continue;
    answers.push(answerOf(revision, personNoOf(personNo)));
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
