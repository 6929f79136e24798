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
import type { IncidentParts } from "@kura/custodian/incident/incidents.ts";
import { listTraits } from "@kura/custodian/incident/traits/traits.ts";
import { atDesk, type Desk } from "./desk.ts";

export const incidentPurpose = "incident-response";

/** @throws {Fault} `purpose-not-held` */
export async function atIncidentDesk<T>(work: (parts: IncidentParts, desk: Desk) => Promise<T>): Promise<T> {
  return atDesk(async (desk) => {
    const own = (await readRoster(desk.keeper)).actors[desk.asker.actor];
    if (own === undefined || !(own.isOfficer || own.purposes.includes(incidentPurpose))) {
      throw new Fault("purpose-not-held", `work on incidents needs the purpose ${incidentPurpose}`);
    }
    return work(await incidentPartsOf(desk), desk);
  });
}

/** After what is not copied yet was copied: a count is whole, or there is none. */
export async function incidentPartsOf(desk: Desk): Promise<IncidentParts> {
  const { register } = desk.databases;
  await projectJournal(register, journalSource(desk.keeper));
  const { now } = desk.door;
  return { register, now, makeId: uuidMaker(), listTraits: () => listTraits(register) };
}
