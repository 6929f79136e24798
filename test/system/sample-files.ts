/**
 * Files of a synthetic agency for whole-system tests, cut into several, each with lines that are rejected and lines that
 * repeat others: so that every way a line can end happens in every file.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateSample } from "@kura/cli/sample/generate-sample.ts";

export interface SampleInput {
  readonly kind: "persons" | "premiums";
  readonly path: string;
  /** Without the header. */
  readonly lines: number;
}

export interface SampleFilesPlan {
  readonly persons: number;
  /** Those of them who have premiums; all unless given. */
  readonly premiumPersons?: number;
  readonly personFiles: number;
  readonly premiumFiles: number;
}

/** Months of premiums of each person: enough for several batches, few enough for a minute. */
const historyMonths = 3;
const rejectEvery = 500;
const repeatEvery = 700;

/** Writes them into `dir`, persons first. */
export async function makeSampleFiles(dir: string, plan: SampleFilesPlan): Promise<SampleInput[]> {
  const raw = join(dir, "raw");
  await mkdir(raw, { recursive: true });
  const { persons, premiumPersons = persons } = plan;
  await generateSample({ persons, premiumPersons, seed: 7, historyMonths, outDir: raw, threads: 0 });
  const inputs = [
    ...(await cut(join(raw, "persons.csv"), "persons", plan.personFiles, dir)),
    ...(await cut(join(raw, "premiums.csv"), "premiums", plan.premiumFiles, dir)),
    ...(await cut(join(raw, "orphans.csv"), "premiums", 1, dir)),
  ];
  await rm(raw, { recursive: true });
  return inputs;
}

async function cut(
  path: string,
  kind: SampleInput["kind"],
  files: number,
  dir: string,
): Promise<SampleInput[]> {
  const [header = "", ...lines] = (await readFile(path, "utf8")).trimEnd().split("\n");
  const each = Math.ceil(lines.length / files);
  const inputs: SampleInput[] = [];
  for (let i = 0; i < files; i += 1) {
    const name = `${path.split("/").at(-1)?.replace(".csv", "") ?? kind}-${i}.csv`;
    const part = spoil(lines.slice(i * each, (i + 1) * each), kind);
    await writeFile(join(dir, name), `${[header, ...part].join("\n")}\n`);
    inputs.push({ kind, path: join(dir, name), lines: part.length });
  }
  return inputs;
}

/** Adds lines that are no person or no month, and lines that came before. */
function spoil(lines: readonly string[], kind: SampleInput["kind"]): string[] {
  return lines.flatMap((line, i) => {
    if (i % rejectEvery === rejectEvery - 1) return [line, broken(line, kind)];
    if (i % repeatEvery === repeatEvery - 1) return [line, line];
    return [line];
  });
}

function broken(line: string, kind: SampleInput["kind"]): string {
  return kind === "persons"
    ? line.replace(/^[^,]*,/, "123-456789,")
    : line.replace(/^([^,]*),[^,]*,/, "$1,2024-13,");
}
