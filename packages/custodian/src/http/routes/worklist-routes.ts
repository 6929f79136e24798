/**
 * Worklists: made, given out in lots, handed over, worked off. A value of a person is a look (`door-routes.ts`) in the lot's case.
 *
 * For whoever holds the purpose in which the list's persons are looked at: keys and words of others' lists are not theirs.
 */
import * as v from "valibot";
import { criteriaSchema, parseCriteria } from "../../extracts/criteria.ts";
import { fieldNumbers, fieldOfNumber, fields } from "../../register/field.ts";
import { getProgress, listLotsOf, listWorklists } from "../../worklists/store.ts";
import { type Lot, parseWorklistKind, worklistKinds } from "../../worklists/worklist.ts";
import {
  assignLot,
  findLot,
  finishLot,
  type LotOutcome,
  type LotPlace,
  makeWorklist,
  recordResult,
  type WorklistParts,
} from "../../worklists/worklists.ts";
import { type Problem, problem, type ProblemName } from "../problem.ts";
import { mayWorkOff } from "../rights.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { integer, name, time, uuid } from "../schemas.ts";
import { denyScreen } from "./screen-routes.ts";
import type { StaffSession } from "../staff-sessions.ts";

const oneLot = v.strictObject({ worklist: uuid, lot: v.pipe(v.string(), v.regex(/^[0-9]{1,6}$/)) });
const lotShape = v.strictObject({
  lot: integer,
  persons: v.array(v.strictObject({ person: uuid, result: v.optional(v.string()) })),
  assignee: v.optional(v.string()),
  case: v.optional(uuid),
  isDone: v.boolean(),
});
const lotProblems: readonly ProblemName[] = [
  "purpose-not-held",
  "unknown-lot",
  "lot-done",
  "not-assigned",
  "other-assignee",
  "person-not-in-lot",
  "no-such-result",
  "persons-left",
];
const title = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const kinds = Object.keys(worklistKinds);

const make = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/worklists",
    name: "makeWorklist",
    summary: "A list of persons to be worked off inside, in lots of at most fifty.",
    params: nothing,
    query: nothing,
    body: v.strictObject({
      kind: v.picklist(kinds),
      title,
      fields: v.pipe(v.array(v.picklist(fields)), v.minLength(1)),
      criteria: criteriaSchema,
      dueOn: v.optional(v.pipe(v.string(), v.isoDate())),
    }),
    answer: v.strictObject({ worklist: uuid, persons: integer }),
    problems: ["purpose-not-held", "bad-title", "nobody-selected", "too-many-persons", "malformed-request"],
  },
  async ({ body }, { parts, session }) => {
    const kind = parseWorklistKind(body.kind);
    if (kind === undefined || body.criteria.numbers !== undefined) return problem("malformed-request");
    if (!mayWorkOff(session, kind)) return problem("purpose-not-held");
    // Letters are of a revision (`letter-routes.ts`).
    if (kind === "letters") return problem("malformed-request");
    const denied = await denyScreen(parts, session, body.criteria);
    if (denied !== undefined) return denied;
    const { dueOn, criteria } = body;
    const made = await makeWorklist(worklistParts(parts), actorOf(session), {
      kind,
      title: body.title,
      fields: body.fields.map((field) => fieldNumbers[field]),
      criteria,
      tokens: [],
      ...(dueOn !== undefined && { dueOn }),
    });
    if (made.outcome !== "made") return problem(made.outcome);
    return { worklist: made.worklistId, persons: made.persons };
  },
);

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/worklists",
    name: "listWorklists",
    summary: "Lists with how far they have come, newest first; and the lots that oneself has.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      worklists: v.array(
        v.strictObject({
          worklist: uuid,
          kind: v.string(),
          title: v.string(),
          fields: v.array(v.string()),
          dueOn: v.optional(v.string()),
          madeBy: v.string(),
          madeAt: time,
          persons: integer,
          lots: integer,
          assignedLots: integer,
          doneLots: integer,
          results: v.record(v.string(), integer),
          /** The list of letters that it works off. */
          letters: v.optional(uuid),
        }),
      ),
      mine: v.array(v.strictObject({ worklist: uuid, lot: integer })),
    }),
    problems: [],
  },
  async (_given, { parts, session }) => {
    const { register } = parts.databases;
    const lists = (await listWorklists(register)).filter(({ kind }) => mayWorkOff(session, kind));
    const worklists = await Promise.all(
      lists.map(async ({ worklistId, fields: numbers, dueOn, ...one }) => {
        const { letters } = parseCriteria(JSON.parse(one.criteria));
        const { results, ...progress } = await getProgress(register, worklistId);
        return {
          worklist: worklistId,
          kind: one.kind,
          title: one.title,
          fields: numbers.map((number) => fieldOfNumber(number) ?? String(number)),
          ...(dueOn !== undefined && { dueOn }),
          madeBy: one.actor,
          madeAt: one.madeAt.toISOString(),
          ...progress,
          results: Object.fromEntries(results),
          ...(letters !== undefined && { letters }),
        };
      }),
    );
    const mine = await listLotsOf(register, session.actor);
    return { worklists, mine: mine.map(({ worklistId, lotNo }) => ({ worklist: worklistId, lot: lotNo })) };
  },
);

