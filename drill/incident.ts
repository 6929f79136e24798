/**
 * The attack of 2015 on the real processes: four weeks of work, 949 requests, 31 workstations under control, three days of
 * taking all that can be taken, the night behind it. Prints 2015 beside now. `--persons N`, 50,000 unless given.
 *
 * The mails are told and not sent: nothing here receives mail. Everything behind an opened one is done (`incident/story.ts`).
 */
import { readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { listSealed } from "@kura/custodian/disclosure/sealed-material.ts";
import { parseUuid } from "@kura/custodian/db/uuid.ts";
import { endOf } from "../test/system/kura-folder.ts";
import { withDatabases } from "../test/system/register-view.ts";
import { connectKeeper } from "./blast/agency.ts";
import { clerkBudget, Desks, listPeople, startAgency } from "./incident/agency.ts";
import {
  type Loot,
  machineDays,
  readSessions,
  takeCustodian,
  takeDatabase,
  takeFiles,
  Values,
} from "./incident/attack.ts";
import { mails, openedMails, taken, theftDays } from "./incident/story.ts";
import { askedAtDesk } from "./incident/ask.ts";
import { changesOf2015, respond, type Response, sendChanges } from "./incident/response.ts";
import { releaseIn, requests, workForWeeks } from "./incident/work.ts";
import type { DrillOptions, DrillReport } from "./part.ts";

const usualPersons = 50_000;
/** Persons, from all over the register, whose values are looked for in what was stolen. */
const sampledPersons = 2_000;
/** Persons whose sealed material the taken custodian tries everything with. */
const triedPersons = 2_000;

export async function run({ persons = usualPersons, say }: DrillOptions): Promise<DrillReport> {
  const begin = performance.now();
  const agency = await startAgency(persons, say);
  try {
    const done = await withDatabases(agency.folder, "kura_custodian", async (databases) => {
      const keeper = await connectKeeper(agency.folder);
      const desks = await Desks.open(agency, databases, keeper);
      const people = await listPeople(databases);
      const keys = [...people.keys()];
      say(`four weeks of work: ${requests} requests`);
      const share = await workForWeeks(agency, desks, keeper, keys);
      say(
        `${openedMails} of ${mails} mails were opened meanwhile (told, not sent); ${taken.length} workstations were or are under control, ${theftDays.length} days of theft`,
      );
      const sessions = await readSessions(agency, desks, keys);
      say("files are taken, and tried with a session that is under control");
      const values = new Values(agency.lines, await readFile(agency.folder.keyFile), sampledPersons);
      const thief = releaseIn(agency, desks, sessions.open);
      const files = await takeFiles(share, values, thief, async () =>
        releaseIn(agency, desks, await desks.signIn(agency.recipient, "head-office", "printer")),
      );
      await agency.clock.moveTo(theftDays[2] + 2, 9);
      await sendChanges(agency, sessions.numbers.slice(-changesOf2015.beforeKnown), "前");
      say("database and custodian are taken");
      const byDatabase = await withDatabases(agency.folder, "owner", (owner) => takeDatabase(owner, values));
      const [clerk] = agency.clerks.slice(-1);
      if (clerk === undefined) throw new Error("there are no clerks");
      const desk = await desks.signIn(clerk.key, clerk.office, clerk.workstation);
      const items = (await listSealed(databases, keys.slice(0, triedPersons).map(parseUuid))).items;
      const held = { desk, persons: keys.slice(0, 20) };
      const custodian = await takeCustodian(agency, desks, keeper, databases, items, held);
      await projectJournal(databases.register, journalSource(keeper));
      say("evidence comes in");
      const byFiles = files.exposed;
      const loot: Loot = { ...sessions, byFiles, byDatabase, byCustodian: custodian.exposed };
      const response = await respond(agency, desks, keeper, people, share, loot);
      await keeper.close();
      const broken = files.isTriedWell ? [] : ["the attempt on files does not open what its holder may open"];
      return { loot, response, broken: [...broken, ...custodian.broken], persons: people.size };
    });
    const seconds = Math.round((performance.now() - begin) / 1000);
    return reportOf(done.persons, done.loot, done.response, done.broken, seconds);
  } catch (thrown) {
    // What the agency's processes said last tells why; they say nothing about anybody.
    const { exitCode, signalCode } = agency.running.child;
    const output = agency.running.output().stderr.slice(-2_000);
    say(`failed; the agency ended with ${exitCode ?? signalCode ?? "nothing yet"}: ${output}`);
    throw thrown;
  } finally {
    const { exitCode, signalCode } = agency.running.child;
    if (exitCode === null && signalCode === null) process.kill(agency.running.pid, "SIGINT");
    await endOf(agency.running);
    await agency.folder.remove();
    await rm(agency.folder.keyFile, { force: true });
    await rm(dirname(agency.clock.path), { recursive: true, force: true });
  }
}

function reportOf(
  persons: number,
  loot: Loot,
  response: Response,
  more: readonly string[],
  seconds: number,
): DrillReport {
  const bound = machineDays() * clerkBudget.day;
  const exposedBySessions = loot.bySessions.size;
  const changes = changesOf2015.beforeKnown + changesOf2015.afterKnown;
  const checks: readonly (readonly [boolean, string])[] = [
    [loot.byFiles === 0, `${loot.byFiles} persons can be read in files`],
    [loot.byDatabase === 0, `${loot.byDatabase} persons can be read in the database`],
    [loot.byCustodian === 0, `${loot.byCustodian} persons can be read by the custodian`],
    [
      exposedBySessions > 0 && exposedBySessions <= bound,
      `sessions showed ${exposedBySessions} persons, at most ${bound}`,
    ],
    [loot.ordersRefused > 0, "no budget has stopped anybody"],
    [response.wrongAnswers === 0, `${response.wrongAnswers} answers are wrong`],
    [response.changesCaught === changes, `${response.changesCaught} of ${changes} changes were caught`],
  ];
  const broken = [
    ...checks.filter(([holds]) => !holds).map(([, words]) => words),
    ...response.broken,
    ...more,
  ];
  const figures = {
    persons,
    records: response.exposedRecords,
    exposedPersons: response.exposedPersons,
    exposedByFiles: loot.byFiles,
    exposedByDatabase: loot.byDatabase,
    exposedByCustodian: loot.byCustodian,
    exposedBySessions,
    firstCountMs: Math.round(response.firstCountMs),
    wrongAnswers: response.wrongAnswers,
    changesCaught: response.changesCaught,
    told: { mails, openedMails },
    done: {
      requests,
      takenWorkstations: taken.length,
      theftDays: theftDays.length,
      sampledPersons,
      askedAtDesk,
    },
    revision: response.revision.revisionNo,
    deadlines: response.deadlines,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    seconds,
    broken,
  };
  return { figures, text: tableOf(persons, loot, response), broken };
}

function tableOf(persons: number, loot: Loot, response: Response): string {
  const changes = changesOf2015.beforeKnown + changesOf2015.afterKnown;
  const rows: readonly (readonly string[])[] = [
    ["", "2015", `now, of ${persons} persons`],
    ["persons exposed by files", "1,014,653 (1,250,000 records)", String(loot.byFiles)],
    ["persons exposed by the database", "not reached", String(loot.byDatabase)],
    ["persons exposed by the custodian", "all, had it been reached", String(loot.byCustodian)],
    ["persons shown to live sessions", "no limit", `${loot.bySessions.size}, then stopped by budgets`],
    [
      "persons and records to tell",
      "1,014,653 and 1,250,000",
      `${response.exposedPersons} and ${response.exposedRecords}`,
    ],
    ["first exact count", "three weeks", `${Math.round(response.firstCountMs)} ms`],
    ["wrong answers", "2,449", `${response.wrongAnswers} of ${persons}, ${askedAtDesk} of them at the desk`],
    ["mails (told, not sent)", "124, 5 opened", `${mails}, ${openedMails} opened`],
    ["changes caught", `0 of ${changes}`, `${response.changesCaught} of ${changes}`],
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
