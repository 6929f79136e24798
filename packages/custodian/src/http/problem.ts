/**
 * Problem details (RFC 9457): every refusal of the API with its status and its words. A type is for ever.
 *
 * Never the request's own words: they could hold a name. What a policy decided is told by the ids of the policies.
 */
import { type AnyRefusal, refusalTitles } from "../disclosure/refusals.ts";

type Status = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 503;

/** Refusals of a door, a sign-in or a statement; the keeper's own troubles are 503. */
const statusOfRefusal: Readonly<Record<AnyRefusal, Status>> = {
  "malformed-order": 400,
  "extract-refused": 409,
  "not-seconded": 409,
  "screen-refused": 409,
  "events-incomplete": 409,
  "other-session": 403,
  "unknown-case": 404,
  "case-closed": 409,
  "other-case-kind": 409,
  "person-not-in-case": 403,
  "policy-denied": 403,
  "unknown-person": 404,
  erased: 404,
  "too-many-candidates": 409,
  "unknown-session": 401,
  "session-ended": 401,
  "bad-signature": 403,
  stale: 409,
  replayed: 409,
  "purpose-not-held": 403,
  "field-not-allowed": 403,
  "person-not-in-order": 403,
  "budget-exhausted": 429,
  stopped: 403,
  "unknown-ticket": 409,
  "ticket-overdrawn": 409,
  "unknown-search": 409,
  "sign-in-refused": 401,
  "statement-refused": 409,
  "does-not-open": 500,
  "journal-unwritable": 503,
  malformed: 400,
  "unknown-operation": 500,
  stopping: 503,
  "too-many-connections": 503,
  failed: 500,
};

const own = {
  "malformed-request": [400, "the request is not what this operation takes"],
  "not-signed-in": [401, "sign in first"],
  "not-an-officer": [403, "only officers may do this"],
  "other-origin": [403, "the request does not come from Kura's own pages"],
  "not-found": [404, "there is nothing here"],
  "too-large": [413, "the request is above its limit"],
  "not-json": [415, "the body is JSON (application/json)"],
  "too-many-requests": [429, "too many requests; wait a minute"],
  "request-failed": [500, "the request failed; the log has more"],
  unavailable: [503, "the keeper or the database does not answer"],
  "journal-breach": [
    503,
    "the journal contradicts its copy; nothing is shown until an operator has seen to it",
  ],
  "nobody-selected": [409, "the criteria select nobody"],
  "too-many-rows": [409, "an extract has at most five million rows"],
  "malformed-decision": [
    400,
    "a decision needs a reason of at most 200 characters, and a mark of at most 80",
  ],
  "unknown-owner": [404, "there is no such owner in suspense"],
  "not-a-candidate": [409, "the latest run did not find this person for this owner"],
  "other-state": [409, "the match does not stand where this can follow"],
  "own-match": [403, "who accepted a match does not second it, nor write down the owner's answer"],
  "too-many-events": [409, "too much has been decided about this owner"],
  "match-busy": [409, "somebody is posting or undoing this match"],
  "not-posted": [409, "the ledger does not take it; the match can be undone"],
  "bad-title": [400, "a list needs a title of at most 100 characters"],
  "unknown-lot": [404, "there is no such list, or it has no such lot"],
  "lot-done": [409, "the lot is done"],
  "not-assigned": [409, "nobody has this lot yet"],
  "other-assignee": [403, "somebody else has this lot"],
  "person-not-in-lot": [404, "the lot is not about this person"],
  "no-such-result": [400, "this kind of list has other results"],
  "persons-left": [409, "not every person of the lot has a result"],
  "malformed-case": [400, "a case needs a reason of at most 200 characters, and persons as their keys"],
  "malformed-change": [400, "this is no change: a value is not of its field's form, or there is none"],
  "not-in-this-case": [403, "in a case of this kind this is not changed"],
  "import-running": [409, "a file is being taken in; a change has to wait for its end"],
  "too-many-persons": [409, "a case is about fifty persons at most"],
  "unknown-incident": [404, "there is no such incident"],
  "incident-closed": [409, "the incident is closed"],
  "malformed-evidence": [400, "this is no evidence of its kind"],
  "unknown-evidence": [404, "the incident has no such evidence"],
  "withdrawn-before": [409, "it is withdrawn already"],
  "unknown-revision": [404, "the incident has no such revision"],
  "own-revision": [403, "who made a revision does not approve it"],
  "approved-before": [409, "it is approved already"],
  "other-revision": [409, "the words are about another state of the revision"],
  "not-approved": [409, "the revision is not approved"],
  "reissued-before": [409, "numbers of this revision are exchanged already"],
  "block-too-small": [409, "the block has too few numbers for so many persons"],
  "letters-differ": [409, "a printing house has one text for all: choose one of the letters"],
  "letters-busy": [409, "somebody else is making letters; ask again"],
  "unknown-letters": [404, "there is no such list of letters"],
  "letter-superseded": [409, "a newer revision says something else of this person; make letters of it"],
  "malformed-measure": [400, "a measure needs words, an owner and a date"],
  "unknown-measure": [404, "the incident has no such measure"],
  "done-before": [409, "it is done already"],
  "other-words": [400, "the order was signed for other words"],
  "not-looked-at": [403, "look at the person in this case first"],
  "not-a-demo": [404, "this agency is no demonstration, or has no such demo actor"],
  "unknown-enrolment": [404, "there is no such invitation, or it is used up or too old"],
  "registration-refused": [400, "the passkey's registration does not convince"],
  "malformed-changes": [400, "these are no changes of a roster"],
  "unknown-proposal": [404, "there is no such proposal"],
  "signed-before": [409, "this officer has signed it before"],
} as const satisfies Readonly<Record<string, readonly [Status, string]>>;

export type ProblemName = AnyRefusal | keyof typeof own;

/** What a handler gives back in the place of an answer. */
export interface Problem {
  readonly problem: ProblemName;
  /** Constants only: ids of policies, the keeper's reason. */
  readonly because?: readonly string[];
}

export function problem(name: ProblemName, because: readonly string[] = []): Problem {
  return because.length === 0 ? { problem: name } : { problem: name, because };
}

export function statusOf(name: ProblemName): Status {
  return isOwn(name) ? own[name][0] : statusOfRefusal[name];
}

export function titleOf(name: ProblemName): string {
  return isOwn(name) ? own[name][1] : refusalTitles[name];
}

export function problemResponse({ problem: name, because }: Problem): Response {
  const status = statusOf(name);
  const body = {
    type: `urn:kura:problem:${name}`,
    title: titleOf(name),
    status,
    ...(because && { because }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });
}

function isOwn(name: ProblemName): name is keyof typeof own {
  return Object.hasOwn(own, name);
}
