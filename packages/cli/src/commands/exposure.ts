/** `kura exposure`: who would be exposed if a holder were compromised now; the worst ten, and the trend. */
import type { Command } from "commander";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { foldExposure } from "@kura/custodian/incident/kept/fold.ts";
import { SegmentIndex } from "@kura/custodian/incident/kept/segment-index.ts";
import { fieldsText } from "@kura/custodian/incident/render-text.ts";
import { type AtRisk, listAtRisk } from "@kura/custodian/incident/risk/at-risk.ts";
import { withInstance } from "./connected.ts";

export function addExposureCommand(program: Command): void {
  program
    .command("exposure")
    .description(
      "how many persons would be exposed if a holder were compromised now: the worst ten, and the trend",
    )
    .option("--json", "as JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const atRisk = await withInstance("kura_custodian", async ({ databases, keeper }) => {
        await projectJournal(databases.register, journalSource(keeper));
        await foldExposure(databases.register);
        return listAtRisk(databases.register, new SegmentIndex(), new Date());
      });
      process.stdout.write(json === true ? `${JSON.stringify(atRisk)}\n` : render(atRisk));
    });
}

function render({ asOf, worst, trend }: AtRisk): string {
  const lines = worst.map(
    ({ kind, name, persons, fields }) =>
      `${String(persons).padStart(9)} persons  ${kind} ${name}  ${fieldsText(fields)}`,
  );
  const days = trend.map(({ day, persons }) => `${day}  ${persons} persons shown`);
  return [`as of ${asOf.toISOString()}, if compromised for thirty days:`, ...lines, "", ...days, ""].join(
    "\n",
  );
}
