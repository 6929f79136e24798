/**
 * A file from outside into the register or the ledger: opens it, decides its mapping, and works it off.
 *
 * Called by the command line. Names of files stay with the caller: inside, a file is its digest.
 */
import { createHash } from "node:crypto";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { Databases } from "../db/database.ts";
import { readMapFile } from "../intake/map-file.ts";
import { decideMapping } from "../intake/mapping.ts";
import type { Mapping } from "../intake/mapping.ts";
import { openFile } from "../intake/open-file.ts";
import type { OpenOptions } from "../intake/open-file.ts";
import { personLineParser } from "../intake/parse-person.ts";
import { premiumParser } from "../intake/parse-premium.ts";
import { openRejects } from "../intake/rejects.ts";
import type { TableFile } from "../intake/table-file.ts";
import type { TableKind } from "../intake/targets.ts";
import { postingWork } from "../premiums/post-lines.ts";
import { noteOperations } from "../premiums/batches/note-batch.ts";
import { findHeld } from "../incident/desk/held-changes.ts";
import { registerWork } from "../register/register-lines.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { jobLimits } from "./limits.ts";
import { runSource } from "./run-source.ts";
import type { ImportProgress, ImportReport } from "./run-source.ts";

/** A file that can be imported or shown. */
export interface ReadableFile {
  readonly kind: TableKind;
  readonly path: string;
  readonly table: TableFile;
  readonly mapping: Mapping;
}

/** Opens the file and decides which column goes where. Reads nothing but the header and the file's digest. */
export async function readFile(
  kind: TableKind,
  path: string,
  mapPath: string | undefined,
  options: OpenOptions,
): Promise<ReadableFile> {
  const map = mapPath === undefined ? undefined : await readMapFile(mapPath, kind);
  const table = await openFile(path, options);
  return { kind, path, table, mapping: decideMapping(kind, table.header, map) };
}

export interface ImportParts {
  readonly databases: Databases;
  readonly keeper: KeeperClient;
  readonly makeKey: () => Uint8Array;
  readonly now: () => number;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Where rejected lines go; beside the file when absent. */
  readonly rejectsPath?: string;
  /** Rejects never lie in here. */
  readonly dataDir?: string;
}

export interface FileReport extends ImportReport {
  /** Where the rejected lines of this file are, when there are any. */
  readonly rejectsPath: string;
}

/**
 * @throws {Fault} `mapping-incomplete` when a column is missing, `import-running`, and the faults of intake.
 */
export async function importFile(file: ReadableFile, parts: ImportParts): Promise<FileReport> {
  if (file.mapping.missing.length > 0) {
    throw new Fault("mapping-incomplete", `the file cannot be read: ${file.mapping.missing.join("; ")}`);
  }
  const mappingDigest = digestOf(file.mapping);
  const rejectsPath = parts.rejectsPath ?? defaultRejectsPath(file, mappingDigest);
  const shared = {
    table: file.table,
    mappingDigest,
    databases: parts.databases,
    now: parts.now,
    onProgress: parts.onProgress,
    openRejects: async (lengthBytes: number) => {
      const outside = parts.dataDir === undefined ? {} : { outside: parts.dataDir };
      return openRejects(rejectsPath, file.table, { resumeAtBytes: lengthBytes, ...outside });
    },
  };
  const { databases, keeper, makeKey, now } = parts;
  if (file.kind === "premiums") await noteOperations(databases.register, keeper);
  const report =
    file.kind === "persons"
      ? await runSource({
          ...shared,
          kind: "persons-file",
          batchRows: jobLimits.personBatchRows,
          parse: personLineParser(file.mapping, file.table.dialect?.delimiter),
          newWork: () =>
            registerWork(databases, keeper, makeKey, (keys) => findHeld(databases.register, keys)),
        })
      : await runSource({
          ...shared,
          kind: "premiums-file",
          parse: premiumParser(file.mapping),
          newWork: () => postingWork(databases, keeper, makeKey, monthNow(now())),
        });
  return { ...report, rejectsPath };
}

/** What decides how a line is read, as bytes. */
function digestOf(mapping: Mapping): Uint8Array {
  const sources = [...mapping.sources].map(([target, list]) => [
    target,
    list.map((source) => ({ ...source, values: [...(source.values ?? [])] })),
  ]);
  return createHash("sha256").update(JSON.stringify(sources)).digest();
}

function defaultRejectsPath(file: ReadableFile, mappingDigest: Uint8Array): string {
  const digest = createHash("sha256")
    .update(file.table.sha256)
    .update(mappingDigest)
    .digest("hex")
    .slice(0, 8);
  const extension = file.table.format === "csv" ? "csv" : file.table.format;
  return `${file.path}.rejects-${digest}.${extension}`;
}

function monthNow(nowMs: number): CivilMonth {
  return new Date(nowMs).toISOString().slice(0, 7) as CivilMonth;
}
