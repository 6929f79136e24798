/**
 * `kura alarms`: sessions that were stopped and orders that were refused though well signed, newest first: by the keeper,
 * with the number of the event, and by the custodian before the keeper was asked.
 */
import type { Command } from "commander";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { disclosureLimits } from "@kura/custodian/disclosure/limits.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { listAlarms } from "@kura/custodian/disclosure/store.ts";
import { withInstance } from "./connected.ts";

export function addAlarmsCommand(program: Command): void {
  program
    .command("alarms")
    .description("sessions that the keeper stopped, and well-signed orders that were refused")
    .action(async () => {
      const alarms = await withInstance("kura_custodian", async ({ databases, keeper }) => {
        await projectJournal(databases.register, journalSource(keeper));
        return listAlarms(databases.register, disclosureLimits.listed);
      });
      for (const { at, eventNumber, kind, outcome, actor, office, purpose, caseId } of alarms) {
        const line = [
          at.toISOString(),
          eventNumber === undefined ? "no event" : `event ${eventNumber}`,
          kind,
          outcome,
          actor,
          office,
          purpose,
          caseId,
        ];
        process.stdout.write(`${line.join("  ")}\n`);
      }
      if (alarms.length === 0) process.stderr.write("no alarms\n");
    });
}
