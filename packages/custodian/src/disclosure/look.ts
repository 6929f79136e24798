/**
 * A look: a signed order in, an answer out that only the session which signed can read.
 *
 *   order ─▶ case ─▶ policy ─▶ sealed records, wrapped keys ─▶ keeper (admits, journals, opens, seals) ─▶ relay
 *     └────▶ keeper (reads it, verifies its signature, and does nothing yet)
 *
 * Nothing of an answer is kept, logged or cached here, and nothing of it could be read here. CRASH: before the keeper
 * was asked nothing happened; after that a look is counted that perhaps nobody saw.
 */
import type { SealedAnswer, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Case } from "../cases/case.ts";
import { renderUuid } from "../db/uuid.ts";
import { askOpen, tellOrder } from "../vault/orders.ts";
import {
  type Asker,
  type DoorParts,
  findCarryingCase,
  questionOf,
  type Refused,
  refuse,
  refuseAsKeeper,
} from "./door.ts";
import { parseFields, parseLookOrder } from "./order-text.ts";
import type { Decision } from "./policy.ts";
import { listSealed } from "./sealed-material.ts";

export type LookOutcome =
  | {
      readonly outcome: "answered";
      readonly answer: SealedAnswer;
      /** Persons of the order whose key was destroyed, as UUIDs; the answer has nothing of them. */
      readonly erased: readonly string[];
      /** The policies that allowed it, and the digest of the whole set. */
      readonly decision: Decision;
    }
  | Refused;

/** @throws {Fault} when a database or the keeper does not answer. */
export async function look(parts: DoorParts, asker: Asker, signed: SignedOrder): Promise<LookOutcome> {
  const order = parseLookOrder(signed.text);
  const fields = order === undefined ? undefined : parseFields(order.fields);
  if (order === undefined || fields === undefined) return { outcome: "malformed-order" };
  const personKeys = order.persons.map((person) => new Uint8Array(Buffer.from(person, "hex")));
  // Side by side: what is fetched is sealed, what the keeper is told has no effect, and a refused look is rarer than a look.
  const [about, material] = await Promise.all([
    findCarryingCase(parts, asker, order),
    listSealed(parts.databases, personKeys),
    tellOrder(parts.keeper, signed),
  ]);
  if (typeof about === "string") return refuse(parts, asker, order, about);
  const isAboutThem = isCaseAbout(about, personKeys.map(renderUuid));
  if (!isAboutThem) return refuse(parts, asker, order, "person-not-in-case");
  const decision = parts.policy.decide({
    kind: "look",
    ...questionOf(asker, order, about, parts.now()),
    fields,
    persons: personKeys.length,
    isAboutThem,
  });
  if (!decision.isAllowed) return refuse(parts, asker, order, "policy-denied", decision);
  if (material.unknown.length > 0) return refuse(parts, asker, order, "unknown-person");
  if (material.items.length === 0) return refuse(parts, asker, order, "erased");
  const answer = await askOpen(parts.keeper, { order: signed, items: material.items });
  if (answer.outcome !== "ok") return refuseAsKeeper(parts, asker, order, answer.outcome);
  return { outcome: "answered", answer: answer.value, erased: material.erased.map(renderUuid), decision };
}

function isCaseAbout(about: Case, persons: readonly string[]): boolean {
  return persons.every((person) => about.persons.includes(person));
}
