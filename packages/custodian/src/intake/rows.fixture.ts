/**
 * Files in a folder of their own, and all rows of a table, for tests.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { openFile } from "./open-file.ts";
import type { OpenOptions } from "./open-file.ts";
import type { Row, TableFile } from "./table-file.ts";

export interface Folder {
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Writes and opens. */
  table(name: string, content: string | Uint8Array, options?: OpenOptions): Promise<TableFile>;
}

/** A folder that lives as long as the test file's suite. */
export function temporaryFolder(): Folder {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kura-intake-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(path(name), content);
    return path(name);
  };
  return {
    path,
    write,
    table: async (name, content, options) => openFile(await write(name, content), options),
  };
}

export async function allRows(table: TableFile, afterLine?: number): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of table.rows(afterLine === undefined ? {} : { afterLine }))
    rows.push(...batch.rows.map(cutRow));
  return rows;
}

/** The row with its cells as a member of its own, to be compared. */
export function cutRow(row: Row): Row {
  const { line, cells, troubles, raw } = row;
  return { line, cells, ...(troubles !== undefined && { troubles }), ...(raw !== undefined && { raw }) };
}

/** The code of the Fault that `act` ends in; fails the test when there is none. */
export async function faultCodeOf(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act();
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown ? thrown.code : thrown;
  }
  return "no fault";
}
