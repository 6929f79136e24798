/**
 * The order of a receipt: case, policy, then the keeper, which opens the log for this one person and shows no field of them.
 *
 * CRASH: before the keeper was asked nothing happened; after that a receipt is counted that perhaps nobody has.
 */
import type { SealedAnswer, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { ReceiptRequest } from "@kura/keeper/protocol/receipt.ts";
import { parseUuid, renderUuid } from "../db/uuid.ts";
import { askReceipt } from "../vault/orders.ts";
import { type Asker, type DoorParts, findCarryingCase, questionOf, type Refused, refuse } from "./door.ts";
import { parseReceiptOrder } from "./order-text.ts";

/** What the custodian holds of the person, as the keeper is told. */
export type ReceiptClaims = Omit<ReceiptRequest, "order" | "personKey">;

export type ReceiptOutcome =
  | { readonly outcome: "answered"; readonly answer: SealedAnswer; readonly claims: ReceiptClaims }
  | Refused;

/** @param claimsOf what is held of the person; asked for when case and policy allow. */
export async function orderReceipt(
  parts: DoorParts,
  asker: Asker,
  signed: SignedOrder,
  claimsOf: (personKey: Uint8Array) => Promise<ReceiptClaims>,
): Promise<ReceiptOutcome> {
  const order = parseReceiptOrder(signed.text);
  if (order === undefined) return { outcome: "malformed-order" };
  const person = renderUuid(new Uint8Array(Buffer.from(order.person, "hex")));
  const asked = { ...order, kind: "look", persons: [order.person] } as const;
  const about = await findCarryingCase(parts, asker, order);
  if (typeof about === "string") return refuse(parts, asker, asked, about);
  const isAboutThem = about.persons.includes(person);
  if (!isAboutThem) return refuse(parts, asker, asked, "person-not-in-case");
  const decision = parts.policy.decide({
    kind: "look",
    ...questionOf(asker, order, about, parts.now()),
    fields: [],
    persons: 1,
    isAboutThem,
  });
  if (!decision.isAllowed) return refuse(parts, asker, asked, "policy-denied", decision);
  const personKey = parseUuid(person);
  const claims = await claimsOf(personKey);
  const answer = await askReceipt(parts.keeper, { order: signed, personKey, ...claims });
  return answer.outcome === "ok"
    ? { outcome: "answered", answer: answer.value, claims }
    : { outcome: answer.outcome };
}
