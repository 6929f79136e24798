/** Imports a CSV text into test databases by the real path, with a place to make a step fail. People in it are synthetic. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import type { Databases } from "../src/db/database.ts";
import { uuidMaker } from "../src/db/uuid.ts";
import { decideMapping } from "../src/intake/mapping.ts";
import { openFile } from "../src/intake/open-file.ts";
import { personLineParser } from "../src/intake/parse-person.ts";
import { premiumParser } from "../src/intake/parse-premium.ts";
import { openRejects } from "../src/intake/rejects.ts";
import type { Rejects } from "../src/intake/rejects.ts";
import type { BatchWork } from "../src/jobs/batch-work.ts";
import { runSource } from "../src/jobs/run-source.ts";
import type { ImportReport } from "../src/jobs/run-source.ts";
import { postingWork } from "../src/premiums/post-lines.ts";
import { findHeld } from "../src/incident/desk/held-changes.ts";
import { registerWork } from "../src/register/register-lines.ts";
import type { KeeperClient } from "../src/vault/keeper-client.ts";

export interface TestParts {
  readonly databases: Databases;
  readonly keeper: KeeperClient;
}

/** Where an import can be made to stop. */
export interface Injection {
  readonly wrapWork?: <Draft, Indexed>(work: BatchWork<Draft, Indexed>) => BatchWork<Draft, Indexed>;
  readonly wrapRejects?: (rejects: Rejects) => Rejects;
  readonly batchRows?: number;
  readonly onProgress?: () => void;
}

export const thisMonth = "2026-04" as CivilMonth;

export interface TestImport {
  run(injection?: Injection): Promise<ImportReport>;
  /** The file of rejects, or an empty text where there is none. */
  rejects(): Promise<string>;
  remove(): Promise<void>;
}

/** A file with that text, which can be imported any number of times. */
export async function makeImport(
  kind: "persons" | "premiums",
  text: string,
  parts: TestParts,
): Promise<TestImport> {
  const dir = await mkdtemp(join(tmpdir(), "kura-test-import-"));
  const path = join(dir, "file.csv");
  const rejectsPath = join(dir, "rejects.csv");
  await writeFile(path, text);
  return {
    run: (injection = {}) => runOnce(kind, path, rejectsPath, parts, injection),
    rejects: () => readFile(rejectsPath, "utf8").catch(() => ""),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Imports the text once. */
export async function importText(
  kind: "persons" | "premiums",
  text: string,
  parts: TestParts,
  injection?: Injection,
): Promise<ImportReport & { readonly rejects: string }> {
  const made = await makeImport(kind, text, parts);
  try {
    const report = await made.run(injection);
    return { ...report, rejects: await made.rejects() };
  } finally {
    await made.remove();
  }
}

async function runOnce(
  kind: "persons" | "premiums",
  path: string,
  rejectsPath: string,
  { databases, keeper }: TestParts,
  { wrapWork = (work) => work, wrapRejects = (rejects) => rejects, ...rest }: Injection,
): Promise<ImportReport> {
  const table = await openFile(path);
  const mapping = decideMapping(kind, table.header);
  if (mapping.missing.length > 0) throw new Error(`the fixture lacks ${mapping.missing.join(", ")}`);
  const makeKey = uuidMaker();
  const shared = {
    table,
    mappingDigest: createHash("sha256").update(kind).digest(),
    databases,
    now: Date.now,
    onProgress: () => rest.onProgress?.(),
    ...(rest.batchRows !== undefined && { batchRows: rest.batchRows }),
    openRejects: async (lengthBytes: number) => {
      if (lengthBytes === 0) await rm(rejectsPath, { force: true });
      return wrapRejects(await openRejects(rejectsPath, table, { resumeAtBytes: lengthBytes }));
    },
  };
  if (kind === "persons") {
    const newWork = () =>
      wrapWork(registerWork(databases, keeper, makeKey, (keys) => findHeld(databases.register, keys)));
    return runSource({
      ...shared,
      kind: "persons-file",
      parse: personLineParser(mapping, table.dialect?.delimiter),
      newWork,
    });
  }
  const newWork = () => wrapWork(postingWork(databases, keeper, makeKey, thisMonth));
  return runSource({ ...shared, kind: "premiums-file", parse: premiumParser(mapping), newWork });
}
