/**
 * `kura incident approve | close | prove | reissue | proposals | second | reissue-run`: what actors stand for by signed orders.
 *
 * A revision takes one, of another actor than who made it. Everything else takes two: the first says it, the second reads what
 * waits (`proposals`) and says the same (`second`). The keeper compares the words and the actors.
 */
import { randomInt } from "node:crypto";
import type { Command } from "commander";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { assertNever, Fault } from "@kura/kernel/fault.ts";
import { runReissue } from "@kura/custodian/incident/resolve/reissue.ts";
import { listOpenProposals, type OpenProposal } from "@kura/custodian/incident/resolve/resolve.ts";
import { parseWords, revisionWords, type Words } from "@kura/custodian/incident/resolve/words.ts";
import { countText } from "@kura/custodian/incident/render-text.ts";
import { everybodyIn, findRevision, type Revision } from "@kura/custodian/incident/revision.ts";
import { atIncidentDesk, standFor } from "../desk/incident-desk.ts";
import { wholeNumber } from "./whole-number.ts";

/** Digits of a digest by which words are named on a screen. */
const shownDigits = 12;

export function addIncidentDecisionCommands(command: Command): void {
  command
    .command("approve")
    .description(
      "as another actor than who made it: stand for a revision; reports are provisional without it",
    )
    .argument("<incident>")
    .argument("<revision>", "its number", wholeNumber(1))
    .action(runApprove);
  command
    .command("close <incident>")
    .description("close an incident for good, by two actors: its flags go, its revisions stay")
    .requiredOption("--reason <text>", "why, in a sentence without anybody's name or number")
    .action((incident: string, { reason }: { reason: string }) =>
      say(incident, () => ({ subject: "closing", reason })),
    );
  command
    .command("prove <incident> <person>")
    .description(
      "by two actors: a held change was proved independently, changes of this person go through again",
    )
    .requiredOption("--proof <text>", "a visit, a certificate; without anybody's name or number")
    .action((incident: string, person: string, { proof }: { proof: string }) =>
      say(incident, () => ({ subject: "proof", person, proof })),
    );
  command
    .command("reissue")
    .description(
      "by two actors: everybody of an approved revision is to get a new number (then: reissue-run)",
    )
    .argument("<incident>")
    .argument("<revision>", "its number", wholeNumber(1))
    .requiredOption("--block <range>", "first four digits of numbers nobody has, from and to: 7700-7799")
    .action((incident: string, revision: number, { block }: { block: string }) =>
      say(incident, (found) => reissueWords(found(revision), block)),
    );
  command
    .command("proposals <incident>")
    .description("what waits for a second actor")
    .action(async (incident: string) => {
      const open = await atIncidentDesk((parts) => listOpenProposals(parts, incident));
      for (const one of open) process.stdout.write(renderProposal(one));
      process.stderr.write(`${open.length} wait for a second actor\n`);
    });
  command
    .command("second <incident> <proposal>")
    .description("as another actor: say the same; it happens at once")
    .action(runSecond);
  command
    .command("reissue-run <incident>")
    .description("exchange the numbers that two actors stood for; goes on where it was stopped")
    .action(runExchange);
}

async function runApprove(incident: string, revisionNo: number): Promise<void> {
  await atIncidentDesk(async (parts, desk) => {
    const revision = await findRevision(parts.register, incident, revisionNo);
    if (revision === undefined) throw unknownRevision();
    await standFor(parts, desk, incident, revisionWords(revision.revisionNo, revision.digest));
  });
  process.stdout.write(`revision ${revisionNo} is approved\n`);
}

type FindRevision = (revisionNo: number) => Promise<Revision>;

async function say(
  incident: string,
  wordsOf: (found: FindRevision) => Words | Promise<Words>,
): Promise<void> {
  const said = await atIncidentDesk(async (parts, desk) => {
    const words = await wordsOf(async (revisionNo) => {
      const revision = await findRevision(parts.register, incident, revisionNo);
      if (revision === undefined) throw unknownRevision();
      return revision;
    });
    return standFor(parts, desk, incident, parseWords(words));
  });
  process.stdout.write(
    said === "done" ? "done\n" : "said by one; another actor has to say the same (second)\n",
  );
}

async function reissueWords(found: Promise<Revision>, block: string): Promise<Words> {
  const { revisionNo, digest, classes } = await found;
  const persons = everybodyIn(classes).size;
  return { subject: "reissue", revision: revisionNo, revisionDigest: encodeHex(digest), persons, block };
}

async function runSecond(incident: string, proposal: string): Promise<void> {
  const said = await atIncidentDesk(async (parts, desk) => {
    const open = await listOpenProposals(parts, incident);
    const named = open.filter(({ digest }) => proposal.length >= 6 && digest.startsWith(proposal));
    const [one] = named;
    if (one === undefined || named.length > 1)
      throw new Fault("unknown-proposal", "the incident has no such words that wait");
    process.stderr.write(renderProposal(one));
    return standFor(parts, desk, incident, one.words);
  });
  if (said !== "done") throw new Fault("not-seconded", "whoever said it first cannot second it");
  process.stdout.write("done\n");
}

async function runExchange(incident: string): Promise<void> {
  const result = await atIncidentDesk((parts, { asker, databases }) =>
    runReissue(
      { ...parts, databases, randomBelow: (bound) => randomInt(bound) },
      incident,
      asker.actor,
      (done, all) => process.stderr.write(`${done} of ${all}\r`),
    ),
  );
  if (result.outcome !== "done") throw new Fault(result.outcome, exchangeTitles[result.outcome]);
  const { persons, reissued, before, erased } = result.counts;
  process.stdout.write(
    `${countText(persons, "person")} of the revision = ${reissued} with a new number + ${before} with one from an earlier revision + ${erased} erased\n`,
  );
}

const exchangeTitles = {
  "not-seconded": "no two actors stand for an exchange of numbers",
  "unknown-revision": "the incident has no such approved revision",
  "import-running": "an import is writing to the register; run this again behind it",
} as const;

function renderProposal({ digest, words, proposedBy, at }: OpenProposal): string {
  return `${digest.slice(0, shownDigits)}  ${at.toISOString()}  ${proposedBy}: ${textOf(words)}\n`;
}

function textOf(words: Words): string {
  switch (words.subject) {
    case "revision":
      return `approve revision ${words.revision}`;
    case "closing":
      return `close the incident: ${words.reason}`;
    case "proof":
      return `a change of ${words.person} is proved: ${words.proof}`;
    case "reissue":
      return `new numbers from ${words.block} for ${countText(words.persons, "person")} of revision ${words.revision}`;
    default:
      return assertNever(words, "words");
  }
}

function unknownRevision(): Fault {
  return new Fault("unknown-revision", "the incident has no such revision");
}
