/** What an actor has left: for the line that stands on every screen. The keeper's own count decides; this one is the journal's copy's. */
import * as v from "valibot";
import { readRoster } from "../../disclosure/roster-view.ts";
import { countSeenSince } from "../../disclosure/store.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer } from "../schemas.ts";

const hourMs = 60 * 60_000;
const windows = { hour: integer, day: integer, days30: integer };

const mine = staffRoute(
  "session",
  {
    method: "get",
    path: "/api/budget",
    name: "showBudget",
    summary:
      "Distinct persons the actor saw or found within an hour, a day and thirty days, and how many are allowed.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      used: v.strictObject(windows),
      budget: v.strictObject({ ...windows, softPercent: integer }),
    }),
    problems: [],
  },
  async (_given, { parts, session }) => {
    const roster = await readRoster(parts.keeper);
    const { hour, day, days30, softPercent } =
      roster.actors[session.actor]?.budget ?? roster.agency.actorBudget;
    const nowMs = parts.now().getTime();
    const used = await countSeenSince(parts.databases.register, session.actor, {
      hour: new Date(nowMs - hourMs),
      day: new Date(nowMs - 24 * hourMs),
      days30: new Date(nowMs - 30 * 24 * hourMs),
    });
    return { used, budget: { hour, day, days30, softPercent } };
  },
);

export const budgetRoutes: readonly Route[] = [mine];
