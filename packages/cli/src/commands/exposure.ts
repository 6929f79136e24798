/**
 * `kura exposure`: who would be exposed if a holder were compromised now; the worst ten, and the trend. With `--account`: whom
 * that account was shown, the first figure of a night.
 */
import type { Command } from "commander";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { foldExposure } from "@kura/custodian/incident/kept/fold.ts";
import { SegmentIndex } from "@kura/custodian/incident/kept/segment-index.ts";
import { exposeAccount } from "@kura/custodian/incident/account.ts";
import { type Counts, countExposure } from "@kura/custodian/incident/count.ts";
import type { Window } from "@kura/custodian/incident/evidence.ts";
import { StoredFacts } from "@kura/custodian/incident/facts.ts";
import { parseWindow } from "@kura/custodian/incident/parse-evidence.ts";
import { countText, fieldsText } from "@kura/custodian/incident/render-text.ts";
import { type AtRisk, listAtRisk } from "@kura/custodian/incident/risk/at-risk.ts";
import { withInstance } from "./connected.ts";

export function addExposureCommand(program: Command): void {
  program
    .command("exposure")
    .description(
      "how many persons would be exposed if a holder were compromised now: the worst ten, and the trend",
    )
    .option("--account <name>", "how many persons this account was shown instead, and which of their fields")
    .option("--since <time>", "of the account: from when (ISO 8601 with zone); else everything")
    .option("--until <time>", "of the account: until when")
    .option("--json", "as JSON")
    .action(async ({ json, account, since, until }: Asked) => {
      if (account !== undefined) {
        const counts = await countAccount(account, parseWindow({ from: since, until }));
        process.stdout.write(json === true ? `${JSON.stringify(counts)}\n` : renderAccount(account, counts));
        return;
      }
      const atRisk = await withInstance("kura_custodian", async ({ databases, keeper }) => {
        await projectJournal(databases.register, journalSource(keeper));
        await foldExposure(databases.register);
        return listAtRisk(databases.register, new SegmentIndex(), new Date());
      });
      process.stdout.write(json === true ? `${JSON.stringify(atRisk)}\n` : render(atRisk));
    });
}

interface Asked {
  readonly json?: boolean;
  readonly account?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Without a beginning: everything up to the end. */
async function countAccount(account: string, window: Window): Promise<Counts> {
  return withInstance("kura_custodian", async ({ databases: { register }, keeper }) => {
    await projectJournal(register, journalSource(keeper));
    await foldExposure(register);
    const facts = new StoredFacts(register);
    return countExposure(await exposeAccount(account, { fromMs: -Infinity, ...window }, facts));
  });
}

function renderAccount(account: string, { exposedPersons, exposedRecords, byFields }: Counts): string {
  const lines = byFields.map(
    (line) => `  ${fieldsText(line.fields)}: ${countText(line.exposedPersons, "person")}`,
  );
  const head = `account ${account} was shown ${countText(exposedPersons, "person")} in ${countText(exposedRecords, "look")}`;
  return [`${head}; what it could open besides comes with evidence`, ...lines, ""].join("\n");
}

function render({ asOf, worst, trend }: AtRisk): string {
  const lines = worst.map(
    ({ kind, name, persons, fields }) =>
      `${countText(persons, "person").padStart(17)}  ${kind} ${name}  ${fieldsText(fields)}`,
  );
  const days = trend.map(({ day, persons }) => `${day}  ${countText(persons, "person")} shown`);
  return [`as of ${asOf.toISOString()}, if compromised for thirty days:`, ...lines, "", ...days, ""].join(
    "\n",
  );
}
