/**
 * `kura screen ask | agree | run | list`: which of some persons meet a criterion that needs plaintext, without anybody seeing it.
 *
 * What comes back is who meets it, for a worklist or an extract (`--where '{"screen": ID}'`). The criterion leaves this machine
 * sealed to the keeper; a second actor agrees by saying the same one.
 */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { partCount } from "@kura/keeper/protocol/extracts.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { parseCriteria } from "@kura/custodian/extracts/criteria.ts";
import { isExtractId } from "@kura/custodian/extracts/plan-extract.ts";
import { readNumbers } from "@kura/custodian/extracts/read-numbers.ts";
import { screenLimits } from "@kura/custodian/screens/limits.ts";
import { planScreen } from "@kura/custodian/screens/plan-screen.ts";
import { runScreen } from "@kura/custodian/screens/run-screen.ts";
import type { ScreenParts } from "@kura/custodian/screens/screens.ts";
import { listStates, type ScreenState } from "@kura/custodian/screens/store.ts";
import { addCriterionOptions, criterionOf, type CriterionSaid } from "../desk/criterion.ts";
import { atDesk } from "../desk/desk.ts";
import { orderAgreement, orderScreen, screenParts } from "../desk/screen-orders.ts";
import { withInstance } from "./connected.ts";
import { progressBar } from "./progress-bar.ts";

interface AskOptions extends CriterionSaid {
  readonly purpose: string;
  readonly reason: string;
  readonly all?: boolean;
  readonly where?: string;
  readonly numbers?: string;
}

export function addScreenCommand(program: Command): void {
  const command = program
    .command("screen")
    .description("who of some persons meets a criterion that needs plaintext; nobody sees it");
  const ask = command
    .command("ask")
    .description("ask; the screen's id is printed. Of more than fifty persons a second actor agrees first")
    .requiredOption("--purpose <purpose>", "what it is for, as the roster has it")
    .requiredOption("--reason <text>", "why, in a sentence without anybody's name or number")
    .option("--all", "among everybody who is not erased")
    .option("--where <json>", "among these: criteria that open nothing (docs/formats/extract.md)")
    .option("--numbers <file>", "among those with one of the pension numbers in a file");
  addCriterionOptions(ask).action(runAsk);
  const agree = command
    .command("agree <screen>")
    .description("as a second actor: agree to it, by saying the same criterion");
  addCriterionOptions(agree).action(runAgree);
  command
    .command("run <screen>")
    .description("work it off; goes on where a stopped run ended")
    .action(runRun);
  command.command("list").description("screens, newest first, with how far they have come").action(runList);
}

async function runAsk(options: AskOptions): Promise<void> {
  const criterion = criterionOf(options);
  const { screenId, candidates, eventNumber, found } = await atDesk(async (desk) => {
    const text = options.numbers === undefined ? undefined : await readFile(options.numbers, "utf8");
    const named = text === undefined ? undefined : await readNumbers(desk.keeper, text);
    const criteria = parseCriteria({
      ...whereOf(options.where),
      ...(options.all === true && { all: true }),
      ...(named !== undefined && { numbers: named.criteria }),
    });
    const asked = { criteria, tokens: named?.tokens ?? [], reason: options.reason };
    const planned = await planScreen({ register: desk.databases.register, ...desk.door }, asked);
    const event = await orderScreen(desk, planned, options.purpose, criterion);
    return { ...planned, eventNumber: event, found: await runAlone(screenParts(desk), planned.screenId) };
  });
  process.stdout.write(`${screenId}\n`);
  const next = found === undefined ? "a second actor agrees first" : `${found} of them meet it`;
  process.stderr.write(`${candidates} persons: ${next}; event ${eventNumber} of the journal\n`);
}

/** At once, where nobody else needs to agree; `undefined` where somebody does. */
async function runAlone(parts: ScreenParts, screenId: string): Promise<number | undefined> {
  try {
    return await runScreen(parts, screenId);
  } catch (fault) {
    if (codeOf(fault) === "not-agreed") return undefined;
    throw fault;
  }
}

async function runAgree(id: string, options: CriterionSaid): Promise<void> {
  checkId(id);
  const criterion = criterionOf(options);
  const eventNumber = await atDesk((desk) => orderAgreement(desk, id, criterion));
  process.stdout.write(`agreed; event ${eventNumber} of the journal\n`);
}

async function runRun(id: string): Promise<void> {
  checkId(id);
  const bar = progressBar(process.stderr, "persons");
  const found = await withInstance("kura_custodian", ({ databases, keeper }) =>
    runScreen({ databases, keeper, now: () => new Date() }, id, ({ partsDone, parts, rows }) =>
      bar.update(partsDone, parts, Math.floor((rows * partsDone) / parts)),
    ),
  ).finally(() => bar.end());
  process.stdout.write(`${found} persons meet it\n`);
}

async function runList(): Promise<void> {
  const states = await withInstance("kura_custodian", async ({ databases, keeper }) => {
    await projectJournal(databases.register, journalSource(keeper));
    return listStates(databases.register, screenLimits.listed);
  });
  for (const state of states) process.stdout.write(renderState(state));
}

function renderState({
  screenId,
  candidates,
  reason,
  order,
  agreedBy,
  partsDone,
  found,
}: ScreenState): string {
  const asked = order === undefined ? "not asked for" : `for ${order.purpose}, asked for by ${order.actor}`;
  const agreed = agreedBy === undefined ? "" : `, agreed to by ${agreedBy}`;
  const isDone = partsDone === partCount(candidates);
  const far = isDone ? `${found} meet it` : `${partsDone} of ${partCount(candidates)} parts`;
  return `${screenId}  ${candidates} persons  ${far}\n  ${reason}; ${asked}${agreed}\n`;
}

function whereOf(text: string | undefined): object {
  if (text === undefined) return {};
  try {
    const where: unknown = JSON.parse(text);
    if (typeof where === "object" && where !== null) return where;
  } catch (cause) {
    throw new Fault("bad-criteria", "--where is not JSON", { cause });
  }
  throw new Fault("bad-criteria", "--where is a JSON object");
}

function checkId(id: string): void {
  if (!isExtractId(id)) throw new Fault("unknown-screen", "a screen's id is a UUID");
}
