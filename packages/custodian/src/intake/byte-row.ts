/**
 * A line of a text file without a quotation mark, as bytes: a view of the block it was read with.
 *
 * Nearly all lines of nearly all files. `plain-person.ts` reads the bytes as they stand; everybody else reads `cells`, which
 * are cut each time they are asked for: by the general parser, and for the few lines that go back to their sender.
 */
import type { Row } from "./table-file.ts";

export class ByteRow implements Row {
  readonly line: number;
  /** UTF-8, whatever the file was written in. */
  readonly block: Buffer;
  readonly start: number;
  /** Behind the last byte, the line end left out. */
  readonly end: number;
  readonly #delimiter: string;

  constructor(line: number, block: Buffer, start: number, end: number, delimiter: string) {
    this.line = line;
    this.block = block;
    this.start = start;
    this.end = end;
    this.#delimiter = delimiter;
  }

  get cells(): readonly string[] {
    return this.block.toString("utf8", this.start, this.end).split(this.#delimiter);
  }
}
