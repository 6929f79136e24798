/**
 * A Parquet file as a {@link TableFile}, read by DuckDB in chunks. Called only by `open-file.ts`.
 *
 * Every column comes as text: dates as ISO 8601, decimals with their point. Rows number from 1; there is no header row.
 * DuckDB's own messages may quote values and are not passed on.
 */
import type { FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault } from "@kura/kernel/fault.ts";
import { maxColumns } from "./limits.ts";
import { openDuckDb, quoteSql } from "./sealed-duckdb.ts";
import { intakeFault } from "./table-file.ts";
import type { Row, TableFile } from "./table-file.ts";
import type { OpenedFile } from "./text-table.ts";

/** @throws {Fault} `truncated`, `too-many-columns`, `no-header` */
export async function openParquetTable(file: OpenedFile, handle: FileHandle): Promise<TableFile> {
  const end = Buffer.alloc(4);
  await handle.read(end, 0, 4, Math.max(file.byteLength - 4, 0));
  if (file.byteLength < 12 || end.toString("latin1") !== "PAR1") throw damaged();
  return { format: "parquet", ...file, header: await readHeader(file), rows: rowsOf(file) };
}

function damaged(): Fault {
  return intakeFault("truncated", "the Parquet file is damaged or cut off");
}

async function readHeader(file: OpenedFile): Promise<readonly string[]> {
  for await (const { header } of readChunks(file, "LIMIT 0")) {
    if (header.length > maxColumns) {
      throw intakeFault("too-many-columns", `the file has more than ${maxColumns} columns`);
    }
    return header.map((name) => name.trim());
  }
  throw intakeFault("no-header", "the Parquet file has no columns");
}

function rowsOf(file: OpenedFile): TableFile["rows"] {
  return async function* rows({ afterLine = 0 } = {}) {
    let line = 0;
    let total = 1;
    for await (const chunk of readChunks(file, "")) {
      total = chunk.totalRows;
      const batch: Row[] = chunk.rows.map((cells) => ({ line: ++line, cells }));
      const wanted = batch.filter((row) => row.line > afterLine);
      const bytesRead = Math.round((file.byteLength * line) / Math.max(total, 1));
      if (wanted.length > 0) yield { rows: wanted, bytesRead };
    }
  };
}

interface ParquetChunk {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly totalRows: number;
}

/** With `LIMIT 0` one chunk without rows. */
async function* readChunks(file: OpenedFile, limit: "" | "LIMIT 0"): AsyncGenerator<ParquetChunk> {
  const path = resolve(file.path);
  const duck = await openDuckDb([path]);
  try {
    const source = `read_parquet(${quoteSql(path)})`;
    const counted = await duck.connection.runAndReadAll(`SELECT count(*)::INTEGER FROM ${source}`);
    const totalRows = Number(counted.getRows()[0]?.[0] ?? 0);
    const result = await duck.connection.stream(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ${source} ${limit}`);
    const header = result.columnNames();
    if (limit !== "") yield { header, rows: [], totalRows };
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const rows = chunk.getRows().map((row) => row.map((value) => (value === null ? "" : String(value))));
      yield { header, rows, totalRows };
    }
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    throw damaged();
  } finally {
    duck.close();
  }
}
