// Reads inputs (CSV, Parquet, DuckDB tables, arrays) through DuckDB into dictionary-coded columns.
// The only module that holds SQL for input. Columns with few distinct values are coded inside DuckDB and arrive as
// integer vectors; columns with many, or with a value for every few rows, are coded here, because building their ENUM costs
// more than a hash map. Columns are read side by side, one connection for each thread: a query on few rows keeps only one busy.

import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from "@duckdb/node-api";
import { Interner, type Column } from "./column.ts";
import { LinkageFault } from "./fault.ts";
import { MAX_ENUM_VALUES, MAX_ROWS, MIN_ENUM_REPEATS } from "./limits.ts";

/** A file, a table of a DuckDB database, or rows in memory. */
export type Source =
  | { readonly path: string; readonly delimiter?: string }
  | { readonly database: string; readonly table: string }
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] };

/** One column as the caller wants it: its name in each source (undefined where that source lacks it). */
export interface Field {
  readonly name: string;
  readonly columns: readonly (string | undefined)[];
  /** False for columns that must not influence anything (the truth); default true. */
  readonly isContent?: boolean;
}

/** Rows of all sources behind each other; `ends[s]` is one past the last row of source s. */
export interface Loaded {
  readonly rowCount: number;
  readonly ends: readonly number[];
  readonly ids: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A DuckDB in memory, with one connection for each thread; all see the same tables. */
export interface Database {
  readonly connection: DuckDBConnection;
  readonly lanes: readonly DuckDBConnection[];
  close(): void;
}

/** A DuckDB in memory that may use a folder to spill. */
export async function openDuckDb(threads = 2): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:", { threads: String(threads) });
  const connection = await instance.connect();
  const others = await Promise.all(Array.from({ length: threads - 1 }, () => instance.connect()));
  const lanes = [connection, ...others];
  return {
    connection,
    lanes,
    close: () => {
      for (const lane of lanes) lane.closeSync();
      instance.closeSync();
    },
  };
}

/** Opens each source as a table `source_0`, `source_1`, … of text columns with trimmed names; returns the names. */
export async function attachSources(
  { connection }: Database,
  sources: readonly Source[],
): Promise<string[][]> {
  const names: string[][] = [];
  for (const [index, source] of sources.entries()) {
    const table = `source_${index}`;
    if ("rows" in source) names.push(await attachRows(connection, table, source.rows));
    else {
      const label = "path" in source ? source.path : `${source.table} of ${source.database}`;
      names.push(await attachQuery(connection, table, await queryOf(connection, source, index), label));
    }
  }
  return names;
}

async function queryOf(
  connection: DuckDBConnection,
  source: Exclude<Source, { rows: unknown }>,
  index: number,
): Promise<string> {
  if ("database" in source) {
    if (!existsSync(source.database))
      throw new LinkageFault("missing-file", `There is no file ${source.database}.`);
    await connection.run(`ATTACH ${literal(source.database)} AS input_${index} (READ_ONLY)`);
    return `SELECT * FROM input_${index}.${identifier(source.table)}`;
  }
  if (!existsSync(source.path)) throw new LinkageFault("missing-file", `There is no file ${source.path}.`);
  if (/\.(parquet|pq)$/i.test(source.path)) return `SELECT * FROM read_parquet(${literal(source.path)})`;
  if (statSync(source.path).size === 0)
    throw new LinkageFault("unreadable-input", `${source.path} is empty.`);
  const delimiter = source.delimiter === undefined ? "" : `, delim=${literal(source.delimiter)}`;
  // Without `skip` and `comment` DuckDB guesses them, and lines above a better header would be dropped in silence.
  const encoding = isUtf16(source.path) ? ", encoding='utf-16'" : "";
  return `SELECT * FROM read_csv(${literal(source.path)}, all_varchar=true, header=true, skip=0, comment='', sample_size=20000, max_line_size=16777216${delimiter}${encoding})`;
}

/** A file that begins with the byte order mark of UTF-16, as spreadsheets write it. */
function isUtf16(path: string): boolean {
  const head = Buffer.alloc(2);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, 2, 0);
  } catch (cause) {
    throw new LinkageFault("unreadable-input", `${path} cannot be read.`, cause);
  } finally {
    closeSync(file);
  }
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/** Why DuckDB refused, without what it quotes of the file. */
function reasonOf(cause: unknown): string {
  return /not utf-8|unicode/i.test(String(cause))
    ? "is not in UTF-8 (in Shift_JIS, perhaps): convert it first"
    : "could not be read as a table";
}

