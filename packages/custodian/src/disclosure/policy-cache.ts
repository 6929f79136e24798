/**
 * Decisions of one set of policies, kept for questions that differ in nothing the policies can speak of.
 *
 * Cedar is a pure function of the question, so an answer is kept for the life of the policy object: a changed policy file
 * is another object. Left out of what tells questions apart are the time within the hour and the case's id, unless a
 * policy names them; who opened the case, its office, kind and state stay in. No person is in a question at all.
 *
 * INVARIANT: a kept decision is the one Cedar would give (policy.test.ts: the same answers, question by question).
 */
import { disclosureLimits } from "./limits.ts";
import type { PolicyQuestion, QuestionMoment } from "./policy-question.ts";

export class DecisionCache<Decision> {
  readonly #namesTime: boolean;
  readonly #namesCases: boolean;
  readonly #kept = new Map<string, Decision>();

  /** @param policiesJson the policies in Cedar's JSON form, in which every name is written out plainly. */
  constructor(policiesJson: string) {
    this.#namesTime = policiesJson.includes('"atMs"');
    this.#namesCases = policiesJson.includes('"type":"Case"');
  }

  /** The kept decision, or the one that `decide` makes. Refusals are kept as well. */
  get(question: PolicyQuestion, moment: QuestionMoment, decide: () => Decision): Decision {
    const key = this.#keyOf(question, moment);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const decision = decide();
    if (this.#kept.size >= disclosureLimits.decisionsKept) this.#kept.clear();
    this.#kept.set(key, decision);
    return decision;
  }

  #keyOf(question: PolicyQuestion, { hour, weekday }: QuestionMoment): string {
    const { kind, actor, office, purpose, case: about, atMs } = question;
    const asked =
      question.kind === "look" ? [question.persons, question.isAboutThem, ...question.fields] : [];
    return JSON.stringify([
      kind,
      actor,
      office,
      purpose,
      this.#namesCases ? about.caseId : "",
      about.kind,
      about.isOpen,
      about.openedBy,
      about.office,
      this.#namesTime ? atMs : [weekday, hour],
      ...asked,
    ]);
  }
}
