/**
 * `kura receipt PERSON --case CASE --out FILE`: everything that the log holds of a person, in one file that proves itself.
 * `kura verify-receipt FILE --policy POLICY`: whether it does. Needs no instance, no network and no trust in the agency.
 */
import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { renderUuid, parseUuid } from "@kura/custodian/db/uuid.ts";
import { fieldOfNumber } from "@kura/custodian/register/field.ts";
import { decodeHex } from "@kura/kernel/bytes.ts";
import { encodeReceipt, parseReceipt, type PersonEntry } from "@kura/receipt/receipt.ts";
import { type VerifiedReceipt, verifyReceipt } from "@kura/receipt/verify-receipt.ts";
import { parsePolicy } from "@kura/tlog/policy.ts";
import { getCase } from "../desk/cases.ts";
import { atDesk } from "../desk/desk.ts";
import { takeReceipt } from "../desk/receipt-orders.ts";

export function addReceiptCommands(program: Command): void {
  program
    .command("receipt <person>")
    .description("write everything that the log holds of a person into one file that proves itself")
    .requiredOption("--case <case>", "the case it is for; the purpose is `receipt`")
    .requiredOption("--out <file>", "where to write it")
    .action(runReceipt);
  program
    .command("verify-receipt <file>")
    .description("check a receipt without trust in the agency: nothing left out, nothing changed")
    .requiredOption("--policy <file>", "whose signatures you accept (kura log policy; c2sp.org/tlog-policy)")
    .action(runVerify);
}

async function runReceipt(
  person: string,
  options: { readonly case: string; readonly out: string },
): Promise<void> {
  const key = renderUuid(parseUuid(person));
  const receipt = await atDesk(async (desk) =>
    takeReceipt(desk, await getCase(desk.door, options.case), key),
  );
  await writeFile(options.out, encodeReceipt(receipt), { mode: 0o600, flag: "wx" });
  const { events, premiums } = receipt;
  process.stderr.write(
    `${events.length} events and ${premiums.length} premium entries written to ${options.out}\n`,
  );
}

async function runVerify(file: string, { policy }: { readonly policy: string }): Promise<void> {
  const trusted = parsePolicy(await readFile(policy));
  const receipt = await verifyReceipt(parseReceipt(await readFile(file)), trusted);
  process.stdout.write(render(receipt));
}

function render(receipt: VerifiedReceipt): string {
  const { person, events, asOfMs, premiumEntries, premiumsLogged, records, recordsLogged, verified } =
    receipt;
  const { origin, size } = verified.checkpoint;
  const witnesses = verified.cosignatures.map(({ witness }) => witness.name).join(", ") || "none asked for";
  return [
    `whole: all ${events.length} events of person ${renderUuid(decodeHex(person))} up to ${iso(asOfMs)}`,
    `signed by ${origin} at ${size} events; witnesses: ${witnesses}`,
    `premium entries: ${premiumEntries}, ${premiumsLogged} of them in the log since they were received; sealed records: ${records}, ${recordsLogged} of them proven to be those that were sealed`,
    ...events.map(renderEntry),
    "",
  ].join("\n");
}

function renderEntry({ n, timeMs, kind, actor, office, purpose, caseId, fields }: PersonEntry): string {
  const shown = fields.map((field) => fieldOfNumber(field) ?? String(field)).join(",");
  return [`${n}.`, iso(timeMs), kind, actor, office, purpose, caseId, shown].join("  ").trimEnd();
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
