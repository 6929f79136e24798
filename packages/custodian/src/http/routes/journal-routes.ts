/** What the journal says: my looks, who looked at a person, alarms. Answered after the copy has caught up. */
import * as v from "valibot";
import { findCase } from "../../cases/cases.ts";
import { parseUuid } from "../../db/uuid.ts";
import { journalSource } from "../../disclosure/journal-source.ts";
import { disclosureLimits } from "../../disclosure/limits.ts";
import { projectJournal } from "../../disclosure/project-journal.ts";
import { listAlarms, listOfActor, listOfPerson } from "../../disclosure/store.ts";
import { problem } from "../problem.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { alarmShape, disclosureShape, renderAlarm, renderDisclosure, uuid } from "../schemas.ts";

const looks = v.strictObject({ looks: v.array(disclosureShape) });

const mine = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/looks",
    name: "listMyLooks",
    summary: "Whom the actor looked at, newest first, at most 500.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: looks,
    problems: ["journal-breach"],
  },
  async (_given, { parts, session }) => {
    await catchUp(parts);
    const rows = await listOfActor(parts.databases.register, session.actor, disclosureLimits.listed);
    return { looks: rows.map(renderDisclosure) };
  },
);

const whoLooked = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/persons/{person}/looks",
    name: "listWhoLooked",
    summary:
      "Everybody who looked at a person, newest first, at most 500; in an open case about that person.",
    params: v.strictObject({ person: uuid }),
    query: v.strictObject({ case: uuid }),
    body: nothing,
    answer: looks,
    problems: ["unknown-case", "case-closed", "person-not-in-case", "journal-breach"],
  },
  async ({ params, query }, { parts }) => {
    const about = await findCase(parts.databases.register, query.case);
    if (about === undefined) return problem("unknown-case");
    if (!about.isOpen) return problem("case-closed");
    if (!about.persons.includes(params.person)) return problem("person-not-in-case");
    await catchUp(parts);
    const personKey = parseUuid(params.person);
    const rows = await listOfPerson(parts.databases.register, personKey, disclosureLimits.listed);
    return { looks: rows.map(renderDisclosure) };
  },
);

const alarms = staffRoute(
  "officer",
  {
    method: "get",
    path: "/api/alarms",
    name: "listAlarms",
    summary:
      "Sessions that the keeper stopped, and well-signed orders that it or the custodian refused, newest first, at most 500.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ alarms: v.array(alarmShape) }),
    problems: ["journal-breach"],
  },
  async (_given, { parts }) => {
    await catchUp(parts);
    return { alarms: (await listAlarms(parts.databases.register, disclosureLimits.listed)).map(renderAlarm) };
  },
);

export const journalRoutes: readonly Route[] = [mine, whoLooked, alarms];

/** An answer is whole, or there is none. @throws {Breach} */
async function catchUp({ databases, keeper }: ApiParts): Promise<void> {
  await projectJournal(databases.register, journalSource(keeper));
}
