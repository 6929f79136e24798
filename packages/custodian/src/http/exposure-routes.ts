/** What would be exposed if a holder were compromised now: the figure that a board watches. Counts only; nobody is named. */
import * as v from "valibot";
import { journalSource } from "../disclosure/journal-source.ts";
import { projectJournal } from "../disclosure/project-journal.ts";
import { fieldNamesIn } from "../incident/field-mask.ts";
import { SegmentIndex } from "../incident/kept/segment-index.ts";
import { listAtRisk } from "../incident/risk/at-risk.ts";
import { problem } from "./problem.ts";
import { nothing, type Route, staffRoute } from "./route.ts";
import { integer, time } from "./schemas.ts";
import type { StaffSession } from "./staff-sessions.ts";

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
  async (_given, { parts: { databases, keeper, now }, session }) => {
    if (!mayWatch(session)) return problem("purpose-not-held");
    const { register } = databases;
    await projectJournal(register, journalSource(keeper));
    const { asOf, worst, trend } = await listAtRisk(register, new SegmentIndex(), now());
    return {
      asOf: asOf.toISOString(),
      worst: worst.map(({ fields, ...rest }) => ({ ...rest, fields: fieldNamesIn(fields) })),
      trend: trend.map((day) => ({ ...day })),
    };
  },
);

/** Officers, who answers incidents, and the managers who let extracts out. */
function mayWatch({ isOfficer, purposes }: StaffSession): boolean {
  return isOfficer || ["incident-response", "extract-approval"].some((one) => purposes.includes(one));
}

export const exposureRoutes: readonly Route[] = [atRisk];
