/** `kura import persons|premiums FILE`: a file from outside into the register or the ledger. */
import type { Command } from "commander";
import { uuidMaker } from "@kura/custodian/db/uuid.ts";
import { maskRow, renderMapping } from "@kura/custodian/intake/render-mapping.ts";
import type { Row } from "@kura/custodian/intake/table-file.ts";
import type { TableKind } from "@kura/custodian/intake/targets.ts";
import { importFile, readFile } from "@kura/custodian/jobs/import-file.ts";
import type { FileReport, ReadableFile } from "@kura/custodian/jobs/import-file.ts";
import { withInstance } from "./connected.ts";
import { progressBar } from "./progress-bar.ts";

interface Options {
  readonly map?: string;
  readonly dryRun?: boolean;
  readonly rejects?: string;
  readonly sheet?: string;
  readonly delimiter?: string;
  readonly json?: boolean;
}

const rowsShown = 5;

export function addImportCommand(program: Command): void {
  const command = program
    .command("import")
    .description("take in a file: CSV (UTF-8, Shift_JIS), Excel or Parquet");
  for (const [kind, what] of [
    ["persons", "persons with their numbers, names, addresses"],
    ["premiums", "premium entries; what belongs to no known person waits in suspense"],
  ] as const) {
    command
      .command(`${kind} <file>`)
      .description(what)
      .option(
        "--map <file>",
        "which column is which field (docs/operations/import-files.md); by known headers otherwise",
      )
      .option("--dry-run", "show the mapping and the first rows, masked; change nothing")
      .option("--rejects <file>", "where rejected lines go; beside the file otherwise")
      .option("--sheet <name>", "sheet of an Excel file; the first that is not empty otherwise")
      .option("--delimiter <character>", "of a text file; found from the file otherwise")
      .option("--json", "print the counts as JSON")
      .action((file: string, options: Options) => runImport(kind, file, options));
  }
}

async function runImport(kind: TableKind, path: string, options: Options): Promise<void> {
  const file = await readFile(kind, path, options.map, {
    ...(options.sheet !== undefined && { sheet: options.sheet }),
    ...(options.delimiter !== undefined && { delimiter: options.delimiter }),
  });
  if (options.dryRun === true) {
    process.stdout.write(await renderDryRun(file));
    return;
  }
  const bar = progressBar(process.stderr, "lines");
  const report = await withInstance("kura_custodian", ({ databases, keeper, paths }) =>
    importFile(file, {
      databases,
      keeper,
      makeKey: uuidMaker(),
      now: Date.now,
      onProgress: ({ bytesRead, byteLength, rows }) => bar.update(bytesRead, byteLength, rows),
      dataDir: paths.dataDir,
      ...(options.rejects !== undefined && { rejectsPath: options.rejects }),
    }),
  ).finally(() => bar.end());
  process.stdout.write(options.json === true ? renderJson(report) : renderReport(kind, report));
}

async function renderDryRun(file: ReadableFile): Promise<string> {
  const rows: Row[] = [];
  for await (const batch of file.table.rows()) {
    rows.push(...batch.rows.slice(0, rowsShown - rows.length));
    if (rows.length >= rowsShown) break;
  }
  const form =
    file.table.dialect === undefined
      ? file.table.format
      : `${file.table.format}, ${file.table.dialect.encoding}`;
  const shown = rows.map((row) => `  line ${row.line}: ${maskRow(row).join(" | ")}`);
  return [
    `${file.kind} from a ${form} file of ${file.table.byteLength.toLocaleString("en")} bytes`,
    renderMapping(file.mapping),
    `First rows, masked:`,
    ...shown,
    "Nothing was changed.\n",
  ].join("\n");
}

function renderReport(kind: TableKind, report: FileReport): string {
  const count = (value: number | bigint): string => value.toLocaleString("en").padStart(13);
  const lines = [
    `${count(report.lines)} lines`,
    `${count(report.accepted)} accepted`,
    `${count(report.known)} already known`,
    `${count(report.rejected)} rejected${report.rejected > 0 ? `: ${report.rejectsPath}` : ""}`,
  ];
  if (kind === "premiums") lines.push(`${count(report.receivedYen)} yen received`);
  if (report.finishedBefore !== undefined) {
    lines.push(`This very file was imported on ${report.finishedBefore.toISOString()}; nothing was added.`);
  } else if (report.resumedRows > 0) {
    lines.push(`Went on behind ${report.resumedRows.toLocaleString("en")} lines of an interrupted import.`);
  }
  return `${lines.join("\n")}\n`;
}

/** 64-bit counts as text. */
function renderJson(report: FileReport): string {
  return `${JSON.stringify(report, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value))}\n`;
}
