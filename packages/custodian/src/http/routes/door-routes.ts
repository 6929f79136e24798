/** Looks and searches: relayed sealed, never read. What the keeper ends is ended here too. */
import * as v from "valibot";
import type { Refused } from "../../disclosure/door.ts";
import { look } from "../../disclosure/look.ts";
import { search } from "../../disclosure/search.ts";
import { type Problem, problem, type ProblemName } from "../problem.ts";
import { nothing, type Route, type SignedInCall, staffRoute } from "../route.ts";
import { orderFrom, renderSealed, sealedAnswer, signedOrder, uuid } from "../schemas.ts";

const shared: readonly ProblemName[] = [
  "malformed-order",
  "other-session",
  "unknown-case",
  "case-closed",
  "other-case-kind",
  "policy-denied",
  "session-ended",
  "unknown-session",
  "bad-signature",
  "stale",
  "replayed",
  "purpose-not-held",
  "budget-exhausted",
  "stopped",
  "journal-unwritable",
  "journal-breach",
];

const lookAt = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/looks",
    name: "look",
    summary:
      "A signed order to see fields of persons; the answer is sealed to the session and journalled before it exists.",
    params: nothing,
    query: nothing,
    body: signedOrder,
    answer: v.strictObject({ ...sealedAnswer.entries, erased: v.array(uuid) }),
    problems: [
      ...shared,
      "person-not-in-case",
      "unknown-person",
      "erased",
      "field-not-allowed",
      "does-not-open",
    ],
  },
  async ({ body }, call) => {
    if (!call.parts.isJournalSound()) return problem("journal-breach");
    const outcome = await look(call.parts, call.session, orderFrom(body));
    if (outcome.outcome !== "answered") return refused(call, outcome);
    return { ...renderSealed(outcome.answer, outcome.decision), erased: [...outcome.erased] };
  },
);

const find = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/searches",
    name: "search",
    summary:
      "A signed order to find who has all of some terms, which are sealed to the keeper; answered with masked names.",
    params: nothing,
    query: nothing,
    body: signedOrder,
    answer: sealedAnswer,
    problems: [...shared, "too-many-candidates", "unknown-search", "does-not-open"],
  },
  async ({ body }, call) => {
    if (!call.parts.isJournalSound()) return problem("journal-breach");
    const outcome = await search(call.parts, call.session, orderFrom(body));
    return outcome.outcome === "answered"
      ? renderSealed(outcome.answer, outcome.decision)
      : refused(call, outcome);
  },
);

export const doorRoutes: readonly Route[] = [lookAt, find];

const endings: readonly string[] = ["session-ended", "unknown-session", "stopped"];

function refused({ parts, session, clearCookie }: SignedInCall, { outcome, policies }: Refused): Problem {
  if (endings.includes(outcome)) {
    parts.sessions.end(session.session);
    clearCookie();
  }
  return problem(outcome, policies);
}
