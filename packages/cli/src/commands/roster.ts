/**
 * `kura roster show | keeper | propose | list | sign | key | sign-first`: who may do what, and changing it by statements that
 * two officers sign.
 */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { encodeBase64 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import {
  findProposal,
  listProposals,
  type Proposal,
  type ProposalParts,
  proposeChanges,
  signProposal,
  type SignOutcome,
} from "@kura/custodian/disclosure/roster-proposals.ts";
import { readRoster } from "@kura/custodian/disclosure/roster-view.ts";
import { signatureOf } from "@kura/keeper/first-roster.ts";
import { atDesk, type Desk } from "../desk/desk.ts";
import { withInstance } from "./connected.ts";
import { addFirstRosterCommands } from "./init.ts";

export function addRosterCommand(program: Command): void {
  const command = program.command("roster").description("who may do what; changed by two officers together");
  command.command("show").description("the keeper's roster").action(runShow);
  command
    .command("keeper")
    .description("the keeper's public key, which is told to everybody who is enrolled (kura open --keeper)")
    .action(runKeeper);
  command
    .command("propose <file>")
    .description("draw up a change from a JSON file: [{part, id, value}, …]; its id is printed")
    .action(runPropose);
  command.command("list").description("proposals, newest first").action(runList);
  command
    .command("sign <proposal>")
    .description("sign a proposal with this machine's key; the second officer's signature puts it in force")
    .action(runSign);
  addFirstRosterCommands(command);
}

async function runShow(): Promise<void> {
  const roster = await withInstance("kura_custodian", ({ keeper }) => readRoster(keeper));
  process.stdout.write(`${JSON.stringify(roster, undefined, 2)}\n`);
}

/** By the keeper's own socket: no custodian's word. */
async function runKeeper(): Promise<void> {
  const { hpkeKey } = await withInstance("kura_custodian", ({ keeper }) => keeper.status());
  process.stdout.write(`${encodeBase64(hpkeKey)}\n`);
}

async function runPropose(file: string): Promise<void> {
  const changes: unknown = parseJson(await readFile(file, "utf8"));
  const outcome = await atDesk((desk) => proposeChanges(partsOf(desk), desk.key.actor, changes));
  if (outcome.outcome !== "proposed") {
    throw new Fault(outcome.outcome, "the file is not a list of changes: [{part, id, value}, …]");
  }
  print(outcome.proposal);
}

async function runList(): Promise<void> {
  const proposals = await withInstance("kura_custodian", ({ databases }) =>
    listProposals(databases.register),
  );
  for (const proposal of proposals) print(proposal);
}

/** Shows what is signed before it says that it was. */
async function runSign(proposalId: string): Promise<void> {
  const outcome = await atDesk(async (desk) => {
    const proposal = await findProposal(desk.databases.register, proposalId);
    if (proposal === undefined) throw new Fault("unknown-proposal", "there is no such proposal");
    print(proposal);
    return signProposal(partsOf(desk), proposalId, signatureOf(desk.key, proposal.text));
  });
  process.stdout.write(`${wordsOf(outcome)}\n`);
}

function partsOf({ databases, keeper, door }: Desk): ProposalParts {
  return { register: databases.register, keeper, now: door.now, makeId: door.makeId };
}

function wordsOf(outcome: SignOutcome): string {
  switch (outcome.outcome) {
    case "signed":
      return "signed; another officer must sign too";
    case "accepted":
      return `in force; event ${outcome.eventNumber} of the journal`;
    case "unknown-proposal":
    case "signed-before":
      throw new Fault(outcome.outcome, "there is no such proposal, or this actor signed it before");
    default:
      throw new Fault(outcome.outcome, `the keeper does not accept the statement: ${outcome.reason}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("malformed-changes", "the file is not JSON", { cause });
  }
}

function print({ proposalId, sequence, proposedBy, proposedAt, signedBy, text }: Proposal): void {
  const signed = signedBy.length === 0 ? "nobody" : signedBy.join(", ");
  const head = `${proposalId}  statement ${sequence}  by ${proposedBy}  ${proposedAt.toISOString()}  signed by ${signed}`;
  process.stdout.write(`${head}\n  ${text}\n`);
}
