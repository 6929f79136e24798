/**
 * `seal`: facts in, sealed records out; the only way into the store.
 *
 * The order of effects:
 *   1. Decode, check and seal, item by item.  CRASH: nothing happened; random keys were drawn and forgotten.
 *   2. Journal how many records and persons, and the digest of all sealed bytes; wait until it is durable.
 *      CRASH: an event for sealed bytes that nobody has; the caller seals again.
 *   3. Answer.  CRASH: as in 2.
 */
import { createHash, type KeyObject } from "node:crypto";
import { equalBytes } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import {
  erasedRefusal,
  findOpened,
  hexOf,
  type Keeper,
  keyPlace,
  refuseUnopened,
  type Result,
} from "../keeper.ts";
import { limits } from "../limits.ts";
import { checkFacts } from "../project.ts";
import { decodeSealRequest, type SealItem } from "../protocol.ts";
import type { Slice } from "../slices.ts";

/** A person's data key within one call. */
interface DataKey {
  readonly key: KeyObject;
  /** As given; empty for a key made in this call. */
  readonly given: Uint8Array;
  /** As made; empty for a key that was given. */
  readonly made: Uint8Array;
}

const empty = new Uint8Array(0);
/** `u64 event number ‖ u32 count`, before the list of the answer. */
const headBytes = 12;

export async function sealRecords(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { source, records, items } = decodeSealRequest(payload);
  const persons = new Map<string, DataKey>();
  const slice = keeper.slices.begin();
  const writer = new WireWriter(payload.length + records * 128 + headBytes).u64(0n).u32(records);
  for (const item of items) {
    const person = hexOf(item.personKey);
    if (keeper.erased.has(person)) return erasedRefusal(item.personKey);
    const dataKey = persons.get(person) ?? findDataKey(keeper, item);
    if (dataKey === undefined) return refuseUnopened(keeper, "seal", keyPlace(item.personKey));
    if (!equalBytes(dataKey.given, item.wrappedKey)) throw malformed("a person has two keys in one call");
    persons.set(person, dataKey);
    checkFacts(item.facts);
    writer.bytes(dataKey.made).bytes(keeper.cipher.sealRecord(item, dataKey.key, item.facts));
    if (slice.spend(limits.recordCostBytes + item.facts.length)) await slice.next();
  }
  const answer = writer.finish();
  const digest = await digestOf(answer.subarray(headBytes), slice);
  const newPersons = persons.values().reduce((count, { made }) => count + Math.sign(made.length), 0);
  const event = { kind: "sealed", source, records, persons: persons.size, newPersons, digest } as const;
  const eventNumber = await keeper.journal.append(event);
  new DataView(answer.buffer, answer.byteOffset).setBigUint64(0, BigInt(eventNumber));
  return answer;
}

/** The person's key as given or newly made, or `undefined` when the given one does not open. */
function findDataKey(keeper: Keeper, { personKey, wrappedKey }: SealItem): DataKey | undefined {
  if (wrappedKey.length === 0) {
    const { key, bytes } = keeper.cipher.newDataKey();
    return { key, given: empty, made: keeper.cipher.wrapKey(personKey, bytes) };
  }
  const opened = findOpened(() => keeper.cipher.unwrapKey(personKey, wrappedKey));
  opened?.bytes.fill(0);
  return opened && { key: opened.key, given: wrappedKey, made: empty };
}

async function digestOf(bytes: Uint8Array, slice: Slice): Promise<string> {
  const digest = createHash("sha256");
  for (let start = 0; start < bytes.length; start += limits.sliceBytes) {
    digest.update(bytes.subarray(start, start + limits.sliceBytes));
    await slice.next();
  }
  return digest.digest("hex");
}

function malformed(why: string): Fault<"malformed-frame"> {
  return new Fault("malformed-frame", `malformed frame: ${why}`);
}
