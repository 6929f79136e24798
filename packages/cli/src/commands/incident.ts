/** `kura incident open | list | show | evidence | withdraw | diff`: from what is known to who is exposed. */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { readNumbers } from "@kura/custodian/extracts/read-numbers.ts";
import { listPersonNos } from "@kura/custodian/incident/desk/store.ts";
import { diffRevisions } from "@kura/custodian/incident/diff.ts";
import { subjectKinds } from "@kura/custodian/incident/evidence.ts";
import { maskOf } from "@kura/custodian/incident/field-mask.ts";
import {
  addEvidence,
  type EvidenceOutcome,
  openIncident,
  withdrawEvidence,
} from "@kura/custodian/incident/incidents.ts";
import { incidentLimits } from "@kura/custodian/incident/limits.ts";
import { parseSubject, parseTime, parseWindow } from "@kura/custodian/incident/parse-evidence.ts";
import { PersonSet, personNoOf } from "@kura/custodian/incident/person-set.ts";
import {
  countText,
  renderCounts,
  renderEvidence,
  renderIncident,
} from "@kura/custodian/incident/render-text.ts";
import { findRevision, parseCounts, type Revision } from "@kura/custodian/incident/revision.ts";
import { listEvidence, listIncidents } from "@kura/custodian/incident/store.ts";
import { fieldNumbers, fields } from "@kura/custodian/register/field.ts";
import { listByTokens } from "@kura/custodian/register/store.ts";
import { atIncidentDesk } from "../desk/incident-desk.ts";
import { parseColumns } from "./extract.ts";
import { addIncidentDecisionCommands } from "./incident-decisions.ts";
import { addIncidentDeskCommands } from "./incident-desk.ts";
import { addIncidentReportCommands } from "./incident-report.ts";
import { wholeNumber } from "./whole-number.ts";

/** Tokens looked up in one statement. */
const tokensAtOnce = 10_000;

interface EvidenceOptions {
  readonly kind: string;
  readonly subject?: string;
  readonly form?: string;
  readonly from?: string;
  readonly until?: string;
  readonly clockDoubt?: number;
  readonly source: string;
}

export function addIncidentCommand(program: Command): void {
  const command = program.command("incident").description("who is exposed by what, and what they are told");
  addOpening(command);
  addEvidenceCommands(command);
  command
    .command("diff")
    .description("what moved between two revisions, and which evidence moved it")
    .argument("<incident>")
    .argument("<from>", "a revision's number", wholeNumber(1))
    .argument("<to>", "a later one's", wholeNumber(1))
    .action(runDiff);
  addIncidentDecisionCommands(command);
  addIncidentDeskCommands(command);
  addIncidentReportCommands(command);
}

function addOpening(command: Command): void {
  command
    .command("open")
    .description("open an incident; its id is printed")
    .requiredOption("--title <text>", "what happened, without anybody's name or number")
    .requiredOption("--known-at <time>", "when the agency knew: the clock of its duties (ISO 8601 with zone)")
    .option("--not-wrongful", "no wrongful purpose is suspected")
    .action(async (options: { title: string; knownAt: string; notWrongful?: boolean }) => {
      const knownAt = new Date(parseTime(options.knownAt));
      const id = await atIncidentDesk((parts, { asker: { actor, office } }) =>
        openIncident(parts, {
          title: options.title,
          actor,
          office,
          knownAt,
          isWrongful: options.notWrongful !== true,
        }),
      );
      process.stdout.write(`${id}\n`);
    });
  command
    .command("list")
    .description("incidents, newest first")
    .action(async () => {
      const rows = await atIncidentDesk(({ register }) => listIncidents(register, incidentLimits.listed));
      for (const row of rows) process.stdout.write(renderIncident(row));
    });
  command
    .command("show <incident>")
    .description("its evidence, and the counts of its newest revision or of the one given")
    .option("--revision <n>", "a revision's number", wholeNumber(1))
    .option("--json", "counts as JSON")
    .action(runShow);
}

function addEvidenceCommands(command: Command): void {
  command
    .command("evidence <incident>")
    .description("add a piece of evidence; the revision that it makes is printed")
    .requiredOption("--kind <kind>", subjectKinds.join(", "))
    .option("--subject <name>", "which workstation, session, account, credential, or extract")
    .option("--form <form>", "of an extract: sealed (the file alone) or opened (a copy of its rows)")
    .option("--from <time>", "since when, where it is known (ISO 8601 with zone); never guess")
    .option("--until <time>", "until when, where it has ended")
    .option("--clock-doubt <seconds>", "by how much that clock may be wrong", wholeNumber(0))
    .requiredOption("--source <text>", "where it is from, without anybody's name or number")
    .action(runEvidence);
  command
    .command("found <incident>")
    .description("a list was found outside: its pension numbers, one in a line, are matched to persons")
    .requiredOption(
      "--numbers <file>",
      "the numbers; nothing of the file is kept but who was found, and how many lines it has",
    )
    .requiredOption("--fields <names>", `what the list shows of each: ${fields.join(",")}`)
    .option("--extract <id>", "the extract that it must have come from (kura extract whose)")
    .requiredOption("--source <text>", "where it was found, without anybody's name or number")
    .action(runFound);
  command
    .command("withdraw")
    .description("take a piece of evidence out of the count; it and the reason stay to be read")
    .argument("<incident>")
    .argument("<number>", "the piece's", wholeNumber(1))
    .requiredOption("--reason <text>", "why, in a sentence without anybody's name or number")
    .action(async (incident: string, number: number, { reason }: { reason: string }) =>
      printOutcome(
        await atIncidentDesk((parts, { asker }) =>
          withdrawEvidence(parts, incident, number, asker.actor, reason),
        ),
      ),
    );
}

