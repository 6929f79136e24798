/**
 * Matches from an operator's desk: the list, one owner's candidates, decisions, the letter, the answer, undoing, the backlog.
 *
 * What is printed names nobody, but for the letter, which is for the one it names; its look stands in the journal.
 */
import { closeCase, openCase } from "@kura/custodian/cases/cases.ts";
import { renderEvidence } from "@kura/custodian/matching/agreement.ts";
import { decide, type DecisionParts, type Said } from "@kura/custodian/matching/decide/decisions.ts";
import { foldMatch, type Match, type Reviewer } from "@kura/custodian/matching/decide/match.ts";
import { postConfirmed, undo } from "@kura/custodian/matching/decide/posting.ts";
import { gapAround, renderQuestion } from "@kura/custodian/matching/decide/question.ts";
import * as store from "@kura/custodian/matching/decide/store.ts";
import { readRoster } from "@kura/custodian/disclosure/roster-view.ts";
import { fieldOfNumber } from "@kura/custodian/register/field.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { withInstance } from "../commands/connected.ts";
import { casePartsOf, mustBeDone } from "./cases.ts";
import { atDesk, type Desk } from "./desk.ts";
import { orderLook, type Shown } from "./door-orders.ts";

const words: Readonly<Record<string, string>> = {
  "purpose-not-held": "the actor does not hold the purpose record-matching",
  "malformed-decision":
    "a decision needs the owner's key, a reason of at most 200 characters, and a mark of at most 80",
  "unknown-owner": "there is no such owner in suspense",
  "not-a-candidate": "the latest run did not find this person for this owner",
  "other-state":
    "the match does not stand where this can follow; kura match review OWNER shows where it stands",
  "own-match": "who accepted a match does not second it, nor write down the owner's answer",
  "too-many-events": "too much has been decided about this owner",
  busy: "somebody is posting or undoing this match",
};

interface ReviewOptions {
  readonly standing: string;
  readonly limit: number;
  readonly accept?: string;
  readonly none?: true;
  readonly reason?: string;
}

export async function review(owner: string | undefined, options: ReviewOptions): Promise<void> {
  const { accept: person, none, reason = "" } = options;
  if (owner === undefined) await listOwners(options);
  else if (person !== undefined) await decideSaid(owner, { kind: "accept", person, reason });
  else if (none === true) await decideSaid(owner, { kind: "none-fits", reason });
  else await showOwner(owner);
}

async function listOwners({ standing, limit }: ReviewOptions): Promise<void> {
  const owners = await withInstance("kura_custodian", ({ databases }) =>
    store.listForReview(databases.register, { standing }, limit),
  );
  for (const one of owners) process.stdout.write(renderOwner(one));
}

function renderOwner({ owner, entries, yen, firstMonth, lastMonth, since }: store.WaitingOwner): string {
  const held = `${entries} entries, ${yen.toLocaleString("en")} yen`;
  return `${owner}  ${firstMonth} to ${lastMonth}  ${held}  since ${since.toISOString().slice(0, 10)}\n`;
}

async function showOwner(owner: string): Promise<void> {
  const found = await withInstance("kura_custodian", async ({ databases: { register } }) => ({
    waiting: await mustBeThere(store.findWaiting(register, owner)),
    match: foldMatch(await store.listEvents(register, owner)),
    candidates: await store.listCandidates(register, owner),
  }));
  process.stdout.write(`${renderOwner(found.waiting)}  ${renderState(found.match)}\n`);
  for (const candidate of found.candidates) {
    const { person, stage, probability, weight } = candidate;
    const odds = `${stage}, ${(probability * 100).toFixed(1)} %, weight ${weight.toFixed(1)}`;
    process.stdout.write(`  ${person}  ${odds}\n`);
    for (const line of renderEvidence(candidate)) process.stdout.write(`      ${line}\n`);
  }
}

async function mustBeThere<T>(found: Promise<T | undefined>): Promise<T> {
  const value = await found;
  if (value === undefined) throw refused("unknown-owner");
  return value;
}

function renderState(match: Match): string {
  if (match.state === "open") return match.last === undefined ? "open" : `open (last: ${match.last})`;
  return `${match.state}: ${match.person}, accepted by ${match.by}`;
}

export async function decideSaid(owner: string, said: Said): Promise<void> {
  const match = await atDesk(async (desk) =>
    mustBeDecided(await decide(partsOf(desk), owner, await reviewerAt(desk), said)),
  );
  process.stdout.write(`${renderState(match)}\n`);
}

