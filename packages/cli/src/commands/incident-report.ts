/** `kura incident report | deadlines | review | measure | export`: what leaves the desk, filled from one revision. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { incidentLimits } from "@kura/custodian/incident/limits.ts";
import { renderCalendar } from "@kura/custodian/incident/report/calendar.ts";
import { listDeadlines } from "@kura/custodian/incident/report/duties.ts";
import { renderIris, renderVeris } from "@kura/custodian/incident/report/exchange.ts";
import { prepareReport } from "@kura/custodian/incident/report/publish.ts";
import { renderMarkdown } from "@kura/custodian/incident/report/render-markdown.ts";
import { makeReport, type ReportBasis, reportKinds } from "@kura/custodian/incident/report/report.ts";
import { renderPdf } from "@kura/custodian/incident/report/render-pdf.ts";
import { listControls } from "@kura/custodian/incident/review/controls.ts";
import { listTimeline } from "@kura/custodian/incident/review/known-when.ts";
import { addMeasure, finishMeasure, measureLine } from "@kura/custodian/incident/review/measures.ts";
import { listMeasures } from "@kura/custodian/incident/review/store.ts";
import { parseCounts } from "@kura/custodian/incident/revision.ts";
import { atIncidentDesk } from "../desk/incident-desk.ts";
import { wholeNumber } from "./whole-number.ts";

export function addIncidentReportCommands(command: Command): void {
  command
    .command("report <incident>")
    .description(`a report filled from a revision: ${reportKinds.join(", ")}`)
    .requiredOption("--kind <kind>", "which")
    .option("--revision <n>", "the newest unless given", wholeNumber(1))
    .option("--json", "as JSON; Markdown otherwise")
    .option("--pdf <file>", "as pages, into a file that is not there yet")
    .action(runReport);
  command
    .command("deadlines <incident>")
    .description("what the law asks, by when")
    .option("--ics", "as iCalendar")
    .action(runDeadlines);
  command
    .command("review <incident>")
    .description("what was known when, which controls held or failed, what is to be done by whom")
    .action(runReview);
  addMeasureCommands(command);
  command
    .command("export <incident>")
    .description("the case for other tools, without any person")
    .requiredOption("--as <format>", "veris or iris")
    .action(async (incident: string, options: { as: string }) => {
      const basis = await basisOf(incident, undefined, `export-${options.as}`);
      if (options.as !== "veris" && options.as !== "iris")
        throw new Fault("bad-format", "--as veris or iris");
      const value = options.as === "veris" ? renderVeris(basis) : renderIris(basis);
      process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    });
}

function addMeasureCommands(command: Command): void {
  command
    .command("measure <incident>")
    .description("what is to be done so that it does not happen again; its number is printed")
    .requiredOption("--text <text>", "what, without anybody's name or number")
    .requiredOption("--owner <owner>", "who answers for it: an actor, an office")
    .requiredOption("--due <date>", "by when, YYYY-MM-DD")
    .action(async (incident: string, { text, owner, due }: { text: string; owner: string; due: string }) => {
      const added = await atIncidentDesk((parts, { asker }) =>
        addMeasure(parts, incident, asker.actor, { measure: text, owner, dueOn: due }),
      );
      if (added.outcome !== "done") throw new Fault(added.outcome, measureTitles[added.outcome]);
      process.stdout.write(`${added.measureNo}\n`);
    });
  command
    .command("measure-done")
    .description("a measure is done")
    .argument("<incident>")
    .argument("<number>", "the measure's", wholeNumber(1))
    .requiredOption("--proof <text>", "what shows it: a test, a setting, a document")
    .action(async (incident: string, measureNo: number, { proof }: { proof: string }) => {
      const { outcome } = await atIncidentDesk((parts, { asker }) =>
        finishMeasure(parts, incident, measureNo, asker.actor, proof),
      );
      if (outcome !== "done") throw new Fault(outcome, measureTitles[outcome]);
    });
}

const measureTitles = {
  "unknown-incident": "there is no such incident",
  "malformed-measure": "a measure needs words, an owner and a date as YYYY-MM-DD",
  "unknown-measure": "the incident has no such measure",
  "done-before": "it is done already",
} as const;

async function runReview(incident: string): Promise<void> {
  await atIncidentDesk(async (parts) => {
    const { register } = parts;
    for (const { at, what } of await listTimeline(register, incident, incidentLimits.listed)) {
      process.stdout.write(`${at.toISOString()}  ${what}\n`);
    }
    process.stdout.write("\ncontrols\n");
    for (const { verdict, control, evidence } of await listControls(parts, incident)) {
      process.stdout.write(`  ${verdict.padEnd(8)}  ${control}: ${evidence}\n`);
    }
    process.stdout.write("\nmeasures\n");
    for (const one of await listMeasures(register, incident)) {
      process.stdout.write(`  ${one.measureNo}. ${measureLine(one)}\n`);
    }
  });
}

async function runReport(
  incident: string,
  options: { kind: string; revision?: number; json?: boolean; pdf?: string },
): Promise<void> {
  const kind = reportKinds.find((one) => one === options.kind);
  if (kind === undefined) throw new Fault("bad-report", `a report is one of: ${reportKinds.join(", ")}`);
  const report = makeReport(kind, await basisOf(incident, options.revision, kind));
  if (options.pdf !== undefined) {
    await writeFile(options.pdf, renderPdf(report), { flag: "wx" });
    return;
  }
  const text = options.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : renderMarkdown(report);
  process.stdout.write(text);
}

async function runDeadlines(incident: string, options: { ics?: boolean }): Promise<void> {
  const basis = await basisOf(incident, undefined, "deadlines");
  const deadlines = listDeadlines(basis.incident, parseCounts(basis.revision.counts));
  if (options.ics === true) {
    process.stdout.write(renderCalendar(basis.incident, deadlines, new Date()));
    return;
  }
  for (const { duty, dueAt } of deadlines) {
    process.stdout.write(`${dueAt.toISOString()}  ${duty.id}  ${duty.title}\n  ${duty.source}\n`);
    for (const step of duty.steps) process.stdout.write(`  - ${step}\n`);
  }
}

async function basisOf(incident: string, revisionNo: number | undefined, kind: string): Promise<ReportBasis> {
  const prepared = await atIncidentDesk((parts, { asker }) =>
    prepareReport(parts, incident, revisionNo, kind, asker.actor),
  );
  if (prepared.outcome !== "done") throw new Fault(prepared.outcome, "the incident has no such revision");
  return prepared.basis;
}
