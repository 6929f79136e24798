/**
 * An operator's desk: the instance, and a session of the actor whose key file this machine has.
 *
 * The orders of the command line are those of a browser: signed here, checked by the custodian's code, obeyed or refused
 * by the keeper. Each command signs in and signs out; both stand in the journal.
 */
import { hostname } from "node:os";
import { Fault } from "@kura/kernel/fault.ts";
import type { Asker, DoorParts } from "@kura/custodian/disclosure/door.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { makePolicy, type Policy, readPolicy } from "@kura/custodian/disclosure/policy.ts";
import { type AnyRefusal, refusalTitles } from "@kura/custodian/disclosure/refusals.ts";
import { appendPolicySet, findPolicySet } from "@kura/custodian/disclosure/decisions/store.ts";
import { readRoster } from "@kura/custodian/disclosure/roster-view.ts";
import { uuidMaker } from "@kura/custodian/db/uuid.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { askChallenge, askSignIn, askSignOut } from "@kura/custodian/vault/orders.ts";
import { type ActorKey, type OrderSession, SessionKeys, workstationOf } from "@kura/keeper/order-session.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import { actorKeyPath, findActorKey } from "../instance/actor-keys.ts";
import { type Connected, withInstance } from "../commands/connected.ts";

export interface Desk extends Connected {
  readonly key: ActorKey;
  readonly asker: Asker;
  readonly orders: OrderSession;
  readonly door: DoorParts;
}

/** Runs `work` signed in, on the running instance or on one that is started for it. */
export async function atDesk<T>(work: (desk: Desk) => Promise<T>): Promise<T> {
  return withInstance("kura_custodian", async (connected) => signedIn(connected, work));
}

/** The same, for who is connected already. */
export async function signedIn<T>(connected: Connected, work: (desk: Desk) => Promise<T>): Promise<T> {
  const { keeper, databases, paths } = connected;
  const key = await findActorKey(paths, process.env);
  if (key === undefined) {
    throw new Fault(
      "no-actor-key",
      `there is no key to sign with at ${actorKeyPath(paths, process.env)} (KURA_ACTOR_KEY)`,
    );
  }
  // A journal that is not the one that was copied was rolled back: nobody is shown anything then, here neither.
  await projectJournal(databases.register, journalSource(keeper));
  const orders = await signIn(keeper, key);
  const office = (await readRoster(keeper)).actors[key.actor]?.office ?? "";
  const policy = await policyInForce(databases);
  const door = { databases, keeper, policy, now: () => new Date(), makeId: uuidMaker() };
  try {
    return await work({
      ...connected,
      key,
      asker: { actor: key.actor, office, session: orders.session },
      orders,
      door,
    });
  } finally {
    const content = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
    await askSignOut(keeper, orders.order(content));
  }
}

/**
 * The agency's policy is the custodian's to choose, so the command line takes what the custodian wrote down when it was
 * started last; before any was, the one that comes with Kura. Its own KURA_POLICY_FILE would be the operator's choice.
 */
async function policyInForce({ register }: Connected["databases"]): Promise<Policy> {
  const known = await findPolicySet(register);
  if (known !== undefined) return makePolicy(known.policyText, known.schemaText);
  const policy = await readPolicy(undefined);
  await appendPolicySet(register, policy, new Date());
  return policy;
}

/** A refusal as a fault: its name is the code, its words are the title. */
export function refused(outcome: AnyRefusal, policies: readonly string[] = []): Fault {
  const why = policies.length === 0 ? "" : ` (${policies.join(", ")})`;
  return new Fault(outcome, `${refusalTitles[outcome]}${why}`);
}

async function signIn(keeper: KeeperClient, key: ActorKey): Promise<OrderSession> {
  const keys = new SessionKeys();
  const challenge = mustBeOk(await askChallenge(keeper));
  const request = keys.signIn(key, challenge, workstationOf(hostname()));
  // Over the keeper's own socket, which no other user reaches: whoever else brings answers cannot put a key of theirs here.
  const { hpkeKey } = await keeper.status();
  return keys.begin(mustBeOk(await askSignIn(keeper, request)), hpkeKey);
}

/** @throws {Fault} with the refusal as its code. */
export function mustBeOk<T>(answer: Answer<T>): T {
  if (answer.outcome === "ok") return answer.value;
  throw new Fault(answer.outcome, `${refusalTitles[answer.outcome]}: ${answer.reason}`);
}
