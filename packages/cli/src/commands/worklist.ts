/**
 * `kura worklist make | list | show | assign | reveal | result | done`: bulk work inside, without a file.
 *
 * A list shows persons by their keys and what was found out about them; a value of a person is shown by `reveal` alone,
 * which is a look in the lot's case like any other.
 */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { parseCriteria } from "@kura/custodian/extracts/criteria.ts";
import { readNumbers } from "@kura/custodian/extracts/read-numbers.ts";
import { fieldNumbers, fieldOfNumber, fields } from "@kura/custodian/register/field.ts";
import { getProgress, listLotsOf, listWorklists, type WorklistRow } from "@kura/custodian/worklists/store.ts";
import { type Lot, parseWorklistKind, worklistKinds } from "@kura/custodian/worklists/worklist.ts";
import {
  assignLot,
  findLot,
  finishLot,
  type LotOutcome,
  makeWorklist,
  recordResult,
  type WorklistParts,
} from "@kura/custodian/worklists/worklists.ts";
import { getCase } from "../desk/cases.ts";
import { atDesk, type Desk } from "../desk/desk.ts";
import { orderLook } from "../desk/door-orders.ts";
import { withInstance } from "./connected.ts";
import { parseColumns } from "./extract.ts";
import { noteBudget, renderShown } from "./look.ts";

interface MakeOptions {
  readonly kind: string;
  readonly title: string;
  readonly columns: string;
  readonly due?: string;
  readonly all?: boolean;
  readonly where?: string;
  readonly numbers?: string;
}

const words: Readonly<Record<string, string>> = {
  "bad-title": "a list needs a title of at most 100 characters",
  "nobody-selected": "the criteria select nobody",
  "too-many-persons": "a list has at most 100,000 persons; divide them",
  "unknown-lot": "there is no such list, or it has no such lot",
  "lot-done": "the lot is done",
  "not-assigned": "nobody has this lot yet",
  "other-assignee": "somebody else has this lot",
  "person-not-in-lot": "the lot is not about this person",
  "no-such-result": "this kind of list has other results",
  "persons-left": "not every person of the lot has a result",
};

export function addWorklistCommand(program: Command): void {
  const command = program.command("worklist").description("bulk work inside, without a file");
  command
    .command("make")
    .description("make a list of persons to be worked off; its id is printed")
    .requiredOption("--kind <kind>", Object.keys(worklistKinds).join(", "))
    .requiredOption("--title <text>", "a line without anybody's name or number")
    .requiredOption("--columns <names>", fields.join(","))
    .option("--due <date>", "YYYY-MM-DD")
    .option("--all", "everybody who is not erased")
    .option("--where <json>", "criteria (docs/formats/extract.md)")
    .option("--numbers <file>", "who has one of the pension numbers in a file, one in a line")
    .action(runMake);
  command
    .command("list")
    .description("lists, newest first, with how far they have come")
    .option("--mine", "lots that this machine's actor has, instead")
    .action(runList);
  command.command("show <list> <lot>").description("a lot: its persons by key, and results").action(runShow);
  command
    .command("assign <list> <lot> <actor>")
    .description("give a lot to somebody, or hand it over")
    .action(async (list: string, lot: string, actor: string) =>
      printLot(await change(list, lot, (desk, place) => assignLot(partsOf(desk), place, desk.asker, actor))),
    );
  command
    .command("reveal <list> <lot> <person...>")
    .description("look at the list's columns of persons of a lot; each is an order")
    .action(runReveal);
  command
    .command("result <list> <lot> <person> <result>")
    .description("write back what was found out")
    .action(async (list: string, lot: string, person: string, result: string) =>
      printLot(
        await change(list, lot, (desk, place) =>
          recordResult(partsOf(desk), place, desk.asker, { person, result }),
        ),
      ),
    );
  command
    .command("done <list> <lot>")
    .description("every person of the lot has a result; its case is closed")
    .action(async (list: string, lot: string) =>
      printLot(await change(list, lot, (desk, place) => finishLot(partsOf(desk), place, desk.asker))),
    );
}

