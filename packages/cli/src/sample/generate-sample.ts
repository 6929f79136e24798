/**
 * `kura sample`: writes a whole synthetic agency into a folder, as files a real one would send.
 *
 * persons.csv, premiums.csv and orphans.csv go into the register; truth.csv, duplicates.csv and manifest.json are for whoever
 * measures it. Same options, same bytes. Nobody in it exists.
 * CRASH: a stop leaves `*.part` files only; files get their names together at the end, the manifest last.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { monthIndex, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { sampleFiles } from "./chunk.ts";
import type { FileCount, SampleFile, SamplePlan } from "./chunk.ts";
import { duplicatesHeader, orphanHeader, truthHeader } from "./orphan-lines.ts";
import { maxPersons } from "./person.ts";
import { personHeader } from "./person-lines.ts";
import { monthText, premiumHeader } from "./premium-lines.ts";
import { chunkOptions, sampleChunks } from "./sample-chunks.ts";

export interface SampleOptions {
  /** 1 to {@link maxPersons}. */
  readonly persons: number;
  /** A safe integer of at least 0. */
  readonly seed: number;
  readonly outDir: string;
  /** The last month of the histories; 2026-03 by default. */
  readonly until?: CivilMonth;
  /** At most this many of each person's latest insured months; {@link defaultHistoryMonths} by default. */
  readonly historyMonths?: number | "full";
  /** How many persons have premiums, spread evenly; all by default. */
  readonly premiumPersons?: number;
  /** Threads besides the caller's; as many as there are processors, at most 8, and none for a small sample, by default. */
  readonly threads?: number;
  readonly chunkPersons?: number;
  readonly onProgress?: (donePersons: number, allPersons: number) => void;
}

export interface SampleFileEntry extends FileCount {
  readonly bytes: number;
  readonly sha256: string;
}

export interface SampleCounts {
  /** Human beings; the persons file has a line more for each with two numbers. */
  readonly persons: number;
  readonly ownedRecords: number;
  readonly strangerRecords: number;
  readonly files: Readonly<Record<SampleFile, SampleFileEntry>>;
}

/** Writes the sample. @throws {Fault} `sample-options` for options out of range; what the file system throws otherwise. */
export async function generateSample(options: SampleOptions): Promise<SampleCounts> {
  const plan = planOf(options);
  const threads = options.threads ?? (plan.persons <= smallSample ? 0 : Math.min(8, availableParallelism()));
  const chosen = chunkOptions(plan, threads);
  await mkdir(options.outDir, { recursive: true });
  const writers = await openAll(options.outDir);
  try {
    let ownedRecords = 0;
    let strangerRecords = 0;
    let donePersons = 0;
    const chunkPersons = options.chunkPersons ?? chosen.chunkPersons;
    for await (const chunk of sampleChunks(plan, { threads, chunkPersons })) {
      for (const file of sampleFiles) await append(writers[file], chunk.bytes[file], chunk.counts[file]);
      ownedRecords += chunk.ownedRecords;
      strangerRecords += chunk.strangerRecords;
      donePersons = Math.min(plan.persons, donePersons + chunkPersons);
      options.onProgress?.(donePersons, plan.persons);
    }
    const counts = { persons: plan.persons, ownedRecords, strangerRecords, files: finishAll(writers) };
    await publish(options.outDir, writers, plan, counts);
    return counts;
  } finally {
    for (const writer of Object.values(writers)) await writer.handle.close();
  }
}

/** Full months of history stay loadable for small registers; a nation's register gets its latest two years. */
export function defaultHistoryMonths(persons: number): number {
  return persons <= 20_000 ? 72 : 24;
}