async function attachQuery(
  connection: DuckDBConnection,
  table: string,
  query: string,
  label: string,
): Promise<string[]> {
  try {
    await connection.run(`CREATE TABLE ${table} AS ${query}`);
  } catch (cause) {
    throw new LinkageFault("unreadable-input", `${label} ${reasonOf(cause)}.`, cause);
  }
  const described = await connection.runAndReadAll(`DESCRIBE ${table}`);
  const names = described.getColumns()[0]?.map(String) ?? [];
  if (names.length === 1 && /[,;\t|]/.test(names[0] ?? ""))
    throw new LinkageFault(
      "unreadable-input",
      `${label} could not be cut into columns: rows have different numbers of cells, or --delimiter is needed.`,
    );
  const trimmed = names.map((name) => name.trim());
  for (const [k, name] of names.entries()) {
    const clean = trimmed[k] ?? name;
    if (clean !== name) {
      await connection.run(`ALTER TABLE ${table} RENAME COLUMN ${identifier(name)} TO ${identifier(clean)}`);
    }
  }
  return trimmed;
}

async function attachRows(
  connection: DuckDBConnection,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<string[]> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) throw new LinkageFault("unreadable-input", "An input has no columns.");
  await connection.run(
    `CREATE TABLE ${table} (${names.map((name) => `${identifier(name)} VARCHAR`).join(", ")})`,
  );
  const appender = await connection.createAppender(table);
  for (const row of rows) {
    for (const name of names) {
      const text = textOf(row[name]);
      if (text === "") appender.appendNull();
      else appender.appendVarchar(text);
    }
    appender.endRow();
  }
  appender.closeSync();
  return names;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString().slice(0, 10);
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return Number.isFinite(value) ? String(value) : "";
    case "bigint":
    case "boolean":
      return String(value);
    default:
      return JSON.stringify(value);
  }
}

/** Loads the fields of all attached sources; `id` names the id column (row numbers are ids where it is undefined). */
export async function loadFields(
  { connection, lanes }: Database,
  sourceCount: number,
  fields: readonly Field[],
  id: readonly (string | undefined)[],
): Promise<Loaded> {
  const selects = Array.from({ length: sourceCount }, (_, s) => {
    const idColumn = id[s];
    const idText =
      idColumn === undefined
        ? "(row_number() OVER () - 1)::VARCHAR"
        : `trim(${identifier(idColumn)}::VARCHAR)`;
    const picked = fields.map((field, f) => {
      const column = field.columns[s];
      // Empty text is no value, whatever the format makes of it.
      return `${column === undefined ? "NULL::VARCHAR" : `nullif(${identifier(column)}::VARCHAR, '')`} AS f${f}`;
    });
    return `SELECT ${[`${s}::INTEGER AS s`, `${idText} AS id`, ...picked].join(", ")} FROM source_${s}`;
  });
  // Rows are put in an order of their content, so that results do not depend on the order in which they came, and any
  // run of rows is a random sample.
  const content = fields.flatMap((field, f) => (field.isContent === false ? [] : [`f${f}`]));
  const order = content.length === 0 ? "id" : `hash(${content.join(", ")}), id`;
  await connection.run(
    `CREATE TABLE records AS SELECT * FROM (${selects.join(" UNION ALL ")}) ORDER BY s, ${order}`,
  );
  const ends = await readEnds(connection, sourceCount);
  const rowCount = ends.at(-1) ?? 0;
  if (rowCount > MAX_ROWS) throw new LinkageFault("too-many-rows", `More than ${MAX_ROWS} rows.`);
  await refuseDuplicateIds(connection);
  const distinct = await countDistinct(connection, fields.length);
  let ids: string[] = [];
  const read = new Map<string, Column>();
  const tasks = fields.map(({ name }, f) => async (lane: DuckDBConnection): Promise<void> => {
    const few = (distinct[f] ?? 0) <= Math.min(MAX_ENUM_VALUES, rowCount / MIN_ENUM_REPEATS);
    read.set(name, await (few ? readCoded : readText)(lane, `f${f}`, rowCount));
  });
  await runInLanes(lanes, [...tasks, async (lane) => void (ids = await readIds(lane, rowCount))]);
  await connection.run("DROP TABLE records");
  const columns = new Map(
    fields.flatMap(({ name }) => {
      const column = read.get(name);
      return column === undefined ? [] : [[name, column] as const];
    }),
  );
  return { rowCount, ends, ids, columns };
}

