#!/usr/bin/env node
// The command line: `linkage dedupe FILE`, `linkage link A B`, `linkage add NEW --base FILE`. A thin shell around
// linkage.ts: reads options, shows progress on stderr, prints counts on stdout. Exit 0 done, 1 refused with a reason.

import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { addRecords } from "./add.ts";
import { describeOutcome } from "./describe.ts";
import { LinkageFault } from "./fault.ts";
import { runTask, type Outcome, type Task } from "./linkage.ts";
import { readModel } from "./read-model.ts";
import { writeReport } from "./report/write-report.ts";
import { parseSettings, readSettings, type Settings } from "./settings.ts";
import { nameGroups } from "./stable-ids.ts";
import { fingerprintOf, openStages } from "./stages.ts";
import { inputOf, writeGroups, writeLinks, writeModel, writePairs } from "./write.ts";
import { readGroupIds } from "./read-groups.ts";
import type { Progress } from "./run.ts";

interface Flags {
  readonly role: readonly string[];
  readonly roleB: readonly string[];
  readonly settings?: string;
  readonly out?: string;
  readonly pairs?: string;
  readonly leastProbability: string;
  readonly report?: string;
  readonly model?: string;
  readonly saveModel?: string;
  readonly previous?: string;
  readonly work?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly assignment?: string;
  readonly threshold?: string;
  readonly clustering?: string;
  readonly seed?: string;
  readonly pairBudget?: string;
  readonly delimiter?: string;
  readonly labels?: string;
  readonly mjMap?: string;
  readonly readings?: readonly string[];
  readonly onePerSource?: boolean;
  readonly noOverlap?: boolean;
  readonly threads?: string;
}

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

function withOptions(command: Command): Command {
  return command
    .option("--role <column=role>", "what a column means; may be repeated", collect, [])
    .option(
      "--role-b <column=role>",
      "the same for the second input, where its columns have other names",
      collect,
      [],
    )
    .option(
      "--settings <file>",
      "settings as JSON (see linkage.schema.json); options given here go before it",
    )
    .option("--out <file>", "groups or links, .csv or .parquet")
    .option("--pairs <file>", "scored pairs, .csv or .parquet")
    .option("--least-probability <p>", "least probability of a pair that is written", "0.05")
    .option("--report <file>", "report for people, one HTML file that needs no network")
    .option("--model <file>", "use this model instead of training")
    .option("--save-model <file>", "write the trained model")
    .option("--previous <file>", "groups of an earlier run, whose ids are kept")
    .option("--work <folder>", "keep finished stages here; a stopped run goes on from them")
    .option("--assignment <kind>", "auto, one-to-one, many-to-one, one-to-many, many-to-many")
    .option("--threshold <p>", "probability above which records belong together")
    .option("--clustering <kind>", "average or components")
    .option("--one-per-source", "at most one record of each input in a group")
    .option("--no-overlap", "never group records whose date ranges overlap")
    .option("--labels <file>", "labelled pairs (id_a, id_b, match) that improve the model")
    .option("--mj-map <file>", "MJ shrink map for variant kanji")
    .option("--readings <file...>", "lists of readings of Japanese names")
    .option("--pair-budget <n>", "candidate pairs that may be compared")
    .option("--delimiter <char>", "delimiter of CSV inputs where it is not found by itself")
    .option("--seed <n>", "seed of everything random")
    .option("--threads <n>", "threads")
    .option("--json", "print the summary as JSON")
    .option("--quiet", "no progress");
}

function rolesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf("=");
      if (at <= 0) throw new LinkageFault("bad-settings", `--role needs column=role, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** Options over the settings file over the defaults. `--no-overlap` is a flag here, not commander's negation. */
function settingsOf(flags: Flags, noOverlap: boolean): Settings {
  const file = flags.settings === undefined ? {} : readSettings(flags.settings);
  const given: Partial<Record<keyof Settings, unknown>> = {
    roles: flags.role.length > 0 ? rolesOf(flags.role) : undefined,
    secondRoles: flags.roleB.length > 0 ? rolesOf(flags.roleB) : undefined,
    assignment: flags.assignment,
    threshold: numberOf(flags.threshold),
    clustering: flags.clustering,
    seed: numberOf(flags.seed),
    pairBudget: numberOf(flags.pairBudget),
    delimiter: flags.delimiter,
    labels: flags.labels,
    mjMap: flags.mjMap,
    readings: flags.readings,
    onePerSource: flags.onePerSource,
    noOverlap: noOverlap ? true : undefined,
    threads: numberOf(flags.threads),
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return parseSettings({ ...parseSettings(file), ...set });
}

function showProgress(quiet: boolean | undefined): Progress {
  let last = "";
  return (stage, done, of) => {
    if (quiet === true) return;
    const line = of > 1 ? `${stage} ${done}/${of}` : stage;
    if (line === last) return;
    last = line;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

async function runCommand(
  kind: Task["kind"],
  paths: readonly string[],
  flags: Flags,
  noOverlap: boolean,
): Promise<void> {
  const settings = settingsOf(flags, noOverlap);
  refuseBadOutputs(flags);
  const delimited = settings.delimiter === undefined ? {} : { delimiter: settings.delimiter };
  const outcome = await runTask({
    kind,
    settings,
    sources: paths.map((path) => ({ path, ...delimited })),
    progress: showProgress(flags.quiet),
    ...(flags.model === undefined ? {} : { model: readModel(flags.model) }),
    ...(flags.work === undefined ? {} : { stages: openStages(flags.work, fingerprintOf(paths, settings)) }),
  });
  if (process.stderr.isTTY && flags.quiet !== true) process.stderr.write("\n");
  await writeAll(outcome, flags);
}

/** Before the work, not after it: what could not be written at the end would be lost. */
function refuseBadOutputs(flags: Flags): void {
  for (const path of [flags.out, flags.pairs]) {
    if (path !== undefined && !/\.(csv|parquet|pq)$/i.test(path))
      throw new LinkageFault("bad-settings", `${path} must end in .csv or .parquet.`);
  }
  for (const path of [flags.out, flags.pairs, flags.saveModel, flags.report]) {
    if (path === undefined) continue;
    try {
      accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    } catch (cause) {
      throw new LinkageFault("bad-settings", `${path} cannot be written.`, cause);
    }
  }
  const least = Number(flags.leastProbability);
  if (!(least >= 0 && least <= 1))
    throw new LinkageFault("bad-settings", "--least-probability needs a number from 0 to 1.");
}

async function writeAll(outcome: Outcome, flags: Flags): Promise<void> {
  const names = outcome.loaded.ids.map((id, row) =>
    outcome.loaded.ends.length > 1 ? `${inputOf(outcome, row)}:${id}` : id,
  );
  const previous =
    flags.previous === undefined ? new Map<string, string>() : await readGroupIds(flags.previous);
  if (flags.out !== undefined) {
    if (outcome.kind === "link") await writeLinks(flags.out, outcome);
    else await writeGroups(flags.out, outcome, nameGroups(outcome.labels, names, previous));
  }
  if (flags.pairs !== undefined) await writePairs(flags.pairs, outcome, Number(flags.leastProbability));
  if (flags.saveModel !== undefined) writeModel(flags.saveModel, outcome.run.model);
  if (flags.report !== undefined) writeReport(flags.report, outcome);
  const summary = describeOutcome(outcome);
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(summary.figures)}\n` : `${summary.lines.join("\n")}\n`,
  );
}

/** The program; exported for its tests. */
export function buildProgram(noOverlap: boolean): Command {
  const program = new Command("linkage").description(
    "Finds records of the same person, company or thing, without labels.",
  );
  withOptions(
    program.command("dedupe").argument("<files...>").description("group the records of one or more files"),
  ).action((files: string[], flags: Flags) => runCommand("dedupe", files, flags, noOverlap));
  withOptions(
    program
      .command("link")
      .argument("<fileA>")
      .argument("<fileB>")
      .description("find counterparts between two files"),
  ).action((fileA: string, fileB: string, flags: Flags) =>
    runCommand("link", [fileA, fileB], flags, noOverlap),
  );
  withOptions(
    program.command("add").argument("<newFile>").description("add new records to groups that stand"),
  )
    .requiredOption("--base <file>", "the records that are grouped already")
    .requiredOption("--groups <file>", "their groups (cluster_id, id)")
    .action(async (newFile: string, flags: Flags & { base: string; groups: string }) => {
      const settings = settingsOf(flags, noOverlap);
      refuseBadOutputs(flags);
      const groups = await readGroupIds(flags.groups);
      const result = await addRecords({
        base: { path: flags.base },
        added: { path: newFile },
        groups,
        settings,
        progress: showProgress(flags.quiet),
        ...(flags.model === undefined ? {} : { model: readModel(flags.model) }),
      });
      if (flags.out !== undefined) await writeGroups(flags.out, result.outcome, result.groupIds);
      process.stdout.write(`${JSON.stringify(result.counts)}\n`);
    });
  return program;
}

/** Runs the program to its end; a refusal is told on stderr and is exit code 1. */
export async function runProgram(args: readonly string[]): Promise<void> {
  // Whoever reads our counts may stop early (`| head -1`); the work is done by then.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    await buildProgram(args.includes("--no-overlap")).parseAsync(args);
  } catch (error) {
    if (!(error instanceof LinkageFault)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await runProgram(process.argv);
