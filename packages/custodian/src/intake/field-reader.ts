/**
 * Reads one field of a line after another by a mapping, and gathers what is wrong with any of them.
 *
 * Shared by `parse-person.ts` and `parse-premium.ts`. A value that is not understood makes the line a reject even
 * where the field is optional; an empty cell is an absent value.
 */
import { foldCell, isRefusal } from "./cell.ts";
import type { CellOutcome, CellParser, Refusal } from "./cell.ts";
import { dateFormatReader } from "./date-format.ts";
import type { DateParts } from "./date-format.ts";
import type { Reason } from "./draft.ts";
import { maxListValues, maxRemembered } from "./limits.ts";
import type { Mapping, Source } from "./mapping.ts";
import type { Row } from "./table-file.ts";
import type { Target } from "./targets.ts";

/** The value, `undefined` when empty or refused; what is refused is pushed onto `reasons`. */
export type FieldReader<T> = (cells: readonly string[], reasons: Reason[]) => T | undefined;

/** A parser of the cell as it came (names) or of its folded text (everything else). */
export interface FieldRule<T extends string | number> {
  readonly parse: (text: string, read?: (text: string) => DateParts | undefined) => CellOutcome<T>;
  readonly isRaw?: boolean;
  /** Values that repeat are understood once. Not for what is different on every line. */
  readonly isRepeating?: boolean;
}

/** The reader of a field with one value; reads nothing where the mapping has no source for it. */
export function fieldReader<T extends string | number>(
  mapping: Mapping,
  target: Target,
  rule: FieldRule<T>,
): FieldReader<T> {
  const source = mapping.sources.get(target)?.[0];
  return source === undefined ? () => undefined : sourceReader(source, rule);
}

const none: readonly never[] = [];
const separators = /[;；、|｜\n]/u;
const tooMany: Refusal = {
  code: "too-many-values",
  text: `The cell lists more than ${maxListValues} values.`,
};

/** The reader of a field with several values, in several columns or in one cell between `;`, `、` or `|`. */
export function listReader<T extends string | number>(
  mapping: Mapping,
  target: Target,
  rule: FieldRule<T>,
): (cells: readonly string[], reasons: Reason[]) => readonly T[] {
  const sources = (mapping.sources.get(target) ?? []).map((source) => ({
    label: source.label,
    textOf: textReader(source),
  }));
  if (sources.length === 0) return () => none;
  const parse = cellParser(rule, undefined, undefined);
  return (cells, reasons) => {
    const values: T[] = [];
    for (const { label, textOf } of sources) {
      const text = textOf(cells);
      if (text === "") continue;
      const parts = separators.test(text) ? text.split(separators, maxListValues + 1) : [text];
      if (parts.length > maxListValues) reasons.push({ column: label, ...tooMany });
      for (const part of parts) {
        const outcome = part.trim() === "" ? "" : parse(part);
        if (isRefusal(outcome)) reasons.push({ column: label, ...outcome });
        else if (outcome !== "" && !values.includes(outcome)) values.push(outcome);
      }
    }
    return values;
  };
}

function sourceReader<T extends string | number>(source: Source, rule: FieldRule<T>): FieldReader<T> {
  const parse = cellParser(rule, source.format, source.values);
  const { label } = source;
  const textOf = textReader(source);
  return (cells, reasons) => {
    const text = textOf(cells);
    if (text === "") return undefined;
    const outcome = parse(text);
    if (isRefusal(outcome)) {
      reasons.push({ column: label, code: outcome.code, text: outcome.text });
      return undefined;
    }
    return outcome === "" ? undefined : outcome;
  };
}

function cellParser<T extends string | number>(
  rule: FieldRule<T>,
  format: string | undefined,
  values: ReadonlyMap<string, string> | undefined,
): CellParser<T | ""> {
  const read = format === undefined ? undefined : dateFormatReader(format);
  const parse = (text: string): CellOutcome<T | ""> => {
    const coded = values?.get(text.trim()) ?? text;
    const cell = rule.isRaw === true ? coded : foldCell(coded);
    if (isRefusal(cell)) return cell;
    return cell === "" ? "" : rule.parse(cell, read);
  };
  return rule.isRepeating === true ? remembering(parse) : parse;
}

/** Forgets everything when full: bounded memory, and a file of all-different values loses nothing but the gain. */
function remembering<T extends string | number>(parse: CellParser<T>): CellParser<T> {
  const known = new Map<string, CellOutcome<T>>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const outcome = parse(text);
    if (known.size >= maxRemembered) known.clear();
    known.set(text, outcome);
    return outcome;
  };
}

function textReader({ constant, columns, join }: Source): (cells: readonly string[]) => string {
  if (constant !== undefined) return () => constant;
  const [first = -1] = columns;
  if (columns.length === 1) return (cells) => cells[first] ?? "";
  return (cells) =>
    columns
      .map((index) => (cells[index] ?? "").trim())
      .filter((part) => part !== "")
      .join(join);
}

const emptyLine: Reason = { code: "empty-line", text: "The line is empty." };
const missingCells: Reason = {
  code: "cell-count",
  text: "The line has fewer cells than the header has columns.",
};
const extraCells: Reason = {
  code: "cell-count",
  text: "The line has more cells than the header has columns.",
};

/** What is wrong with a row as a whole; empty when its fields may be read. @param cells of the row, cut once. */
export function rowReasons(row: Row, cells: readonly string[], header: readonly string[]): Reason[] {
  if (row.troubles !== undefined)
    return row.troubles.map(({ cell, code, text }) => withColumn(header, cell, code, text));
  if (cells.length === header.length) return cells.every(isBlank) ? [emptyLine] : [];
  if (cells.every(isBlank)) return [emptyLine];
  if (cells.length < header.length) return [missingCells];
  return cells.slice(header.length).every(isBlank) ? [] : [extraCells];
}

function isBlank(cell: string): boolean {
  return cell === "" || cell.trim() === "";
}

function withColumn(header: readonly string[], cell: number | undefined, code: string, text: string): Reason {
  const column = cell === undefined ? undefined : (header[cell] ?? `column ${cell + 1}`);
  return { ...(column !== undefined && { column }), code, text };
}
