/** Cases: opening, widening, closing, listing. */
import * as v from "valibot";
import { caseKinds } from "../../cases/case.ts";
import {
  addPersons,
  type CaseOutcome,
  type CaseParts,
  closeCase,
  findCase,
  listCases,
  openCase,
} from "../../cases/cases.ts";
import { type Problem, problem } from "../problem.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { caseShape, persons, reason, renderCase, uuid } from "../schemas.ts";

const oneCase = v.strictObject({ case: uuid });

const open = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/cases",
    name: "openCase",
    summary: "Opens a case; persons may be added later.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ kind: v.picklist(caseKinds), reason, persons: v.optional(persons, []) }),
    answer: caseShape,
    problems: ["malformed-case", "too-many-persons", "unknown-person"],
  },
  async ({ body }, { parts, session }) =>
    answerOf(await openCase(caseParts(parts), { by: session, ...body })),
);

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/cases",
    name: "listCases",
    summary: "Everybody's cases, or the actor's own with mine=true, newest first, at most 200.",
    params: nothing,
    query: v.strictObject({
      open: v.optional(v.picklist(["true", "false"])),
      mine: v.optional(v.picklist(["true", "false"])),
    }),
    body: nothing,
    answer: v.strictObject({ cases: v.array(caseShape) }),
    problems: [],
  },
  async ({ query }, { parts, session }) => {
    const found = await listCases(parts.databases.register, {
      ...(query.open !== undefined && { isOpen: query.open === "true" }),
      ...(query.mine === "true" && { actor: session.actor }),
    });
    return { cases: found.map(renderCase) };
  },
);

const show = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/cases/{case}",
    name: "showCase",
    summary: "One case.",
    params: oneCase,
    query: nothing,
    body: nothing,
    answer: caseShape,
    problems: ["unknown-case"],
  },
  async ({ params }, { parts }) => {
    const found = await findCase(parts.databases.register, params.case);
    return found === undefined ? problem("unknown-case") : renderCase(found);
  },
);

const widen = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/cases/{case}/persons",
    name: "addPersons",
    summary: "From now on the case is about these persons too.",
    params: oneCase,
    query: nothing,
    body: v.strictObject({ persons, reason }),
    answer: caseShape,
    problems: ["malformed-case", "unknown-case", "case-closed", "too-many-persons", "unknown-person"],
  },
  async ({ params, body }, { parts, session }) =>
    answerOf(await addPersons(caseParts(parts), params.case, session, body.persons, body.reason)),
);

const close = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/cases/{case}/close",
    name: "closeCase",
    summary: "Closes a case for good.",
    params: oneCase,
    query: nothing,
    body: v.strictObject({ reason }),
    answer: caseShape,
    problems: ["malformed-case", "unknown-case", "case-closed"],
  },
  async ({ params, body }, { parts, session }) =>
    answerOf(await closeCase(caseParts(parts), params.case, session, body.reason)),
);

export const caseRoutes: readonly Route[] = [open, list, show, widen, close];

function caseParts({ databases, now, makeId }: ApiParts): CaseParts {
  return { register: databases.register, now, makeId };
}

function answerOf(outcome: CaseOutcome): v.InferInput<typeof caseShape> | Problem {
  return outcome.outcome === "done" ? renderCase(outcome.case) : problem(outcome.outcome);
}
