/** `kura match run | review | second | ask | confirm | undo | report`: unknown owners find their persons, by people's decisions. */
import { type Command, InvalidArgumentError } from "commander";
import { uuidMaker } from "@kura/custodian/db/uuid.ts";
import { type MatchingReport, runMatching } from "@kura/custodian/matching/run-matching.ts";
import { atDesk } from "../desk/desk.ts";
import { askOwner, confirm, decideSaid, reportBacklog, review, undoMatch } from "../desk/matching.ts";
import { progressBar } from "./progress-bar.ts";
import { wholeNumber } from "./whole-number.ts";

const reason = ["--reason <text>", "why, in a sentence without anybody's name or number"] as const;

export function addMatchCommand(program: Command): void {
  const command = program
    .command("match")
    .description("unknown owners of premiums and registered persons: who may be whom");
  command
    .command("run")
    .description("compare everybody who waits in suspense with the register; decides nothing")
    .option("--json", "counts as JSON")
    .action(runRun);
  command
    .command("review [owner]")
    .description("owners with candidates; or one owner's candidates, to accept one or none")
    .option("--standing <standing>", "open, wants-second, to-ask, asked or confirmed", "open")
    .option("--limit <n>", "owners in the list", wholeNumber(1, 200), 20)
    .option("--accept <person>", "this candidate is likely the owner")
    .option("--none", "none of the candidates is")
    .option(...reason)
    .action(review);
  command
    .command("second <owner>")
    .description("the second opinion on somebody else's acceptance")
    .option("--agree", "this candidate is likely the owner")
    .option("--oppose", "it is not")
    .requiredOption(...reason)
    .action(
      async (
        owner: string,
        options: { readonly agree?: true; readonly oppose?: true; readonly reason: string },
      ) => {
        if ((options.agree === true) === (options.oppose === true))
          throw new InvalidArgumentError("either --agree or --oppose.");
        await decideSaid(owner, {
          kind: options.agree === true ? "second" : "oppose",
          reason: options.reason,
        });
      },
    );
  command
    .command("ask <owner>")
    .description(
      "the letter to the likely owner: looks at their name and address, in a case of its own, and prints it",
    )
    .requiredOption(...reason)
    .action(askOwner);
  command
    .command("confirm <owner>")
    .description(
      "what the likely owner answered; after a yes the premiums are posted. Not by who accepted the match",
    )
    .requiredOption("--answer <answer>", "yes or no", parseAnswer)
    .requiredOption("--reference <mark>", "the agency's mark of the signed reply")
    .action(confirm);
  command
    .command("undo <owner>")
    .description("take a match back, with what was posted")
    .requiredOption(...reason)
    .action(undoMatch);
  command
    .command("report")
    .description("everything that waits in suspense, by reason and age")
    .option("--json", "as JSON")
    .action(reportBacklog);
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

function parseAnswer(text: string): "yes" | "no" {
  if (text === "yes" || text === "no") return text;
  throw new InvalidArgumentError("yes or no.");
}
