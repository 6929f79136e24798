/**
 * A desk at which incidents are worked on: the actor's session, the journal's copy caught up, and the purpose held.
 *
 * Evidence moves flags and answers, so only who holds `incident-response`, or an officer, may add or withdraw it.
 */
import { Fault } from "@kura/kernel/fault.ts";
import { uuidMaker } from "@kura/custodian/db/uuid.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { readRoster } from "@kura/custodian/disclosure/roster-view.ts";
import { type ResolveParts, resolveContent, resolveWords } from "@kura/custodian/incident/resolve/resolve.ts";
import type { Words } from "@kura/custodian/incident/resolve/words.ts";
import { listTraits } from "@kura/custodian/incident/traits/traits.ts";
import { atDesk, type Desk } from "./desk.ts";

export const incidentPurpose = "incident-response";
/** Serves orders of kind `resolve` in the demo roster. */
const decisionPurpose = "incident-decision";

/** @throws {Fault} `purpose-not-held` */
export async function atIncidentDesk<T>(work: (parts: ResolveParts, desk: Desk) => Promise<T>): Promise<T> {
  return atDesk(async (desk) => {
    const own = (await readRoster(desk.keeper)).actors[desk.asker.actor];
    if (own === undefined || !(own.isOfficer || own.purposes.includes(incidentPurpose))) {
      throw new Fault("purpose-not-held", `work on incidents needs the purpose ${incidentPurpose}`);
    }
    return work(await incidentPartsOf(desk), desk);
  });
}

/** After what is not copied yet was copied: a count is whole, or there is none. */
export async function incidentPartsOf(desk: Desk): Promise<ResolveParts> {
  const { register } = desk.databases;
  const { keeper } = desk;
  const catchUp = async (): Promise<void> => void (await projectJournal(register, journalSource(keeper)));
  await catchUp();
  const { now } = desk.door;
  return { register, now, makeId: uuidMaker(), listTraits: () => listTraits(register), keeper, catchUp };
}

/**
 * The actor stands for these words with a signed order.
 *
 * @returns whether another actor has to say the same before anything comes of it.
 * @throws {Fault} with the refusal as its code.
 */
export async function standFor(
  parts: ResolveParts,
  desk: Desk,
  incidentId: string,
  words: Words,
): Promise<"done" | "proposed"> {
  const order = desk.orders.order(resolveContent(incidentId, words, decisionPurpose));
  const said = await resolveWords(parts, incidentId, words, desk.asker.actor, order);
  if (said.outcome === "done" || said.outcome === "proposed") return said.outcome;
  throw new Fault(said.outcome, resolveTitles[said.outcome] ?? "the keeper refused the order");
}

const resolveTitles: Readonly<Record<string, string>> = {
  "unknown-incident": "there is no such incident",
  "incident-closed": "the incident is closed",
  "unknown-revision": "the incident has no such revision",
  "other-revision": "the words are about another state of the revision",
  "own-revision": "who made a revision does not approve it",
  "approved-before": "it is approved already",
  "not-approved": "the revision is not approved",
  "reissued-before": "numbers of this revision are exchanged already",
  "block-too-small": "the block has too few numbers for so many persons",
  "unknown-person": "nobody is registered under this key",
  "purpose-not-held": `the actor does not hold the purpose ${decisionPurpose}`,
};
