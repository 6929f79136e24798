/** `kura incident answer | call-backs | changes | prove`: what persons are told, and whose changes wait. */
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { answerPerson, listCallBacks } from "@kura/custodian/incident/desk/answer-desk.ts";
import { listChangesInWindow } from "@kura/custodian/incident/desk/held-changes.ts";
import { incidentLimits } from "@kura/custodian/incident/limits.ts";
import { countText, renderAnswer } from "@kura/custodian/incident/render-text.ts";
import type { Field } from "@kura/custodian/register/field.ts";
import { getCase } from "../desk/cases.ts";
import { orderLook } from "../desk/door-orders.ts";
import { atDesk } from "../desk/desk.ts";
import { atIncidentDesk, incidentPartsOf } from "../desk/incident-desk.ts";

/** What is compared with what the caller says before an answer is given. */
const identifying = ["name", "birthDate"] as const satisfies readonly Field[];

export function addIncidentDeskCommands(command: Command): void {
  command
    .command("answer <person>")
    .description("what to tell a person who asks; looks at the person in the case, and keeps what was said")
    .requiredOption("--case <case>", "an open case about the person")
    .option("--purpose <purpose>", "of the look", "call-centre-inquiry")
    .action(runAnswer);
  command
    .command("call-backs <incident>")
    .description("persons who were told something else than the newest revision says")
    .action(async (incident: string) => {
      const calls = await atIncidentDesk((parts) => listCallBacks(parts, incident));
      for (const { personKey, toldAt, toldInRevision, told, now } of calls) {
        const was = `told ${toldAt.toISOString()} from revision ${toldInRevision}: ${told}`;
        process.stdout.write(`${personKey}  ${was}\n  now revision ${now.revisionNo}: ${now.text}\n`);
      }
      process.stderr.write(`${countText(calls.length, "person")} to call back\n`);
    });
  command
    .command("changes <incident>")
    .description("changes of exposed persons since the beginning of what is compromised, for review")
    .action(async (incident: string) => {
      const { changes, isCut } = await atIncidentDesk((parts) =>
        listChangesInWindow(parts, incident, incidentLimits.changesListed),
      );
      for (const { personKey, recordNo, recordedAt, sourceId, sourceLine } of changes) {
        const where = `record ${recordNo}  source ${sourceId} line ${sourceLine}`;
        process.stdout.write(`${recordedAt.toISOString()}  ${personKey}  ${where}\n`);
      }
      const more = isCut ? " in the part that was looked through; there is more" : "";
      process.stderr.write(`${changes.length} changes to review${more}\n`);
    });
}

async function runAnswer(person: string, options: { case: string; purpose: string }): Promise<void> {
  const answered = await atDesk(async (desk) => {
    const about = await getCase(desk.door, options.case);
    await orderLook(desk, about, options.purpose, [person], identifying);
    const { actor, session } = desk.asker;
    return answerPerson(await incidentPartsOf(desk), {
      personKey: person,
      actor,
      session,
      caseId: options.case,
    });
  });
  switch (answered.outcome) {
    case "answered":
      for (const one of answered.answers) process.stdout.write(renderAnswer(one));
      return;
    case "no-incident":
      process.stdout.write("no incident is known; that says nothing about later\n");
      return;
    case "not-looked-at":
    case "unknown-person":
      throw new Fault(answered.outcome, "the person was not looked at in this session and case");
  }
}
