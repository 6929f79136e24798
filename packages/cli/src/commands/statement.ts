/** `kura statement --number N`: a person's annual statement and what the old-age basic pension would be. */
import type { Command } from "commander";
import { addMonths, monthOfDate, parseCivilDate } from "@kura/kernel/civil-date.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { FactValue } from "@kura/kernel/fact-list.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import { countMonths, estimateBasicPension } from "@kura/custodian/premiums/basic-pension.ts";
import { foldMonths } from "@kura/custodian/premiums/month-status.ts";
import { fiscalYearOf } from "@kura/custodian/premiums/rates.ts";
import { renderEstimate } from "@kura/custodian/premiums/render-estimate.ts";
import { renderStatement } from "@kura/custodian/premiums/render-statement.ts";
import { statementOf } from "@kura/custodian/premiums/statement.ts";
import { listEntries } from "@kura/custodian/premiums/store.ts";
import { type Field, fieldNumbers } from "@kura/custodian/register/field.ts";
import { SecretReader } from "../desk/ask-secret.ts";
import { atDesk, type Desk } from "../desk/desk.ts";
import { lookInOwnCase } from "../desk/look-in-own-case.ts";
import { searchTermsOf } from "../desk/search-terms.ts";
import { wholeNumber } from "./whole-number.ts";

interface Options {
  readonly number: string;
  readonly months: number;
  readonly lang: string;
}

export function addStatementCommand(program: Command): void {
  program
    .command("statement")
    .description("a person's annual statement, month by month, and the old-age basic pension it would give")
    .requiredOption(
      "--number <number>",
      "basic pension number, NNNN-NNNNNN; - asks for it, or reads it from standard input",
    )
    .option("--months <n>", "how many months are shown one by one", wholeNumber(0), 12)
    .option("--lang <ja|en>", "language", "en")
    .action(runStatement);
}

async function runStatement(options: Options): Promise<void> {
  const number = await new SecretReader().read(options.number, "basic pension number");
  const terms = searchTermsOf({ number });
  const language = options.lang === "ja" ? "ja" : "en";
  const text = await atDesk(async (desk) => {
    const life = await lookUp(desk, terms);
    return renderFor(desk, life, options.months, language);
  });
  process.stdout.write(text);
}

interface Life {
  readonly personKey: Uint8Array;
  readonly birthDate: string | undefined;
  readonly diedOn: string | undefined;
}

/** A search and a look like any other, in a case of its own: two dates are opened and nothing else of the person. */
async function lookUp(desk: Desk, terms: readonly Term[]): Promise<Life> {
  const { found, shown } = await lookInOwnCase(desk, {
    kind: "call-centre-inquiry",
    purpose: "annual-statement",
    reason: "kura statement: an annual statement was asked for",
    terms,
    fields: ["birthDate", "diedOn"],
  });
  const facts = shown.persons[0]?.records.flat() ?? [];
  return {
    personKey: found.personKey,
    birthDate: latest(facts, "birthDate"),
    diedOn: latest(facts, "diedOn"),
  };
}

/** The value of a field in the newest record that has it. */
function latest(facts: readonly FactValue[], field: Field): string | undefined {
  return facts.filter((fact) => fact.field === fieldNumbers[field]).at(-1)?.value;
}

async function renderFor(
  { databases }: Desk,
  life: Life,
  shownMonths: number,
  language: "ja" | "en",
): Promise<string> {
  const birthDate = parseCivilDate(life.birthDate ?? "");
  if (birthDate === undefined) throw new Fault("no-birth-date", "no birth date is recorded for this person");
  const diedOn = parseCivilDate(life.diedOn ?? "");
  const entries = await listEntries(databases.register, "person", life.personKey);
  const last = entries.reduce<CivilMonth>(
    (month, entry) => (entry.month > month ? entry.month : month),
    monthOfDate(birthDate),
  );
  const first = addMonths(last, 1 - Math.max(shownMonths, 1)) ?? last;
  const statement = statementOf({
    entries,
    birthDate,
    period: { from: first, to: last },
    ...(diedOn !== undefined && { lastMonth: monthOfDate(diedOn) }),
  });
  const estimate = estimateBasicPension({
    birthDate,
    fiscalYear: fiscalYearOf(last),
    months: countMonths(foldMonths(entries), birthDate),
  });
  return `${renderStatement(statement, language)}\n${renderEstimate(estimate, language)}\n`;
}
