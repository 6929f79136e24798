/**
 * Long work with how far it is, and taking it back. Counts and ids only.
 *
 * Each kind is shown to officers and to those who may begin or approve it in bulk; whoever may none of it is refused. A sealing is taken back
 * by `cancelJob`, a run of matching here; an import or an exchange of numbers at the terminal it runs in.
 */
import * as v from "valibot";
import { listWorks, type LongWork, type WorkKind, workKinds, workStates } from "../works/works.ts";
import { appendRunCancel, listRuns } from "../works/store.ts";
import { worksLimits } from "../works/limits.ts";
import { mayWork } from "./incident-routes.ts";
import { mayOrder, sealingOrders } from "./job-routes.ts";
import { problem } from "./problem.ts";
import { nothing, type Route, staffRoute } from "./route.ts";
import { integer, time, uuid } from "./schemas.ts";
import type { StaffSession } from "./staff-sessions.ts";

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
    const kinds = workKinds.filter((kind) => maySee[kind](session));
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
    if (!maySee.matching(session)) return problem("purpose-not-held");
    const { register } = parts.databases;
    const runs = await listRuns(register, worksLimits.listed);
    const open = runs.find(({ runId, finishedAt }) => runId === run && finishedAt === undefined);
    if (open === undefined) return problem("not-found");
    await appendRunCancel(register, run, session.actor, parts.now());
    return { run };
  },
);

export const workRoutes: readonly Route[] = [list, cancelRun];

/** Whether anything of the list is for this session. */
export function mayWatchWork(session: StaffSession): boolean {
  return workKinds.some((kind) => maySee[kind](session));
}

const maySee: Readonly<Record<WorkKind, (session: StaffSession) => boolean>> = {
  "seal-extract": (session) => session.isOfficer || mayOrder(session, ...sealingOrders),
  // Every purpose of the counter may begin one; the list is for who answers for them.
  screen: (session) => session.isOfficer || mayOrder(session, ...sealingOrders),
  import: (session) => session.isOfficer || session.purposes.includes("ingest"),
  matching: (session) => session.isOfficer || session.purposes.includes("record-matching"),
  reissue: mayWork,
};

/** What is queued by no job is begun from a terminal, and taken back there. */
function mayCancel(session: StaffSession, { kind, state, isQueued }: LongWork): boolean {
  if (!["queued", "running", "waiting"].includes(state) || !isQueued) return false;
  if (kind === "seal-extract" || kind === "screen") return mayOrder(session, ...sealingOrders);
  return kind === "matching" && maySee.matching(session);
}
