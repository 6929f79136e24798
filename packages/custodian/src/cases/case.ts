/**
 * A case: the piece of work that explains a look. Pure: from the events of a case to what the case is.
 *
 * Events are added and never changed; what a case is now is the fold of all of them. A look needs an open case that is
 * about that person; which kinds serve which purposes is the policy's to say (`disclosure/policy.cedar`).
 */
import { Breach } from "@kura/kernel/fault.ts";

/** For ever: journalled with each look. */
export const caseKinds = [
  "claim",
  "contribution-inquiry",
  "address-change",
  "record-matching",
  "call-centre-inquiry",
  "incident-response",
  "audit",
] as const;
export type CaseKind = (typeof caseKinds)[number];

/** Who writes an event: a signed-in actor. */
export interface CaseActor {
  readonly actor: string;
  readonly office: string;
}

export type CaseEvent = CaseActor & {
  /** Never personal data. */
  readonly reason: string;
  readonly at: Date;
} & (
    | { readonly kind: "opened"; readonly caseKind: CaseKind; readonly persons: readonly string[] }
    | { readonly kind: "persons-added"; readonly persons: readonly string[] }
    | { readonly kind: "closed" }
  );

export interface Case {
  /** A UUID in its text form; orders name it. */
  readonly caseId: string;
  readonly kind: CaseKind;
  readonly isOpen: boolean;
  readonly openedBy: string;
  readonly office: string;
  readonly reason: string;
  readonly openedAt: Date;
  readonly closedAt?: Date;
  /** Person keys (UUIDs as text) whom it is about. */
  readonly persons: readonly string[];
  /** How many events it has; the number of its next. */
  readonly events: number;
}

export function parseCaseKind(text: string): CaseKind | undefined {
  return caseKinds.find((kind) => kind === text);
}

/**
 * The case of those events, in their order; at least its opening.
 *
 * @throws {Breach} for events that cannot follow each other: the store refuses to write such.
 */
export function foldCase(caseId: string, events: readonly CaseEvent[]): Case {
  const [opening, ...later] = events;
  if (opening?.kind !== "opened") throw new Breach("a case does not begin with its opening", {});
  const { caseKind: kind, actor: openedBy, office, reason, at: openedAt } = opening;
  const first: Case = {
    caseId,
    kind,
    isOpen: true,
    openedBy,
    office,
    reason,
    openedAt,
    persons: [...new Set(opening.persons)],
    events: 1,
  };
  return later.reduce(withEvent, first);
}

function withEvent(before: Case, event: CaseEvent): Case {
  const events = before.events + 1;
  if (!before.isOpen || event.kind === "opened") throw new Breach("a case goes on after its end", { events });
  if (event.kind === "closed") return { ...before, events, isOpen: false, closedAt: event.at };
  return { ...before, events, persons: [...new Set([...before.persons, ...event.persons])] };
}
