/** A receipt from an operator's desk: orders it, waits for the checkpoint that holds it, and verifies what it hands on. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "@kura/kernel/fault.ts";
import { decodeOpenedReceipt } from "@kura/keeper/protocol/receipt.ts";
import type { Case } from "@kura/custodian/cases/case.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { orderReceipt } from "@kura/custodian/disclosure/receipt.ts";
import { LogFolder } from "@kura/custodian/log/log-folder.ts";
import { LogFollower } from "@kura/custodian/log/log-follower.ts";
import { logSource } from "@kura/custodian/log/log-source.ts";
import { witnessLine } from "@kura/custodian/log/witness-line.ts";
import { findWitnessPolicy } from "@kura/custodian/log/witness-policy.ts";
import { makeReceipt, type PublishedLog } from "@kura/custodian/receipts/make-receipt.ts";
import { readReceiptMaterial, type ReceiptMaterial } from "@kura/custodian/receipts/receipt-material.ts";
import type { Receipt } from "@kura/receipt/receipt.ts";
import { verifyReceipt } from "@kura/receipt/verify-receipt.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { parseNote } from "@kura/tlog/note.ts";
import { parsePolicy } from "@kura/tlog/policy.ts";
import { TileReader } from "@kura/tlog/tile-reader.ts";
import { type Desk, refused } from "./desk.ts";

/** For how long a checkpoint that holds the receipt is waited for: several rounds of the witnesses. */
const publishedWithinMs = 30_000;
const pauseMs = 300;

/** @param person UUID. @throws {Fault} with the refusal as its code; `log-behind`. */
export async function takeReceipt(desk: Desk, about: Case, person: string): Promise<Receipt> {
  const { register } = desk.databases;
  const personHex = person.replaceAll("-", "");
  await projectJournal(register, journalSource(desk.keeper));
  const signed = desk.orders.order({
    kind: "receipt",
    purpose: "receipt",
    case: about.caseId,
    caseKind: about.kind,
    person: personHex,
  });
  let material: ReceiptMaterial | undefined;
  const outcome = await orderReceipt(desk.door, desk.asker, signed, async (personKey) => {
    material = await readReceiptMaterial(register, personKey);
    return material.claims;
  });
  if (outcome.outcome !== "answered" || material === undefined) {
    throw refused(outcome.outcome === "answered" ? "failed" : outcome.outcome);
  }
  const opened = decodeOpenedReceipt(desk.orders.open(signed, outcome.answer));
  const log = await publishedLog(desk, outcome.answer.eventNumber);
  const receipt = await makeReceipt(personHex, opened, material, log);
  const { verifierKey } = await logSource(desk.keeper).entries(0n, 0);
  await verifyReceipt(receipt, parsePolicy(`log ${verifierKey}\nquorum none\n`));
  return receipt;
}

/**
 * The published log, once it holds that event; published here where no custodian does it. A running one has witnesses that this
 * command may not know of: what they did not cosign must not stand in the place of what they did.
 */
async function publishedLog(
  { paths, keeper, hasCustodian }: Desk,
  eventNumber: bigint,
): Promise<PublishedLog> {
  const folder = new LogFolder(join(paths.dataDir, "log"));
  const policy = await findWitnessPolicy(process.env["KURA_WITNESSES"]);
  const follower = new LogFollower({
    folder,
    source: logSource(keeper),
    ...(policy !== undefined && { policy }),
    lineOf: witnessLine,
    clockMs: () => performance.now(),
    unwitnessed: () => process.stderr.write("Waiting for witnesses …\n"),
  });
  for (const untilMs = performance.now() + publishedWithinMs; performance.now() < untilMs;) {
    const checkpoint = await folder.findCheckpoint();
    const head = checkpoint === undefined ? undefined : parseCheckpoint(parseNote(checkpoint).text);
    if (checkpoint !== undefined && head !== undefined && head.size >= eventNumber) {
      return { folder, checkpoint, reader: new TileReader(head, (id) => folder.findTile(id)) };
    }
    if (hasCustodian !== true) await follower.step();
    await sleep(pauseMs);
  }
  throw new Fault("log-behind", "no checkpoint that holds the receipt was published in time: try again");
}
