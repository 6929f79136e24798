/**
 * A sheet of an Excel workbook (.xlsx, .xlsm) as a {@link TableFile}. Called only by `open-file.ts`.
 *
 * The header is the first row with a value. Line numbers are Excel's row numbers. Shared strings are held in memory,
 * because cells name them by number (limit: `limits.ts`); rows stream.
 */
import { findMergedRows, rangeWalker } from "./merged-rows.ts";
import { batchRows } from "./limits.ts";
import { SheetReader } from "./sheet-rows.ts";
import { intakeFault } from "./table-file.ts";
import type { Row, RowBatch, TableFile } from "./table-file.ts";
import type { OpenedFile } from "./text-table.ts";
import { readWorkbook } from "./workbook.ts";
import type { Sheet, Workbook } from "./workbook.ts";
import { parseXml } from "./xml-parts.ts";
import { openZip, readText } from "./zip-container.ts";
import type { ZipContainer } from "./zip-container.ts";

const merged = {
  code: "merged-cells",
  text: "The row has merged cells; take the merging away and fill every cell.",
};

/** @throws {Fault} with an `IntakeFaultCode` */
export async function openXlsxTable(file: OpenedFile, sheetName: string | undefined): Promise<TableFile> {
  const zip = await openZip(file.path, file.byteLength);
  try {
    const workbook = await readWorkbook(zip);
    const { sheet, header } = await findSheet(zip, workbook, sheetName);
    return {
      format: "xlsx",
      sheet: sheet.name,
      ...file,
      ...headerOf(header),
      rows: rowsOf(file, sheet, header),
    };
  } finally {
    zip.close();
  }
}

function headerOf(row: Row): { readonly header: readonly string[] } {
  if (row.troubles !== undefined)
    throw intakeFault("no-header", "the first row of the sheet has formulas or errors");
  return { header: row.cells.map((cell) => cell.trim()) };
}

async function findSheet(zip: ZipContainer, workbook: Workbook, name: string | undefined) {
  const wanted = workbook.sheets.filter((sheet) =>
    name === undefined ? !sheet.isHidden : sheet.name === name,
  );
  if (wanted.length === 0) throw intakeFault("no-such-sheet", "the workbook has no sheet of that name");
  for (const sheet of wanted) {
    for await (const { rows } of readSheet(zip, workbook, sheet)) {
      const header = rows[0];
      if (header !== undefined) return { sheet, header };
    }
  }
  throw intakeFault("empty-file", "no sheet of the workbook has a value");
}

function rowsOf(file: OpenedFile, sheet: Sheet, header: Row): TableFile["rows"] {
  return async function* rows({ afterLine = 0 } = {}) {
    const zip = await openZip(file.path, file.byteLength);
    try {
      const workbook = await readWorkbook(zip);
      const isMerged = rangeWalker(await findMergedRows(zip, sheet.part));
      const from = Math.max(afterLine, header.line);
      for await (const { rows, unpackedBytes } of readSheet(zip, workbook, sheet)) {
        const wanted = rows
          .filter((row) => row.line > from)
          .map((row) => finishRow(row, header.cells.length, isMerged(row.line)));
        const bytesRead = Math.round((file.byteLength * unpackedBytes) / Math.max(zip.sizeOf(sheet.part), 1));
        if (wanted.length > 0) yield { rows: wanted, bytesRead } satisfies RowBatch;
      }
    } finally {
      zip.close();
    }
  };
}

/** Excel leaves out empty cells at the end of a row. */
function finishRow(row: Row, columns: number, isMerged: boolean): Row {
  const missing = columns - row.cells.length;
  const cells = missing > 0 ? [...row.cells, ...Array.from({ length: missing }, () => "")] : row.cells;
  const troubles = isMerged ? [...(row.troubles ?? []), merged] : row.troubles;
  return { line: row.line, cells, ...(troubles !== undefined && { troubles }) };
}

async function* readSheet(
  zip: ZipContainer,
  workbook: Workbook,
  sheet: Sheet,
): AsyncGenerator<{ readonly rows: readonly Row[]; readonly unpackedBytes: number }> {
  const reader = new SheetReader(workbook);
  let unpackedBytes = 0;
  async function* counted() {
    for await (const piece of readText(zip, sheet.part, false)) {
      unpackedBytes += piece.length;
      yield piece;
    }
  }
  for await (const _ of parseXml(counted(), reader)) {
    if (reader.pending >= batchRows) yield { rows: reader.take(), unpackedBytes };
  }
  yield { rows: reader.take(), unpackedBytes };
}
