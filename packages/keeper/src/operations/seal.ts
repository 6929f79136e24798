/**
 * `seal`: facts in, sealed records out, under an ingest ticket; the only way into the store.
 *
 * The order of effects:
 *   1. Decode, check and seal, item by item.  CRASH: nothing happened; random keys were drawn and forgotten.
 *   2. Journal how many records and persons, and the root over the sealed records; wait until it is durable.
 *      CRASH: an event for sealed bytes that nobody has; the caller seals again.
 *   3. Answer.  CRASH: as in 2.
 */
import { createSecretKey } from "node:crypto";
import { equalBytes } from "@kura/kernel/bytes.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import { copyInto } from "../crypto/bulk-cmac.ts";
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
import { checkFacts } from "../reading/project.ts";
import {
  decodeSealRequest,
  personKeyBytes,
  sealedOverheadBytes,
  type SealItem,
  wrappedKeyBytes,
} from "../protocol/protocol.ts";
import { dataKeyBytes, type RecordCipher } from "../crypto/record-cipher.ts";
import { RecordRoot } from "../crypto/record-root.ts";
import { spendTicket } from "./ticket.ts";

const empty = new Uint8Array(0);
/** `u64 event number ‖ u32 count`, before the list of the answer. */
const headBytes = 12;
/** What a record of the answer is longer than its facts, at most. */
const addedBytes = 4 + wrappedKeyBytes + 4 + sealedOverheadBytes;

export async function sealRecords(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { ticket, source, records, items } = decodeSealRequest(payload);
  const spent = spendTicket(keeper, ticket, "ingest", { terms: 0, records });
  if (isRefusal(spent)) return spent;
  const people = new People(records, keeper.fillRandom);
  const slice = keeper.slices.begin();
  const answer = Buffer.allocUnsafe(headBytes + payload.length + records * addedBytes);
  const root = new RecordRoot(records);
  let length = headBytes;
  try {
    for (let run = takeRun(items); run.length > 0; run = takeRun(items)) {
      const erased = findErased(keeper, run);
      if (erased !== undefined) return erasedRefusal(erased.personKey);
      const places = run.map((item) => people.placeOf(item));
      const unopened = people.findKeys(keeper.cipher);
      if (unopened !== undefined) return refuseUnopened(keeper, "seal", keyPlace(unopened));
      const end = sealRun(keeper.cipher, run, places, people, root, answer, length);
      if (slice.spend(end - length + run.length * limits.sealCostBytes)) await slice.next();
      length = end;
    }
  } finally {
    people.wipe();
  }
  const event = {
    kind: "sealed",
    ...spent,
    source,
    records,
    persons: people.count,
    newPersons: people.madeCount,
    root: hexOf(root.root()),
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
    bytes += limits.sealCostBytes + next.value.facts.length;
  }
  return run;
}

function findErased({ state: { erased } }: Keeper, run: readonly SealItem[]): SealItem | undefined {
  return erased.size === 0 ? undefined : run.find(({ personKey }) => erased.has(hexOf(personKey)));
}

/**
 * The persons of one call and their keys, by the order of their first records. In few memories for all of them: objects
 * of twenty thousand persons would be copied by every collection during the call.
 */
class People {
  readonly #personKeys: Uint8Array;
  #count = 0;
  /** A person's place and one, or 0, where the hash of their key says or behind it: at most half of it is taken. */
  readonly #table: Int32Array;
  /** Of the hash, drawn for each call: nobody can choose keys that collide (Dietzfelbinger 1996, multiply-add-shift). */
  readonly #factors = new Int32Array(personKeyBytes);
  /** The wrapped keys that were given; of the others, a key is made here. */
  readonly #given = new Map<number, Uint8Array>();
  readonly #secrets: Uint8Array;
  /** Of the keys made here. */
  readonly #wrapped: Uint8Array;
  #ready = 0;
  #made = 0;

