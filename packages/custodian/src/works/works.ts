/**
 * Long work, wherever it runs: sealings and screens, and what is run from a terminal (imports, runs of matching, exchanges of
 * numbers). Read from what each commits as it goes on; opens nothing and names nobody.
 *
 * Who may see which is for `http` to decide. Work that is not at its end and whose lock nobody holds has `stopped`: begun
 * again, it goes on where it was, but for a run of matching, which begins anew.
 */
import type { Database, Reader } from "../db/database.ts";
import { findProgress, sealKind } from "../extracts/seal-work.ts";
import { jobLocks } from "../jobs/limits.ts";
import { matchingLock } from "../matching/limits.ts";
import { decideState, isEnded, type Job } from "../queue/job.ts";
import { listJobs, listJobsAbout } from "../queue/store.ts";
import { findProgress as findScreened, screenKind } from "../screens/run-screen.ts";
import { listStates as listScreens, type ScreenState } from "../screens/store.ts";
import { worksLimits } from "./limits.ts";
import * as store from "./store.ts";

export const workKinds = ["seal-extract", "screen", "import", "matching", "reissue"] as const;
export type WorkKind = (typeof workKinds)[number];

export const workStates = [
  "queued",
  "running",
  "waiting",
  "stopped",
  "done",
  "refused",
  "cancelled",
  "given-up",
] as const;

export interface LongWork {
  readonly kind: WorkKind;
  /** Of the job, the source, the run; of an exchange, its incident; of a screen without a job, itself. */
  readonly id: string;
  readonly state: (typeof workStates)[number];
  /** What it is at, where it has steps; why it waits, where it does. */
  readonly step?: string;
  readonly done: number;
  /** 0 where nobody knows before the end: a file is read once. */
  readonly total: number;
  readonly actor: string;
  readonly begunAt: Date;
  /** Whoever does it looks, step by step, whether it was taken back: a job of the queue, a run of matching. */
  readonly isQueued: boolean;
}

/** Newest first, each kind by itself. */
export async function listWorks(register: Database, kinds: readonly WorkKind[]): Promise<LongWork[]> {
  const lists = await Promise.all(kinds.map((kind) => listOf[kind](register)));
  return lists.flat().toSorted((a, b) => b.begunAt.getTime() - a.begunAt.getTime());
}

const { listed } = worksLimits;

const listOf: Readonly<Record<WorkKind, (register: Database) => Promise<LongWork[]>>> = {
  "seal-extract": async (register) => {
    const jobs = await listJobs(register, listed);
    return Promise.all(jobs.filter(({ kind }) => kind === sealKind).map((job) => sealingOf(register, job)));
  },
  screen: async (register) => {
    const screens = await listScreens(register, listed);
    return Promise.all(
      screens.filter(({ order }) => order !== undefined).map((one) => screeningOf(register, one)),
    );
  },
  import: async (register) => {
    const isAlive = await store.isLocked(register, jobLocks.import);
    const rows = await store.listImports(register, listed);
    // One runs at a time: the lock is that of the newest that is not at its end.
    const newest = rows.find(({ isFinished }) => !isFinished);
    return rows.map((row) => {
      const done = row.accepted + row.known + row.rejected;
      const state = row.isFinished ? "done" : isAlive && row === newest ? "running" : "stopped";
      const { sourceId: id, kind: step, begunAt } = row;
      return {
        kind: "import",
        id,
        state,
        step,
        done,
        total: row.isFinished ? done : 0,
        actor: "",
        begunAt,
        isQueued: false,
      };
    });
  },
  matching: async (register) => {
    const isAlive = await store.isLocked(register, matchingLock);
    const rows = await store.listRuns(register, listed);
    return rows.map(({ runId: id, step, done, total, actor, begunAt, finishedAt, isCancelled }, i) => {
      const open = isCancelled ? "cancelled" : isAlive && i === 0 ? "running" : "stopped";
      return {
        kind: "matching",
        id,
        state: finishedAt === undefined ? open : "done",
        step,
        done,
        total,
        actor,
        begunAt,
        isQueued: true,
      };
    });
  },
  reissue: async (register) => {
    const isAlive = await store.isLocked(register, jobLocks.import);
    const rows = await store.listExchanges(register, listed);
    const newest = rows.find(({ isFinished }) => !isFinished);
    return rows.map((row) => {
      const { incidentId: id, reissuedPersons: done, persons: total, askedBy: actor, at: begunAt } = row;
      const begun = done === 0 ? "queued" : "stopped";
      const state = row.isFinished
        ? "done"
        : isAlive && row === newest && done > 0
          ? ("running" as const)
          : begun;
      return { kind: "reissue", id, state, done, total, actor, begunAt, isQueued: false };
    });
  },
};

/** Queued, or run from a terminal: then it goes on behind what is committed, and nobody here knows whether it does. */
async function screeningOf(
  register: Database,
  { screenId, order, agreedBy, madeAt }: ScreenState,
): Promise<LongWork> {
  const [job] = await listJobsAbout(register, screenKind, screenId, 1);
  const progress = (await findScreened(register, screenId)) ?? { partsDone: 0, parts: 0 };
  const shared = { kind: "screen", actor: order?.actor ?? "", begunAt: order?.orderedAt ?? madeAt } as const;
  const counts = { done: progress.partsDone, total: progress.parts };
  if (counts.done === counts.total)
    return { ...shared, ...counts, id: screenId, state: "done", isQueued: false };
  if (job !== undefined && !isEnded(job)) {
    const state = decideState(job);
    const why = "code" in state && { step: state.code };
    return { ...shared, ...counts, id: job.jobId, state: state.state, isQueued: true, ...why };
  }
  const open = counts.done === 0 ? "queued" : "stopped";
  const isAgreed = agreedBy !== undefined && { step: "agreed" };
  return { ...shared, ...counts, id: screenId, state: open, isQueued: false, ...isAgreed };
}

async function sealingOf(reader: Reader, job: Job): Promise<LongWork> {
  const { jobId: id, actor, queuedAt: begunAt, subject } = job;
  const progress = (await findProgress(reader, subject)) ?? { partsDone: 0, parts: 0 };
  const state = decideState(job);
  return {
    kind: "seal-extract",
    id,
    state: state.state,
    ...("code" in state && { step: state.code }),
    done: progress.partsDone,
    total: progress.parts,
    actor,
    begunAt,
    isQueued: true,
  };
}
