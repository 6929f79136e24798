/**
 * The sealed material of a part, where it stands in the request (who is in it, who has a key, their records), and what opens it.
 *
 * Only `extract-part.ts` and `screen.ts` use it. Its layout is checked whole before anything is journalled; the records are then
 * cut out person by person, as they are opened: thousands of persons wait in the keeper at once, and an object for each record
 * would be carried along by every collection of young memory. What was opened is wiped before the next person's turn.
 */
import { Fault } from "@kura/kernel/fault.ts";
import { hexOf, type Keeper, keyPlace } from "../keeper.ts";
import { limits } from "../limits.ts";
import type { ExtractPart } from "../protocol/extracts.ts";
import type { ScreenPart } from "../protocol/screens.ts";
import type { SealedRecord } from "../protocol/orders.ts";
import { personKeyBytes } from "../protocol/parts.ts";
import { type Place, sealedOverheadBytes, wrappedKeyBytes } from "../protocol/protocol.ts";
import { dataKeyBytes } from "../crypto/record-cipher.ts";

/** `u16 person ‖ u8 kind ‖ u32 record ‖ u32 length`, before the sealed bytes. */
const headBytes = 11;

export class PartMaterial {
  /** Keys in hexadecimal, in the order of the rows. */
  readonly persons: readonly string[];
  readonly personKeys: readonly Uint8Array[];
  readonly wrappedKeys: Uint8Array;
  /** Sealed bytes of whoever has most. */
  readonly personBytesMax: number;
  readonly #records: Buffer;
  #at = 0;

  /** @throws {Fault} `malformed-frame` */
  constructor({ personKeys, wrappedKeys, records }: ExtractPart | ScreenPart) {
    const count = personKeys.length / personKeyBytes;
    if (!Number.isInteger(count) || wrappedKeys.length !== count * wrappedKeyBytes) throw malformed();
    const hex = hexOf(personKeys);
    const each = Array.from({ length: count }, (_, i) => i * personKeyBytes);
    this.persons = each.map((at) => hex.slice(2 * at, 2 * (at + personKeyBytes)));
    this.personKeys = each.map((at) => personKeys.subarray(at, at + personKeyBytes));
    this.wrappedKeys = wrappedKeys;
    this.#records = Buffer.from(records.buffer, records.byteOffset, records.length);
    this.personBytesMax = this.#check(count);
  }

  /** Whether these are so many persons. Twice in one event one would have two links with one number, and no journal that holds them starts again. */
  isOf(count: number): boolean {
    return this.persons.length === count && new Set(this.persons).size === count;
  }

  /** Whether there is a key to open, of somebody who was not erased. */
  isThere(person: number, erased: ReadonlySet<string>): boolean {
    return this.wrappedKeys[person * wrappedKeyBytes] !== 0 && !erased.has(this.persons[person] ?? "");
  }

  /** Who is there: whom an event names. */
  listThere(erased: ReadonlySet<string>): string[] {
    return this.persons.filter((_, i) => this.isThere(i, erased));
  }

  /** The records of a person, oldest first. Each person is asked for once, in their order. */
  takeRecords(person: number): SealedRecord[] {
    const records: SealedRecord[] = [];
    while (this.#at < this.#records.length && this.#records.readUInt16BE(this.#at) <= person) {
      const at = this.#at;
      const start = at + headBytes;
      this.#at = start + this.#records.readUInt32BE(at + 7);
      if (this.#records.readUInt16BE(at) < person) continue;
      records.push({
        kind: this.#records.readUInt8(at + 2),
        recordNo: this.#records.readUInt32BE(at + 3),
        sealed: this.#records.subarray(start, this.#at),
      });
    }
    return records;
  }

  /** That the records are laid out to the end and stand in the order of their persons; the most bytes that one has. */
  #check(count: number): number {
    const all = this.#records;
    let [at, last, records, bytes, most] = [0, 0, 0, 0, 0];
    while (at < all.length) {
      if (all.length - at < headBytes) throw malformed();
      const person = all.readUInt16BE(at);
      const length = all.readUInt32BE(at + 7);
      const isInOrder = person >= last && person < count && length <= all.length - at - headBytes;
      if (person !== last) [last, records, bytes] = [person, 0, 0];
      records += 1;
      bytes += length;
      at += headBytes + length;
      const isBounded = length <= limits.factsBytes + sealedOverheadBytes && records <= limits.openRecords;
      if (!isInOrder || !isBounded) throw malformed();
      most = Math.max(most, bytes);
    }
    return most;
  }
}

function malformed(): Fault<"malformed-frame"> {
  return new Fault("malformed-frame", "malformed frame: a part is not laid out like that");
}

/** Opens the persons of a part, in their order, into one scratch memory. */
export class PartOpener {
  readonly #keeper: Keeper;
  readonly #material: PartMaterial;
  readonly #dataKeys: Buffer;
  readonly #scratch: Uint8Array;
  /** Of the last person, as `limits.recordCostBytes` counts it. */
  costBytes = 0;

  constructor(keeper: Keeper, material: PartMaterial) {
    this.#keeper = keeper;
    this.#material = material;
    this.#dataKeys = keeper.cipher.unwrapKeys(material.personKeys, material.wrappedKeys);
    this.#scratch = new Uint8Array(material.personBytesMax);
  }

  /** Hands `read` what the part's person `i` has in each record, oldest first, and wipes it. Where something does not open, the place of it. */
  open(i: number, read: (facts: readonly Uint8Array[]) => void): Place | undefined {
    const personKey = this.#material.personKeys[i] ?? nobody;
    const records = this.#material.takeRecords(i);
    this.costBytes = limits.recordCostBytes * (1 + records.length);
    const dataKey = this.#dataKeys.subarray(i * dataKeyBytes, (i + 1) * dataKeyBytes);
    if (isZeros(dataKey)) return keyPlace(personKey);
    const opened: Uint8Array[] = [];
    let end = 0;
    for (const { kind, recordNo, sealed } of records) {
      const place = { personKey, kind, recordNo };
      if (!this.#keeper.cipher.openRecordInto(this.#scratch, end, place, dataKey, sealed)) return place;
      opened.push(this.#scratch.subarray(end, (end += sealed.length - sealedOverheadBytes)));
    }
    read(opened);
    this.#scratch.fill(0, 0, end);
    dataKey.fill(0);
    return undefined;
  }
}

const nobody = new Uint8Array(0);

/** No key that was ever drawn is of zeros: such a one did not open. */
function isZeros(key: Uint8Array): boolean {
  let any = 0;
  for (let i = 0; i < key.length; i++) any |= key[i] ?? 0;
  return any === 0;
}
