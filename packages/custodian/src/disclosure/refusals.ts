/** What each refusal of a look, a search or a sign-in means, in words for whoever ordered. The same for everybody: no value of a request. */
import type { DoorRefusal, KeeperRefusal } from "./door.ts";

export type AnyRefusal = DoorRefusal | KeeperRefusal;

export const refusalTitles: Readonly<Record<AnyRefusal, string>> = {
  "extract-refused": "the extract does not allow it",
  "not-seconded": "nobody but the first actor stands for it",
  "screen-refused": "the screen does not allow it",
  "events-incomplete": "the events given are not all of the person's",
  "malformed-order": "this is not an order, or one above a limit",
  "other-session": "the order was signed in another session",
  "unknown-case": "there is no such case",
  "case-closed": "the case is closed",
  "other-case-kind": "the case is of another kind than the order says",
  "person-not-in-case": "the case is not about every person of the order; add the person to the case first",
  "policy-denied":
    "the agency's policy does not allow this purpose, these fields or this many persons in this case",
  "unknown-person": "nobody is registered under one of the keys",
  erased: "the person was erased",
  "too-many-candidates": "more persons fit than one search may show; say more about the one who is meant",
  "unknown-session": "the keeper does not know this session; sign in again",
  "session-ended": "the session is at its end; sign in again",
  "bad-signature": "the order was not signed by its session, or was changed on the way",
  stale: "the order's time is too far from the keeper's clock",
  replayed: "an order with this number or a later one was received before",
  "purpose-not-held": "the actor does not hold this purpose, or it does not serve this kind of order",
  "field-not-allowed": "the purpose does not allow one of the fields",
  "person-not-in-order": "material of a person was sent whom the order does not name",
  "budget-exhausted": "the budget of the actor, the office or the agency is used up; nothing was shown",
  stopped: "the session was stopped; a security officer has been alarmed",
  "unknown-ticket": "there is no such ticket",
  "ticket-overdrawn": "the ticket does not allow so many",
  "unknown-search": "the search was given up; search again",
  "sign-in-refused": "the credential or its proof does not convince the keeper",
  "statement-refused": "the roster statement is not accepted",
  "does-not-open": "a sealed record does not open in its place; nothing was shown and an operator must look",
  "journal-unwritable":
    "the keeper cannot write its journal, so it opens nothing until an operator has seen to the disk",
  malformed: "the keeper could not read the question",
  "unknown-operation": "the keeper does not know this question",
  stopping: "the keeper is stopping",
  "too-many-connections": "the keeper has too many callers",
  failed: "a defect of the keeper; its log has more",
};
