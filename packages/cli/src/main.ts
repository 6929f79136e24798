#!/usr/bin/env -S node --max-semi-space-size=64 --min-semi-space-size=64
/**
 * `kura`: what operators and auditors type. One file a command under `commands/`; this one only names them.
 *
 * A command prints its result on standard output and everything else on standard error. A fault is one line with its
 * code, without personal data, and exit code 1; what the user typed wrongly is exit code 2.
 */
import { Command } from "commander";
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";
import { addAlarmsCommand } from "./commands/alarms.ts";
import { addCaseCommand } from "./commands/case.ts";
import { addExtractCommand } from "./commands/extract.ts";
import { addFindCommand } from "./commands/find.ts";
import { addHoneyCommand } from "./commands/honey.ts";
import { addLogCommand } from "./commands/log.ts";
import { addLookCommand } from "./commands/look.ts";
import { addOpenCommand } from "./commands/open.ts";
import { addRosterCommand } from "./commands/roster.ts";
import { addWhoLookedCommand } from "./commands/who-looked.ts";
import { addAuditCommand } from "./commands/audit.ts";
import { addImportCommand } from "./commands/import.ts";
import { addMatchCommand } from "./commands/match.ts";
import { addExposureCommand } from "./commands/exposure.ts";
import { addIncidentCommand } from "./commands/incident.ts";
import { addInitCommand } from "./commands/init.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addSampleCommand } from "./commands/sample.ts";
import { addStartCommand } from "./commands/start.ts";
import { addReceiptCommands } from "./commands/receipt.ts";
import { addStatementCommand } from "./commands/statement.ts";
import { addWorklistCommand } from "./commands/worklist.ts";
import { addWitnessCommand } from "./commands/witness.ts";

const program = new Command("kura")
  .description("Custody of pension records: a sealed register, a premium ledger, one guarded door.")
  .addHelpText(
    "after",
    `
Environment:
  KURA_DATA               folder of the instance (default: ./kura-data)
  KURA_KEY_FILE           32 random bytes that unseal the keeper (default: beside that folder, kura-data.key)
  KURA_DATABASE_URL       a PostgreSQL 15-18 of your own instead of the embedded one
  KURA_KEYS_DATABASE_URL  its database of wrapped keys (default: the same server, NAME_keys)
  KURA_ACTOR_KEY          key file that signs this operator's orders (default: the demo operator's)
  KURA_GENESIS            an agency's own first roster statement: kura init (default: demo officers and operators)
  KURA_POLICY_FILE        with kura start: the agency's own policy of who may look at what (Cedar; default: Kura's)
  KURA_WITNESSES          a policy (c2sp.org/tlog-policy) whose witnesses are asked to cosign the log
  KURA_ORIGIN             where browsers find Kura, https://…; passkeys are bound to it (default: this machine)`,
  )
  .configureHelp({ sortSubcommands: false })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addStartCommand(program);
addInitCommand(program);
addImportCommand(program);
addStatementCommand(program);
addCaseCommand(program);
addFindCommand(program);
addLookCommand(program);
addWorklistCommand(program);
addExtractCommand(program);
addOpenCommand(program);
addWhoLookedCommand(program);
addAlarmsCommand(program);
addHoneyCommand(program);
addRosterCommand(program);
addMatchCommand(program);
addExposureCommand(program);
addIncidentCommand(program);
addAuditCommand(program);
addReceiptCommands(program);
addLogCommand(program);
addWitnessCommand(program);
addSampleCommand(program);
addKeysCommand(program);

// Whoever reads only the beginning (`kura my-looks | head`) has what they wanted.
process.stdout.on("error", (error) => {
  if (codeOf(error) !== "EPIPE") throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (thrown) {
  process.stderr.write(`${describe(thrown)}\n`);
  process.exitCode = 1;
}

/** The words of faults and breaches, which are made for operators; of anything else only where it happened. */
function describe(thrown: unknown): string {
  if (thrown instanceof Fault) return `kura: ${thrown.message} [${thrown.code}]`;
  if (thrown instanceof Breach) {
    const evidence = Object.entries(thrown.evidence).map(([name, value]) => `${name} ${value}`);
    const what = [thrown.message, ...evidence].join(", ");
    return `kura: BREACH: ${what}. This must not exist: stop taking work, keep everything as it is, run kura audit.`;
  }
  const code = codeOf(thrown);
  if (code !== undefined && thrown instanceof Error && "syscall" in thrown) return `kura: ${thrown.message}`;
  return `kura: a defect of Kura stopped the command: ${thrown instanceof Error ? thrown.stack : typeof thrown}`;
}
