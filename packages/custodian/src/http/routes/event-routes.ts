/** `GET /api/events`: what has changed, as it happens, for whoever is signed in. See `live-events.ts`. */
import * as v from "valibot";
import { problem } from "../problem.ts";
import { nothing, type Route, staffRoute } from "../route.ts";

const events = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/events",
    name: "listen",
    summary:
      "Topics of what changed (text/event-stream), nothing of anybody; ends with the session; goes on behind Last-Event-ID.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.unknown(),
    problems: ["too-many-requests"],
  },
  async (_given, { parts, session, lastEventId }) => {
    const stream = parts.live.open(session, lastEventId);
    if (stream === undefined) return problem("too-many-requests");
    return new Response(stream, { headers: { "Content-Type": "text/event-stream" } });
  },
);

export const eventRoutes: readonly Route[] = [events];
