/** `kura incident report | deadlines | review | export`: what leaves the desk, filled from one revision. */
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { incidentLimits } from "@kura/custodian/incident/limits.ts";
import { renderCalendar } from "@kura/custodian/incident/report/calendar.ts";
import { listDeadlines } from "@kura/custodian/incident/report/duties.ts";
import { renderIris, renderVeris } from "@kura/custodian/incident/report/exchange.ts";
import { prepareReport } from "@kura/custodian/incident/report/publish.ts";
import { renderMarkdown } from "@kura/custodian/incident/report/render-markdown.ts";
import { makeReport, type ReportBasis, reportKinds } from "@kura/custodian/incident/report/report.ts";
import { listTimeline } from "@kura/custodian/incident/report/review.ts";
import { parseCounts } from "@kura/custodian/incident/revision.ts";
import { atIncidentDesk } from "../desk/incident-desk.ts";

export function addIncidentReportCommands(command: Command): void {
  command
    .command("report <incident>")
    .description(`a report filled from a revision: ${reportKinds.join(", ")}`)
    .requiredOption("--kind <kind>", "which")
    .option("--revision <n>", "the newest unless given")
    .option("--json", "as JSON; Markdown otherwise")
    .action(runReport);
  command
    .command("deadlines <incident>")
    .description("what the law asks, by when")
    .option("--ics", "as iCalendar")
    .action(runDeadlines);
  command
    .command("review <incident>")
    .description("what was known when")
    .action(async (incident: string) => {
      const lines = await atIncidentDesk(({ register }) =>
        listTimeline(register, incident, incidentLimits.listed),
      );
      for (const { at, what } of lines) process.stdout.write(`${at.toISOString()}  ${what}\n`);
    });
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

async function runReport(
  incident: string,
  options: { kind: string; revision?: string; json?: boolean },
): Promise<void> {
  const kind = reportKinds.find((one) => one === options.kind);
  if (kind === undefined) throw new Fault("bad-report", `a report is one of: ${reportKinds.join(", ")}`);
  const revisionNo = options.revision === undefined ? undefined : Number(options.revision);
  const report = makeReport(kind, await basisOf(incident, revisionNo, kind));
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
