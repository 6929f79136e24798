/**
 * The answer desk: somebody asks whether they are exposed, and is told what each incident's newest revision says.
 *
 * For whoever has looked at the person in this session and case: an answer is about somebody. It is kept before it is given,
 * and is never a bare "no" (`incident/desk/answer-desk.ts`).
 */
import * as v from "valibot";
import { answerPerson, type RevisionAnswer } from "../../incident/desk/answer-desk.ts";
import { fieldNamesIn } from "../../incident/field-mask.ts";
import { incidentParts } from "./incident-routes.ts";
import { problem } from "../problem.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer, time, uuid } from "../schemas.ts";

export const answerShape = v.strictObject({
  incident: uuid,
  revision: integer,
  asOf: time,
  answer: v.picklist(["exposed", "cannot-rule-out", "nothing-found"]),
  /** Served, or in a copy that could be opened; or, where nothing is known, what cannot be ruled out. */
  fields: v.array(v.string()),
  /** Further fields that cannot be ruled out. */
  doubtful: v.array(v.string()),
});

const answer = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/answers",
    name: "answerPerson",
    summary: "What a person who asks is told, by every incident; kept before it is given.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ person: uuid, case: uuid }),
    answer: v.strictObject({ answers: v.array(answerShape) }),
    problems: ["unknown-person", "not-looked-at", "journal-breach"],
  },
  async ({ body }, { parts, session }) => {
    const { actor, session: id } = session;
    const asked = { personKey: body.person, caseId: body.case, actor, session: id };
    const given = await answerPerson(await incidentParts(parts), asked);
    if (given.outcome === "no-incident") return { answers: [] };
    if (given.outcome !== "answered") return problem(given.outcome);
    return { answers: given.answers.map(renderAnswer) };
  },
);

export const answerRoutes: readonly Route[] = [answer];

export function renderAnswer({
  incidentId,
  revisionNo,
  asOf,
  answer: said,
}: Pick<RevisionAnswer, "incidentId" | "revisionNo" | "asOf" | "answer">): v.InferInput<typeof answerShape> {
  return {
    incident: incidentId,
    revision: revisionNo,
    asOf: asOf.toISOString(),
    answer: said.answer,
    fields: said.answer === "nothing-found" ? [] : fieldNamesIn(said.fields),
    doubtful: said.answer === "exposed" ? fieldNamesIn(said.doubtful) : [],
  };
}
