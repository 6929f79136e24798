/**
 * The door for files from outside: finds out by content, never by name, what a file is, and opens it as a table.
 *
 * Called by the import job and by `--dry-run`. Reads only; never seals, looks up or stores. A file that is not a
 * table as a whole is refused with a typed `Fault`; a line that is not a row is told apart later, one by one.
 */
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { chunkBytes } from "./limits.ts";
import { openParquetTable } from "./parquet-table.ts";
import { digestFile } from "./survey.ts";
import { intakeFault } from "./table-file.ts";
import type { TableFile } from "./table-file.ts";
import { openTextTable } from "./text-table.ts";
import { openXlsxTable } from "./xlsx-table.ts";

export interface OpenOptions {
  /** One character; found from the file when absent. Text files only. */
  readonly delimiter?: string;
  /** Name of a workbook's sheet; the first that is not empty when absent. */
  readonly sheet?: string;
}

/**
 * The table in the file at `path`. Costs one reading of the file, or two where it is not UTF-8.
 *
 * @throws {Fault} with an `IntakeFaultCode`, or the system's own code where the file cannot be read
 */
export async function openFile(path: string, options: OpenOptions = {}): Promise<TableFile> {
  const handle = await open(path, "r");
  try {
    const { size: byteLength, mtimeMs: modifiedMs } = await handle.stat();
    const start = await readStart(handle);
    if (start.length === 0) throw intakeFault("empty-file", "the file is empty");
    refuseKnownOthers(start);
    const file = { path, byteLength, modifiedMs, sha256: await digestFile(handle) };
    if (startsWith(start, zipMagic)) return await openXlsxTable(file, options.sheet);
    if (startsWith(start, parquetMagic)) return await openParquetTable(file, handle);
    return await openTextTable(file, handle, start, options.delimiter);
  } finally {
    await handle.close();
  }
}

async function readStart(handle: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(chunkBytes);
  const { bytesRead } = await handle.read(buffer, 0, chunkBytes, 0);
  return buffer.subarray(0, bytesRead);
}

const zipMagic = "504b0304";
const parquetMagic = Buffer.from("PAR1").toString("hex");

const otherFormats: readonly (readonly [magicHex: string, name: string])[] = [
  ["d0cf11e0", "an Excel file of before 2007, or one with a password: save it as .xlsx without a password"],
  ["25504446", "a PDF"],
  ["1f8b", "a gzip archive: unpack it first"],
  ["377abcaf271c", "a 7z archive: unpack it first"],
];

function refuseKnownOthers(start: Buffer): void {
  for (const [magic, name] of otherFormats) {
    if (startsWith(start, magic)) throw intakeFault("unknown-format", `the file is ${name}`);
  }
}

function startsWith(start: Buffer, magicHex: string): boolean {
  return start.toString("hex", 0, magicHex.length / 2) === magicHex;
}
