/**
 * A line of a person file in the plain form that nearly all lines have, read as bytes: its values in their normal forms, side
 * by side, without a string made of any of them. Called by `parse-person.ts`.
 *
 * It decides nothing: whatever is not plain beyond doubt (a quotation mark, an era, half-width kana, a cell too many, anything
 * that would be a reject) it leaves to the general parser, which is the rule. Making strings of fourteen cells, testing them and
 * encoding them again cost an import a fifth of its time.
 *
 * INVARIANT: what it reads is what the general parser reads (register/plain-lines.test.ts).
 */
import { fieldNumbers } from "../register/field.ts";
import type { Field } from "../register/field.ts";
import type { ByteRow } from "./byte-row.ts";
import { maxPlainLineBytes } from "./limits.ts";
import type { Mapping } from "./mapping.ts";
import { PlainCells } from "./plain-cells.ts";

/** The values of one line. Their owner reuses it: whoever wants to keep something copies it before the next line. */
export interface PlainPerson {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Field number of each value, in the order in which facts are recorded; and where its UTF-8 begins and ends in `bytes`. */
  readonly fields: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** From when they hold. */
  readonly asOf: string | undefined;
}

/** Writes the value of the cell between two places behind what is written; `false` where it is not plain. */
type Read = (from: number, to: number) => boolean;

interface Column {
  readonly field: number;
  readonly column: number;
  readonly read: Read;
  /** Whether another column gives values of the same field, which must not be the same twice. */
  readonly isOneOfMany: boolean;
}

/** As `register/facts.ts` records them. */
const inOrder: readonly Field[] = [
  "pensionNumber",
  "schemeNumber",
  "name",
  "kana",
  "birthDate",
  "sex",
  "formerName",
  "formerKana",
  "postalCode",
  "address",
  "phone",
  "email",
  "diedOn",
];
const maxValues = 64;
/** A value is no longer than its cell but for a word that stands for a digit. */
const roomBytes = 64;

export class PlainPersons implements PlainPerson {
  readonly bytes: Uint8Array = new Uint8Array(maxPlainLineBytes + roomBytes);
  readonly fields: Uint8Array = new Uint8Array(maxValues);
  readonly starts: Int32Array = new Int32Array(maxValues);
  readonly ends: Int32Array = new Int32Array(maxValues);
  count = 0;
  asOf: string | undefined;
  readonly #delimiter: number;
  readonly #cellStarts: Int32Array;
  readonly #cellEnds: Int32Array;
  readonly #columns: readonly Column[];
  readonly #asOfColumn: number;
  readonly #cells = new PlainCells(this.bytes);

  private constructor(mapping: Mapping, delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#cellStarts = new Int32Array(mapping.header.length);
    this.#cellEnds = new Int32Array(mapping.header.length);
    this.#columns = this.#columnsOf(mapping);
    this.#asOfColumn = mapping.sources.get("asOf")?.[0]?.columns[0] ?? -1;
  }

  /** A reader for lines of that mapping; `undefined` for one that says more of a field than its columns. */
  static of(mapping: Mapping, delimiter: string): PlainPersons | undefined {
    const sources = [...mapping.sources.values()].flat();
    const isPlain = sources.every(
      ({ columns, constant, format, values }) =>
        columns.length === 1 && constant === undefined && format === undefined && values === undefined,
    );
    const isKnown = !mapping.sources.has("reference") && sources.length <= maxValues;
    return isPlain && isKnown && delimiter.charCodeAt(0) < 0x80
      ? new PlainPersons(mapping, delimiter)
      : undefined;
  }

