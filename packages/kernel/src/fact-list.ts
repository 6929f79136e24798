/**
 * What is recorded together about one person, as the bytes that are sealed together.
 *
 * The keeper reads only the field numbers, to project; what a number means is the register's affair
 * (`custodian/src/register/field.ts`). Layout: `u8 count`, then for each fact `u8 field ‖ u8 n ‖ from ‖ u8 n ‖ to ‖
 * u16 n ‖ value`, texts in UTF-8, an open end of the period as the empty text.
 * Equal lists have equal bytes: the order is the caller's and is kept.
 */
import { decodeUtf8 } from "./bytes.ts";
import { Fault } from "./fault.ts";
import { WireReader, WireWriter } from "./wire.ts";

export interface FactValue {
  /** 1 to 255. */
  readonly field: number;
  /** At most 65,535 bytes of UTF-8. */
  readonly value: string;
  /** First day on which the value holds, `YYYY-MM-DD`; absent when not known. */
  readonly from?: string;
  /** Last day on which the value holds; absent when it still does or when not known. */
  readonly to?: string;
}

const maxFacts = 255;

/**
 * @throws {Fault} `malformed-frame` for a field outside 1 to 255, `fact-too-long` above a bound of the layout; the
 * message names the field number only.
 */
export function encodeFactList(facts: readonly FactValue[]): Uint8Array<ArrayBuffer> {
  const encoder = new FactListEncoder(new WireWriter(512));
  encoder.begin();
  for (const { field, value, from, to } of facts) encoder.add(field, value, from, to);
  return encoder.end();
}

/** Writes list behind list, fact by fact: for callers with thousands of lists, whose facts need not become objects. */
export class FactListEncoder {
  readonly #writer: WireWriter;
  #start = 0;
  #count = 0;

  constructor(writer: WireWriter) {
    this.#writer = writer;
  }

  begin(): void {
    this.#start = this.#writer.length;
    this.#count = 0;
    this.#writer.u8(0);
  }

  /** @throws {Fault} as {@link encodeFactList}. */
  add(field: number, value: string, from = "", to = ""): void {
    if (!isField(field)) throw new Fault("malformed-frame", "malformed frame: a field is 1 to 255");
    if (this.#count === maxFacts) throw new Fault("fact-too-long", "more than 255 facts recorded together");
    this.#count += 1;
    try {
      // Nearly every fact is open at both ends: two empty texts.
      if (from === "" && to === "") this.#writer.u8(field).u16(0).text16(value);
      else this.#writer.u8(field).text8(from).text8(to).text16(value);
    } catch (cause) {
      throw new Fault("fact-too-long", `the value of field ${field} is too long`, { cause });
    }
  }

  /** {@link FactListEncoder.add} of a value that is UTF-8 already, in `source` from `start` to `end`. */
  addEncoded(field: number, source: Uint8Array, start: number, end: number, from = ""): void {
    if (!isField(field)) throw new Fault("malformed-frame", "malformed frame: a field is 1 to 255");
    if (this.#count === maxFacts) throw new Fault("fact-too-long", "more than 255 facts recorded together");
    if (end - start > 0xffff) throw new Fault("fact-too-long", `the value of field ${field} is too long`);
    this.#count += 1;
    this.#writer.u8(field);
    if (from === "") this.#writer.u16(0);
    else this.#writer.text8(from).u8(0);
    this.#writer.u16(end - start).copy(source, start, end);
  }

  /** The bytes of the list begun last. */
  end(): Uint8Array<ArrayBuffer> {
    const list = this.#writer.since(this.#start);
    list[0] = this.#count;
    return list;
  }
}

/** @throws {Fault} `malformed-frame` for bytes that {@link encodeFactList} cannot have written. */
export function decodeFactList(bytes: Uint8Array): FactValue[] {
  const reader = new WireReader(bytes);
  const facts: FactValue[] = [];
  for (let left = reader.u8(); left > 0; left--) facts.push(decodeFact(reader));
  reader.end();
  return facts;
}

function decodeFact(reader: WireReader): FactValue {
  const field = reader.u8();
  if (!isField(field)) throw new Fault("malformed-frame", "malformed frame: a field is 1 to 255");
  const from = textIn(reader.raw(reader.u8()));
  const to = textIn(reader.raw(reader.u8()));
  const value = textIn(reader.raw(reader.u16()));
  return { field, value, ...(from !== "" && { from }), ...(to !== "" && { to }) };
}

function isField(field: number): boolean {
  return Number.isInteger(field) && field >= 1 && field <= 255;
}

function textIn(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new Fault("malformed-frame", "malformed frame: text is not UTF-8", { cause });
  }
}
