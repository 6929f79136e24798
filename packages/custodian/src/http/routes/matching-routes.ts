/**
 * Matching for the console's review screen: the list, one owner's candidates, decisions, the question, posting, undoing.
 *
 * Nobody is named here: owners and persons are keys, evidence is which features agree. To see somebody the browser orders a
 * look in a case of record matching, like every other look; an unknown owner is looked at under their own key.
 */
import * as v from "valibot";
import { findCase } from "../../cases/cases.ts";
import { renderEvidence } from "../../matching/agreement.ts";
import { decide, isClose } from "../../matching/decide/decisions.ts";
import type { DecisionParts, Said } from "../../matching/decide/decisions.ts";
import { foldMatch } from "../../matching/decide/match.ts";
import type { Match } from "../../matching/decide/match.ts";
import { postConfirmed, undo } from "../../matching/decide/posting.ts";
import { addresseePlaces, gapAround, renderQuestion } from "../../matching/decide/question.ts";
import * as store from "../../matching/decide/store.ts";
import { matchingLimits } from "../../matching/limits.ts";
import { type Problem, problem, type ProblemName } from "../problem.ts";
import { mayReviewMatches } from "../rights.ts";
import { type ApiParts, nothing, type Route, type SignedInCall, staffRoute } from "../route.ts";
import { decimal, integer, reason, time, uuid } from "../schemas.ts";

const oneOwner = v.strictObject({ owner: uuid });
const reference = v.pipe(v.string(), v.minLength(1), v.maxLength(matchingLimits.referenceLength));
const standings = ["open", "wants-second", "to-ask", "asked", "confirmed"] as const;

const ownerShape = v.strictObject({
  owner: uuid,
  entries: integer,
  yen: decimal,
  firstMonth: v.string(),
  lastMonth: v.string(),
  since: time,
});
const candidateShape = v.strictObject({
  person: uuid,
  stage: v.string(),
  probability: v.number(),
  weight: v.number(),
  evidence: v.array(v.string()),
  overlapMonths: integer,
  /** Accepting this one needs a second opinion. */
  isClose: v.boolean(),
});
const matchShape = v.strictObject({
  state: v.string(),
  person: v.optional(uuid),
  acceptedBy: v.optional(v.string()),
});
const backlogShape = v.strictObject({
  reason: v.string(),
  age: v.string(),
  owners: integer,
  entries: integer,
  yen: decimal,
});

const refusals: readonly ProblemName[] = [
  "purpose-not-held",
  "malformed-decision",
  "unknown-owner",
  "not-a-candidate",
  "other-state",
  "own-match",
  "too-many-events",
  "match-busy",
];

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/matching/owners",
    name: "listMatchOwners",
    summary:
      "Unknown owners with candidates in the latest run, at most 200 behind `after`; by where their match stands.",
    params: nothing,
    query: v.strictObject({
      standing: v.optional(v.picklist(standings), "open"),
      reason: v.optional(v.picklist(["one-owner", "several-owners"])),
      after: v.optional(uuid),
    }),
    body: nothing,
    answer: v.strictObject({ owners: v.array(ownerShape) }),
    problems: ["purpose-not-held"],
  },
  async ({ query: { standing, reason: why, after } }, { parts, session }) => {
    if (!mayReviewMatches(session)) return problem("purpose-not-held");
    const filter = {
      standing,
      ...(why !== undefined && { reason: why }),
      ...(after !== undefined && { after }),
    };
    const owners = await store.listForReview(parts.databases.register, filter, matchingLimits.listed);
    return { owners: owners.map(renderOwner) };
  },
);

const show = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/matching/owners/{owner}",
    name: "showMatchOwner",
    summary:
      "One unknown owner: what waits, where the match stands, the candidates with their evidence. Names nobody.",
    params: oneOwner,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ owner: ownerShape, match: matchShape, candidates: v.array(candidateShape) }),
    problems: ["purpose-not-held", "unknown-owner"],
  },
  async ({ params: { owner } }, { parts, session }) => {
    if (!mayReviewMatches(session)) return problem("purpose-not-held");
    const { register } = parts.databases;
    const waiting = await store.findWaiting(register, owner);
    if (waiting === undefined) return problem("unknown-owner");
    const candidates = await store.listCandidates(register, owner);
    return {
      owner: renderOwner(waiting),
      match: renderMatch(foldMatch(await store.listEvents(register, owner))),
      candidates: candidates.map((one) => ({
        person: one.person,
        stage: one.stage,
        probability: one.probability,
        weight: one.weight,
        evidence: renderEvidence(one),
        overlapMonths: one.overlapMonths,
        isClose: isClose(one, candidates),
      })),
    };
  },
);

const saidShape = v.variant("kind", [
  v.strictObject({ kind: v.literal("accept"), person: uuid, reason }),
  v.strictObject({ kind: v.picklist(["none-fits", "second", "oppose"]), reason }),
]);

const decideOwner = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/matching/owners/{owner}/decisions",
    name: "decideMatch",
    summary: "Accepts a candidate of the latest run, or none; seconds or opposes somebody else's acceptance.",
    params: oneOwner,
    query: nothing,
    body: saidShape,
    answer: matchShape,
    problems: refusals,
  },
  async ({ params, body }, call) => decided(call, params.owner, body),
);

