/**
 * Opened rows into a file of the recipient's: CSV (UTF-8), Excel or Parquet, by the ending of its name. Readable by its
 * owner alone. This is plaintext, on the recipient's machine and nowhere else: whoever destroys it attests it.
 *
 * CRASH: a `.part` beside it, which is plaintext too; the next run writes it anew, and a failure removes it.
 */
import { open, rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { spellings } from "@kura/custodian/intake/targets.ts";
import { writeParquet } from "@kura/custodian/intake/write-parquet.ts";
import { writeRow } from "@kura/custodian/intake/write-row.ts";
import { writeXlsx } from "@kura/custodian/intake/write-xlsx.ts";
import { fieldOfNumber } from "@kura/custodian/register/field.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { OpenedRows } from "./open-extract.ts";

export interface WrittenRows {
  readonly rows: number;
  /** Rows of persons who were erased before the extract was sealed. */
  readonly emptyRows: number;
  readonly releasedRows: number;
}

const endings = [".csv", ".xlsx", ".parquet"];
/** Bytes gathered before they are written. */
const bufferedLength = 1024 * 1024;

/** @throws {Fault} `bad-ending`, `file-exists` */
export async function writeRows(path: string, opened: AsyncIterable<OpenedRows>): Promise<WrittenRows> {
  const ending = extname(path).toLowerCase();
  if (!endings.includes(ending))
    throw new Fault("bad-ending", `the file's name ends in ${endings.join(", ")}`);
  const part = `${path}.part`;
  try {
    const written = await writeCsv(part, opened);
    if (ending === ".csv") {
      await rename(part, path);
      return written;
    }
    await (ending === ".xlsx" ? writeXlsx(part, path) : writeParquet(part, path));
    return written;
  } finally {
    await rm(part, { force: true });
  }
}

async function writeCsv(path: string, opened: AsyncIterable<OpenedRows>): Promise<WrittenRows> {
  const handle = await open(path, "w", 0o600);
  const counts = { rows: 0, emptyRows: 0, releasedRows: 0 };
  try {
    let text = "";
    let hasHeader = false;
    for await (const { fields, rows, releasedRows } of opened) {
      if (!hasHeader) text += `${writeRow(fields.map(headerOf), ",")}\n`;
      hasHeader = true;
      counts.releasedRows += releasedRows;
      for (const row of rows) {
        if (row.length === 0) counts.emptyRows += 1;
        else text += `${writeRow(row, ",")}\n`;
      }
      counts.rows += rows.length;
      if (text.length < bufferedLength) continue;
      await handle.writeFile(text);
      text = "";
    }
    await handle.writeFile(text);
    await handle.datasync();
    return counts;
  } finally {
    await handle.close();
  }
}

/** The first heading under which the register's own imports know the field again. */
function headerOf(number: number): string {
  const field = fieldOfNumber(number);
  const heading = field === undefined ? undefined : /^\S+/u.exec(spellings[field].whole)?.[0];
  return heading ?? `field ${number}`;
}
