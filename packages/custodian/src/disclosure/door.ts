/**
 * What a look and a search have in common: who asks, the case, the policy, and the record of a refusal.
 *
 * These are the custodian's own checks, before the keeper is asked. They keep mistakes and curiosity from costing budget
 * and give an answer that says what to do; against a custodian that was taken over only the keeper's checks count.
 */
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import type { OrderHead } from "@kura/keeper/protocol/parts.ts";
import type { Case } from "../cases/case.ts";
import { findCase } from "../cases/cases.ts";
import type { Databases } from "../db/database.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import type { Decision, Policy } from "./policy.ts";
import * as store from "./decisions/store.ts";

/** Who asks: the actor of a session that the keeper has signed in. */
export interface Asker {
  readonly actor: string;
  readonly office: string;
  /** In hexadecimal. */
  readonly session: string;
}

/** What a look and a search are made with. Holds no key, and none of it can make an order. */
export interface DoorParts {
  readonly databases: Databases;
  readonly keeper: KeeperClient;
  readonly policy: Policy;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

/** Refusals of the custodian, in order of precedence; those of the keeper follow. */
export const doorRefusals = [
  "malformed-order",
  "other-session",
  "unknown-case",
  "case-closed",
  "other-case-kind",
  "person-not-in-case",
  "policy-denied",
  "unknown-person",
  "erased",
  "too-many-candidates",
] as const;
export type DoorRefusal = (typeof doorRefusals)[number];

export type KeeperRefusal = Exclude<Answer<unknown>["outcome"], "ok">;

export interface Refused {
  readonly outcome: DoorRefusal | KeeperRefusal;
  /** Where a policy decided: its ids. */
  readonly policies?: readonly string[];
}

/** The case of an order, or why it does not carry the order. */
export async function findCarryingCase(
  { databases }: DoorParts,
  asker: Asker,
  order: OrderHead,
): Promise<Case | DoorRefusal> {
  if (order.session !== asker.session) return "other-session";
  const found = await findCase(databases.register, order.case);
  if (found === undefined) return "unknown-case";
  if (!found.isOpen) return "case-closed";
  return found.kind === order.caseKind ? found : "other-case-kind";
}

/** Of the keeper, and in no event of it: it does not know them to be the will of an actor who may order. */
const leavingNoEvent: readonly KeeperRefusal[] = [
  "unknown-session",
  "session-ended",
  "bad-signature",
  "stale",
  "replayed",
];

/** Gives the keeper's refusal, and writes down one that stands in no event: who goes on after the end is seen. */
export async function refuseAsKeeper(
  parts: DoorParts,
  asker: Asker,
  order: RefusedOrder,
  outcome: KeeperRefusal,
): Promise<Refused> {
  return leavingNoEvent.includes(outcome) ? refuse(parts, asker, order, outcome) : { outcome };
}

type RefusedOrder = OrderHead & { readonly kind: "look" | "search"; readonly persons?: readonly string[] };

/** Writes the refusal down, and gives it. The keeper writes down its own. */
export async function refuse(
  { databases, now, makeId }: DoorParts,
  asker: Asker,
  order: RefusedOrder,
  outcome: DoorRefusal | KeeperRefusal,
  decision?: Decision,
): Promise<Refused> {
  await store.appendRefusal(databases.register, {
    refusalId: makeId(),
    actor: asker.actor,
    office: asker.office,
    session: asker.session,
    orderKind: order.kind,
    outcome,
    purpose: order.purpose,
    caseId: order.case,
    persons: order.persons?.length ?? 0,
    policyDigest: decision?.policyDigest,
    policies: decision?.policies ?? [],
    at: now(),
  });
  return { outcome, ...(decision !== undefined && { policies: decision.policies }) };
}

/** The names of a decision's parts that both questions to the policy share. */
export function questionOf(asker: Asker, order: OrderHead, about: Case, now: Date) {
  return {
    actor: asker.actor,
    office: asker.office,
    purpose: order.purpose,
    case: about,
    atMs: now.getTime(),
  };
}