const ask = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/matching/owners/{owner}/question",
    name: "askOwner",
    summary:
      "The letter to the likely owner, with {氏名} and {住所} for what the browser's own look in that case shows; noted as asked.",
    params: oneOwner,
    query: nothing,
    body: v.strictObject({ case: uuid, reason }),
    answer: v.strictObject({ match: matchShape, letter: v.string() }),
    problems: [...refusals, "unknown-case", "case-closed", "person-not-in-case"],
  },
  async ({ params: { owner }, body }, call) => {
    const { register } = call.parts.databases;
    const match = foldMatch(await store.listEvents(register, owner));
    const waiting = await store.findWaiting(register, owner);
    if (waiting === undefined) return problem("unknown-owner");
    if (match.state !== "to-ask" && match.state !== "asked") return problem("other-state");
    const about = await findCase(register, body.case);
    if (about === undefined) return problem("unknown-case");
    if (!about.isOpen) return problem("case-closed");
    if (!about.persons.includes(match.person)) return problem("person-not-in-case");
    const answer = await decided(call, owner, { kind: "ask", reference: body.case, reason: body.reason });
    if ("problem" in answer) return answer;
    const paid = await store.listPaidMonths(register, match.person);
    const gap = gapAround(paid, waiting.firstMonth, waiting.lastMonth);
    return { match: answer, letter: renderQuestion(addresseePlaces, gap, body.case) };
  },
);

const confirm = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/matching/owners/{owner}/answers",
    name: "answerOwner",
    summary: "Notes what the likely owner answered; never by who accepted the match. Moves nothing.",
    params: oneOwner,
    query: nothing,
    body: v.strictObject({ answer: v.picklist(["yes", "no"]), reference, reason }),
    answer: matchShape,
    problems: refusals,
  },
  async ({ params, body: { answer, reference: mark, reason: why } }, call) =>
    decided(call, params.owner, {
      kind: answer === "yes" ? "confirm" : "deny",
      reference: mark,
      reason: why,
    }),
);

const post = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/matching/owners/{owner}/posting",
    name: "postMatch",
    summary:
      "Posts what waits of the owner to the person who confirmed; asked again, it goes on where it stopped.",
    params: oneOwner,
    query: nothing,
    body: nothing,
    answer: matchShape,
    problems: [...refusals, "not-posted"],
  },
  async ({ params: { owner } }, { parts, session }) => {
    const posted = await postConfirmed(partsOf(parts), owner, session);
    if (posted.outcome === "done") return renderMatch(posted.match);
    return posted.outcome === "not-posted" ? problem("not-posted", [posted.why]) : problemOf(posted.outcome);
  },
);

const undoOwner = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/matching/owners/{owner}/undoing",
    name: "undoMatch",
    summary: "Takes a match back, with what was posted, by reversing entries; the owner is open again.",
    params: oneOwner,
    query: nothing,
    body: v.strictObject({ reason }),
    answer: v.strictObject({ match: matchShape, movedBack: integer, notMoved: integer }),
    problems: [...refusals, "not-posted"],
  },
  async ({ params: { owner }, body }, { parts, session }) => {
    const undone = await undo(partsOf(parts), owner, session, body.reason);
    if (undone.outcome === "not-posted") return problem("not-posted", [undone.why]);
    if (undone.outcome !== "done") return problemOf(undone.outcome);
    const { match, movedBack, notMoved } = undone;
    return { match: renderMatch(match), movedBack, notMoved };
  },
);

const report = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/matching/backlog",
    name: "reportBacklog",
    summary: "Everything that waits in suspense, each owner once, by reason and age.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ backlog: v.array(backlogShape) }),
    problems: [],
  },
  async (_given, { parts }) => {
    const rows = await store.listBacklog(parts.databases.register, parts.now());
    return { backlog: rows.map((row) => ({ ...row, yen: row.yen.toString() })) };
  },
);

export const matchingRoutes: readonly Route[] = [
  list,
  show,
  decideOwner,
  ask,
  confirm,
  post,
  undoOwner,
  report,
];

async function decided(
  { parts, session }: SignedInCall,
  owner: string,
  said: Said,
): Promise<v.InferInput<typeof matchShape> | Problem> {
  const outcome = await decide(partsOf(parts), owner, session, said);
  return outcome.outcome === "done" ? renderMatch(outcome.match) : problemOf(outcome.outcome);
}

function partsOf({ databases, now, makeId }: ApiParts): DecisionParts {
  return { register: databases.register, now, makeId };
}

function problemOf(outcome: Exclude<ProblemName, "match-busy"> | "busy"): Problem {
  return problem(outcome === "busy" ? "match-busy" : outcome);
}

function renderOwner({ owner, entries, yen, firstMonth, lastMonth, since }: store.WaitingOwner) {
  return { owner, entries, yen: yen.toString(), firstMonth, lastMonth, since: since.toISOString() };
}

function renderMatch(match: Match): v.InferInput<typeof matchShape> {
  if (match.state === "open") return { state: match.state };
  return { state: match.state, person: match.person, acceptedBy: match.by };
}