/** What decides the bytes, checked. */
export function planOf(options: SampleOptions): SamplePlan {
  const { persons, seed, historyMonths = defaultHistoryMonths(persons), premiumPersons = persons } = options;
  const until = options.until ?? defaultUntil;
  refuseUnless(
    Number.isInteger(persons) && persons >= 1 && persons <= maxPersons,
    `persons: 1 to ${maxPersons}`,
  );
  refuseUnless(Number.isSafeInteger(seed) && seed >= 0, "seed: a whole number of at least 0");
  const months = historyMonths === "full" ? Number.MAX_SAFE_INTEGER : historyMonths;
  refuseUnless(
    Number.isSafeInteger(months) && months >= 0,
    "months of history: a whole number of at least 0, or full",
  );
  const inRange = Number.isInteger(premiumPersons) && premiumPersons >= 0 && premiumPersons <= persons;
  refuseUnless(inRange, "persons with premiums: 0 to the number of persons");
  refuseUnless(until !== undefined && until >= "1997-01" && until <= "2027-03", "until: 1997-01 to 2027-03");
  return { persons, seed, untilMonth: monthIndex(until), historyMonths: months, premiumPersons };
}

interface FileWriter {
  readonly path: string;
  readonly handle: FileHandle;
  readonly hash: Hash;
  bytes: number;
  lines: number;
  yen: number;
}

/** Below this many persons threads take longer to start than to work. */
const smallSample = 2_000;
const defaultUntil = parseCivilMonth("2026-03");

const headers: Readonly<Record<SampleFile, string>> = {
  persons: personHeader,
  premiums: premiumHeader,
  orphans: orphanHeader,
  truth: truthHeader,
  duplicates: duplicatesHeader,
};

function refuseUnless(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Fault("sample-options", message);
}

async function openAll(outDir: string): Promise<Record<SampleFile, FileWriter>> {
  const writers: Partial<Record<SampleFile, FileWriter>> = {};
  for (const file of sampleFiles) {
    const path = join(outDir, `${file}.csv`);
    const handle = await open(`${path}.part`, "w");
    const writer = { path, handle, hash: createHash("sha256"), bytes: 0, lines: 0, yen: 0 };
    writers[file] = writer;
    await append(writer, Buffer.from(headers[file]), { lines: 0, yen: 0 });
  }
  return writers as Record<SampleFile, FileWriter>;
}

async function append(writer: FileWriter, bytes: Uint8Array, count: FileCount): Promise<void> {
  writer.hash.update(bytes);
  for (let at = 0; at < bytes.length;) at += (await writer.handle.write(bytes, at)).bytesWritten;
  writer.bytes += bytes.length;
  writer.lines += count.lines;
  writer.yen += count.yen;
}

function finishAll(writers: Readonly<Record<SampleFile, FileWriter>>): Record<SampleFile, SampleFileEntry> {
  const entries = sampleFiles.map((file) => {
    const { lines, yen, bytes, hash } = writers[file];
    return [file, { lines, yen, bytes, sha256: hash.digest("hex") }] as const;
  });
  return Object.fromEntries(entries) as Record<SampleFile, SampleFileEntry>;
}

async function publish(
  outDir: string,
  writers: Readonly<Record<SampleFile, FileWriter>>,
  plan: SamplePlan,
  counts: SampleCounts,
): Promise<void> {
  const { persons, seed, premiumPersons } = plan;
  const historyMonths = plan.historyMonths === Number.MAX_SAFE_INTEGER ? "full" : plan.historyMonths;
  const options = { persons, seed, until: monthText(plan.untilMonth), historyMonths, premiumPersons };
  const manifestPath = join(outDir, "manifest.json");
  await rm(manifestPath, { force: true });
  for (const writer of Object.values(writers)) {
    await writer.handle.sync();
    await rename(`${writer.path}.part`, writer.path);
  }
  const manifest = await open(`${manifestPath}.part`, "w");
  try {
    await manifest.writeFile(`${JSON.stringify({ options, ...counts }, undefined, 2)}\n`);
    await manifest.sync();
  } finally {
    await manifest.close();
  }
  await rename(`${manifestPath}.part`, manifestPath);
}
