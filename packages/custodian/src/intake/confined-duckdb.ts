/**
 * DuckDB in memory, shut in: it may touch the files named and nothing else, load nothing, and use little memory.
 *
 * Used by `parquet-table.ts` and `write-parquet.ts`, because Parquet is DuckDB's own ground.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";

const memoryLimit = "512MB";

export interface OpenDuckDb {
  readonly connection: DuckDBConnection;
  close(): void;
}

export async function openDuckDb(allowedPaths: readonly string[]): Promise<OpenDuckDb> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: memoryLimit,
    // Without a folder to spill to, what does not fit fails: personal data never go to a disk unasked.
    temp_directory: "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_unsigned_extensions: "false",
  });
  const connection = await instance.connect();
  await connection.run(`SET allowed_paths = [${allowedPaths.map(quoteSql).join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** An SQL text literal. */
export function quoteSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