async function runEvidence(incident: string, options: EvidenceOptions): Promise<void> {
  const { kind, subject, form, from, until, clockDoubt, source } = options;
  const clockDoubtMs = clockDoubt === undefined ? undefined : clockDoubt * 1000;
  const item = {
    subject: parseSubject({ kind, subject, form }),
    window: parseWindow({ from, until, clockDoubtMs }),
    source,
  };
  printOutcome(await atIncidentDesk((parts, { asker }) => addEvidence(parts, incident, asker.actor, item)));
}

interface FoundOptions {
  readonly numbers: string;
  readonly fields: string;
  readonly extract?: string;
  readonly source: string;
}

async function runFound(incident: string, options: FoundOptions): Promise<void> {
  const text = await readFile(options.numbers, "utf8");
  const shown = maskOf(parseColumns(options.fields).map((field) => fieldNumbers[field]));
  await atIncidentDesk(async (parts, { keeper, asker }) => {
    const { tokens, criteria } = await readNumbers(keeper, text);
    const persons = await findPersons(parts.register, tokens);
    const list = { kind: "list", persons, fields: shown, rows: criteria.count } as const;
    const subject = options.extract === undefined ? list : { ...list, extract: options.extract };
    const added = await addEvidence(parts, incident, asker.actor, {
      subject,
      window: {},
      source: options.source,
    });
    process.stdout.write(`${criteria.count} rows, ${countText(persons.size, "person")} of the register\n`);
    printOutcome(added);
  });
}

/** Who has any of these numbers. */
async function findPersons(
  register: Parameters<typeof listByTokens>[0],
  tokens: Parameters<typeof listByTokens>[1],
): Promise<PersonSet> {
  const numbers: number[] = [];
  for (let from = 0; from < tokens.length; from += tokensAtOnce) {
    const found = await listByTokens(register, tokens.slice(from, from + tokensAtOnce));
    const byKey = await listPersonNos(register, [...new Set(found.map(({ personKey }) => personKey))]);
    for (const personNo of byKey.values()) numbers.push(personNoOf(personNo));
  }
  return PersonSet.of(numbers);
}

async function runShow(incident: string, options: { revision?: number; json?: boolean }): Promise<void> {
  await atIncidentDesk(async ({ register }) => {
    const revision = await findRevision(register, incident, options.revision);
    if (options.json === true) {
      if (revision === undefined) throw refusal("unknown-revision");
      process.stdout.write(`${revision.counts}\n`);
      return;
    }
    const [row] = await listIncidents(register, 1, incident);
    if (row === undefined) throw refusal("unknown-incident");
    process.stdout.write(renderIncident(row));
    for (const item of await listEvidence(register, incident)) process.stdout.write(renderEvidence(item));
    if (revision !== undefined) printRevision(revision);
  });
}

async function runDiff(incident: string, fromNo: number, toNo: number): Promise<void> {
  const steps = await atIncidentDesk(async (parts) => {
    const from = await findRevision(parts.register, incident, fromNo);
    const to = await findRevision(parts.register, incident, toNo);
    if (from === undefined || to === undefined) throw refusal("unknown-revision");
    return diffRevisions(parts, from, to);
  });
  for (const { change, evidenceNo, movedPersons, movedRecords, count } of steps) {
    const what = change === "journal" ? "later looks and releases" : `evidence ${evidenceNo} ${change}`;
    const moved = `${signed(movedPersons)} persons, ${signed(movedRecords)} records`;
    process.stdout.write(
      `${what}: ${moved} → ${countText(count.exposedPersons, "person")}, ${countText(count.exposedRecords, "record")}\n`,
    );
  }
}

function printOutcome(outcome: EvidenceOutcome): void {
  if (outcome.outcome !== "done") throw refusal(outcome.outcome);
  printRevision(outcome.revision);
}

function printRevision(revision: Revision): void {
  const { revisionNo, asOf, approvedBy } = revision;
  const state = approvedBy === undefined ? "provisional" : `approved by ${approvedBy}`;
  process.stdout.write(`revision ${revisionNo}, as of ${asOf.toISOString()}, ${state}\n`);
  process.stdout.write(renderCounts(parseCounts(revision.counts)));
}

function signed(n: number): string {
  return n < 0 ? String(n) : `+${n}`;
}

const titles = {
  "unknown-incident": "there is no such incident",
  "incident-closed": "the incident is closed",
  "unknown-evidence": "the incident has no such evidence",
  "withdrawn-before": "it is withdrawn already",
  "unknown-revision": "the incident has no such revision",
} as const;

function refusal(outcome: keyof typeof titles): Fault {
  return new Fault(outcome, titles[outcome]);
}
