/**
 * The premiums of a person, entry by entry, for whoever has looked at that person in an open case.
 *
 * Entries stand in clear under a random key; what makes them somebody's is a look. So there must be one of this actor, at
 * this person, in this case: then the journal says who could read them. The months, gaps and sums are made by the browser
 * (`premiums/statement.ts`), where the birth date was opened: it does not come here.
 */
import * as v from "valibot";
import { findCase } from "../../cases/cases.ts";
import { parseUuid } from "../../db/uuid.ts";
import { journalSource } from "../../disclosure/journal-source.ts";
import { projectJournal } from "../../disclosure/project-journal.ts";
import { hasLooked } from "../../disclosure/store.ts";
import { premiumKinds, schemes } from "../../premiums/entry.ts";
import { listEntries } from "../../premiums/store.ts";
import { problem } from "../problem.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer, uuid } from "../schemas.ts";

const entry = v.strictObject({
  entryNo: integer,
  month: v.string(),
  scheme: v.picklist(schemes),
  kind: v.picklist(premiumKinds),
  amountYen: integer,
  remunerationYen: v.optional(integer),
  reverses: v.optional(integer),
});

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/cases/{case}/persons/{person}/premiums",
    name: "listPremiums",
    summary: "A person's premium ledger, oldest entry first, after a look at that person in that case.",
    params: v.strictObject({ case: uuid, person: uuid }),
    query: nothing,
    body: nothing,
    answer: v.strictObject({ entries: v.array(entry) }),
    problems: ["unknown-case", "case-closed", "person-not-in-case", "not-looked-at", "journal-breach"],
  },
  async ({ params }, { parts, session }) => {
    const { register } = parts.databases;
    const about = await findCase(register, params.case);
    if (about === undefined) return problem("unknown-case");
    if (!about.isOpen) return problem("case-closed");
    if (!about.persons.includes(params.person)) return problem("person-not-in-case");
    await projectJournal(register, journalSource(parts.keeper));
    const personKey = parseUuid(params.person);
    if (!(await hasLooked(register, session.actor, personKey, params.case))) return problem("not-looked-at");
    const entries = await listEntries(register, "person", personKey);
    return {
      entries: entries.map(({ entryNo, month, scheme, kind, amountYen, remunerationYen, reverses }) => ({
        entryNo,
        month,
        scheme,
        kind,
        amountYen,
        ...(remunerationYen !== undefined && { remunerationYen }),
        ...(reverses !== undefined && { reverses }),
      })),
    };
  },
);

export const premiumRoutes: readonly Route[] = [list];
