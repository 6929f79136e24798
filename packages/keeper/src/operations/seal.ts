/**
 * `seal`: facts in, sealed records out, under an ingest ticket; the only way into the store.
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
import {
  erasedRefusal,
  findOpened,
  hexOf,
  isRefusal,
  type Keeper,
  keyPlace,
  record,
  refuseUnopened,
  type Result,
} from "../keeper.ts";
import { limits } from "../limits.ts";
import { checkFacts } from "../project.ts";
import { decodeSealRequest, sealedOverheadBytes, type SealItem, wrappedKeyBytes } from "../protocol.ts";
import type { Slice } from "../slices.ts";
import { spendTicket } from "./ticket.ts";

/** What is kept of a person within one call: bytes, because twenty thousand live `KeyObject`s cost half the rate. */
interface SealedPerson {
  /** As given; empty for a key made in this call. */
  readonly given: Uint8Array;
  /** As made; empty for a key that was given. */
  readonly made: Uint8Array;
}

interface CurrentPerson extends SealedPerson {
  readonly person: string;
  readonly key: KeyObject;
}

const empty = new Uint8Array(0);
/** `u64 event number ‖ u32 count`, before the list of the answer. */
const headBytes = 12;
/** What a record of the answer is longer than its facts, at most. */
const addedBytes = 4 + wrappedKeyBytes + 4 + sealedOverheadBytes;

export async function sealRecords(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { ticket, source, records, items } = decodeSealRequest(payload);
  const spent = spendTicket(keeper, ticket, "ingest", { terms: 0, records });
  if (isRefusal(spent)) return spent;
  const persons = new Map<string, SealedPerson>();
  const slice = keeper.slices.begin();
  const answer = Buffer.allocUnsafe(headBytes + payload.length + records * addedBytes);
  let length = headBytes;
  let current: CurrentPerson | undefined;
  for (const item of items) {
    const person = hexOf(item.personKey);
    if (keeper.state.erased.has(person)) return erasedRefusal(item.personKey);
    if (current?.person !== person) current = findPerson(keeper, person, item, persons);
    if (current === undefined) return refuseUnopened(keeper, "seal", keyPlace(item.personKey));
    if (!equalBytes(current.given, item.wrappedKey)) throw malformed("a person has two keys in one call");
    checkFacts(item.facts);
    length = writeBytes(answer, length, current.made);
    length = answer.writeUInt32BE(item.facts.length + sealedOverheadBytes, length);
    keeper.cipher.sealRecordInto(answer, length, item, current.key, item.facts);
    length += item.facts.length + sealedOverheadBytes;
    if (slice.spend(limits.recordCostBytes + item.facts.length)) await slice.next();
  }
  const digest = await digestOf(answer.subarray(headBytes, length), slice);
  const newPersons = persons.values().reduce((count, { made }) => count + Math.sign(made.length), 0);
  const event = {
    kind: "sealed",
    ...spent,
    source,
    records,
    persons: persons.size,
    newPersons,
    digest,
  } as const;
  const eventNumber = await record(keeper, event);
  answer.writeBigUInt64BE(BigInt(eventNumber), 0);
  answer.writeUInt32BE(records, 8);
  return answer.subarray(0, length);
}

function writeBytes(target: Buffer, offset: number, bytes: Uint8Array): number {
  target.set(bytes, target.writeUInt32BE(bytes.length, offset));
  return offset + 4 + bytes.length;
}

/** The item's person with the key given, made earlier in the call, or made now; `undefined` when it does not open. */
function findPerson(
  keeper: Keeper,
  person: string,
  { personKey, wrappedKey }: SealItem,
  persons: Map<string, SealedPerson>,
): CurrentPerson | undefined {
  const { cipher } = keeper;
  const known = persons.get(person) ?? { given: wrappedKey, made: empty };
  const wrapped = known.made.length > 0 ? known.made : known.given;
  const found = wrapped.length > 0 ? findOpened(() => cipher.unwrapKey(personKey, wrapped)) : undefined;
  if (wrapped.length > 0 && found === undefined) return undefined;
  if (found !== undefined) {
    found.bytes.fill(0);
    persons.set(person, known);
    return { person, ...known, key: found.key };
  }
  const { key, bytes } = cipher.newDataKey();
  const made = Buffer.allocUnsafe(wrappedKeyBytes);
  cipher.wrapKeyInto(made, 0, personKey, bytes);
  persons.set(person, { given: empty, made });
  return { person, given: empty, made, key };
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
