/**
 * Of an opened fact list, the facts of the ordered fields and no others.
 *
 * Works on the bytes of `@kura/kernel/fact-list.ts` without reading a text: a value is copied or left, never looked at.
 *
 * INVARIANT: a field that was not ordered never leaves (project.test.ts, open.abuse.test.ts).
 */
import { WireReader, WireWriter } from "@kura/kernel/wire.ts";

/** @throws {Fault} `malformed-frame` for bytes that are not a fact list. */
export function projectFacts(facts: Uint8Array, fields: ReadonlySet<number>): Uint8Array {
  const kept = spansOf(facts).filter((span) => fields.has(span.field));
  const writer = new WireWriter(facts.length).u8(kept.length);
  for (const { start, end } of kept) writer.raw(facts.subarray(start, end));
  return writer.finish();
}

/** Refuses before sealing what could not be projected after opening. @throws {Fault} `malformed-frame` */
export function checkFacts(facts: Uint8Array): void {
  spansOf(facts);
}

interface Span {
  readonly field: number;
  readonly start: number;
  readonly end: number;
}

function spansOf(facts: Uint8Array): Span[] {
  const reader = new WireReader(facts);
  const spans: Span[] = [];
  let start = 1;
  for (let left = reader.u8(); left > 0; left--) {
    const field = reader.u8();
    const fromBytes = reader.raw(reader.u8()).length;
    const toBytes = reader.raw(reader.u8()).length;
    const valueBytes = reader.raw(reader.u16()).length;
    const end = start + 5 + fromBytes + toBytes + valueBytes;
    spans.push({ field, start, end });
    start = end;
  }
  reader.end();
  return spans;
}
