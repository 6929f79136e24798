/**
 * A first roster for demonstrations and tests: two officers, an operator and some others with key files, their offices,
 * the usual purposes.
 *
 * An agency's own is made by `kura init`, for keys that its officers have; whoever has the files made here can do all that
 * these may. The keeper itself never imports this.
 */
import {
  agencyAtFirst,
  approverPurposes,
  officeBudget,
  officerPurposes,
  operatorPurposes,
  recipientPurposes,
  signStatement,
  usualPurposes,
} from "./first-roster.ts";
import { type ActorKey, generateActorKey } from "./order-session.ts";
import { type Budget, emptyRoster, type RosterChange, type Statement } from "./orders/roster.ts";

export interface DemoGenesis {
  /** For `keeper init --genesis`. */
  readonly genesis: Uint8Array;
  readonly officers: readonly [ActorKey, ActorKey];
  readonly operator: ActorKey;
  /** Second actor of extracts. */
  readonly approver: ActorKey;
  /** A printing house, for whom extracts are made. */
  readonly recipient: ActorKey;
  /** At a counter and in a call centre: few purposes, small budgets. */
  readonly counter: readonly [ActorKey, ActorKey];
}

const small: Budget = { hour: 60, day: 300, days30: 3_000, softPercent: 80 };

const officesOf: Readonly<Record<string, string>> = {
  recipient: "printing-house",
  clerk: "pension-office",
  "call-taker": "call-centre",
};
const counterPurposes: Readonly<Record<string, readonly string[]>> = {
  clerk: ["claim", "contribution-inquiry", "address-change", "annual-statement", "registration"],
  "call-taker": ["call-centre-inquiry", "annual-statement"],
};

/** @param more put behind the usual changes; one of the same part and id replaces it. */
export function makeDemoGenesis(more: readonly RosterChange[] = []): DemoGenesis {
  const make = (id: string): ReturnType<typeof generateActorKey> => generateActorKey(id, `${id}-key`);
  const [first, second, operator] = [make("officer-1"), make("officer-2"), make("operator")];
  const [approver, recipient] = [make("approver"), make("recipient")];
  const [clerk, callTaker] = [make("clerk"), make("call-taker")];
  const people = [first, second, operator, approver, recipient, clerk, callTaker];
  const purposesOf: Readonly<Record<string, readonly string[]>> = {
    "officer-1": officerPurposes,
    "officer-2": officerPurposes,
    operator: operatorPurposes,
    approver: approverPurposes,
    recipient: recipientPurposes,
    ...counterPurposes,
  };
  const actors: RosterChange[] = people.map(({ key: { actor } }) => {
    const value = {
      office: officesOf[actor] ?? "head-office",
      isOfficer: actor.startsWith("officer"),
      isJob: false,
      purposes: purposesOf[actor] ?? [],
      ...(actor in counterPurposes && { budget: small }),
    };
    return { part: "actor", id: actor, value };
  });
  const credentials: RosterChange[] = people.map(({ key, publicKey }) => ({
    part: "credential",
    id: key.credential,
    value: { kind: "key-file", actor: key.actor, publicKey },
  }));
  const offices: RosterChange[] = ["head-office", ...Object.values(officesOf)].map((id) => ({
    part: "office",
    id,
    value: { budget: officeBudget },
  }));
  const changes = [agencyAtFirst, ...offices, ...usualPurposes, ...actors, ...credentials, ...more];
  const statement: Statement = { v: 1, sequence: 1, previous: emptyRoster.digest, changes };
  const officers = [first.key, second.key] as const;
  const counter = [clerk.key, callTaker.key] as const;
  const others = { operator: operator.key, approver: approver.key, recipient: recipient.key, counter };
  return { genesis: signStatement(statement, officers), officers, ...others };
}
