/**
 * The lines of persons.csv: who everybody really is, known to the drill and to nobody whom it plays.
 *
 * Kept as the file's bytes and cut into cells as they are asked for: a million persons' cells as strings are gigabytes.
 * The sample quotes no cell.
 */
import { readFile } from "node:fs/promises";

const newline = 0x0a;

export class PersonLines implements Iterable<readonly string[]> {
  readonly #bytes: Buffer;
  /** Where each line begins, the header's first, and the end of the file. */
  readonly #starts: readonly number[];

  private constructor(bytes: Buffer, starts: readonly number[]) {
    this.#bytes = bytes;
    this.#starts = starts;
  }

  static async read(path: string): Promise<PersonLines> {
    const bytes = await readFile(path);
    const starts = [0];
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) starts.push(at + 1);
    if (starts.at(-1) !== bytes.length) starts.push(bytes.length);
    return new PersonLines(bytes, starts);
  }

  get header(): string {
    return this.#line(0);
  }

  /** Lines without the header. */
  get size(): number {
    return this.#starts.length - 2;
  }

  /** The cells of person `i`, from 0. */
  at(i: number): string[] {
    return this.#line(i + 1).split(",");
  }

  *[Symbol.iterator](): Generator<readonly string[]> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }

  #line(i: number): string {
    const end = this.#starts[i + 1] ?? 0;
    const isEnded = this.#bytes[end - 1] === newline;
    return this.#bytes.toString("utf8", this.#starts[i], isEnded ? end - 1 : end);
  }
}
