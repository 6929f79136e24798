/**
 * Queued jobs: seen with how far they are, and taken back. A job is begun by the route of what it does (`sealExtract`).
 *
 * For those whose purposes allow the orders that the work follows from; a job shows nobody's data.
 */
import * as v from "valibot";
import type { Reader } from "../../db/database.ts";
import { findProgress } from "../../extracts/seal-work.ts";
import { findProgress as findScreened, screenKind } from "../../screens/run-screen.ts";
import { countAttempts, decideState, type Job } from "../../queue/job.ts";
import { queueLimits } from "../../queue/limits.ts";
import { cancelJob } from "../../queue/queue.ts";
import { findJob, listJobs } from "../../queue/store.ts";
import { problem } from "../problem.ts";
import { mayHaveJob, mayScreen, maySeal } from "../rights.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { integer, time, uuid } from "../schemas.ts";

export const jobShape = v.strictObject({
  job: uuid,
  kind: v.string(),
  /** What it is about: an extract, a screen. */
  subject: uuid,
  state: v.picklist(["queued", "running", "waiting", "done", "refused", "cancelled", "given-up"]),
  /** Why it waits, was refused or was given up. */
  code: v.optional(v.string()),
  retryAt: v.optional(time),
  attempts: integer,
  partsDone: integer,
  parts: integer,
  rows: integer,
  actor: v.string(),
  queuedAt: time,
});
const oneJob = v.strictObject({ job: uuid });

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/jobs",
    name: "listJobs",
    summary: "Queued jobs, newest first, with how far each is.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ jobs: v.array(jobShape) }),
    problems: [],
  },
  async (_given, { parts, session }) => {
    if (!maySeal(session) && !mayScreen(session)) return problem("purpose-not-held");
    const { register } = parts.databases;
    const jobs = (await listJobs(register, queueLimits.listed)).filter((job) =>
      mayHaveJob(session, job.kind),
    );
    return { jobs: await Promise.all(jobs.map((job) => renderJob(register, job))) };
  },
);

const one = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/jobs/{job}",
    name: "getJob",
    summary: "A queued job: its state, how far it is, and why it does not go on.",
    params: oneJob,
    query: nothing,
    body: nothing,
    answer: jobShape,
    problems: [],
  },
  async ({ params }, { parts, session }) => {
    if (!maySeal(session) && !mayScreen(session)) return problem("purpose-not-held");
    const { register } = parts.databases;
    const job = await findJob(register, params.job);
    return job === undefined || !mayHaveJob(session, job.kind)
      ? problem("not-found")
      : renderJob(register, job);
  },
);

const cancel = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/jobs/{job}/cancel",
    name: "cancelJob",
    summary: "Takes a job back: its worker stops at the next step, and what was done stays.",
    params: oneJob,
    query: nothing,
    body: nothing,
    answer: jobShape,
    problems: [],
  },
  async ({ params }, { parts, session }) => {
    if (!maySeal(session) && !mayScreen(session)) return problem("purpose-not-held");
    const { register } = parts.databases;
    const known = await findJob(register, params.job);
    if (known === undefined || !mayHaveJob(session, known.kind)) return problem("not-found");
    const job = await cancelJob({ ...parts, register }, params.job);
    return renderJob(register, job ?? known);
  },
);

export const jobRoutes: readonly Route[] = [list, one, cancel];

export async function renderJob(reader: Reader, job: Job): Promise<v.InferInput<typeof jobShape>> {
  const { jobId, kind, subject, actor, queuedAt } = job;
  const state = decideState(job);
  const find = kind === screenKind ? findScreened : findProgress;
  const progress = (await find(reader, subject)) ?? { partsDone: 0, parts: 0, rows: 0 };
  return {
    job: jobId,
    kind,
    subject,
    state: state.state,
    ...("code" in state && { code: state.code }),
    ...("retryAt" in state && { retryAt: state.retryAt.toISOString() }),
    attempts: countAttempts(job),
    ...progress,
    actor,
    queuedAt: queuedAt.toISOString(),
  };
}
