/**
 * The official vectors, where they are laid out beside the checkout. For tests only: `describe.skipIf(!hasVectors)`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../../shared/vectors/tlog/", import.meta.url));

export const hasVectors: boolean = existsSync(folder);

if (!hasVectors) process.stderr.write("tlog: ../shared/vectors/tlog is absent, its tests are skipped\n");

/** The parsed JSON of one file; integers above 2^53 arrive as strings. */
export function readVector(path: string): unknown {
  const text = readFileSync(join(folder, path), "utf8");
  return JSON.parse(text.replaceAll(/: (\d{16,})/g, ': "$1"'));
}

/** The paths of all JSON files below `path`. */
export function listVectors(path: string): readonly string[] {
  if (!hasVectors) return [];
  return readdirSync(join(folder, path), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(path, name))
    .sort();
}
