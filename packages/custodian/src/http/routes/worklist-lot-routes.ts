/** One worklist with its lots: who has which, and how far each has come. Keys of persons are in a lot's own answer, not here. */
import * as v from "valibot";
import { worklistLimits } from "../../worklists/limits.ts";
import { listLots } from "../../worklists/store.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer, uuid } from "../schemas.ts";
import { denyList } from "./worklist-routes.ts";

const lots = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/worklists/{worklist}/lots",
    name: "listLots",
    summary:
      "The lots of a list from a number on, at most 200: whose each is, and how many persons have a result.",
    params: v.strictObject({ worklist: uuid }),
    query: v.strictObject({ from: v.optional(v.pipe(v.string(), v.regex(/^[0-9]{1,6}$/)), "0") }),
    body: nothing,
    answer: v.strictObject({
      lots: v.array(
        v.strictObject({
          lot: integer,
          persons: integer,
          withResult: integer,
          assignee: v.optional(v.string()),
          isDone: v.boolean(),
        }),
      ),
    }),
    problems: ["purpose-not-held", "unknown-lot"],
  },
  async ({ params, query }, { parts, session }) => {
    const denied = await denyList(parts, session, params.worklist);
    if (denied !== undefined) return denied;
    const { register } = parts.databases;
    const rows = await listLots(register, params.worklist, Number(query.from), worklistLimits.listed);
    return {
      lots: rows.map(({ lotNo, assignee, ...rest }) => ({
        lot: lotNo,
        ...rest,
        ...(assignee !== undefined && { assignee }),
      })),
    };
  },
);

export const worklistLotRoutes: readonly Route[] = [lots];
