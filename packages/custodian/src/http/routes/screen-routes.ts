/**
 * Screens: planned, asked for, agreed to, worked off as queued work, listed. Orders are relayed; the criterion in them is sealed.
 *
 * Who may order is the keeper's to say. What is answered without an order is for those whose purposes allow the order that it
 * leads to; and whom a screen found is selected only by those who hold its purpose ({@link denyScreen}).
 */
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { type Criteria, criteriaSchema } from "../../extracts/criteria.ts";
import { queueJob } from "../../queue/queue.ts";
import { screenLimits } from "../../screens/limits.ts";
import { planScreen } from "../../screens/plan-screen.ts";
import { screenKind } from "../../screens/run-screen.ts";
import { agreeToScreen, requestScreen } from "../../screens/screens.ts";
import { listStates, type ScreenState } from "../../screens/store.ts";
import { jobShape, renderJob } from "./job-routes.ts";
import { type Problem, problem, type ProblemName } from "../problem.ts";
import { mayOrder, mayScreen } from "../rights.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { decimal, hex, integer, orderFrom, reason, signedOrder, time, uuid } from "../schemas.ts";
import type { StaffSession } from "../staff-sessions.ts";

const oneScreen = v.strictObject({ screen: uuid });
const eventShape = v.strictObject({ eventNumber: decimal });
const screenShape = v.strictObject({
  screen: uuid,
  reason: v.string(),
  candidates: integer,
  madeAt: time,
  /** Absent for one that is only planned. */
  purpose: v.optional(v.string()),
  askedBy: v.optional(v.string()),
  /** SHA-256 of the order that asked: what an order of kind agree names. */
  request: v.optional(hex),
  agreedBy: v.optional(v.string()),
  partsDone: integer,
  /** Who meets the criterion, as far as it has come. */
  found: integer,
});
const orderProblems: readonly ProblemName[] = [
  "malformed-order",
  "screen-refused",
  "unknown-session",
  "session-ended",
  "bad-signature",
  "stale",
  "replayed",
  "purpose-not-held",
  "field-not-allowed",
  "budget-exhausted",
  "does-not-open",
  "journal-unwritable",
  "journal-breach",
];

const plan = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/screens/plans",
    name: "planScreen",
    summary:
      "Fixes who comes into question, by criteria that open nothing; the answer is what an order of kind screen signs.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ criteria: criteriaSchema, reason }),
    answer: v.strictObject({ screen: uuid, candidates: integer, selection: hex }),
    problems: ["nobody-selected", "too-many-rows", "malformed-request"],
  },
  async ({ body }, { parts, session }) => {
    if (!mayOrder(session, "screen")) return problem("purpose-not-held");
    const { criteria, reason: why } = body;
    // A file of numbers has tokens only the command line's ticket gets.
    if (criteria.numbers !== undefined) return problem("malformed-request");
    const denied = await denyScreen(parts, session, criteria);
    if (denied !== undefined) return denied;
    try {
      const register = { ...parts, register: parts.databases.register };
      const { screenId, ...planned } = await planScreen(register, { criteria, tokens: [], reason: why });
      return { screen: screenId, ...planned };
    } catch (fault) {
      const code = codeOf(fault);
      if (code === "nobody-selected" || code === "too-many-rows") return problem(code);
      throw fault;
    }
  },
);

const request = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/screens/{screen}/request",
    name: "requestScreen",
    summary: "Asks for a planned screen; the criterion is in the order, sealed to the keeper.",
    params: oneScreen,
    query: nothing,
    body: signedOrder,
    answer: eventShape,
    problems: orderProblems,
  },
  async ({ body }, { parts, session }) => {
    if (!mayOrder(session, "screen")) return problem("purpose-not-held");
    if (!parts.isJournalSound()) return problem("journal-breach");
    return renderEvent(await requestScreen(parts, session.actor, orderFrom(body)));
  },
);

const agree = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/screens/{screen}/agree",
    name: "agreeToScreen",
    summary: "A second actor's yes, with the same criterion sealed in it again.",
    params: oneScreen,
    query: nothing,
    body: signedOrder,
    answer: eventShape,
    problems: orderProblems,
  },
  async ({ params, body }, { parts, session }) => {
    if (!mayOrder(session, "agree")) return problem("purpose-not-held");
    if (!parts.isJournalSound()) return problem("journal-breach");
    return renderEvent(await agreeToScreen(parts, params.screen, orderFrom(body)));
  },
);

const run = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/screens/{screen}/run",
    name: "runScreen",
    summary:
      "Queues the working off of a screen; asked twice, it is one job. It goes on where a stopped one ended.",
    params: oneScreen,
    query: nothing,
    body: nothing,
    answer: jobShape,
    problems: ["screen-refused", "journal-breach"],
  },
  async ({ params }, { parts, session }) => {
    if (!mayScreen(session)) return problem("purpose-not-held");
    if (!parts.isJournalSound()) return problem("journal-breach");
    const { register } = parts.databases;
    const [state] = await listStates(register, 1, params.screen);
    if (state?.order === undefined) return problem("screen-refused", ["unknown-screen"]);
    const { actor, office } = session;
    const asked = { kind: screenKind, subject: params.screen, actor, office };
    return renderJob(register, await queueJob({ ...parts, register }, asked));
  },
);

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/screens",
    name: "listScreens",
    summary:
      "Screens for one's own purposes, and to whoever may agree all, newest first: how far each is, and never for what.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ screens: v.array(screenShape) }),
    problems: [],
  },
  async (_given, { parts, session }) => {
    if (!mayScreen(session)) return problem("purpose-not-held");
    const states = await listStates(parts.databases.register, screenLimits.listed);
    const shown = states.filter(
      ({ order }) =>
        mayOrder(session, "agree") || (order !== undefined && session.purposes.includes(order.purpose)),
    );
    return { screens: shown.map(renderState) };
  },
);

export const screenRoutes: readonly Route[] = [plan, request, agree, run, list];

/** Whom a screen found is what it was asked for: nobody without its purpose selects them. Who is exposed is an incident's. */
export async function denyScreen(
  { databases }: ApiParts,
  { purposes }: StaffSession,
  { screen, letters }: Criteria,
): Promise<Problem | undefined> {
  // Lists of letters are proved equal to their revision where they are made (`letter-routes.ts`).
  if (letters !== undefined) return problem("malformed-request");
  if (screen === undefined) return undefined;
  const [state] = await listStates(databases.register, 1, screen);
  const isHeld = state?.order !== undefined && purposes.includes(state.order.purpose);
  return isHeld ? undefined : problem("purpose-not-held");
}

function renderState(state: ScreenState): v.InferInput<typeof screenShape> {
  const { screenId, reason: why, candidates, madeAt, order, agreedBy, partsDone, found } = state;
  return {
    screen: screenId,
    reason: why,
    candidates,
    madeAt: madeAt.toISOString(),
    ...(order !== undefined && {
      purpose: order.purpose,
      askedBy: order.actor,
      request: createHash("sha256").update(order.text).digest("hex"),
    }),
    ...(agreedBy !== undefined && { agreedBy }),
    partsDone,
    found,
  };
}

/** The keeper's reason for a screen is a constant; of anything else it may be more. */
function renderEvent(answer: Answer<bigint>): v.InferInput<typeof eventShape> | Problem {
  if (answer.outcome === "ok") return { eventNumber: answer.value.toString() };
  return problem(answer.outcome, answer.outcome === "screen-refused" ? [answer.reason] : []);
}
