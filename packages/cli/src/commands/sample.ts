/** `kura sample`: files of a synthetic agency, with orphan records and the truth beside them. */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { generateSample } from "../sample/generate-sample.ts";
import { progressBar } from "./progress-bar.ts";
import { wholeNumber } from "./whole-number.ts";

interface Options {
  readonly persons: number;
  readonly seed: number;
  readonly out: string;
  readonly until?: CivilMonth;
  readonly historyMonths?: number | "full";
  readonly premiumPersons?: number;
}

export function addSampleCommand(program: Command): void {
  program
    .command("sample")
    .description("write the files of a synthetic agency: persons, premiums, orphan records, the truth")
    .requiredOption("--persons <n>", "how many people", wholeNumber(1))
    .requiredOption("--out <dir>", "where the files go")
    .option("--seed <n>", "same seed, same bytes", wholeNumber(0), 1)
    .option("--until <month>", "last month of premiums, YYYY-MM", parseMonth)
    .option("--history-months <n>", "premium months for each person, or `full`", parseHistory)
    .option("--premium-persons <n>", "premiums for only so many, evenly spread", wholeNumber(1))
    .action(runSample);
}

async function runSample(options: Options): Promise<void> {
  const bar = progressBar(process.stderr, "persons");
  const { until, historyMonths, premiumPersons } = options;
  const counts = await generateSample({
    persons: options.persons,
    seed: options.seed,
    outDir: options.out,
    ...(until !== undefined && { until }),
    ...(historyMonths !== undefined && { historyMonths }),
    ...(premiumPersons !== undefined && { premiumPersons }),
    onProgress: (done, all) => bar.update(done, all, done),
  });
  bar.end();
  for (const [name, file] of Object.entries(counts.files)) {
    process.stdout.write(`${file.lines.toLocaleString("en").padStart(13)} lines  ${name}.csv\n`);
  }
}

function parseMonth(text: string): CivilMonth {
  const month = parseCivilMonth(text);
  if (month === undefined) throw new InvalidArgumentError("a month as YYYY-MM.");
  return month;
}

function parseHistory(text: string): number | "full" {
  return text === "full" ? "full" : wholeNumber(1)(text);
}
