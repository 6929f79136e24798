/**
 * What is recorded together about one person, as the bytes that are sealed together.
 *
 * The keeper reads only the field numbers, to project; what a number means is the register's affair
 * (`custodian/src/register/field.ts`). Layout: `u8 count`, then for each fact `u8 field ‖ u8 n ‖ from ‖ u8 n ‖ to ‖
 * u16 n ‖ value`, texts in UTF-8, an open end of the period as the empty text.
 * Equal lists have equal bytes: the order is the caller's and is kept.
 */
import { decodeUtf8, encodeUtf8 } from "./bytes.ts";
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
const maxPeriodBytes = 255;
const maxValueBytes = 65_535;

/** @throws {Fault} `fact-too-long` when a bound of the layout is exceeded; the message names the field number only. */
export function encodeFactList(facts: readonly FactValue[]): Uint8Array<ArrayBuffer> {
  if (facts.length > maxFacts) throw new Fault("fact-too-long", "more than 255 facts recorded together");
  const writer = new WireWriter(512);
  writer.u8(facts.length);
  for (const { field, value, from = "", to = "" } of facts) {
    const bytes = encodeUtf8(value);
    if (bytes.length > maxValueBytes || from.length > maxPeriodBytes || to.length > maxPeriodBytes) {
      throw new Fault("fact-too-long", `the value of field ${field} is too long`);
    }
    writer.u8(field);
    writer.u8(from.length).raw(encodeUtf8(from));
    writer.u8(to.length).raw(encodeUtf8(to));
    writer.u16(bytes.length).raw(bytes);
  }
  return writer.finish();
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
  const from = decodeUtf8(reader.raw(reader.u8()));
  const to = decodeUtf8(reader.raw(reader.u8()));
  const value = decodeUtf8(reader.raw(reader.u16()));
  return { field, value, ...(from !== "" && { from }), ...(to !== "" && { to }) };
}
