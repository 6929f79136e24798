/** `kura statement --number N`: a person's annual statement and what the old-age basic pension would be. */
import type { Command } from "commander";
import { addMonths, monthOfDate, parseCivilDate } from "@kura/kernel/civil-date.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { latestValue, openPerson } from "@kura/custodian/disclosure/open-person.ts";
import { parseUuid } from "@kura/custodian/db/uuid.ts";
import { countMonths, estimateBasicPension } from "@kura/custodian/premiums/basic-pension.ts";
import { foldMonths } from "@kura/custodian/premiums/month-status.ts";
import { fiscalYearOf } from "@kura/custodian/premiums/rates.ts";
import { renderEstimate } from "@kura/custodian/premiums/render-estimate.ts";
import { renderStatement } from "@kura/custodian/premiums/render-statement.ts";
import { statementOf } from "@kura/custodian/premiums/statement.ts";
import { listEntries } from "@kura/custodian/premiums/store.ts";
import { parsePensionNumber } from "@kura/custodian/register/pension-number.ts";
import { listByTokens } from "@kura/custodian/register/store.ts";
import { termKinds } from "@kura/custodian/vault/terms.ts";
import { withInstance } from "./connected.ts";
import type { Connected } from "./connected.ts";

interface Options {
  readonly number: string;
  readonly months: string;
  readonly lang: string;
}

export function addStatementCommand(program: Command): void {
  program
    .command("statement")
    .description("a person's annual statement, month by month, and the old-age basic pension it would give")
    .requiredOption("--number <number>", "basic pension number, NNNN-NNNNNN")
    .option("--months <n>", "how many months are shown one by one", "12")
    .option("--lang <ja|en>", "language", "en")
    .action(runStatement);
}

async function runStatement(options: Options): Promise<void> {
  const number = parsePensionNumber(options.number);
  if (number === undefined)
    throw new Fault("bad-number", "a basic pension number has ten digits, NNNN-NNNNNN");
  const language = options.lang === "ja" ? "ja" : "en";
  const text = await withInstance("kura_custodian", async (connected) => {
    const personKey = await findPerson(connected, number);
    return renderFor(connected, personKey, Number(options.months), language);
  });
  process.stdout.write(text);
}

async function findPerson({ keeper, databases }: Connected, number: string): Promise<Uint8Array> {
  const tokens = await keeper.index([{ kind: termKinds.pensionNumber, text: number }]);
  const keys = new Set((await listByTokens(databases.register, [...tokens])).map((row) => row.personKey));
  const [key] = keys;
  if (key === undefined) throw new Fault("not-found", "nobody in the register has this number");
  if (keys.size > 1) throw new Fault("several-persons", `${keys.size} persons have this number`);
  return parseUuid(key);
}

/** The birth date is a look like any other: it stands in the journal, and nothing else of the person is opened. */
async function renderFor(
  { databases, keeper }: Connected,
  personKey: Uint8Array,
  shownMonths: number,
  language: "ja" | "en",
): Promise<string> {
  const reason = { actor: "operator", purpose: "annual-statement", caseId: "kura statement" };
  const opened = await openPerson(databases, keeper, reason, personKey, ["birthDate", "diedOn"]);
  if (opened.kind !== "opened") throw new Fault("not-found", "this person's record was erased");
  const birthDate = parseCivilDate(latestValue(opened.facts, "birthDate") ?? "");
  if (birthDate === undefined) throw new Fault("no-birth-date", "no birth date is recorded for this person");
  const diedOn = parseCivilDate(latestValue(opened.facts, "diedOn") ?? "");
  const entries = await listEntries(databases.register, "person", personKey);
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
