/**
 * `kura extract request | list | approve | seal | file | revoke | destroyed | whose`: a sealed bulk file for somebody outside.
 *
 * Nothing here sees the plaintext of a record but the masked sample that an approver is shown. `kura open` is the
 * recipient's side.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { type Criteria, parseCriteria } from "@kura/custodian/extracts/criteria.ts";
import { extractLimits } from "@kura/custodian/extracts/limits.ts";
import { isExtractId, planExtract } from "@kura/custodian/extracts/plan-extract.ts";
import { readNumbers } from "@kura/custodian/extracts/read-numbers.ts";
import { sealExtract } from "@kura/custodian/extracts/seal-extract.ts";
import { type ExtractState, findExtract, hasPreviewed, listStates } from "@kura/custodian/extracts/store.ts";
import { writeFile } from "@kura/custodian/extracts/write-file.ts";
import {
  type Field,
  fieldNumbers,
  fieldOfNumber,
  fields,
  parseField,
} from "@kura/custodian/register/field.ts";
import { atDesk, type Desk } from "../desk/desk.ts";
import {
  extractPurposes,
  orderApproval,
  orderEnd,
  orderExtract,
  orderPreview,
} from "../desk/extract-orders.ts";
import { type Connected, withInstance } from "./connected.ts";
import { runWhose } from "./extract-whose.ts";
import { progressBar } from "./progress-bar.ts";
import { wholeNumber } from "./whole-number.ts";

interface RequestOptions {
  readonly purpose: string;
  readonly columns: string;
  readonly holder: string;
  readonly workstation: string;
  readonly days: number;
  readonly reason: string;
  readonly all?: boolean;
  readonly where?: string;
  readonly numbers?: string;
  readonly person?: readonly string[];
}

const dayMs = 24 * 60 * 60_000;

export function addExtractCommand(program: Command): void {
  const command = program.command("extract").description("sealed bulk files for somebody outside");
  addRequest(command);
  command
    .command("list")
    .description("extracts, newest first, with what happened to them")
    .action(async () => {
      for (const state of await readStates(undefined)) process.stdout.write(renderState(state));
    });
  command
    .command("approve <extract>")
    .description("as a second actor: shows counts and some persons, masked; with --yes approves it")
    .option("--yes", "approve what was shown")
    .action(runApprove);
  command
    .command("seal <extract>")
    .description("seal an approved extract; goes on where a stopped run ended")
    .action(runSeal);
  command
    .command("file <extract>")
    .description("write the file of a sealed extract; as often as it is wanted")
    .requiredOption("--out <file>", "where to")
    .action(runFile);
  command
    .command("revoke <extract>")
    .description("from now on nobody opens it")
    .option("--purpose <purpose>", "one that the actor holds", extractPurposes.approval)
    .action((id: string, { purpose }: { purpose: string }) => runEnd(id, "revoke", purpose));
  command
    .command("destroyed <extract>")
    .description("as its holder: no copy of what was opened is left")
    .action((id: string) => runEnd(id, "attest-destroyed", extractPurposes.receipt));
  command
    .command("whose <sample>")
    .description("which extract a leaked table came from: by its persons, honey rows and their order")
    .action(runWhose);
}

function addRequest(command: Command): void {
  command
    .command("request")
    .description("ask for an extract; its id is printed. A second actor approves it")
    .requiredOption("--purpose <purpose>", "what it is for, as the roster has it")
    .requiredOption("--columns <names>", fields.join(","))
    .requiredOption("--holder <credential>", "whose key may open it")
    .requiredOption("--workstation <name>", "the machine on which it may be opened")
    .requiredOption("--reason <text>", "why, in a sentence without anybody's name or number")
    .option("--days <n>", "how long it can be opened", wholeNumber(1, 93), 14)
    .option("--all", "everybody who is not erased")
    .option("--where <json>", "criteria (docs/formats/extract.md)")
    .option("--numbers <file>", "who has one of the pension numbers in a file, one in a line")
    .option("--person <key...>", "these persons")
    .action(runRequest);
}

async function runRequest(options: RequestOptions): Promise<void> {
  const columns = parseColumns(options.columns);
  const printed = await atDesk(async (desk) => {
    const numbers = options.numbers === undefined ? undefined : await readFile(options.numbers, "utf8");
    const named = numbers === undefined ? undefined : await readNumbers(desk.keeper, numbers);
    const criteria = criteriaOf(options, named?.criteria);
    const asked = { criteria, tokens: named?.tokens ?? [], reason: options.reason };
    const planned = await planExtract({ register: desk.databases.register, ...desk.door }, asked);
    const { purpose, holder, workstation } = options;
    const expiresMs = Date.now() + options.days * dayMs;
    const eventNumber = await orderExtract(desk, planned, {
      purpose,
      holder,
      workstation,
      fields: columns.map((field) => fieldNumbers[field]),
      expiresMs,
    });
    return { planned, eventNumber };
  });
  const { extractId, rows, honeyAt } = printed.planned;
  process.stdout.write(`${extractId}\n`);
  const persons = rows - honeyAt.length;
  process.stderr.write(`${persons} persons; event ${printed.eventNumber} of the journal\n`);
}

function criteriaOf(options: RequestOptions, numbers: Criteria["numbers"]): Criteria {
  const where: unknown = options.where === undefined ? {} : parseJson(options.where);
  if (typeof where !== "object" || where === null)
    throw new Fault("bad-criteria", "--where is a JSON object");
  return parseCriteria({
    ...where,
    ...(options.all === true && { all: true }),
    ...(options.person !== undefined && { persons: options.person }),
    ...(numbers !== undefined && { numbers }),
  });
}

async function runApprove(id: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const state = await getState(id);
  await atDesk(async (desk) => {
    const extract = await findExtract(desk.databases.register, id);
    process.stdout.write(`${renderState(state)}  why        ${extract?.reason ?? "?"}\n`);
    process.stdout.write(`  who        ${extract?.criteria ?? "?"}\n`);
    // Whoever has looked before approves what they saw then: another sample would be another look.
    const isSeen = yes === true && (await hasPreviewed(desk.databases.register, id, desk.asker.actor));
    const seen = isSeen ? { persons: [] } : await orderPreview(desk, id);
    for (const { maskedName, birthYear, addressStart } of seen.persons) {
      process.stdout.write(`  for example  ${maskedName}  ${birthYear}  ${addressStart}\n`);
    }
    if (yes !== true) {
      process.stderr.write("Nothing was approved. With --yes it is.\n");
      return;
    }
    process.stderr.write(`approved; event ${await orderApproval(desk, state)} of the journal\n`);
  });
}

async function runSeal(id: string): Promise<void> {
  checkId(id);
  const bar = progressBar(process.stderr, "rows");
  const sealed = await withInstance("kura_custodian", (connected) =>
    sealExtract(
      connected,
      id,
      () => new Date(),
      ({ partsDone, parts, rows }) => bar.update(partsDone, parts, Math.floor((rows * partsDone) / parts)),
    ),
  ).finally(() => bar.end());
  process.stdout.write(`${sealed.rows} rows in ${sealed.partsDone} of ${sealed.parts} parts\n`);
}

async function runFile(id: string, { out }: { readonly out: string }): Promise<void> {
  await getState(id);
  const path = resolve(out);
  const written = await atDesk((desk) =>
    writeFile(desk, id, path, { actor: desk.asker.actor, now: desk.door.now }),
  );
  process.stdout.write(`${path}  ${written.sizeBytes} bytes  sha256 ${encodeHex(written.digest)}\n`);
}

async function runEnd(id: string, kind: "revoke" | "attest-destroyed", purpose: string): Promise<void> {
  checkId(id);
  const eventNumber = await atDesk((desk: Desk) => orderEnd(desk, id, kind, purpose));
  process.stdout.write(
    `${kind === "revoke" ? "revoked" : "attested"}; event ${eventNumber} of the journal\n`,
  );
}

/** After what is not copied yet was copied. */
async function readStates(id: string | undefined): Promise<ExtractState[]> {
  return withInstance("kura_custodian", async ({ databases, keeper }: Connected) => {
    await projectJournal(databases.register, journalSource(keeper));
    return listStates(databases.register, extractLimits.listed, id);
  });
}

