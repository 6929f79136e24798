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

/** Of a person's opened records, one value for each column of an extract. */
export class RowProjector {
  readonly #columns: number;
  /** Column of each field number, from 1; 0 for one that was not ordered. */
  readonly #columnOf = new Uint8Array(256);

  constructor(fields: readonly number[]) {
    this.#columns = fields.length;
    for (const [i, field] of fields.entries()) this.#columnOf[field] = i + 1;
  }

  /**
   * Writes `u16 n ‖ UTF-8` for each column: what the newest record that has the field says; several values of it are
   * joined by semicolons. @param records oldest first.
   */
  write(writer: WireWriter, records: readonly Uint8Array[]): void {
    const values: Uint8Array[][] = Array.from({ length: this.#columns }, () => []);
    const from = new Int32Array(this.#columns).fill(-1);
    for (let record = records.length - 1; record >= 0; record--) {
      for (const { field, end, value } of spansOf(records[record] ?? none)) {
        const column = (this.#columnOf[field] ?? 0) - 1;
        if (column < 0 || (from[column] !== -1 && from[column] !== record)) continue;
        from[column] = record;
        values[column]?.push((records[record] ?? none).subarray(value, end));
      }
    }
    for (const column of values) putJoined(writer, column);
  }
}

const none = new Uint8Array(0);
const semicolon = Uint8Array.of(0x3b);

/** The values are of one record, which `limits.factsBytes` keeps short enough for a length of 16 bits. */
function putJoined(writer: WireWriter, values: readonly Uint8Array[]): void {
  const only = values.length === 1 ? values[0] : undefined;
  const joined =
    only ?? concatBytes(...values.flatMap((value, i) => (i === 0 ? [value] : [semicolon, value])));
  writer.u16(joined.length).raw(joined);
}
