/** `kura look --case CASE PERSON`: fields of a person, shown once and journalled before they are opened. */
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { type Field, fieldOfNumber, fields, parseField } from "@kura/custodian/register/field.ts";
import { getCase } from "../desk/cases.ts";
import { atDesk } from "../desk/desk.ts";
import { orderLook, type Shown } from "../desk/door-orders.ts";

interface Options {
  readonly case: string;
  readonly purpose?: string;
  readonly fields: string;
}

export function addLookCommand(program: Command): void {
  program
    .command("look <person...>")
    .description(
      "look at fields of persons of a case; a second look at the same person in a case costs no budget",
    )
    .requiredOption("--case <case>", "the case it is for")
    .option("--purpose <purpose>", "the kind of the case, unless given")
    .option("--fields <names>", fields.join(","), "name,kana,birthDate")
    .action(runLook);
}

async function runLook(persons: string[], options: Options): Promise<void> {
  const wanted = parseFields(options.fields);
  const shown = await atDesk(async (desk) => {
    const about = await getCase(desk.door, options.case);
    return orderLook(desk, about, options.purpose ?? about.kind, persons, wanted);
  });
  process.stdout.write(renderShown(shown));
  process.stderr.write(`event ${shown.eventNumber} of the journal\n`);
  noteBudget(shown.isNearBudget);
}

/** A block for each person; of each record, oldest first, a line for each fact. */
export function renderShown({ persons, erased }: Shown): string {
  const blocks = persons.map(({ personKey, records }) => {
    const lines = records.flat().map(({ field, value, from }) => {
      const since = from === undefined ? "" : `  (since ${from})`;
      return `  ${(fieldOfNumber(field) ?? String(field)).padEnd(14)} ${value}${since}\n`;
    });
    return `${personKey}\n${lines.join("")}`;
  });
  return `${blocks.join("")}${erased.map((personKey) => `${personKey}\n  erased\n`).join("")}`;
}

/** On standard error, so that it is seen and never taken for a result. */
export function noteBudget(isNearBudget: boolean): void {
  if (isNearBudget) process.stderr.write("Near the end of a budget: further looks will soon be refused.\n");
}

function parseFields(text: string): Field[] {
  return text.split(",").map((part) => {
    const field = parseField(part.trim());
    if (field === undefined) throw new Fault("bad-field", `a field is one of: ${fields.join(", ")}`);
    return field;
  });
}
