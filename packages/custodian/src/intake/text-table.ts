/**
 * A delimited text file as a {@link TableFile}: survey, delimiter, header, then rows as a stream.
 *
 * Called only by `open-file.ts`. The file is read twice: once for digest and encoding, once for the rows.
 */
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { decodeBlock } from "./decode-block.ts";
import { findDelimiter } from "./delimiter.ts";
import { readLineBlocks } from "./line-blocks.ts";
import { RowSplitter } from "./split-rows.ts";
import { surveyText } from "./survey.ts";
import { intakeFault } from "./table-file.ts";
import type { Row, RowBatch, TableFile, TextDialect } from "./table-file.ts";

export interface OpenedFile {
  readonly path: string;
  readonly byteLength: number;
  readonly sha256: string;
  /** When the file was last written, to see that it stayed as it was. */
  readonly modifiedMs: number;
}

/** @throws {Fault} with an `IntakeFaultCode` */
export async function openTextTable(
  file: OpenedFile,
  handle: FileHandle,
  start: Buffer,
  delimiter?: string,
): Promise<TableFile> {
  const survey = await surveyText(handle, start);
  const end = survey.lineEnd === "\r" ? "\r" : "\n";
  for await (const block of readLineBlocks(handle, survey.encoding, end)) {
    const { text } = decodeBlock(block.bytes, survey.encoding, end);
    const dialect = { ...survey, delimiter: delimiter ?? findDelimiter(text, end) };
    const first = new RowSplitter(dialect.delimiter, end).sample(text)[0];
    return { format: "csv", dialect, ...file, header: headerOf(first), rows: rowsOf(file, dialect) };
  }
  throw intakeFault("empty-file", "the file has no lines");
}

function headerOf(first: Row | undefined): string[] {
  const header = (first?.cells ?? []).map((cell) => cell.trim());
  if (first?.troubles !== undefined || header.every((cell) => cell === "")) {
    throw intakeFault("no-header", "the first line is not a header of column names");
  }
  return header;
}

function rowsOf(file: OpenedFile, dialect: TextDialect): TableFile["rows"] {
  return async function* rows({ afterLine = 0 } = {}) {
    const handle = await open(file.path, "r");
    try {
      yield* readRows(handle, file, dialect, Math.max(afterLine, 1));
    } finally {
      await handle.close();
    }
  };
}

async function* readRows(
  handle: FileHandle,
  file: OpenedFile,
  { encoding, delimiter, lineEnd }: TextDialect,
  afterLine: number,
): AsyncGenerator<RowBatch> {
  const end = lineEnd === "\r" ? "\r" : "\n";
  const splitter = new RowSplitter(delimiter, end);
  const decoded = (bytes: Buffer): Row[] => {
    const { text, badLines } = decodeBlock(bytes, encoding, end);
    return splitter.push(text, badLines);
  };
  for await (const { bytes, bytesRead } of readLineBlocks(handle, encoding, end)) {
    const rows = (encoding === "shift_jis" ? undefined : splitter.pushBytes(bytes)) ?? decoded(bytes);
    const wanted = (rows[0]?.line ?? 0) > afterLine ? rows : rows.filter((row) => row.line > afterLine);
    if (wanted.length > 0) yield { rows: wanted, bytesRead };
  }
  splitter.end();
  const { size, mtimeMs } = await handle.stat();
  if (size !== file.byteLength || mtimeMs !== file.modifiedMs)
    throw intakeFault("file-changed", "the file changed while it was read");
}