const show = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/worklists/{worklist}/lots/{lot}",
    name: "showLot",
    summary: "A lot: its persons by key, what was found out about each, and the case to look in.",
    params: oneLot,
    query: nothing,
    body: nothing,
    answer: lotShape,
    problems: ["purpose-not-held", "unknown-lot"],
  },
  async ({ params }, { parts, session }) => {
    const denied = await denyList(parts, session, params.worklist);
    if (denied !== undefined) return denied;
    const found = await findLot(worklistParts(parts), placeOf(params));
    return found === undefined ? problem("unknown-lot") : renderLot(found);
  },
);

const assign = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/worklists/{worklist}/lots/{lot}/assign",
    name: "assignLot",
    summary: "Gives the lot to somebody, or hands it over; opens its case the first time.",
    params: oneLot,
    query: nothing,
    body: v.strictObject({ assignee: name }),
    answer: lotShape,
    problems: lotProblems,
  },
  async ({ params, body }, { parts, session }) =>
    (await denyList(parts, session, params.worklist)) ??
    answerOf(await assignLot(worklistParts(parts), placeOf(params), actorOf(session), body.assignee)),
);

const record = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/worklists/{worklist}/lots/{lot}/results",
    name: "recordResult",
    summary: "Writes back what was found out about a person of one's own lot.",
    params: oneLot,
    query: nothing,
    body: v.strictObject({ person: uuid, result: name }),
    answer: lotShape,
    problems: lotProblems,
  },
  async ({ params, body }, { parts, session }) =>
    (await denyList(parts, session, params.worklist)) ??
    answerOf(await recordResult(worklistParts(parts), placeOf(params), actorOf(session), body)),
);

const finish = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/worklists/{worklist}/lots/{lot}/done",
    name: "finishLot",
    summary: "Every person of one's own lot has a result; its case is closed.",
    params: oneLot,
    query: nothing,
    body: nothing,
    answer: lotShape,
    problems: lotProblems,
  },
  async ({ params }, { parts, session }) =>
    (await denyList(parts, session, params.worklist)) ??
    answerOf(await finishLot(worklistParts(parts), placeOf(params), actorOf(session))),
);

export const worklistRoutes: readonly Route[] = [make, list, show, assign, record, finish];

/** Why this session may not work on this list, if it may not. */
export async function denyList(
  { databases }: ApiParts,
  session: StaffSession,
  worklistId: string,
): Promise<Problem | undefined> {
  const [list] = await listWorklists(databases.register, worklistId);
  if (list === undefined) return problem("unknown-lot");
  return mayWorkOff(session, list.kind) ? undefined : problem("purpose-not-held");
}

function worklistParts({ databases, now, makeId }: ApiParts): WorklistParts {
  return { register: databases.register, now, makeId };
}

function actorOf({ actor, office }: { readonly actor: string; readonly office: string }) {
  return { actor, office };
}

function placeOf({ worklist, lot }: v.InferOutput<typeof oneLot>): LotPlace {
  return { worklistId: worklist, lotNo: Number(lot) };
}

function answerOf(outcome: LotOutcome): v.InferInput<typeof lotShape> | Problem {
  return outcome.outcome === "done" ? renderLot(outcome.lot) : problem(outcome.outcome);
}

function renderLot({
  lotNo,
  persons,
  assignee,
  caseId,
  results,
  isDone,
}: Lot): v.InferInput<typeof lotShape> {
  return {
    lot: lotNo,
    persons: persons.map((person) => {
      const result = results.get(person);
      return { person, ...(result !== undefined && { result }) };
    }),
    ...(assignee !== undefined && { assignee }),
    ...(caseId !== undefined && { case: caseId }),
    isDone,
  };
}
