// A work folder in which a long run keeps what it has finished: the trained model with its rules, and the scored pairs
// of each rule. A run that was stopped starts again at the first stage that is missing.
// CRASH: a stage is written under another name and renamed, so a stop leaves it whole or absent, never half.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LinkageFault } from "./fault.ts";

/** Where stages are kept; `load` gives undefined for a stage that is not done. */
export interface StageStore {
  load(stage: string): Buffer | undefined;
  save(stage: string, content: Uint8Array): void;
}

/** Opens a work folder for a run with this fingerprint; a folder of another run is refused. */
export function openStages(folder: string, fingerprint: string): StageStore {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new LinkageFault("bad-settings", `The work folder ${folder} cannot be made.`, cause);
  }
  const mark = join(folder, "run.txt");
  if (existsSync(mark) && readFileSync(mark, "utf8") !== fingerprint) {
    throw new LinkageFault(
      "stale-work-folder",
      `${folder} holds the stages of another run (other inputs or settings). Use another folder.`,
    );
  }
  writeFileSync(mark, fingerprint);
  return {
    load: (stage) => {
      const path = join(folder, stage);
      return existsSync(path) ? readFileSync(path) : undefined;
    },
    save: (stage, content) => {
      const path = join(folder, stage);
      writeFileSync(`${path}.part`, content);
      renameSync(`${path}.part`, path);
    },
  };
}

/** Fingerprint of inputs (name, size, time of change) and settings. */
export function fingerprintOf(paths: readonly string[], settings: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const path of paths) {
    const stat = statSync(path);
    hash.update(JSON.stringify([path, stat.size, stat.mtimeMs]));
  }
  return hash.digest("hex");
}
