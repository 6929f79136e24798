/**
 * `honey`: from now on these persons do not exist, and whoever looks at one is stopped.
 *
 * 1. Write them to the sealed file.  CRASH: they are honey persons; the journal's count is behind, which is accepted.
 * 2. Journal how many there are, wait until it is durable.  3. Answer.
 */
import { decodeHoneyPersons } from "../client-side.ts";
import { hexOf, type Keeper, record, type Result } from "../keeper.ts";
import { encodeEventNumber } from "../protocol/protocol.ts";
import { decodeSignedOrder } from "../protocol/orders.ts";
import { admit, findSealed } from "./admit.ts";

export async function addHoney(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["honey"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  const persons = findSealed(keeper, order, order.sealedPersons, decodeHoneyPersons);
  if (persons === undefined) {
    return { outcome: "does-not-open", reason: "the persons do not open in this order" };
  }
  keeper.honey.add(persons.map(hexOf));
  const event = { kind: "honey", ...ordered, persons: keeper.honey.size } as const;
  return encodeEventNumber(BigInt(await record(keeper, event)));
}
