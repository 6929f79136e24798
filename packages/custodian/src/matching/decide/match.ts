/**
 * What people decided about one unknown owner: the fold of its events, and which event may follow. Pure.
 *
 *   open ─▶ accepted ─▶ (second opinion) ─▶ asked ─▶ confirmed ─▶ posted
 *     ◀── opposed, denied, none fits ──┘        └──── undone, from anywhere ────▶ open
 *
 * A match is never made by the machine: a reviewer accepts a candidate, a second person agrees where it is close, the likely
 * owner is asked and says yes, and whoever writes that down is not the one who accepted. Undoing is one more event.
 * INVARIANT: nobody seconds or confirms their own match, and nothing is posted that was not confirmed
 * (match.test.ts, decisions.abuse.test.ts).
 */
import { Breach } from "@kura/kernel/fault.ts";

export interface Reviewer {
  readonly actor: string;
  readonly office: string;
  /** Of the roster. */
  readonly purposes: readonly string[];
}

/** Of whoever decides about matches. */
export const reviewingPurpose = "record-matching";

export type MatchEvent = {
  readonly actor: string;
  readonly office: string;
  /** Never personal data. */
  readonly reason: string;
  readonly at: Date;
} & (
  | {
      readonly kind: "accepted";
      readonly person: string;
      readonly runId: string;
      readonly needsSecond: boolean;
    }
  | { readonly kind: "seconded" | "opposed" | "none-fits" | "posted" }
  /** `reference`: the case in which the letter was written, or the agency's mark of the reply. */
  | { readonly kind: "asked" | "denied"; readonly reference: string }
  | { readonly kind: "confirmed"; readonly reference: string; readonly operationId: string }
  | { readonly kind: "undone"; readonly operationId: string }
);

export interface Accepted {
  readonly person: string;
  readonly by: string;
  readonly runId: string;
}

export type MatchState =
  | { readonly state: "open"; readonly last?: MatchEvent["kind"] }
  | (Accepted & { readonly state: "wants-second" | "to-ask" | "asked" })
  /** `operationId`: what posts, or has posted, the owner's entries. */
  | (Accepted & { readonly state: "confirmed" | "posted"; readonly operationId: string });

export type Match = MatchState & { readonly events: number };

/** In order of precedence. */
export type DecisionRefusal =
  | "purpose-not-held"
  | "malformed-decision"
  | "unknown-owner"
  | "not-a-candidate"
  | "other-state"
  | "own-match"
  | "too-many-events";

/** @throws {Breach} for events that cannot follow each other. */
export function foldMatch(events: readonly MatchEvent[]): Match {
  const open: MatchState = { state: "open" };
  return { ...events.reduce(withEvent, open), events: events.length };
}

/** Whether `by` may write `event` behind `before`. */
export function decideEvent(
  before: Match,
  event: MatchEvent,
  maxEvents: number,
): DecisionRefusal | undefined {
  if (before.events >= maxEvents) return "too-many-events";
  if (!follows(before, event.kind)) return "other-state";
  const isOwn = before.state !== "open" && before.by === event.actor;
  const mustBeAnother = ["seconded", "opposed", "confirmed", "denied"].includes(event.kind);
  return isOwn && mustBeAnother ? "own-match" : undefined;
}

const statesBefore: Readonly<Record<MatchEvent["kind"], readonly MatchState["state"][]>> = {
  accepted: ["open"],
  "none-fits": ["open"],
  seconded: ["wants-second"],
  opposed: ["wants-second"],
  asked: ["to-ask", "asked"],
  confirmed: ["asked"],
  denied: ["asked"],
  posted: ["confirmed"],
  undone: ["wants-second", "to-ask", "asked", "confirmed", "posted"],
};

function follows({ state }: MatchState, kind: MatchEvent["kind"]): boolean {
  return statesBefore[kind].includes(state);
}

function withEvent(before: MatchState, event: MatchEvent): MatchState {
  if (!follows(before, event.kind))
    throw new Breach("events of a match cannot follow each other", { state: before.state });
  if (event.kind === "accepted") {
    const { person, runId, actor: by } = event;
    return { state: event.needsSecond ? "wants-second" : "to-ask", person, by, runId };
  }
  if (before.state === "open") return { state: "open", last: event.kind };
  const { person, by, runId } = before;
  const accepted = { person, by, runId };
  switch (event.kind) {
    case "seconded":
      return { ...accepted, state: "to-ask" };
    case "asked":
      return { ...accepted, state: "asked" };
    case "confirmed":
      return { ...accepted, state: "confirmed", operationId: event.operationId };
    case "posted":
      return { ...accepted, state: "posted", operationId: "operationId" in before ? before.operationId : "" };
    default:
      return { state: "open", last: event.kind };
  }
}
