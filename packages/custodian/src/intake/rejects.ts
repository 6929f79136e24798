/**
 * The file of rejected lines: the sender's own cells with line, column and reason behind them, in the sender's own
 * format and encoding, so that it can be mended and sent again.
 *
 * It holds the sender's data in clear: it is readable by its owner only (0600), lies where the operator says, and never
 * inside the data folder. Lines gather in `<path>.<digest of the source>.part`, a text file, while the import runs;
 * `finish` makes the file at `path` of it.
 *
 * CRASH: while the import runs, `.part` is left; opened again with the length of the last batch that counts, what lies
 * behind it is cut off. Inside `finish`, both files are left and `finish` does its work again. Behind it, only the
 * finished file is left and is known as such.
 */
import { access, link, open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { codeOf } from "@kura/kernel/fault.ts";
import type { Reason } from "./draft.ts";
import { textEncoder } from "./encode-text.ts";
import { intakeFault } from "./table-file.ts";
import type { TableFile, TextDialect } from "./table-file.ts";
import { writeParquet } from "./write-parquet.ts";
import { writeRow } from "./write-row.ts";
import { writeXlsx } from "./write-xlsx.ts";

export interface RejectedLine {
  readonly line: number;
  readonly cells: readonly string[];
  readonly reasons: readonly Reason[];
  /** The line's bytes as they came, where they could not be decoded. */
  readonly raw?: Uint8Array;
}

export interface RejectsOptions {
  /** Length that `append` reported for the last batch that counts; 0 or absent for an import that begins. */
  readonly resumeAtBytes?: number;
  /** The data folder: a path inside it is refused. */
  readonly outside?: string;
}

export interface Rejects {
  /** Appends durably; the length in bytes behind them, to be kept with the import's progress. */
  append(lines: readonly RejectedLine[]): Promise<number>;
  /** All lines are in: makes the file at its path and closes. Leaves none, and returns `false`, when nothing was rejected. */
  finish(): Promise<boolean>;
  /** Closes without finishing and leaves the `.part` file for the import to go on with. */
  close(): Promise<void>;
}

const ownColumns: readonly string[] = ["line", "column", "reason"];
const spoolDialect: TextDialect = { encoding: "utf-8", hasBom: false, delimiter: ",", lineEnd: "\n" };
const ownerOnly = 0o600;

/**
 * The rejects of an import of `table`.
 *
 * @throws {Fault} `rejects-exist` when a file is at `path` before the import begins, `rejects-inside-data`,
 * `rejects-lost` when the file of an interrupted import is gone or shorter than it was
 */
export async function openRejects(
  path: string,
  table: TableFile,
  options: RejectsOptions = {},
): Promise<Rejects> {
  if (options.outside !== undefined && isInside(path, options.outside)) {
    throw intakeFault("rejects-inside-data", "rejects hold data in clear and never lie in the data folder");
  }
  const partPath = `${path}.${table.sha256.slice(0, 8)}.part`;
  const lengthBytes = options.resumeAtBytes ?? 0;
  const isThere = { path: await exists(path), part: await exists(partPath) };
  if (lengthBytes > 0 && !isThere.part && isThere.path) return finishedRejects(lengthBytes);
  if (lengthBytes === 0 && isThere.path) {
    throw intakeFault("rejects-exist", "the rejects file exists already: name another, or take it away");
  }
  const writer = new RejectWriter(table.dialect ?? spoolDialect, table.header);
  const handle = lengthBytes > 0 ? await reopen(partPath, lengthBytes) : await create(partPath, writer.start);
  return rejects({ path, partPath, table, writer, handle });
}

interface OpenRejects {
  readonly path: string;
  readonly partPath: string;
  readonly table: TableFile;
  readonly writer: RejectWriter;
  readonly handle: FileHandle;
}

function rejects(open: OpenRejects): Rejects {
  const { partPath, writer, handle } = open;
  return {
    async append(lines) {
      if (lines.length > 0) {
        await handle.appendFile(writer.render(lines));
        await handle.datasync();
      }
      return (await handle.stat()).size;
    },
    async finish() {
      await handle.datasync();
      const { size } = await handle.stat();
      await handle.close();
      const hasLines = size > writer.start.length;
      if (hasLines) await writeFinal(open);
      await rm(partPath);
      return hasLines;
    },
    close: () => handle.close(),
  };
}

/** A file at `path` is our own from a `finish` that nobody recorded: there was none when the import began. */
async function writeFinal({ path, partPath, table }: OpenRejects): Promise<void> {
  await rm(path, { force: true });
  if (table.format === "xlsx") await writeXlsx(partPath, path);
  else if (table.format === "parquet") await writeParquet(partPath, path);
  else await link(partPath, path);
}

/** All lines were in already when the interrupted import stopped. */
function finishedRejects(lengthBytes: number): Rejects {
  return {
    async append(lines) {
      if (lines.length > 0) throw lost();
      return lengthBytes;
    },
    finish: async () => true,
    close: async () => undefined,
  };
}

/** Renders rejected lines in one dialect. */
class RejectWriter {
  /** Byte order mark and header. */
  readonly start: Buffer;
  readonly #dialect: TextDialect;
  readonly #encode: (text: string) => Buffer;
  readonly #columns: number;

  constructor(dialect: TextDialect, header: readonly string[]) {
    this.#dialect = dialect;
    this.#encode = textEncoder(dialect.encoding);
    // A rejects file that was mended and sent again has our columns already.
    const isOurs = ownColumns.every((name, i) => header[header.length - ownColumns.length + i] === name);
    this.#columns = isOurs ? header.length - ownColumns.length : header.length;
    const mark = dialect.hasBom ? "\ufeff" : "";
    this.start = this.#encode(mark + this.#row([...header.slice(0, this.#columns), ...ownColumns]));
  }

  render(lines: readonly RejectedLine[]): Buffer {
    const parts: Buffer[] = [];
    for (const line of lines) parts.push(...this.#render(line));
    return Buffer.concat(parts);
  }

  #render({ line, cells, reasons, raw }: RejectedLine): Buffer[] {
    const own = [String(line), renderColumns(reasons), renderReasons(reasons)];
    if (raw === undefined) return [this.#encode(this.#row([...this.#fit(cells), ...own]))];
    return [Buffer.from(raw), this.#encode(this.#dialect.delimiter + this.#row(own))];
  }

  /** Our three columns stand under their names even behind a line with too few cells; extra cells are kept. */
  #fit(cells: readonly string[]): readonly string[] {
    if (cells.length >= this.#columns) {
      return cells.slice(this.#columns).every((cell) => cell.trim() === "") || this.#isOwnTail(cells)
        ? cells.slice(0, this.#columns)
        : cells;
    }
    return [...cells, ...Array.from({ length: this.#columns - cells.length }, () => "")];
  }

  #isOwnTail(cells: readonly string[]): boolean {
    return cells.length === this.#columns + ownColumns.length && /^\d+$/.test(cells[this.#columns] ?? "");
  }

  #row(cells: readonly string[]): string {
    return writeRow(cells, this.#dialect.delimiter) + this.#dialect.lineEnd;
  }
}

function renderColumns(reasons: readonly Reason[]): string {
  return reasons.flatMap(({ column }) => column ?? []).join("; ");
}

function renderReasons(reasons: readonly Reason[]): string {
  return reasons.map(({ code, text }) => `${code}: ${text}`).join(" / ");
}

function isInside(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return false;
    throw thrown;
  }
}

/** A `.part` of the same source that no batch counts on is begun again. */
async function create(partPath: string, start: Buffer): Promise<FileHandle> {
  await rm(partPath, { force: true });
  const handle = await open(partPath, "ax+", ownerOnly);
  await handle.appendFile(start);
  return handle;
}

async function reopen(partPath: string, lengthBytes: number): Promise<FileHandle> {
  const handle = await open(partPath, "r+").catch((cause: unknown) => {
    throw codeOf(cause) === "ENOENT" ? lost() : cause;
  });
  const { size } = await handle.stat();
  if (size >= lengthBytes) await handle.truncate(lengthBytes);
  await handle.close();
  if (size < lengthBytes) throw lost();
  return await open(partPath, "a+", ownerOnly);
}

function lost(): Error {
  return intakeFault(
    "rejects-lost",
    "the rejects file of the interrupted import is gone or shorter than it was",
  );
}