  constructor(records: number, fillRandom: Keeper["fillRandom"]) {
    const factors = new Uint8Array(this.#factors.buffer);
    fillRandom(factors);
    this.#personKeys = new Uint8Array(records * personKeyBytes);
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 * records + 2)));
    this.#secrets = new Uint8Array(records * dataKeyBytes);
    this.#wrapped = new Uint8Array(records * wrappedKeyBytes);
  }

  get count(): number {
    return this.#count;
  }

  get madeCount(): number {
    return this.#made;
  }

  /** Adds the item's person unless they are there. @throws {Fault} `malformed-frame` for another key than before. */
  placeOf({ personKey, wrappedKey }: SealItem): number {
    const slot = this.#slotOf(personKey);
    const known = (this.#table[slot] ?? 0) - 1;
    if (known === -1) {
      const place = this.#count;
      this.#count += 1;
      this.#table[slot] = this.#count;
      copyInto(this.#personKeys, place * personKeyBytes, personKey, 0, personKeyBytes);
      if (wrappedKey.length > 0) this.#given.set(place, wrappedKey);
      return place;
    }
    if (!equalBytes(this.#given.get(known) ?? empty, wrappedKey)) {
      throw malformed("a person has two keys in one call");
    }
    return known;
  }

  /** Where the person stands in the table, or would. */
  #slotOf(personKey: Uint8Array): number {
    let hash = 0;
    for (let i = 0; i < personKeyBytes; i++)
      hash = (hash + Math.imul(personKey[i] ?? 0, this.#factors[i] ?? 0)) | 0;
    const mask = this.#table.length - 1;
    for (let slot = hash >>> Math.clz32(mask); ; slot = (slot + 1) & mask) {
      const place = (this.#table[slot] ?? 0) - 1;
      if (place === -1 || this.#isAt(place, personKey)) return slot;
    }
  }

  #isAt(place: number, personKey: Uint8Array): boolean {
    const start = place * personKeyBytes;
    for (let i = personKeyBytes - 1; i >= 0; i--)
      if (this.#personKeys[start + i] !== personKey[i]) return false;
    return true;
  }

  /** Opens the keys that were given and makes the others, together; a person whose key does not open ends it. */
  findKeys(cipher: RecordCipher): Uint8Array | undefined {
    const places = Array.from({ length: this.count - this.#ready }, (_, i) => this.#ready + i);
    const keyless = places.filter((place) => !this.#given.has(place));
    for (const place of places) {
      const given = this.#given.get(place);
      if (given === undefined) continue;
      const personKey = this.#personKeyAt(place);
      const opened = findOpened(() => cipher.unwrapKey(personKey, given));
      if (opened === undefined) return personKey;
      this.#secrets.set(opened, place * dataKeyBytes);
      opened.fill(0);
    }
    this.#makeKeys(cipher, keyless);
    this.#ready = this.count;
    return undefined;
  }

  #makeKeys(cipher: RecordCipher, places: readonly number[]): void {
    const secrets = cipher.newDataKeys(places.length);
    const wrapped = cipher.wrapKeys(
      places.map((place) => this.#personKeyAt(place)),
      secrets,
    );
    for (const [i, place] of places.entries()) {
      copyInto(this.#secrets, place * dataKeyBytes, secrets, i * dataKeyBytes, dataKeyBytes);
      copyInto(this.#wrapped, place * wrappedKeyBytes, wrapped, i * wrappedKeyBytes, wrappedKeyBytes);
    }
    secrets.fill(0);
    this.#made += places.length;
  }

  #personKeyAt(place: number): Uint8Array {
    return this.#personKeys.subarray(place * personKeyBytes, (place + 1) * personKeyBytes);
  }

  secretAt(place: number): Uint8Array {
    return this.#secrets.subarray(place * dataKeyBytes, (place + 1) * dataKeyBytes);
  }

  /** Empty for a key that was given. */
  madeAt(place: number): Uint8Array {
    if (this.#given.has(place)) return empty;
    return this.#wrapped.subarray(place * wrappedKeyBytes, (place + 1) * wrappedKeyBytes);
  }

  wipe(): void {
    this.#secrets.fill(0);
  }
}

/** Writes the run's part of the answer from `start` on; where it ends. */
function sealRun(
  cipher: RecordCipher,
  run: readonly SealItem[],
  places: readonly number[],
  people: People,
  root: RecordRoot,
  answer: Buffer,
  start: number,
): number {
  let length = start;
  for (const [i, item] of run.entries()) {
    const secret = people.secretAt(places[i] ?? 0);
    length = writeBytes(answer, length, people.madeAt(places[i] ?? 0));
    const sealedBytes = item.facts.length + sealedOverheadBytes;
    length = answer.writeUInt32BE(sealedBytes, length);
    cipher.sealRecordInto(answer, length, item, secret, item.facts);
    length += sealedBytes;
    root.add(answer.subarray(length - sealedBytes, length));
    // The last of each run is opened as it will be for ever: a defect of ours shows before anything of it is kept.
    if (i === run.length - 1) mustOpen(cipher, item, secret, answer.subarray(length - sealedBytes, length));
  }
  return length;
}

function mustOpen(cipher: RecordCipher, item: SealItem, secret: Uint8Array, sealed: Uint8Array): void {
  const opened = cipher.openRecord(item, createSecretKey(secret), sealed);
  if (!equalBytes(opened, item.facts)) throw new Breach("a record does not open as it was sealed", {});
  opened.fill(0);
}

function writeBytes(target: Buffer, offset: number, bytes: Uint8Array): number {
  target.set(bytes, target.writeUInt32BE(bytes.length, offset));
  return offset + 4 + bytes.length;
}

function malformed(why: string): Fault<"malformed-frame"> {
  return new Fault("malformed-frame", `malformed frame: ${why}`);
}
