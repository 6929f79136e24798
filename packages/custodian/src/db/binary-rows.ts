/**
 * What a `copy … to stdout (format binary)` gives (PostgreSQL 18, COPY, "Binary Format"): rows of fields as bytes.
 *
 * For many sealed bytes at once: as text each would be written in hexadecimal, sent twice as long, made a string and read
 * back. A COPY binds no values, so {@link withLiterals} writes them into the words, and takes none that could be words.
 */
import { Fault } from "@kura/kernel/fault.ts";
import type { Query, Value } from "./sql.ts";

/** `PGCOPY\n\377\r\n\0`, the flags, and the length of the header's extension. */
const headBytes = 19;
const lengthBytes = 4;

/** The rows of a whole answer; each field's bytes in its column's binary form, as views, none for a null. */
export function decodeRows(answer: Buffer): Uint8Array[][] {
  const rows: Uint8Array[][] = [];
  let at = headBytes;
  for (let columns = answer.readInt16BE(at); columns >= 0; columns = answer.readInt16BE(at)) {
    at += 2;
    const row: Uint8Array[] = [];
    for (let column = 0; column < columns; column++) {
      const length = Math.max(0, answer.readInt32BE(at));
      at += lengthBytes;
      row.push(answer.subarray(at, at + length));
      at += length;
    }
    rows.push(row);
  }
  return rows;
}

/** A query's words with its values in their places: integers, UUIDs, and hexadecimal parted by commas. @throws {Fault} `not-a-literal` */
export function withLiterals(query: Query): string {
  return query.text.replaceAll(/\$(\d+)/gu, (_place, number: string) =>
    literalOf(query.values[Number(number) - 1] ?? null),
  );
}

function literalOf(value: Value): string {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value)))
    return `${value}`;
  if (typeof value === "string" && /^[0-9a-f,-]*$/u.test(value)) return `'${value}'`;
  throw new Fault("not-a-literal", "a COPY takes integers, UUIDs and lists of hexadecimal only");
}
