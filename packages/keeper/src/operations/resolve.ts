/**
 * `resolve`: an actor stands for something about an incident; said by two actors, it is seconded. `reissue`: these persons
 * get another number under seconded words.
 *
 * Nothing is opened or sealed here; the event is the effect. CRASH: after an event its order has happened and its sender was
 * not told. Persons of a `reissue` are told by their receipts, also when the custodian stopped before it wrote the number:
 * then it asks again, and the persons are told twice.
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { erasedRefusal, hexOf, type Keeper, record, recordOfPersons, type Result } from "../keeper.ts";
import { encodeEventNumber } from "../protocol/protocol.ts";
import { decodeReissueRequest } from "../protocol/incidents.ts";
import { decodeSignedOrder } from "../protocol/orders.ts";
import { admit, orderedAs } from "./admit.ts";
import { distinctPersons } from "./open.ts";

/** The pension number, as the register numbers its fields (`custodian/src/register/field.ts`). */
const reissuedFields = [1] as const;

export async function resolve(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["resolve"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  const { subject, digest } = order;
  const words = { caseId: order.case, subject, digest };
  const seconds = keeper.state.resolutions.findFirst(words, ordered.actor, keeper.journal.nowMs());
  const event = { kind: "resolved", ...ordered, subject, digest, seconds } as const;
  return encodeEventNumber(BigInt(await record(keeper, event)));
}

export async function reissue(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { incidentId, digest, personKeys } = decodeReissueRequest(payload);
  const words = { caseId: incidentId, subject: "reissue", digest: encodeHex(digest) } as const;
  const seconded = keeper.state.resolutions.findSeconded(words);
  if (seconded === undefined)
    return { outcome: "not-seconded", reason: "no second actor stands for this re-issue" };
  distinctPersons(personKeys.map((personKey) => ({ personKey })));
  const erased = personKeys.find((personKey) => keeper.state.erased.has(hexOf(personKey)));
  if (erased !== undefined) return erasedRefusal(erased);
  const persons = personKeys.map(hexOf);
  const event = { kind: "reissued", ...orderedAs(seconded), fields: reissuedFields, persons } as const;
  return encodeEventNumber(BigInt(await recordOfPersons(keeper, event)));
}