  /** The line, until the next one is read; `undefined` where it is not plain, or says too little to be accepted. */
  read({ block, start, end }: ByteRow): PlainPerson | undefined {
    if (end - start > maxPlainLineBytes) return undefined;
    this.#cells.source = block;
    this.#cells.length = 0;
    if (!this.#cutCells(start, end)) return undefined;
    this.count = 0;
    for (const { field, column, read, isOneOfMany } of this.#columns) {
      const from = this.#cellStarts[column] ?? 0;
      const to = this.#cellEnds[column] ?? 0;
      if (from === to) continue;
      const valueStart = this.#cells.length;
      if (!read(from, to)) return undefined;
      this.fields[this.count] = field;
      this.starts[this.count] = valueStart;
      this.ends[this.count] = this.#cells.length;
      if (isOneOfMany && this.#isRepeated()) return undefined;
      this.count += 1;
    }
    return this.#readAsOf() && this.#isFindable() && !this.#isDeadBeforeBirth() ? this : undefined;
  }

  #columnsOf({ sources }: Mapping): Column[] {
    return inOrder.flatMap((target) => {
      const own = sources.get(target) ?? [];
      const [field, read] = [fieldNumbers[target], this.#reads[target]];
      return own.map(({ columns: [column = 0] }) => ({ field, column, read, isOneOfMany: own.length > 1 }));
    });
  }

  readonly #date: Read = (from, to) => this.#cells.readDate(from, to);
  readonly #reads: Readonly<Record<Field, Read>> = {
    pensionNumber: (from, to) => this.#cells.readDigits(from, to, 10, 4),
    schemeNumber: (from, to) => this.#cells.readSchemeNumber(from, to),
    name: (from, to) => this.#cells.readText(from, to, false),
    kana: (from, to) => this.#cells.readKana(from, to),
    formerName: (from, to) => this.#cells.readText(from, to, true),
    formerKana: (from, to) => this.#cells.readKana(from, to),
    birthDate: this.#date,
    sex: (from, to) => this.#cells.readSex(from, to),
    postalCode: (from, to) => this.#cells.readDigits(from, to, 7, 3),
    address: (from, to) => this.#cells.readText(from, to, false),
    phone: (from, to) => this.#cells.readPhone(from, to),
    email: (from, to) => this.#cells.readEmail(from, to),
    diedOn: this.#date,
  };

  /** Whether the line has exactly as many cells as the header. */
  #cutCells(start: number, end: number): boolean {
    const source = this.#cells.source;
    const starts = this.#cellStarts;
    const ends = this.#cellEnds;
    const cells = starts.length;
    let cell = 0;
    starts[0] = start;
    for (let i = start; i < end; i++) {
      if (source[i] !== this.#delimiter) continue;
      ends[cell] = i;
      cell += 1;
      if (cell === cells) return false;
      starts[cell] = i + 1;
    }
    ends[cell] = end;
    return cell === cells - 1;
  }

  #readAsOf(): boolean {
    this.asOf = undefined;
    if (this.#asOfColumn < 0) return true;
    const from = this.#cellStarts[this.#asOfColumn] ?? 0;
    const to = this.#cellEnds[this.#asOfColumn] ?? 0;
    if (from === to) return true;
    if (!this.#cells.readDate(from, to)) return false;
    this.asOf = String.fromCharCode(...this.#cells.source.subarray(from, to));
    return true;
  }

  /** Whether the value written last, not counted yet, is there already as another of its field. */
  #isRepeated(): boolean {
    const last = this.count;
    const length = (this.ends[last] ?? 0) - (this.starts[last] ?? 0);
    for (let i = last - 1; i >= 0 && this.fields[i] === this.fields[last]; i--) {
      const start = this.starts[i] ?? 0;
      let isSame = (this.ends[i] ?? 0) - start === length;
      for (let k = 0; isSame && k < length; k++)
        isSame = this.bytes[start + k] === this.bytes[(this.starts[last] ?? 0) + k];
      if (isSame) return true;
    }
    return false;
  }

  #isFindable(): boolean {
    let [hasNumber, hasName, hasBirthDate] = [false, false, false];
    for (let i = 0; i < this.count; i++) {
      const field = this.fields[i] ?? 0;
      if (field === fieldNumbers.pensionNumber || field === fieldNumbers.schemeNumber) hasNumber = true;
      else if (field === fieldNumbers.name || field === fieldNumbers.kana) hasName = true;
      else if (field === fieldNumbers.birthDate) hasBirthDate = true;
    }
    return hasNumber || (hasName && hasBirthDate);
  }

  #isDeadBeforeBirth(): boolean {
    let [birth, death] = [-1, -1];
    for (let i = 0; i < this.count; i++) {
      if (this.fields[i] === fieldNumbers.birthDate) birth = this.starts[i] ?? 0;
      else if (this.fields[i] === fieldNumbers.diedOn) death = this.starts[i] ?? 0;
    }
    if (birth < 0 || death < 0) return false;
    for (let i = 0; i < 10; i++) {
      const difference = (this.bytes[death + i] ?? 0) - (this.bytes[birth + i] ?? 0);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }
}
