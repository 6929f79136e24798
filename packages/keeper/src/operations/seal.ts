/**
 * `seal`: facts in, sealed records out, under an ingest ticket; the only way into the store.
 *
 * The order of effects:
 *   1. Decode, check and seal, item by item.  CRASH: nothing happened; random keys were drawn and forgotten.
 *   2. Journal how many records and persons, and the digest of all sealed bytes; wait until it is durable.
 *      CRASH: an event for sealed bytes that nobody has; the caller seals again.
 *   3. Answer.  CRASH: as in 2.
 */
import { createHash, createSecretKey, type KeyObject } from "node:crypto";
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
import { dataKeyBytes } from "../record-cipher.ts";
import type { Slice } from "../slices.ts";
import { spendTicket } from "./ticket.ts";

/** What is kept of a person within one call: bytes, because twenty thousand live `KeyObject`s cost half the rate. */
interface SealedPerson {
  readonly personKey: Uint8Array;
  /** As given; empty for a key made in this call. */
  readonly given: Uint8Array;
  /** A key made in this call, wrapped and in clear; empty for a key that was given. */
  made: Uint8Array;
  secret: Uint8Array;
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
  try {
    for (let run = takeRun(items); run.length > 0; run = takeRun(items)) {
      const people = run.map((item) => personOf(item, persons));
      const erased = run.find(({ personKey }) => keeper.state.erased.has(hexOf(personKey)));
      if (erased !== undefined) return erasedRefusal(erased.personKey);
      makeKeys(keeper, people);
      const end = sealRun(keeper, run, people, answer, length);
      if (typeof end !== "number") return refuseUnopened(keeper, "seal", keyPlace(end.unopened));
      if (slice.spend(end - length + run.length * limits.recordCostBytes)) await slice.next();
      length = end;
    }
  } finally {
    for (const { secret } of persons.values()) secret.fill(0);
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

/** The next items, as many as are worked on between two looks at the sockets. */
function takeRun(items: Iterator<SealItem>): SealItem[] {
  const run: SealItem[] = [];
  for (let bytes = 0; bytes < limits.sliceBytes;) {
    const next = items.next();
    if (next.done === true) break;
    checkFacts(next.value.facts);
    run.push(next.value);
    bytes += limits.recordCostBytes + next.value.facts.length;
  }
  return run;
}

/** The item's person, as this call has them: with the key given, or to be made. */
function personOf({ personKey, wrappedKey }: SealItem, persons: Map<string, SealedPerson>): SealedPerson {
  const person = hexOf(personKey);
  const known = persons.get(person);
  if (known === undefined) {
    const added = { personKey, given: wrappedKey, made: empty, secret: empty };
    persons.set(person, added);
    return added;
  }
  if (!equalBytes(known.given, wrappedKey)) throw malformed("a person has two keys in one call");
  return known;
}

/** Keys for those of the run who have none. */
function makeKeys({ cipher }: Keeper, people: readonly SealedPerson[]): void {
  const keyless = [...new Set(people)].filter(({ given, made }) => given.length + made.length === 0);
  if (keyless.length === 0) return;
  const secrets = cipher.newDataKeys(keyless.length);
  const wrapped = cipher.wrapKeys(
    keyless.map(({ personKey }) => personKey),
    secrets,
  );
  for (const [i, person] of keyless.entries()) {
    person.secret = secrets.subarray(i * dataKeyBytes, (i + 1) * dataKeyBytes);
    person.made = wrapped.subarray(i * wrappedKeyBytes, (i + 1) * wrappedKeyBytes);
  }
}

/** Writes the run's part of the answer from `start` on; where it ends, or whose key does not open. */
function sealRun(
  keeper: Keeper,
  run: readonly SealItem[],
  people: readonly SealedPerson[],
  answer: Buffer,
  start: number,
): number | { readonly unopened: Uint8Array } {
  let length = start;
  let current: SealedPerson | undefined;
  let key: KeyObject | undefined;
  for (const [i, item] of run.entries()) {
    const person = people[i];
    if (person === undefined) break;
    if (person !== current) key = findKey(keeper, person);
    if (key === undefined) return { unopened: item.personKey };
    current = person;
    length = writeBytes(answer, length, person.made);
    length = answer.writeUInt32BE(item.facts.length + sealedOverheadBytes, length);
    keeper.cipher.sealRecordInto(answer, length, item, key, item.facts);
    length += item.facts.length + sealedOverheadBytes;
  }
  return length;
}

function findKey({ cipher }: Keeper, { personKey, given, secret }: SealedPerson): KeyObject | undefined {
  if (given.length === 0) return createSecretKey(secret);
  const found = findOpened(() => cipher.unwrapKey(personKey, given));
  found?.bytes.fill(0);
  return found?.key;
}

function writeBytes(target: Buffer, offset: number, bytes: Uint8Array): number {
  target.set(bytes, target.writeUInt32BE(bytes.length, offset));
  return offset + 4 + bytes.length;
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
