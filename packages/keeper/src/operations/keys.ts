/**
 * `rotate` and `erase` by order, `rewrap` by ticket: the life of keys. None of them gives a key or a value in clear.
 *
 * What they decide must survive a journal put back by a second, so their events are signed for, and in the head file, before
 * the answer (a rewrap's need not be: losing it loses a count).
 */
import { Fault } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import {
  findOpened,
  hexOf,
  isRefusal,
  type Keeper,
  record,
  recordOfPersons,
  type Result,
} from "../keeper.ts";
import { newKey } from "../crypto/key-file.ts";
import { limits } from "../limits.ts";
import {
  decodeRewrapRequest,
  encodeEventNumber,
  encodeKekVersion,
  type RewrapItem,
  type RewrapOutcome,
  rewrapOutcomes,
} from "../protocol/protocol.ts";
import { decodeSignedOrder } from "../protocol/orders.ts";
import { admit } from "./admit.ts";
import { spendTicket } from "./ticket.ts";

/**
 * 1. Write the key file with one more key.  CRASH: the next start finds the version and uses it; its event is missing,
 *    and the `started` event names it.
 * 2. Journal, sign.  CRASH: the caller was not told, and may rotate once more: harmless.
 * 3. Wrap under it from now on, answer.
 */
export async function rotate(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["rotate"]);
  if ("refusal" in admission) return admission.refusal;
  const { keks } = keeper.keys;
  if (keks.length >= limits.kekVersions)
    throw new Fault("too-many-kek-versions", "no further version can be kept");
  const keys = { ...keeper.keys, keks: [...keks, newKey(keeper.fillRandom)] };
  const kekVersion = keys.keks.length;
  keeper.keyFile.save(keys);
  keeper.keys = keys;
  await record(keeper, { kind: "rotated", kekVersion, ...admission.ordered });
  await keeper.log.publish(keeper.journal);
  keeper.cipher.useKeks(keeper.keys.keks);
  return encodeKekVersion(kekVersion);
}

/**
 * New wrappings under the current version. One after the other and resumable: a key wrapped twice is as good.
 *
 * The event is durable before the answer. CRASH: an event for wrappings that nobody has.
 */
export async function rewrap(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { ticket, count, items } = decodeRewrapRequest(payload);
  const spent = spendTicket(keeper, ticket, "rewrap", { terms: 0, records: count });
  if (isRefusal(spent)) return spent;
  const slice = keeper.slices.begin();
  const writer = new WireWriter(payload.length + count * 8 + 12).u64(0n).u32(count);
  const { kekVersion } = keeper.cipher;
  const outcomes = { rewrapped: 0, erased: 0, "does-not-open": 0 };
  for (const item of items) {
    const result = rewrapOne(keeper, item);
    outcomes[result.outcome] += 1;
    writer.u8(rewrapOutcomes.indexOf(result.outcome));
    writer.bytes(result.outcome === "rewrapped" ? result.wrappedKey : new Uint8Array(0));
    if (slice.spend(2 * limits.recordCostBytes)) await slice.next();
  }
  const { erased, "does-not-open": unopened } = outcomes;
  keeper.unopenedCalls += Math.sign(unopened);
  const event = {
    kind: "rewrapped",
    ...spent,
    kekVersion,
    keys: outcomes.rewrapped,
    erased,
    unopened,
  } as const;
  const eventNumber = await record(keeper, event);
  const answer = writer.finish();
  new DataView(answer.buffer, answer.byteOffset).setBigUint64(0, BigInt(eventNumber));
  return answer;
}

function rewrapOne(keeper: Keeper, { personKey, wrappedKey }: RewrapItem): RewrapOutcome {
  if (keeper.state.erased.has(hexOf(personKey))) return { outcome: "erased" };
  const opened = findOpened(() => keeper.cipher.unwrapKey(personKey, wrappedKey));
  if (opened === undefined) return { outcome: "does-not-open" };
  const again = keeper.cipher.wrapKeys([personKey], opened);
  opened.fill(0);
  return { outcome: "rewrapped", wrappedKey: again };
}

/**
 * From here on nothing of the person opens, whatever wrapped key a backup brings back; the set is rebuilt from the
 * journal at every start. The custodian destroys the wrapped key itself: this is the lock on the empty room.
 *
 * 1. Journal; the person is refused from the moment the event has its number; wait until it is durable and signed for.
 *    CRASH: before the sync not erased, and the caller was not told; after it erased.
 * 2. Answer.
 */
export async function erase(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["erase"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  const event = { kind: "erased", ...ordered, persons: [order.person], reason: order.reason } as const;
  const eventNumber = await recordOfPersons(keeper, event);
  await keeper.log.publish(keeper.journal);
  return encodeEventNumber(BigInt(eventNumber));
}