/** Opens a case, looks at name and address, writes the letter to standard output, and only then notes that it was asked. */
export async function askOwner(owner: string, { reason }: { readonly reason: string }): Promise<void> {
  await atDesk(async (desk) => {
    const { register } = desk.databases;
    const waiting = await mustBeThere(store.findWaiting(register, owner));
    const match = foldMatch(await store.listEvents(register, owner));
    if (match.state !== "to-ask" && match.state !== "asked") throw refused("other-state");
    const { person } = match;
    const opening = { by: desk.asker, kind: "record-matching", reason, persons: [person] } as const;
    const about = mustBeDone(await openCase(casePartsOf(desk.door), opening));
    const shown = await orderLook(desk, about, "record-matching", [person], ["name", "kana", "address"]);
    const gap = gapAround(
      await store.listPaidMonths(register, person),
      waiting.firstMonth,
      waiting.lastMonth,
    );
    const said = { kind: "ask", reference: about.caseId, reason } as const;
    mustBeDecided(await decide(partsOf(desk), owner, await reviewerAt(desk), said));
    process.stdout.write(renderQuestion(addresseeOf(shown), gap, about.caseId));
    process.stderr.write(`event ${shown.eventNumber} of the journal\n`);
    mustBeDone(await closeCase(casePartsOf(desk.door), about.caseId, desk.asker, "the letter is written"));
  });
}

/** By the last recorded value of each. */
function addresseeOf({ persons }: Shown): { name: string; address: string } {
  const facts = persons.flatMap(({ records }) => records.flat());
  const last = (name: string): string =>
    facts.findLast(({ field }) => fieldOfNumber(field) === name)?.value ?? "";
  return { name: last("name") === "" ? last("kana") : last("name"), address: last("address") };
}

interface Answer {
  readonly answer: "yes" | "no";
  readonly reference: string;
}

export async function confirm(owner: string, { answer, reference }: Answer): Promise<void> {
  const match = await atDesk(async (desk) => {
    const by = await reviewerAt(desk);
    const before = foldMatch(await store.listEvents(desk.databases.register, owner));
    const kind = answer === "yes" ? "confirm" : "deny";
    // Confirmed before, and stopped before the money moved: go on.
    const isConfirmed = before.state === "confirmed" && answer === "yes";
    const reason = "the owner's signed reply";
    const decided = isConfirmed
      ? before
      : mustBeDecided(await decide(partsOf(desk), owner, by, { kind, reference, reason }));
    if (decided.state !== "confirmed") return decided;
    const posted = await postConfirmed(partsOf(desk), owner, by);
    if (posted.outcome === "not-posted")
      throw new Fault("not-posted", `the ledger does not take it: ${posted.why}`);
    return mustBeDecided(posted);
  });
  process.stdout.write(`${renderState(match)}\n`);
}

export async function undoMatch(owner: string, { reason }: { readonly reason: string }): Promise<void> {
  const done = await atDesk(async (desk) => undo(partsOf(desk), owner, await reviewerAt(desk), reason));
  if (done.outcome !== "done") throw refused(done.outcome);
  process.stdout.write(`${renderState(done.match)}\n${done.movedBack} entries are back in suspense\n`);
  if (done.notMoved > 0)
    process.stdout.write(`${done.notMoved} were corrected or returned meanwhile and stay\n`);
}

export async function reportBacklog({ json }: { readonly json?: boolean }): Promise<void> {
  const rows = await withInstance("kura_auditor", ({ databases }) =>
    store.listBacklog(databases.register, new Date()),
  );
  if (json === true) {
    process.stdout.write(`${JSON.stringify(rows.map((row) => ({ ...row, yen: row.yen.toString() })))}\n`);
    return;
  }
  for (const { reason, age, owners, entries, yen } of rows) {
    const counts = [owners, entries, yen].map((count) => count.toLocaleString("en").padStart(14)).join("");
    process.stdout.write(`${reason.padEnd(18)}${age.padEnd(18)}${counts}\n`);
  }
  const sum = rows.reduce((total, { owners }) => total + owners, 0);
  process.stdout.write(`${sum.toLocaleString("en")} owners wait (reason, age, owners, entries, yen)\n`);
}

function partsOf({ databases, door }: Desk): DecisionParts {
  return { register: databases.register, now: door.now, makeId: door.makeId };
}

async function reviewerAt({ keeper, asker: { actor, office } }: Desk): Promise<Reviewer> {
  const { actors } = await readRoster(keeper);
  return { actor, office, purposes: actors[actor]?.purposes ?? [] };
}

function mustBeDecided(outcome: { readonly outcome: string; readonly match?: Match }): Match {
  if (outcome.match !== undefined) return outcome.match;
  throw refused(outcome.outcome);
}

function refused(outcome: string): Fault {
  return new Fault(outcome, words[outcome] ?? outcome);
}