/** Each connection takes the next task when it is done with one. */
async function runInLanes(
  lanes: readonly DuckDBConnection[],
  tasks: readonly ((lane: DuckDBConnection) => Promise<void>)[],
): Promise<void> {
  const open = tasks.values();
  await Promise.all(
    lanes.map(async (lane) => {
      for (const task of open) await task(lane);
    }),
  );
}

async function readEnds(connection: DuckDBConnection, sourceCount: number): Promise<number[]> {
  const counts = await connection.runAndReadAll("SELECT s, count(*)::INTEGER FROM records GROUP BY s");
  const bySource = new Map(counts.getRows().map(([s, count]) => [Number(s), Number(count)]));
  let end = 0;
  return Array.from({ length: sourceCount }, (_, s) => (end += bySource.get(s) ?? 0));
}

async function refuseDuplicateIds(connection: DuckDBConnection): Promise<void> {
  const answer = await connection.runAndReadAll(
    "SELECT s, count(*) - count(DISTINCT id), count(*) FILTER (id IS NULL OR id = '') FROM records GROUP BY s ORDER BY s",
  );
  for (const [s, repeated, missing] of answer.getRows()) {
    if (Number(missing) > 0) {
      throw new LinkageFault(
        "duplicate-id",
        `Input ${Number(s) + 1} has ${Number(missing)} rows without an id.`,
      );
    }
    if (Number(repeated) > 0) {
      throw new LinkageFault(
        "duplicate-id",
        `Input ${Number(s) + 1} has ${Number(repeated)} rows whose id was seen before; ids must be unique within an input.`,
      );
    }
  }
}

async function countDistinct(connection: DuckDBConnection, fieldCount: number): Promise<number[]> {
  if (fieldCount === 0) return [];
  const counts = Array.from({ length: fieldCount }, (_, f) => `approx_count_distinct(f${f})::INTEGER`);
  const answer = await connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM records`);
  return (answer.getRows()[0] ?? []).map(Number);
}

/** Codes in shared memory, so that threads read them without a copy. */
const sharedCodes = (rowCount: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * rowCount));

async function readCoded(connection: DuckDBConnection, column: string, rowCount: number): Promise<Column> {
  await connection.run(
    `CREATE TYPE e_${column} AS ENUM (SELECT DISTINCT ${column} FROM records WHERE ${column} IS NOT NULL ORDER BY 1)`,
  );
  const codes = sharedCodes(rowCount);
  const code = `coalesce(enum_code(${column}::e_${column})::INTEGER, -1)::INTEGER`;
  await eachRecord(connection, code, rowCount, (value, row) => {
    codes[row] = Number(value);
  });
  const values: string[] = [];
  const domain = `SELECT unnest(enum_range(NULL::e_${column}))::VARCHAR`;
  await eachValue(connection, domain, (value) => values.push(String(value)));
  await connection.run(`DROP TYPE e_${column}`);
  return { codes, values };
}

async function readText(connection: DuckDBConnection, column: string, rowCount: number): Promise<Column> {
  const interner = new Interner();
  const codes = sharedCodes(rowCount);
  await eachRecord(connection, column, rowCount, (value, row) => {
    codes[row] = typeof value === "string" ? interner.code(value) : -1;
  });
  return { codes, values: interner.values };
}

async function readIds(connection: DuckDBConnection, rowCount: number): Promise<string[]> {
  const ids: string[] = [];
  await eachRecord(connection, "id", rowCount, (value) => ids.push(String(value)));
  return ids;
}

/** One expression over all records, in their order. What ends early is refused: rows that were not read would hold code 0. */
async function eachRecord(
  connection: DuckDBConnection,
  expression: string,
  rowCount: number,
  see: (value: DuckDBValue, row: number) => void,
): Promise<void> {
  const seen = await eachValue(connection, `SELECT ${expression} FROM records`, see);
  if (seen !== rowCount)
    throw new LinkageFault("unreadable-input", `A column ended after ${seen} of ${rowCount} rows.`);
}

/** The values of a query with one column; returns how many there were. */
async function eachValue(
  connection: DuckDBConnection,
  query: string,
  see: (value: DuckDBValue, row: number) => void,
): Promise<number> {
  const result = await connection.stream(query);
  let row = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return row;
    const vector = chunk.getColumnVector(0);
    for (let k = 0; k < chunk.rowCount; k++) see(vector.getItem(k), row++);
  }
}
