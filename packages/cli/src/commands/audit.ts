/** `kura audit`: whether every line, entry, yen and key is accounted for. Exit code 1 when something is broken. */
import type { Command } from "commander";
import { runAudit } from "@kura/custodian/audit/audit.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { renderAudit, renderAuditJson } from "@kura/custodian/audit/render-audit.ts";
import { withInstance } from "./connected.ts";

interface Options {
  readonly json?: boolean;
}

export function addAuditCommand(program: Command): void {
  program
    .command("audit")
    .description("check that every line, entry, yen and key is accounted for; changes nothing")
    .option("--json", "print the report as JSON")
    .action(runCommand);
}

async function runCommand(options: Options): Promise<void> {
  const report = await withInstance("kura_auditor", ({ databases, keeper }) =>
    runAudit(databases, () => keeper.status(), {
      journal: journalSource(keeper),
      onStep: (step) => process.stderr.write(`  checking ${step} …\n`),
    }),
  );
  process.stdout.write(options.json === true ? `${renderAuditJson(report)}\n` : renderAudit(report));
  if (!report.isWhole) process.exitCode = 1;
}
