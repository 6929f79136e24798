/**
 * Of an opened fact list, the facts of the ordered fields and no others.
 *
 * Works on the bytes of `@kura/kernel/fact-list.ts` without reading a text: a value is copied or left, never looked at.
 *
 * INVARIANT: a field that was not ordered never leaves (project.test.ts, open.abuse.test.ts).
 */
import { concatBytes } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";

/** @throws {Fault} `malformed-frame` for bytes that are not a fact list. */
export function projectFacts(facts: Uint8Array, fields: ReadonlySet<number>): Uint8Array {
  const kept = spansOf(facts).filter((span) => fields.has(span.field));
  const writer = new WireWriter(facts.length).u8(kept.length);
  for (const { start, end } of kept) writer.raw(facts.subarray(start, end));
  return writer.finish();
}

/** Refuses before sealing what could not be projected after opening. @throws {Fault} `malformed-frame` */
export function checkFacts(facts: Uint8Array): void {
  let end = 1;
  for (let left = facts[0] ?? 0; left > 0; left--) end = endOf(facts, valueOf(facts, end));
  // Behind the end of the bytes every length is NaN, which equals nothing.
  if (end !== facts.length) throw new Fault("malformed-frame", "malformed frame: not a fact list");
}

interface Span {
  readonly field: number;
  readonly start: number;
  readonly end: number;
  /** Where its value begins. */
  readonly value: number;
}

function spansOf(facts: Uint8Array): Span[] {
  checkFacts(facts);
  const spans: Span[] = [];
  for (let start = 1; start < facts.length;) {
    const value = valueOf(facts, start);
    const end = endOf(facts, value);
    spans.push({ field: facts[start] ?? 0, start, end, value });
    start = end;
  }
  return spans;
}

/** Where the value of the fact at `start` begins: behind `u8 field ‖ u8 n ‖ from ‖ u8 n ‖ to ‖ u16 n`. */
function valueOf(facts: Uint8Array, start: number): number {
  const to = start + 2 + (facts[start + 1] ?? Number.NaN);
  return to + 3 + (facts[to] ?? Number.NaN);
}

/** Where it ends: its length stands before it. */
function endOf(facts: Uint8Array, value: number): number {
  return value + (facts[value - 2] ?? Number.NaN) * 256 + (facts[value - 1] ?? Number.NaN);
}

/**
 * Of a person's opened records, one value for each column of an extract. One for each part: it reuses its scratch memory,
 * because millions of persons would be as many small objects.
 */
export class RowProjector {
  /** Column of each field number, from 1; 0 for one that was not ordered. */
  readonly #columnOf = new Uint8Array(256);
  readonly #fields: readonly number[];
  /** Of each column: the record it is taken from, or -1; where its value begins and ends there; whether it has several. */
  readonly #record: Int32Array;
  readonly #start: Int32Array;
  readonly #end: Int32Array;
  readonly #several: Uint8Array;

  constructor(fields: readonly number[]) {
    this.#fields = fields;
    for (const [i, field] of fields.entries()) this.#columnOf[field] = i + 1;
    this.#record = new Int32Array(fields.length);
    this.#start = new Int32Array(fields.length);
    this.#end = new Int32Array(fields.length);
    this.#several = new Uint8Array(fields.length);
  }

  /**
   * Writes `u16 n ‖ UTF-8` for each column: what the newest record that has the field says; several values of it are
   * joined by semicolons. @param records oldest first. @throws {Fault} `malformed-frame`
   */
  write(writer: WireWriter, records: readonly Uint8Array[]): void {
    this.#record.fill(-1);
    this.#several.fill(0);
    for (let record = records.length - 1; record >= 0; record--) this.#note(records[record] ?? none, record);
    for (let column = 0; column < this.#fields.length; column++) {
      const from = records[this.#record[column] ?? -1];
      if (from === undefined) writer.u16(0);
      else if (this.#several[column] === 1) putJoined(writer, from, this.#fields[column] ?? 0);
      else {
        const start = this.#start[column] ?? 0;
        const end = this.#end[column] ?? 0;
        writer.u16(end - start).copy(from, start, end);
      }
    }
  }

  #note(facts: Uint8Array, record: number): void {
    checkFacts(facts);
    let end = 0;
    for (let start = 1; start < facts.length; start = end) {
      const value = valueOf(facts, start);
      end = endOf(facts, value);
      const column = (this.#columnOf[facts[start] ?? 0] ?? 0) - 1;
      if (column < 0) continue;
      if (this.#record[column] === record) this.#several[column] = 1;
      if (this.#record[column] !== -1) continue;
      this.#record[column] = record;
      this.#start[column] = value;
      this.#end[column] = end;
    }
  }
}

const none = Uint8Array.of(0);
const semicolon = Uint8Array.of(0x3b);

/** The values are of one record, which `limits.factsBytes` keeps short enough for a length of 16 bits. */
function putJoined(writer: WireWriter, facts: Uint8Array, field: number): void {
  const values = spansOf(facts)
    .filter((span) => span.field === field)
    .map(({ value, end }) => facts.subarray(value, end));
  const joined = concatBytes(...values.flatMap((value, i) => (i === 0 ? [value] : [semicolon, value])));
  writer.u16(joined.length).raw(joined);
}
