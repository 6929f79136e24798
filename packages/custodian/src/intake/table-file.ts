/**
 * A table from outside: what it is, its header, and its rows as a stream.
 *
 * Made by `open-file.ts` whatever the format; read by the parsers, the rejects and the import job.
 * Nothing here understands a value: cells are text as the sender wrote them.
 */
import { Fault } from "@kura/kernel/fault.ts";

export type Format = "csv" | "xlsx" | "parquet";
export type Encoding = "utf-8" | "shift_jis" | "utf-16le" | "utf-16be";

/** Why a whole file is refused. Messages name positions and counts, never content. */
export type IntakeFaultCode =
  | "empty-file"
  | "unknown-format"
  | "mixed-encoding"
  | "undecodable"
  | "line-too-long"
  | "too-many-columns"
  | "truncated"
  | "unclosed-quote"
  | "zip-bomb"
  | "no-header"
  | "no-such-sheet"
  | "malformed-workbook"
  | "workbook-too-large"
  | "file-changed"
  | "no-such-column"
  | "malformed-map"
  | "rejects-exist"
  | "rejects-inside-data"
  | "rejects-lost"
  | "rejects-unwritable";

/** Something wrong with a row before any field of it is read. Never holds the value. */
export interface RowTrouble {
  /** Index of the cell, or `undefined` when the whole row is meant. */
  readonly cell?: number;
  readonly code: string;
  readonly text: string;
}

export interface Row {
  /** Physical line of a text file where the row begins, row number of a sheet, both from 1 with the header; number of a
   * Parquet row from 1, which has no header row. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Absent for a row that could be read. */
  readonly troubles?: readonly RowTrouble[];
  /** The row's bytes without line end, only where they could not be decoded. */
  readonly raw?: Uint8Array;
}

export interface RowBatch {
  readonly rows: readonly Row[];
  /** Bytes of the file behind this batch, for progress; of a packed format an estimate. */
  readonly bytesRead: number;
}

/** How a text file is written, so that rejects can be written the same way. */
export interface TextDialect {
  readonly encoding: Encoding;
  readonly hasBom: boolean;
  readonly delimiter: string;
  readonly lineEnd: "\n" | "\r\n" | "\r";
}

export interface TableFile {
  readonly format: Format;
  /** Present for text files only. */
  readonly dialect?: TextDialect;
  /** Present for workbooks only. */
  readonly sheet?: string;
  readonly header: readonly string[];
  readonly byteLength: number;
  /** Of the whole file, lower-case hexadecimal: the file's identity, so that the same one twice adds nothing. */
  readonly sha256: string;
  /**
   * All rows below the header, in order, in flat memory. Rows up to and including line `afterLine` are passed over.
   *
   * @throws {Fault} with an {@link IntakeFaultCode} where the rest of the file cannot be told apart into rows.
   */
  rows(options?: { readonly afterLine?: number }): AsyncIterable<RowBatch>;
}

export function intakeFault(
  code: IntakeFaultCode,
  message: string,
  options?: ErrorOptions,
): Fault<IntakeFaultCode> {
  return new Fault(code, message, options);
}