async function getState(id: string): Promise<ExtractState> {
  checkId(id);
  const [state] = await readStates(id);
  if (state === undefined) throw new Fault("unknown-extract", "there is no such extract");
  return state;
}

function checkId(id: string): void {
  if (!isExtractId(id)) throw new Fault("unknown-extract", "an extract's id is a UUID");
}

export function renderState(state: ExtractState): string {
  const columns = state.fields.map((field) => fieldOfNumber(field) ?? String(field)).join(",");
  const steps = [
    `asked for by ${state.requestedBy} (${state.office}) ${state.requestedAt.toISOString()}`,
    state.approvedBy === undefined ? "not approved" : `approved by ${state.approvedBy}`,
    state.sealedAt === undefined ? "not sealed" : `sealed ${state.sealedAt.toISOString()}`,
    `${state.releases} releases`,
    ...(state.revokedAt === undefined ? [] : [`revoked ${state.revokedAt.toISOString()}`]),
    ...(state.destroyedAt === undefined ? [] : [`destroyed ${state.destroyedAt.toISOString()}`]),
  ];
  return [
    `${state.extractId}  ${state.rows} rows  until ${state.expiresAt.toISOString()}`,
    `  holder     ${state.holder} at ${state.workstation}`,
    `  columns    ${columns}`,
    `  state      ${steps.join("; ")}\n`,
  ].join("\n");
}

export function parseColumns(text: string): Field[] {
  return text.split(",").map((part) => {
    const field = parseField(part.trim());
    if (field === undefined) throw new Fault("bad-field", `a column is one of: ${fields.join(", ")}`);
    return field;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("bad-criteria", "--where is not JSON", { cause });
  }
}
