/**
 * The sample agency of a first start: 10,000 synthetic persons with premiums and orphan records, taken in through the
 * same door as an agency's own files. Nothing happens once the register holds anything else.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { closeBoth, connectBoth } from "@kura/custodian/db/database.ts";
import { uuidMaker } from "@kura/custodian/db/uuid.ts";
import { importFile, readFile as openReadable } from "@kura/custodian/jobs/import-file.ts";
import { isRegisterEmpty } from "@kura/custodian/register/store.ts";
import { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { findActorKey } from "../instance/actor-keys.ts";
import type { InstanceAddress } from "../instance/instance.ts";
import type { InstancePaths } from "../instance/paths.ts";
import { generateSample } from "../sample/generate-sample.ts";

const persons = 10_000;
const seed = 2015;
/** Enough for many to have the ten years that a pension needs, few enough to be in within half a minute. */
const historyMonths = 120;
/** Somebody of this seed with premiums of many kinds, to look at. */
export const sampleNumber = "9902-523221";
const files = [
  ["persons", "persons.csv"],
  ["premiums", "premiums.csv"],
  ["premiums", "orphans.csv"],
] as const;

/**
 * Whether the sample agency is what the register holds.
 *
 * Its files are plaintext of nobody, but they are treated as if they were somebody's: outside the data folder, and removed.
 * CRASH: a load that was stopped leaves its mark and its folder; the same seed makes the same files again, and the imports
 * find their rejects and resume.
 */
export async function loadSampleAgency(
  address: InstanceAddress,
  paths: InstancePaths,
  say: (text: string) => void,
): Promise<boolean> {
  const state = await readFile(paths.sampleMark, "utf8").catch(() => "");
  if (state === loaded) return true;
  const databases = connectBoth(address.target, "kura_custodian");
  const keeper = new KeeperClient(address.keeperSocket, await findActorKey(paths, process.env));
  const dir = paths.sampleDir;
  try {
    if (state === "" && !(await isRegisterEmpty(databases.register))) return false;
    await mkdir(dir, { recursive: true });
    await writeFile(paths.sampleMark, loading);
    say(`Making a sample agency of ${persons.toLocaleString("en")} synthetic persons …`);
    await generateSample({ persons, seed, historyMonths, outDir: dir });
    for (const [kind, name] of files) {
      const file = await openReadable(kind, join(dir, name), undefined, {});
      const makeKey = uuidMaker();
      const onProgress = (): void => undefined;
      const report = await importFile(file, { databases, keeper, makeKey, now: Date.now, onProgress });
      say(`  ${report.lines.toLocaleString("en").padStart(9)} lines of ${name} taken in`);
    }
    await writeFile(paths.sampleMark, loaded);
    await rm(dir, { recursive: true, force: true });
    return true;
  } finally {
    await keeper.close();
    await closeBoth(databases);
  }
}

const loading = "loading\n";
const loaded = "loaded\n";
