/** `kura match run | review | second | ask | confirm | undo | report`: unknown owners find their persons, by people's decisions. */
import type { Command } from "commander";
import { uuidMaker } from "@kura/custodian/db/uuid.ts";
import { type MatchingReport, runMatching } from "@kura/custodian/matching/run-matching.ts";
import { atDesk } from "../desk/desk.ts";
import { progressBar } from "./progress-bar.ts";

export function addMatchCommand(program: Command): void {
  const command = program
    .command("match")
    .description("unknown owners of premiums and registered persons: who may be whom");
  command
    .command("run")
    .description("compare everybody who waits in suspense with the register; decides nothing")
    .option("--json", "counts as JSON")
    .action(runRun);
}

async function runRun({ json }: { readonly json?: boolean }): Promise<void> {
  let step = "";
  let bar = progressBar(process.stderr, step);
  const report = await atDesk((desk) =>
    runMatching({
      databases: desk.databases,
      keeper: desk.keeper,
      by: desk.asker,
      makeId: uuidMaker(),
      now: () => new Date(),
      onProgress: (progress) => {
        if (progress.step !== step) {
          bar.end();
          step = progress.step;
          bar = progressBar(process.stderr, step);
        }
        bar.update(progress.done, progress.total, progress.done);
      },
    }),
  );
  bar.end();
  process.stdout.write(json === true ? `${JSON.stringify(countsOf(report))}\n` : renderRun(report));
}

function countsOf({
  persons,
  owners,
  oneOwner,
  severalOwners,
  weak,
  nothingAgrees,
  saysTooLittle,
}: MatchingReport) {
  return { persons, owners, oneOwner, severalOwners, weak, nothingAgrees, saysTooLittle };
}

function renderRun(report: MatchingReport): string {
  const line = (count: number, text: string): string =>
    `${count.toLocaleString("en").padStart(13)} ${text}\n`;
  return [
    line(report.owners, `unknown owners wait, compared with ${report.persons.toLocaleString("en")} persons`),
    line(report.oneOwner, "have one likely person"),
    line(report.severalOwners, "have several"),
    line(report.weak, "agree with somebody, too weakly"),
    line(report.nothingAgrees, "agree with nobody"),
    line(report.saysTooLittle, "say too little of themselves"),
  ].join("");
}
