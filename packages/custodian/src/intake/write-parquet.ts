/**
 * A spooled CSV of rejects to a Parquet file, all columns text. Called only by `rejects.ts`.
 */
import { chmod } from "node:fs/promises";
import { resolve } from "node:path";
import { openDuckDb, quoteSql } from "./confined-duckdb.ts";
import { intakeFault } from "./table-file.ts";

/** @throws {Fault} `rejects-unwritable`; DuckDB's own message could quote a value and is not passed on. */
export async function writeParquet(csvPath: string, path: string): Promise<void> {
  const from = resolve(csvPath);
  const to = resolve(path);
  const duck = await openDuckDb([from, to]);
  try {
    await duck.connection.run(
      `COPY (SELECT * FROM read_csv(${quoteSql(from)}, all_varchar = true, header = true, delim = ',', quote = '"',
        escape = '"', nullstr = '', max_line_size = 4194304, parallel = false)) TO ${quoteSql(to)} (FORMAT parquet)`,
    );
  } catch {
    throw intakeFault(
      "rejects-unwritable",
      "the rejects could not be written as Parquet; they are in the .part file",
    );
  } finally {
    duck.close();
  }
  await chmod(to, 0o600);
}
