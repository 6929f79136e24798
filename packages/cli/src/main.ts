#!/usr/bin/env -S node --no-maglev --max-semi-space-size=32 --min-semi-space-size=32 --initial-heap-size=256 --external-memory-accounted-in-global-limit
/**
 * `kura`: what operators and auditors type. One file a command under `commands/`; this one only names them.
 *
 * A command prints its result on standard output and everything else on standard error. A fault is one line with its
 * code, without personal data, and exit code 1; what the user typed wrongly is exit code 2.
 * Node's options above: why without Maglev stands in `keeper/src/launch.ts`; the others are for imports, whose memory is buffers: V8 would
 * mark everything at every 64 MB of them, for each batch.
 */
import { Command } from "commander";
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";

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

/**
 * Each file of commands, with their names in the order of the help. A file is loaded when one of its commands is asked for: loading all of
 * them takes longer than most commands do.
 */
const commands: readonly (readonly [names: string, load: () => Promise<(program: Command) => void>])[] = [
  ["start", async () => (await import("./commands/start.ts")).addStartCommand],
  ["init", async () => (await import("./commands/init.ts")).addInitCommand],
  ["import", async () => (await import("./commands/import.ts")).addImportCommand],
  ["statement", async () => (await import("./commands/statement.ts")).addStatementCommand],
  ["ledger", async () => (await import("./commands/ledger.ts")).addLedgerCommand],
  ["case", async () => (await import("./commands/case.ts")).addCaseCommand],
  ["find", async () => (await import("./commands/find.ts")).addFindCommand],
  ["look", async () => (await import("./commands/look.ts")).addLookCommand],
  ["worklist", async () => (await import("./commands/worklist.ts")).addWorklistCommand],
  ["screen", async () => (await import("./commands/screen.ts")).addScreenCommand],
  ["extract", async () => (await import("./commands/extract.ts")).addExtractCommand],
  ["open", async () => (await import("./commands/open.ts")).addOpenCommand],
  ["who-looked my-looks", async () => (await import("./commands/who-looked.ts")).addWhoLookedCommand],
  ["alarms", async () => (await import("./commands/alarms.ts")).addAlarmsCommand],
  ["erase", async () => (await import("./commands/erase.ts")).addEraseCommand],
  ["honey", async () => (await import("./commands/honey.ts")).addHoneyCommand],
  ["roster", async () => (await import("./commands/roster.ts")).addRosterCommand],
  ["match", async () => (await import("./commands/match.ts")).addMatchCommand],
  ["exposure", async () => (await import("./commands/exposure.ts")).addExposureCommand],
  ["incident", async () => (await import("./commands/incident.ts")).addIncidentCommand],
  ["audit", async () => (await import("./commands/audit.ts")).addAuditCommand],
  ["receipt verify-receipt", async () => (await import("./commands/receipt.ts")).addReceiptCommands],
  ["log", async () => (await import("./commands/log.ts")).addLogCommand],
  ["witness", async () => (await import("./commands/witness.ts")).addWitnessCommand],
  ["sample", async () => (await import("./commands/sample.ts")).addSampleCommand],
  ["keys", async () => (await import("./commands/keys.ts")).addKeysCommand],
];

const asked = commands.filter(([names]) => names.split(" ").includes(process.argv[2] ?? ""));
for (const [, load] of asked.length > 0 ? asked : commands) (await load())(program);

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
