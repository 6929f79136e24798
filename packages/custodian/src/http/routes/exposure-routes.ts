/** What would be exposed if a holder were compromised now: the figure that a board watches. Counts only; nobody is named. */
import * as v from "valibot";
import { journalSource } from "../../disclosure/journal-source.ts";
import { projectJournal } from "../../disclosure/project-journal.ts";
import { exposeAccount } from "../../incident/account.ts";
import { countExposure } from "../../incident/count.ts";
import { StoredFacts } from "../../incident/facts.ts";
import { fieldNamesIn } from "../../incident/field-mask.ts";
import { listAtRisk } from "../../incident/risk/at-risk.ts";
import { problem } from "../problem.ts";
import { mayWatchExposure } from "../rights.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer, name, time } from "../schemas.ts";

const riskShape = v.strictObject({
  kind: v.picklist(["account", "office", "workstation", "extract"]),
  name: v.string(),
  persons: integer,
  fields: v.array(v.string()),
});

const atRisk = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/exposure",
    name: "showAtRisk",
    summary:
      "How many persons would be exposed if a holder were compromised now: the worst ten, and the trend.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      asOf: time,
      worst: v.array(riskShape),
      trend: v.array(v.strictObject({ day: v.pipe(v.string(), v.isoDate()), persons: integer })),
    }),
    problems: ["purpose-not-held", "journal-breach"],
  },
  async (_given, { parts: { databases, keeper, now, exposure }, session }) => {
    if (!mayWatchExposure(session)) return problem("purpose-not-held");
    const { register } = databases;
    await projectJournal(register, journalSource(keeper));
    const { asOf, worst, trend } = await listAtRisk(register, exposure, now());
    return {
      asOf: asOf.toISOString(),
      worst: worst.map(({ fields, ...rest }) => ({ ...rest, fields: fieldNamesIn(fields) })),
      trend: trend.map((day) => ({ ...day })),
    };
  },
);

const account = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/exposure/accounts/{account}",
    name: "showAccountExposure",
    summary:
      "Whom an account was shown, and which fields: the first figure of a night, before there is an incident. Extracts that it could open come with evidence.",
    params: v.strictObject({ account: name }),
    query: v.strictObject({ since: v.optional(time), until: v.optional(time) }),
    body: nothing,
    answer: v.strictObject({
      persons: integer,
      looks: integer,
      fields: v.array(v.strictObject({ fields: v.array(v.string()), persons: integer, looks: integer })),
    }),
    problems: ["purpose-not-held", "journal-breach"],
  },
  async ({ params, query: { since, until } }, { parts: { databases, keeper, exposure }, session }) => {
    if (!mayWatchExposure(session)) return problem("purpose-not-held");
    const { register } = databases;
    await projectJournal(register, journalSource(keeper));
    // Without a beginning: everything up to the end, and not that nothing is known.
    const window = {
      fromMs: since === undefined ? -Infinity : Date.parse(since),
      ...(until !== undefined && { untilMs: Date.parse(until) }),
    };
    const counts = countExposure(
      await exposeAccount(params.account, window, new StoredFacts(register, [], exposure)),
    );
    return {
      persons: counts.exposedPersons,
      looks: counts.exposedRecords,
      fields: counts.byFields.map(({ fields, exposedPersons, exposedRecords }) => ({
        fields: fieldNamesIn(fields),
        persons: exposedPersons,
        looks: exposedRecords,
      })),
    };
  },
);

export const exposureRoutes: readonly Route[] = [atRisk, account];