async function runMake(options: MakeOptions): Promise<void> {
  const kind = parseWorklistKind(options.kind);
  if (kind === undefined)
    throw new Fault("bad-worklist-kind", `a list is one of: ${Object.keys(worklistKinds).join(", ")}`);
  const made = await atDesk(async (desk) => {
    const text = options.numbers === undefined ? undefined : await readFile(options.numbers, "utf8");
    const named = text === undefined ? undefined : await readNumbers(desk.keeper, text);
    const where: unknown = options.where === undefined ? {} : JSON.parse(options.where);
    const criteria = parseCriteria({
      ...(typeof where === "object" ? where : {}),
      ...(options.all === true && { all: true }),
      ...(named !== undefined && { numbers: named.criteria }),
    });
    return makeWorklist(partsOf(desk), desk.asker, {
      kind,
      title: options.title,
      fields: parseColumns(options.columns).map((field) => fieldNumbers[field]),
      criteria,
      tokens: named?.tokens ?? [],
      ...(options.due !== undefined && { dueOn: options.due }),
    });
  });
  if (made.outcome !== "made") throw refused(made.outcome);
  process.stdout.write(`${made.worklistId}\n`);
  process.stderr.write(`${made.persons} persons\n`);
}

async function runList({ mine }: { readonly mine?: boolean }): Promise<void> {
  if (mine === true) {
    const lots = await atDesk((desk) => listLotsOf(desk.databases.register, desk.asker.actor));
    for (const { worklistId, lotNo } of lots) process.stdout.write(`${worklistId}  lot ${lotNo}\n`);
    return;
  }
  await withInstance("kura_custodian", async ({ databases }) => {
    for (const list of await listWorklists(databases.register)) {
      const progress = await getProgress(databases.register, list.worklistId);
      const results = [...progress.results].map(([result, count]) => `${count} ${result}`);
      const due = list.dueOn === undefined ? "" : `  due ${list.dueOn}`;
      process.stdout.write(
        `${list.worklistId}  ${list.kind}  ${list.title}${due}\n` +
          `  ${progress.persons} persons in ${progress.lots} lots, ${progress.assignedLots} given out, ` +
          `${progress.doneLots} done; ${results.length === 0 ? "no results yet" : results.join(", ")}\n`,
      );
    }
  });
}

async function runShow(list: string, lot: string): Promise<void> {
  printLot(await atDesk((desk) => getLot(desk, list, lot)));
}

async function runReveal(list: string, lotText: string, persons: string[]): Promise<void> {
  const shown = await atDesk(async (desk) => {
    const lot = await getLot(desk, list, lotText);
    if (lot.caseId === undefined) throw refused("not-assigned");
    const about = await getCase(desk.door, lot.caseId);
    const columns = (await getList(desk, list)).fields.flatMap((number) => fieldOfNumber(number) ?? []);
    return orderLook(desk, about, about.kind, persons, columns);
  });
  process.stdout.write(renderShown(shown));
  process.stderr.write(`event ${shown.eventNumber} of the journal\n`);
  noteBudget(shown.isNearBudget);
}

async function change(
  list: string,
  lot: string,
  work: (desk: Desk, place: { worklistId: string; lotNo: number }) => Promise<LotOutcome>,
): Promise<Lot> {
  const place = { worklistId: list, lotNo: lotNumber(lot) };
  const outcome = await atDesk((desk) => work(desk, place));
  if (outcome.outcome !== "done") throw refused(outcome.outcome);
  return outcome.lot;
}

async function getLot(desk: Desk, list: string, lot: string): Promise<Lot> {
  const found = await findLot(partsOf(desk), { worklistId: list, lotNo: lotNumber(lot) });
  if (found === undefined) throw refused("unknown-lot");
  return found;
}

async function getList(desk: Desk, worklistId: string): Promise<WorklistRow> {
  const [list] = await listWorklists(desk.databases.register, worklistId);
  if (list === undefined) throw refused("unknown-lot");
  return list;
}

function lotNumber(text: string): number {
  if (/^\d{1,6}$/u.test(text)) return Number(text);
  throw new Fault("unknown-lot", "lots are numbered from 0");
}

function partsOf({ databases, door }: Desk): WorklistParts {
  return { register: databases.register, now: door.now, makeId: door.makeId };
}

function refused(outcome: string): Fault {
  return new Fault(outcome, words[outcome] ?? outcome);
}

function printLot({ lotNo, persons, assignee, caseId, results, isDone }: Lot): void {
  const state = isDone ? "done" : assignee === undefined ? "given to nobody" : `with ${assignee}`;
  const about = caseId === undefined ? "" : `  case ${caseId}`;
  const lines = persons.map((person) => `  ${person}  ${results.get(person) ?? "-"}\n`);
  process.stdout.write(`lot ${lotNo}  ${state}${about}\n${lines.join("")}`);
}
