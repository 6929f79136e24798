/**
 * `kura ledger show | correct | return`: a person's premium entries by number, and what reverses one of them.
 *
 * For whoever has looked at the person in an open case, and holds that case's purpose: entries stand under a random key, and
 * nobody moves the money of somebody whom they have not seen. Nothing is changed or deleted; a running custodian notes each
 * operation in the journal.
 */
import type { Command } from "commander";
import { type CivilMonth, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import type { Case } from "@kura/custodian/cases/case.ts";
import { parseUuid } from "@kura/custodian/db/uuid.ts";
import { readRoster } from "@kura/custodian/disclosure/roster-view.ts";
import { hasLooked } from "@kura/custodian/disclosure/store.ts";
import { correct, type CorrectOutcome } from "@kura/custodian/premiums/correct.ts";
import { type PremiumEntry, premiumKinds, schemes } from "@kura/custodian/premiums/entry.ts";
import type { Stamp } from "@kura/custodian/premiums/operation.ts";
import { returnPremium, type ReturnOutcome } from "@kura/custodian/premiums/return-premium.ts";
import { listEntries } from "@kura/custodian/premiums/store.ts";
import { getCase } from "../desk/cases.ts";
import { atDesk, type Desk } from "../desk/desk.ts";

interface InCase {
  readonly case: string;
}

interface Operation extends InCase {
  readonly reason: string;
}

interface Replacement {
  readonly month?: string;
  readonly scheme?: string;
  readonly kind?: string;
  readonly yen?: string;
  readonly remuneration?: string;
}

export function addLedgerCommand(program: Command): void {
  const command = program
    .command("ledger")
    .description("a person's premium entries; a wrong one is reversed, never changed");
  command
    .command("show <person>")
    .description("the entries with their numbers, oldest first")
    .requiredOption("--case <case>", "the open case in which you have looked at the person")
    .action(runShow);
  command
    .command("correct <person> <entry>")
    .description("reverse an entry and, with the options of a month, put what is true in its place")
    .requiredOption("--case <case>", "the open case in which you have looked at the person")
    .requiredOption("--reason <text>", "for the record; nobody's data")
    .option("--month <yyyy-mm>", "of the entry that is true")
    .option("--scheme <scheme>", schemes.join(", "))
    .option("--kind <kind>", premiumKinds.join(", "))
    .option("--yen <amount>", "what was paid; 0 for kinds that pay nothing", "0")
    .option("--remuneration <yen>", "standard monthly remuneration, of employees")
    .action(runCorrect);
  command
    .command("return <person> <entry>")
    .description("send the money of an entry back to who paid it")
    .requiredOption("--case <case>", "the open case in which you have looked at the person")
    .requiredOption("--reason <text>", "for the record; nobody's data")
    .action(runReturn);
}

async function runShow(person: string, options: InCase): Promise<void> {
  const entries = await atDesk(async (desk) => {
    await mustHaveSeen(desk, await getCase(desk.door, options.case), person);
    return listEntries(desk.databases.register, "person", parseUuid(person));
  });
  for (const { entryNo, month, scheme, kind, amountYen, reverses } of entries) {
    const undone = reverses === undefined ? "" : `  reverses ${reverses}`;
    const yen = amountYen.toLocaleString("en").padStart(10);
    say(`${String(entryNo).padStart(5)}  ${month}  ${scheme.padEnd(10)}  ${kind.padEnd(18)} ${yen}${undone}`);
  }
}

async function runCorrect(person: string, entry: string, options: Operation & Replacement): Promise<void> {
  const replacement = parseReplacement(options);
  const outcome = await atDesk(async (desk) => {
    await mustHaveSeen(desk, await getCase(desk.door, options.case), person);
    const order = {
      personKey: parseUuid(person),
      entryNo: parseEntryNo(entry),
      thisMonth: monthNow(desk.door.now()),
      ...(replacement !== undefined && { replacement }),
    };
    return correct(desk.databases.register, order, stampOf(desk, options.reason));
  });
  if (outcome.kind !== "corrected") throw refusalOf(outcome);
  const { reversalNo, replacementNo } = outcome;
  say(
    replacementNo === undefined
      ? `entry ${reversalNo} reverses it`
      : `entry ${reversalNo} reverses it, entry ${replacementNo} replaces it`,
  );
}

async function runReturn(person: string, entry: string, options: Operation): Promise<void> {
  const outcome = await atDesk(async (desk) => {
    await mustHaveSeen(desk, await getCase(desk.door, options.case), person);
    const order = { from: "person", personKey: parseUuid(person), entryNo: parseEntryNo(entry) } as const;
    return returnPremium(desk.databases.register, order, stampOf(desk, options.reason));
  });
  if (outcome.kind !== "returned") throw refusalOf(outcome);
  say(`${outcome.amountYen.toLocaleString("en")} yen to be returned`);
}

/** @throws {Fault} `case-closed`, `person-not-in-case`, `purpose-not-held`, `not-looked-at` */
async function mustHaveSeen({ databases, keeper, key }: Desk, about: Case, person: string): Promise<void> {
  if (!about.isOpen) throw new Fault("case-closed", "the case is closed");
  if (!about.persons.includes(person))
    throw new Fault("person-not-in-case", "the case is not about this person");
  const { actors } = await readRoster(keeper);
  if (actors[key.actor]?.purposes.includes(about.kind) !== true) {
    throw new Fault("purpose-not-held", "the actor of this key does not hold the purpose of the case");
  }
  if (!(await hasLooked(databases.register, key.actor, parseUuid(person), about.caseId))) {
    throw new Fault("not-looked-at", "look at the person in this case first: kura look");
  }
}

function stampOf({ door }: Desk, reason: string): Stamp {
  return { operationId: door.makeId(), reason, atMs: door.now().getTime() };
}

/** @throws {Fault} `bad-entry` */
function parseReplacement(given: Replacement): PremiumEntry | undefined {
  const { month: monthText, scheme: schemeText, kind: kindText, yen = "0", remuneration } = given;
  if (monthText === undefined && schemeText === undefined && kindText === undefined) return undefined;
  const month = parseCivilMonth(monthText ?? "");
  const scheme = schemes.find((one) => one === schemeText);
  const kind = premiumKinds.find((one) => one === kindText);
  if (month === undefined || scheme === undefined || kind === undefined) {
    throw new Fault("bad-entry", "what is true has --month (2024-04), --scheme and --kind together");
  }
  const amountYen = parseYen(yen);
  return {
    month,
    scheme,
    kind,
    amountYen,
    ...(remuneration !== undefined && { remunerationYen: parseYen(remuneration) }),
  };
}

/** @throws {Fault} `bad-entry` */
function parseEntryNo(text: string): number {
  if (/^[1-9]\d{0,8}$/u.test(text)) return Number(text);
  throw new Fault("bad-entry", "an entry is named by its number: kura ledger show");
}

/** Japan's, nine hours ahead of UTC all year. */
function monthNow(now: Date): CivilMonth {
  const month = parseCivilMonth(new Date(now.getTime() + 9 * 3_600_000).toISOString().slice(0, 7));
  if (month === undefined) throw new Fault("bad-clock", "the clock shows no month");
  return month;
}

function refusalOf(
  outcome: Exclude<CorrectOutcome | ReturnOutcome, { kind: "corrected" | "returned" }>,
): Fault {
  if (outcome.kind === "impossible") return new Fault(outcome.code, outcome.text);
  return new Fault(outcome.kind, refusals[outcome.kind]);
}

const refusals = {
  repeated: "this operation has happened already",
  "no-such-entry": "the ledger has no entry of this number",
  "is-reversal": "the entry reverses another; a reversal is final",
  "already-reversed": "another entry has reversed it already",
  "already-settled": "it is settled already",
  "nothing-paid": "the entry moved no money",
} as const;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
