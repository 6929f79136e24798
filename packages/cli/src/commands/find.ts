/** `kura find --case CASE --number -`: who is meant? Shows masked names; costs budget, also when nobody is found. */
import type { Command } from "commander";
import { renderUuid } from "@kura/custodian/db/uuid.ts";
import { SecretReader } from "../desk/ask-secret.ts";
import { getCase } from "../desk/cases.ts";
import { atDesk } from "../desk/desk.ts";
import { orderSearch } from "../desk/door-orders.ts";
import { type Said, searchTermsOf } from "../desk/search-terms.ts";
import { noteBudget } from "./look.ts";

interface Options extends Said {
  readonly case: string;
  readonly purpose?: string;
}

const questions = {
  number: "basic pension number",
  schemeNumber: "scheme number",
  kana: "kana name",
  name: "name",
  birth: "birth date",
} as const;

export function addFindCommand(program: Command): void {
  program
    .command("find")
    .description("find a person in a case; a value given as - is asked for, or read from standard input")
    .requiredOption("--case <case>", "the case it is for")
    .option("--purpose <purpose>", "the kind of the case, unless given")
    .option("--number <number>", questions.number)
    .option("--scheme-number <number>", questions.schemeNumber)
    .option("--kana <kana>", `${questions.kana}, with --birth`)
    .option("--name <name>", `${questions.name}, with --birth; finds whoever has no kana name recorded`)
    .option("--birth <date>", `${questions.birth}, YYYY-MM-DD`)
    .action(runFind);
}

async function runFind(options: Options): Promise<void> {
  const terms = searchTermsOf(await readSaid(options));
  const found = await atDesk(async (desk) => {
    const about = await getCase(desk.door, options.case);
    return orderSearch(desk, about, options.purpose ?? about.kind, terms);
  });
  for (const { personKey, maskedName, birthYear, addressStart } of found.persons) {
    process.stdout.write(`${renderUuid(personKey)}  ${maskedName}  ${birthYear}  ${addressStart}\n`);
  }
  process.stderr.write(`${found.persons.length} found; event ${found.eventNumber} of the journal\n`);
  if (found.persons.length === 0 && options.name !== undefined) process.stderr.write(nameHint);
  noteBudget(found.isNearBudget);
}

/** The index has the kanji name only of persons without a kana name (`custodian/src/register/line-tokens.ts`). */
const nameHint =
  "People are indexed by their kana name: a kanji name finds them only where none is recorded. Try --kana.\n";

async function readSaid(options: Options): Promise<Said> {
  const reader = new SecretReader();
  const said: { -readonly [K in keyof Said]: Said[K] } = {};
  for (const key of ["number", "schemeNumber", "kana", "name", "birth"] as const) {
    const given = options[key];
    if (given !== undefined) said[key] = await reader.read(given, questions[key]);
  }
  return said;
}
