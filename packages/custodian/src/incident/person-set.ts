/**
 * Sets of persons by their dense number (`personNo`, 32 bits), compressed (Roaring bitmaps in WebAssembly).
 *
 * The only file that knows the library. A {@link PersonSet} is never changed after it was made. Its memory is outside of
 * the engine's heap and given back when the value is collected, which no long computation without a pause does: whoever
 * makes many large sets on the way to a few gives them back at once ({@link Scratch}).
 * Format of the bytes: the portable one of https://github.com/RoaringBitmap/RoaringFormatSpec.
 */
import { createHash } from "node:crypto";
import { RoaringBitmap32 } from "roaring-wasm";
import { Breach, Fault } from "@kura/kernel/fault.ts";

/** Numbers copied at once. Of more than 983,040 the library (1.1.0) makes several copies and fails when its memory grows between them. */
const partNumbers = 500_000;

export class PersonSet {
  readonly #bits: RoaringBitmap32;
  /** Number of persons. */
  readonly size: number;

  private constructor(bits: RoaringBitmap32) {
    this.#bits = bits;
    this.size = bits.size;
  }

  static readonly empty: PersonSet = new PersonSet(new RoaringBitmap32());

  /** In any order, doubles counted once. An array given is left as it is. */
  static of(personNos: Iterable<number>): PersonSet {
    // Sorted first: filling in order is many times as fast.
    const numbers = Uint32Array.from(personNos).sort();
    const bits = new RoaringBitmap32();
    for (let i = 0; i < numbers.length; i += partNumbers) bits.addMany(numbers.subarray(i, i + partNumbers));
    return new PersonSet(bits);
  }

  /** From `first` to `last`, both in it. */
  static range(first: number, last: number): PersonSet {
    const bits = new RoaringBitmap32();
    if (last >= first) bits.addRange(first, last + 1);
    return new PersonSet(bits);
  }

  static union(sets: readonly PersonSet[]): PersonSet {
    const [largest, ...others] = sets
      .filter(({ size }) => size > 0)
      .toSorted((one, other) => other.size - one.size);
    if (largest === undefined) return PersonSet.empty;
    if (others.length === 0) return largest;
    if (isCrowd([largest, ...others]))
      return new PersonSet(RoaringBitmap32.orMany([largest, ...others].map((set) => set.#bits)));
    const bits = largest.#bits.clone();
    for (const other of others) bits.orInPlace(other.#bits);
    return new PersonSet(bits);
  }

  /** @throws {Fault} `malformed-person-set` */
  static decode(bytes: Uint8Array): PersonSet {
    try {
      return new PersonSet(RoaringBitmap32.deserialize(bytes, "portable"));
    } catch (cause) {
      throw new Fault("malformed-person-set", "a stored set of persons cannot be read", { cause });
    }
  }

  has(personNo: number): boolean {
    return this.#bits.has(personNo);
  }

  and(other: PersonSet): PersonSet {
    return new PersonSet(RoaringBitmap32.and(this.#bits, other.#bits));
  }

  without(other: PersonSet): PersonSet {
    if (other.size === 0 || this.size === 0) return this;
    return new PersonSet(RoaringBitmap32.andNot(this.#bits, other.#bits));
  }

  or(other: PersonSet): PersonSet {
    return PersonSet.union([this, other]);
  }

  /** Persons in both, without making the set. */
  countOfBoth(other: PersonSet): number {
    return this.#bits.andCardinality(other.#bits);
  }

  equals(other: PersonSet): boolean {
    return this.#bits.isEqual(other.#bits);
  }

  /** Ascending. */
  toNumbers(): Uint32Array {
    return this.#bits.toUint32Array();
  }

  /** At most `limit` numbers, ascending, behind the first `offset`. */
  slice(offset: number, limit: number): Uint32Array {
    return this.#bits.sliceUint32Array(offset, offset + limit);
  }

  /** Gives the memory back at once; the set must not be used any more. */
  release(): void {
    this.#bits.dispose();
  }

  encode(): Uint8Array {
    const bits = this.#bits.clone();
    bits.runOptimize();
    const bytes = bits.serialize("portable");
    bits.dispose();
    return bytes;
  }

  /**
   * SHA-256 over the numbers, ascending, 32 bits little-endian each: one set, one digest, whatever made it.
   * Takes time with the number of persons: 4 MB for a million.
   */
  digest(): Uint8Array {
    const numbers = this.toNumbers();
    return new Uint8Array(createHash("sha256").update(new Uint8Array(numbers.buffer)).digest());
  }
}

/**
 * Many sets with many persons. The library's own union of many spreads all of them out bit by bit first: 50 µs for each
 * 65,536 numbers that any of them touches, a thousand times what the union of a few small sets costs one by one.
 */
function isCrowd(sets: readonly PersonSet[]): boolean {
  return sets.length > 16 && sets.reduce((sum, { size }) => sum + size, 0) > 1_000_000;
}

/** Sets that were made on the way. One scratch for one computation. */
export class Scratch {
  readonly #made = new Set<PersonSet>();

  /** The same set, remembered. */
  of(set: PersonSet): PersonSet {
    this.#made.add(set);
    return set;
  }

  /** Gives back what was made on the way, but not what came in or goes out. Those given back are not used any more. */
  releaseBut(kept: Iterable<PersonSet>): void {
    const keep = new Set(kept).add(PersonSet.empty);
    for (const set of this.#made) if (!keep.has(set)) set.release();
    this.#made.clear();
  }
}

/** A number of a person as the sets hold it. @throws {Breach} when it does not fit 32 bits. */
export function personNoOf(value: bigint): number {
  if (value < 0n || value > 0xffff_ffffn) throw new Breach("a person's number is beyond 32 bits", { value });
  return Number(value);
}
