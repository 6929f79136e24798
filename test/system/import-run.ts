/** `kura import … --json` on a folder, and what it counted. */
import { endOf } from "./kura-folder.ts";
import type { Ended, KuraFolder } from "./kura-folder.ts";

export interface Counted extends Ended {
  readonly lines: number;
  readonly accepted: number;
  readonly known: number;
  readonly rejected: number;
  /** 64-bit, as decimal text. */
  readonly receivedYen: string;
  readonly resumedRows: number;
  readonly rejectsPath: string;
}

/** An import that must succeed. */
export async function importFile(
  folder: KuraFolder,
  kind: "persons" | "premiums",
  path: string,
  ...options: readonly string[]
): Promise<Counted> {
  return importWithin(undefined, folder, kind, path, ...options);
}

/** The same for files that take longer than any test may. */
export async function importWithin(
  timeoutMs: number | undefined,
  folder: KuraFolder,
  kind: "persons" | "premiums",
  path: string,
  ...options: readonly string[]
): Promise<Counted> {
  const ended = await endOf(folder.spawn(["import", kind, path, "--json", ...options]), timeoutMs);
  if (ended.code !== 0) throw new Error(`the import ended with ${ended.code}: ${ended.stderr}`);
  return { ...(JSON.parse(ended.stdout) as Omit<Counted, keyof Ended>), ...ended };
}
