/**
 * Long work with how far it is, and taking it back. Counts and ids only.
 *
 * Whoever may see no kind of it (`maySeeWork`) is refused. A sealing is taken back
 * by `cancelJob`, a run of matching here; an import or an exchange of numbers at the terminal it runs in.
 */
import * as v from "valibot";
import { listWorks, type LongWork, workKinds, workStates } from "../../works/works.ts";
import { appendRunCancel, listRuns } from "../../works/store.ts";
import { worksLimits } from "../../works/limits.ts";
import { problem } from "../problem.ts";
import { maySeal, maySeeWork } from "../rights.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer, time, uuid } from "../schemas.ts";
import type { StaffSession } from "../staff-sessions.ts";

const workShape = v.strictObject({
  kind: v.picklist(workKinds),
  id: uuid,
  state: v.picklist(workStates),
  step: v.optional(v.string()),
  done: integer,
  /** 0 where it is not known before the end. */
  total: integer,
  actor: v.string(),
  begunAt: time,
  /** Whether whoever asks may take it back here. */
  mayCancel: v.boolean(),
});

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/works",
    name: "listWorks",
    summary:
      "Long work that is under way or ended lately: what it is at, how much is done, whether it stopped.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ works: v.array(workShape) }),
    problems: ["purpose-not-held"],
  },
  async (_given, { parts, session }) => {
    const kinds = workKinds.filter((kind) => maySeeWork(session, kind));
    if (kinds.length === 0) return problem("purpose-not-held");
    const works = await listWorks(parts.databases.register, kinds);
    return {
      works: works.map(({ isQueued, begunAt, ...work }) => ({
        ...work,
        begunAt: begunAt.toISOString(),
        mayCancel: mayCancel(session, { ...work, isQueued, begunAt }),
      })),
    };
  },
);

const cancelRun = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/matching/runs/{run}/cancel",
    name: "cancelMatchingRun",
    summary: "Takes a run of matching back: it stops behind the batch it is at and has found nothing.",
    params: v.strictObject({ run: uuid }),
    query: nothing,
    body: nothing,
    answer: v.strictObject({ run: uuid }),
    problems: ["purpose-not-held"],
  },
  async ({ params: { run } }, { parts, session }) => {
    if (!maySeeWork(session, "matching")) return problem("purpose-not-held");
    const { register } = parts.databases;
    const runs = await listRuns(register, worksLimits.listed);
    const open = runs.find(({ runId, finishedAt }) => runId === run && finishedAt === undefined);
    if (open === undefined) return problem("not-found");
    await appendRunCancel(register, run, session.actor, parts.now());
    return { run };
  },
);

export const workRoutes: readonly Route[] = [list, cancelRun];

/** What is queued by no job is begun from a terminal, and taken back there. */
function mayCancel(session: StaffSession, { kind, state, isQueued }: LongWork): boolean {
  if (!["queued", "running", "waiting"].includes(state) || !isQueued) return false;
  if (kind === "seal-extract" || kind === "screen") return maySeal(session);
  return kind === "matching" && maySeeWork(session, kind);
}
