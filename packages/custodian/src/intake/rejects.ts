/**
 * The file of rejected lines: the sender's own cells with line, column and reason behind them, in the sender's own
 * format and encoding, so that it can be mended and sent again.
 *
 * It holds the sender's data in clear: it is readable by its owner only (0600), lies where the operator says, and never
 * inside the data folder. Lines are appended as the import runs. For Excel and Parquet they gather in a CSV beside the
 * target, `<path>.part`, and become the target at the end.
 *
 * CRASH: what lies behind the offset last reported by `append` is cut off when the file is opened again with it.
 */
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { codeOf } from "@kura/kernel/fault.ts";
import type { IntakeLine, Reason } from "./draft.ts";
import { textEncoder } from "./encode-text.ts";
import { intakeFault } from "./table-file.ts";
import type { TableFile, TextDialect } from "./table-file.ts";
import { writeParquet } from "./write-parquet.ts";
import { writeRow } from "./write-row.ts";
import { writeXlsx } from "./write-xlsx.ts";

export type RejectedLine = Extract<IntakeLine<never>, { readonly kind: "reject" }>;

export interface RejectsOptions {
  /** Offset reported by the last `append` that counts; absent for a new file, which must not exist yet. */
  readonly resumeAtBytes?: number;
  /** The data folder: a path inside it is refused. */
  readonly outside?: string;
}

export interface Rejects {
  /** Appends durably; returns the offset in bytes behind them, to be kept with the import's progress. */
  append(lines: Iterable<RejectedLine>): Promise<number>;
  /** Brings the file to its final form. Leaves none, and returns `false`, when nothing was rejected. */
  finish(): Promise<boolean>;
  /** Closes without finishing, for an import that stops half-way. */
  close(): Promise<void>;
}

const ownColumns: readonly string[] = ["line", "column", "reason"];
const spoolDialect: TextDialect = { encoding: "utf-8", hasBom: false, delimiter: ",", lineEnd: "\n" };
const ownerOnly = 0o600;

/** @throws {Fault} `rejects-exist`, `rejects-inside-data`, `rejects-lost` when a resumed file is shorter than its offset */
export async function openRejects(
  path: string,
  table: TableFile,
  options: RejectsOptions = {},
): Promise<Rejects> {
  if (options.outside !== undefined && isInside(path, options.outside)) {
    throw intakeFault("rejects-inside-data", "rejects hold data in clear and never lie in the data folder");
  }
  const dialect = table.dialect ?? spoolDialect;
  const spoolPath = table.dialect === undefined ? `${path}.part` : path;
  const writer = new RejectWriter(dialect, table.header);
  const resumed = options.resumeAtBytes !== undefined && options.resumeAtBytes > 0;
  if (spoolPath !== path && !resumed) await refuseExisting(path);
  const handle = resumed
    ? await reopen(spoolPath, options.resumeAtBytes ?? 0)
    : await create(spoolPath, writer.start);
  return rejects({ path, spoolPath, table, writer, handle });
}

interface OpenRejects {
  readonly path: string;
  readonly spoolPath: string;
  readonly table: TableFile;
  readonly writer: RejectWriter;
  readonly handle: FileHandle;
}

function rejects({ path, spoolPath, table, writer, handle }: OpenRejects): Rejects {
  return {
    async append(lines) {
      const bytes = writer.render(lines);
      if (bytes.length > 0) {
        await handle.appendFile(bytes);
        await handle.datasync();
      }
      return (await handle.stat()).size;
    },
    async finish() {
      const { size } = await handle.stat();
      await handle.close();
      const hasLines = size > writer.start.length;
      if (hasLines && table.format === "xlsx") await writeXlsx(spoolPath, path);
      if (hasLines && table.format === "parquet") await writeParquet(spoolPath, path);
      if (!hasLines || spoolPath !== path) await rm(spoolPath);
      return hasLines;
    },
    async close() {
      await handle.close();
    },
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

  render(lines: Iterable<RejectedLine>): Buffer {
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

async function create(path: string, start: Buffer): Promise<FileHandle> {
  const handle = await open(path, "ax+", ownerOnly).catch((cause: unknown) => {
    throw codeOf(cause) === "EEXIST" ? alreadyThere() : cause;
  });
  await handle.appendFile(start);
  await handle.datasync();
  return handle;
}

async function refuseExisting(path: string): Promise<void> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw cause;
  });
  if (handle === undefined) return;
  await handle.close();
  throw alreadyThere();
}

function alreadyThere(): Error {
  return intakeFault("rejects-exist", "the rejects file exists already: name another, or take it away");
}

async function reopen(path: string, offsetBytes: number): Promise<FileHandle> {
  const handle = await open(path, "r+").catch((cause: unknown) => {
    throw intakeFault("rejects-lost", "the rejects file of the interrupted import is gone", { cause });
  });
  const { size } = await handle.stat();
  if (size >= offsetBytes) await handle.truncate(offsetBytes);
  await handle.close();
  if (size < offsetBytes)
    throw intakeFault("rejects-lost", "the rejects file is shorter than the import left it");
  return await open(path, "a+", ownerOnly);
}
