/** Signing in to a demonstration: which demo actors there are, and their key files. A real agency answers `not-a-demo`. */
import * as v from "valibot";
import { readRoster } from "../../disclosure/roster-view.ts";
import { listEnrolled } from "../demo-actors.ts";
import { problem } from "../problem.ts";
import { nothing, publicRoute, type Route } from "../route.ts";
import { name } from "../schemas.ts";

const list = publicRoute(
  {
    method: "get",
    path: "/api/demo",
    name: "showDemo",
    summary: "Whether this agency is a demonstration, and the actors that anybody may be in it.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      isDemo: v.boolean(),
      actors: v.array(
        v.strictObject({
          actor: name,
          office: v.string(),
          isOfficer: v.boolean(),
          purposes: v.array(v.string()),
        }),
      ),
    }),
    problems: [],
  },
  async (_given, { parts }) => {
    if (parts.demoActors.length === 0) return { isDemo: false, actors: [] };
    const roster = await readRoster(parts.keeper);
    const actors = listEnrolled(parts.demoActors, roster).flatMap(({ actor }) => {
      const known = roster.actors[actor];
      if (known === undefined) return [];
      const { office, isOfficer, purposes } = known;
      return [{ actor, office, isOfficer, purposes }];
    });
    return { isDemo: actors.length > 0, actors };
  },
);

const key = publicRoute(
  {
    method: "post",
    path: "/api/demo/keys",
    name: "getDemoKey",
    summary: "The key file of a demo actor: it opens nothing outside this demonstration.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ actor: name }),
    answer: v.strictObject({ keyFile: v.string() }),
    problems: ["not-a-demo"],
  },
  async ({ body }, { parts }) => {
    if (parts.demoActors.length === 0) return problem("not-a-demo");
    const enrolled = listEnrolled(parts.demoActors, await readRoster(parts.keeper));
    const found = enrolled.find(({ actor }) => actor === body.actor);
    return found === undefined ? problem("not-a-demo") : { keyFile: found.keyFile };
  },
);

export const demoRoutes: readonly Route[] = [list, key];
