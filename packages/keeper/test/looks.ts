/** Looks, and a clerk with a small budget who may make them. */
import { type ActorKey, generateActorKey } from "../src/order-session.ts";
import type { OpenItem } from "../src/protocol/orders.ts";
import type { Budget, RosterChange } from "../src/orders/roster.ts";

/** A clerk with a key and a small budget, to be put into the roster; and their key. */
export function smallClerk(actor: string, budget: Budget): { key: ActorKey; changes: RosterChange[] } {
  const { key, publicKey } = generateActorKey(actor, `${actor}-key`);
  const value = {
    office: "head-office",
    isOfficer: false,
    isJob: false,
    purposes: ["claim", "audit"],
    budget,
  };
  return {
    key,
    changes: [
      { part: "actor", id: actor, value },
      { part: "credential", id: `${actor}-key`, value: { kind: "key-file", actor, publicKey } },
    ],
  };
}

/** What a test changes of a look. */
export interface Look {
  readonly items?: readonly OpenItem[];
  readonly purpose?: string;
  readonly case?: string;
  readonly fields?: readonly number[];
  readonly persons?: readonly string[];
  readonly atMs?: number;
}

/** A look whose persons are still to be given. */
export const aLook = {
  kind: "look",
  purpose: "claim",
  case: "case-1",
  caseKind: "claim",
  fields: [3],
} as const;
