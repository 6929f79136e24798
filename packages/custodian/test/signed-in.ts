/** An actor's session for tests, signed in at a real keeper: signs orders and opens what is answered to them. */
import { decodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { encodeSearchTerms, type LookOrder } from "@kura/keeper/client-side.ts";
import { type ActorKey, type OrderSession, SessionKeys } from "@kura/keeper/order-session.ts";
import {
  decodeFoundPersons,
  decodeOpenedPersons,
  type FoundPersons,
  type SealedAnswer,
  type SignedOrder,
} from "@kura/keeper/protocol/orders.ts";
import type { Answer, Term } from "@kura/keeper/protocol/protocol.ts";
import type { Case } from "../src/cases/case.ts";
import type { Asker } from "../src/disclosure/door.ts";
import type { KeeperClient } from "../src/vault/keeper-client.ts";
import { askChallenge, askSignIn } from "../src/vault/orders.ts";

export interface TestSession {
  readonly asker: Asker;
  readonly orders: OrderSession;
  look(about: Case, persons: readonly string[], fields: readonly number[], purpose?: string): SignedOrder;
  search(about: Case, terms: readonly Term[], purpose?: string): Promise<SignedOrder>;
  /** The facts of each person of a look's answer. */
  opened(order: SignedOrder, answer: SealedAnswer): FactValue[][];
  found(order: SignedOrder, answer: SealedAnswer): FoundPersons;
}

export function mustBeOk<T>(answer: Answer<T>): T {
  if (answer.outcome !== "ok") throw new Error(`refused: ${answer.outcome}: ${answer.reason}`);
  return answer.value;
}

/** Signs in with a key file, in the office of the demo roster. */
export async function signInTo(keeper: KeeperClient, key: ActorKey): Promise<TestSession> {
  const keys = new SessionKeys();
  const challenge = mustBeOk(await askChallenge(keeper));
  const { hpkeKey } = await keeper.status();
  const signedIn = mustBeOk(await askSignIn(keeper, keys.signIn(key, challenge, "test-desk")));
  return sessionFor(key.actor, keys.begin(signedIn, hpkeKey), hpkeKey);
}

/** The same for a session that was begun elsewhere. */
export function sessionFor(actor: string, orders: OrderSession, hpkeKey: Uint8Array): TestSession {
  return {
    asker: { actor, office: "head-office", session: orders.session },
    orders,
    look: (about, persons, fields, purpose = about.kind) =>
      orders.order({
        kind: "look",
        purpose,
        case: about.caseId,
        caseKind: about.kind,
        persons: persons.map((person) => person.replaceAll("-", "")),
        fields,
      } satisfies Omit<LookOrder, "v" | "session" | "number" | "atMs">),
    search: async (about, terms, purpose = about.kind) => {
      const sealedTerms = orders.sealForNext("search", hpkeKey, encodeSearchTerms(terms));
      return orders.order({ kind: "search", purpose, case: about.caseId, caseKind: about.kind, sealedTerms });
    },
    opened: (order, answer) =>
      decodeOpenedPersons(orders.open(order, answer)).persons.map(({ records }) =>
        records.flatMap(decodeFactList),
      ),
    found: (order, answer) => decodeFoundPersons(orders.open(order, answer)),
  };
}
