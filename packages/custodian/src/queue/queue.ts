/**
 * Asks for long work, and takes it back: what the HTTP API offers. Who may is decided there. Does none of the work itself.
 */
import { codeOf } from "@kura/kernel/fault.ts";
import type { Database } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import { decideState, isEnded, type Job } from "./job.ts";
import { queueLimits } from "./limits.ts";
import * as store from "./store.ts";

export interface QueueParts {
  readonly register: Database;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

/** The job that is under way for this, or a new one: asking twice is asking once. */
export async function queueJob(
  { register, now, makeId }: QueueParts,
  asked: Pick<Job, "kind" | "subject" | "actor" | "office">,
): Promise<Job> {
  const known = await store.listJobsAbout(register, asked.kind, asked.subject, queueLimits.open);
  const open = known.find((job) => !isEnded(job));
  if (open !== undefined) return open;
  const job = { ...asked, jobId: renderUuid(makeId()), queuedAt: now() };
  // Two who ask at the same moment make two jobs; the second to run finds the work done.
  await register.transact((tx) => store.appendJob(tx, job));
  return { ...job, events: [] };
}

/** What was done stays done; the worker stops at its next step. `undefined` for no such job; one that has ended stays as it is. */
export async function cancelJob({ register, now }: QueueParts, jobId: string): Promise<Job | undefined> {
  const job = await store.findJob(register, jobId);
  if (job === undefined || isEnded(job)) return job;
  try {
    await store.appendEvent(register, jobId, { kind: "cancelled", at: now() });
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    // The worker wrote at the same moment: what it wrote decides whether there is still something to cancel.
    return cancelJob({ register, now, makeId: () => new Uint8Array(16) }, jobId);
  }
  return store.findJob(register, jobId);
}

/** Whether somebody has cancelled it meanwhile. */
export async function isCancelled(register: Database, jobId: string): Promise<boolean> {
  const job = await store.findJob(register, jobId);
  return job !== undefined && decideState(job).state === "cancelled";
}
