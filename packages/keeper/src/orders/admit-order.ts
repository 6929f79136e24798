/**
 * Whether an order is obeyed. Pure: everything it needs is given, and what is given is not changed.
 *
 * {@link refusals} is the whole rule, in order of precedence: the first that is met is the answer. What comes before
 * `purpose-not-held` leaves no event, because it is not known to be the actor's will or is it no more; from there on the
 * order was the actor's, and its refusal is journalled.
 *
 * INVARIANT: the order of precedence (admit-order.test.ts).
 */
import type { BudgetOutcome } from "./budget.ts";
import type { Order } from "../client-side.ts";
import { limits } from "../limits.ts";
import type { AnswerName } from "../protocol/names.ts";
import type { Actor, Purpose, Roster } from "./roster.ts";
import type { Session } from "./session.ts";

/** What is decided upon. */
export interface OrderCase {
  readonly order: Order;
  readonly session: Session | undefined;
  readonly roster: Roster;
  readonly nowMs: number;
  /** Persons whose sealed material came with the order, in hexadecimal. */
  readonly given: readonly string[];
  isSigned(session: Session): boolean;
  isErased(person: string): boolean;
  isHoney(person: string): boolean;
  /** Of an order that costs persons. */
  budget(session: Session, actor: Actor): BudgetOutcome;
}

export type OrderRefusal = Extract<
  AnswerName,
  | "unknown-session"
  | "session-ended"
  | "bad-signature"
  | "stale"
  | "replayed"
  | "purpose-not-held"
  | "field-not-allowed"
  | "person-not-in-order"
  | "erased"
  | "budget-exhausted"
  | "stopped"
>;

export type OrderOutcome =
  | {
      readonly outcome: "admitted";
      readonly session: Session;
      readonly actor: Actor;
      readonly isNearBudget: boolean;
    }
  | {
      readonly outcome: OrderRefusal;
      readonly session: Session | undefined;
      readonly actor: Actor | undefined;
    };

/** What is looked up once for all refusals. */
interface Found {
  readonly of: OrderCase;
  readonly session: Session | undefined;
  readonly actor: Actor | undefined;
  readonly purpose: Purpose | undefined;
  /** Counted when it is first asked for, and once. */
  readonly budget: () => BudgetOutcome | undefined;
}

export const refusals: readonly (readonly [OrderRefusal, (found: Found) => boolean])[] = [
  ["unknown-session", ({ session }) => session === undefined],
  [
    "session-ended",
    ({ of, session, actor }) => session === undefined || actor === undefined || hasEnded(session, of.nowMs),
  ],
  ["bad-signature", ({ of, session }) => session === undefined || !of.isSigned(session)],
  ["stale", ({ of }) => Math.abs(of.order.atMs - of.nowMs) > limits.orderAgeMs],
  ["replayed", ({ of, session }) => of.order.number <= (session?.lastNumber ?? 0)],
  ["purpose-not-held", (found) => found.of.order.kind !== "sign-out" && !holdsPurpose(found)],
  [
    "field-not-allowed",
    ({ of, purpose }) => !fieldsOf(of.order).every((field) => purpose?.fields.includes(field)),
  ],
  ["person-not-in-order", ({ of }) => !of.given.every((person) => personsOf(of.order).includes(person))],
  ["erased", ({ of }) => of.given.some((person) => of.isErased(person))],
  ["budget-exhausted", ({ budget }) => budget()?.outcome !== "within"],
  ["stopped", ({ of }) => of.given.some((person) => of.isHoney(person))],
];

/** From this refusal on, the order is known to be the actor's. */
const firstJournalled: OrderRefusal = "purpose-not-held";

export function isJournalled(outcome: OrderRefusal): boolean {
  const place = (one: OrderRefusal): number => refusals.findIndex(([name]) => name === one);
  return place(outcome) >= place(firstJournalled);
}

export function decideOrder(of: OrderCase): OrderOutcome {
  const { session, order, roster } = of;
  const actor = session === undefined ? undefined : findActor(roster, session);
  let counted: BudgetOutcome | undefined;
  const budget = (): BudgetOutcome | undefined =>
    session === undefined || actor === undefined ? undefined : (counted ??= of.budget(session, actor));
  const found = { of, session, actor, purpose: roster.purposes.get(order.purpose), budget };
  const refusal = refusals.find(([, isMet]) => isMet(found))?.[0];
  if (refusal !== undefined || session === undefined || actor === undefined) {
    return { outcome: refusal ?? "unknown-session", session, actor };
  }
  const spending = budget();
  const isNearBudget = spending?.outcome === "within" && spending.isNear;
  return { outcome: "admitted", session, actor, isNearBudget };
}

/** `undefined` once the actor or the credential the session began with has left the roster, or has another key there. */
export function findActor(roster: Roster, { start, credentialKey }: Session): Actor | undefined {
  const credential = roster.credentials.get(start.credential);
  const isHeld = credential?.actor === start.actor && credential.publicKey === credentialKey;
  return isHeld ? roster.actors.get(start.actor) : undefined;
}

export function hasEnded(session: Session, nowMs: number): boolean {
  return session.isEnded || session.start.expiresMs <= nowMs;
}

function holdsPurpose({ of: { order }, actor, purpose }: Found): boolean {
  const isHeld = actor?.purposes.includes(order.purpose) === true;
  return isHeld && purpose?.kinds.includes(order.kind) === true;
}

function fieldsOf(order: Order): readonly number[] {
  return order.kind === "look" || order.kind === "extract" || order.kind === "screen" ? order.fields : [];
}

function personsOf(order: Order): readonly string[] {
  if (order.kind === "look" || order.kind === "preview") return order.persons;
  return order.kind === "erase" || order.kind === "receipt" ? [order.person] : [];
}
