/**
 * Decisions of reviewers, written one after another: accept a candidate, second it, ask, note the answer, undo.
 *
 * Whoever calls has found out who the actor is and which purposes they hold. Called by the command line and the HTTP API.
 * Only a candidate of the latest run can be accepted. Two writers of one event number cannot both succeed; the second
 * decides again on what is there then. Posting and undoing move money and are in `posting.ts`.
 */
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import type { Database } from "../../db/database.ts";
import { parseUuid, renderUuid } from "../../db/uuid.ts";
import { matchingLimits } from "../limits.ts";
import { decideEvent, foldMatch, reviewingPurpose } from "./match.ts";
import type { DecisionRefusal, Match, MatchEvent, Reviewer } from "./match.ts";
import * as store from "./store.ts";

export interface DecisionParts {
  readonly register: Database;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

export type DecisionOutcome =
  | { readonly outcome: "done"; readonly match: Match }
  | { readonly outcome: DecisionRefusal };

/** What a reviewer says. `reason` is never personal data. */
export type Said =
  | { readonly kind: "accept"; readonly person: string; readonly reason: string }
  | { readonly kind: "none-fits" | "second" | "oppose"; readonly reason: string }
  /** `reference`: the case of the letter, or the agency's mark of the signed reply. */
  | { readonly kind: "ask" | "confirm" | "deny"; readonly reference: string; readonly reason: string };

const plainEvents = { "none-fits": "none-fits", second: "seconded", oppose: "opposed" } as const;
const referredEvents = { ask: "asked", deny: "denied" } as const;

/** @param owner a UUID. */
export async function decide(
  parts: DecisionParts,
  owner: string,
  by: Reviewer,
  said: Said,
): Promise<DecisionOutcome> {
  if (!by.purposes.includes(reviewingPurpose)) return { outcome: "purpose-not-held" };
  if (!isUuid(owner) || !isSaid(said)) return { outcome: "malformed-decision" };
  if ((await store.findWaiting(parts.register, owner)) === undefined) return { outcome: "unknown-owner" };
  return appendDecided(parts, owner, async () => eventOf(parts, owner, by, said));
}

async function eventOf(
  { register, now, makeId }: DecisionParts,
  owner: string,
  { actor, office }: Reviewer,
  said: Said,
): Promise<MatchEvent | DecisionRefusal> {
  const shared = { actor, office, reason: said.reason, at: now() };
  switch (said.kind) {
    case "accept": {
      const candidates = await store.listCandidates(register, owner);
      const chosen = candidates.find(({ person }) => person === said.person);
      if (chosen === undefined) return "not-a-candidate";
      const { person, runId } = chosen;
      return { ...shared, kind: "accepted", person, runId, needsSecond: isClose(chosen, candidates) };
    }
    case "ask":
    case "deny":
      return { ...shared, kind: referredEvents[said.kind], reference: said.reference };
    case "confirm":
      return { ...shared, kind: "confirmed", reference: said.reference, operationId: renderUuid(makeId()) };
    default:
      return { ...shared, kind: plainEvents[said.kind] };
  }
}

/** Not sure, not alone, not found by an official stage, or in months that another employer paid too. */
export function isClose(
  { probability, stage, overlapMonths }: store.Candidate,
  candidates: readonly store.Candidate[],
): boolean {
  return (
    probability < matchingLimits.sureProbability ||
    candidates.length > 1 ||
    stage === "model" ||
    overlapMonths > 0
  );
}

/** Writes what `make` makes of the present state, or says why not. */
export async function appendDecided(
  { register }: DecisionParts,
  owner: string,
  make: (before: Match) => Promise<MatchEvent | DecisionRefusal>,
): Promise<DecisionOutcome> {
  for (let attempt = 0; attempt < matchingLimits.attempts; attempt++) {
    const events = await store.listEvents(register, owner);
    const before = foldMatch(events);
    const event = await make(before);
    if (typeof event === "string") return { outcome: event };
    const refusal = decideEvent(before, event, matchingLimits.events);
    if (refusal !== undefined) return { outcome: refusal };
    if (await isWritten(register, owner, before.events + 1, event)) {
      return { outcome: "done", match: foldMatch([...events, event]) };
    }
  }
  throw new Fault("match-contended", "others kept deciding about this owner");
}

/** Whether the number was still free. */
async function isWritten(
  register: Database,
  owner: string,
  eventNo: number,
  event: MatchEvent,
): Promise<boolean> {
  try {
    await register.transact((tx) => store.appendEvent(tx, owner, eventNo, event));
    return true;
  } catch (fault) {
    if (codeOf(fault) === "sql-23505") return false;
    throw fault;
  }
}

function isSaid(said: Said): boolean {
  const { reasonLength, referenceLength } = matchingLimits;
  if ("reference" in said && !isLine(said.reference, referenceLength)) return false;
  if (said.kind === "accept" && !isUuid(said.person)) return false;
  return isLine(said.reason, reasonLength);
}

function isLine(text: string, max: number): boolean {
  return text.trim() !== "" && text.length <= max && !/\p{Cc}/u.test(text);
}

function isUuid(text: string): boolean {
  try {
    return renderUuid(parseUuid(text)) === text;
  } catch (fault) {
    if (codeOf(fault) === "malformed-uuid") return false;
    throw fault;
  }
}
