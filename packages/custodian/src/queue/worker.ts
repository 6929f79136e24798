/**
 * Does what is queued, one job at a time, while the custodian runs; any number of custodians may.
 *
 *   1. A job that is due is taken under an advisory lock of its own: one worker has it. The server lets go of the lock when
 *      the worker's connection ends, so also after `kill -9`.
 *   2. `begun` is written, then the work runs. CRASH: the job stays `begun` without a lock, and is due again at once; the
 *      work goes on behind what it had committed.
 *   3. `finished`, `refused` or `failed` is written. CRASH: the work is found done by the next worker.
 *
 * The work is told between its steps to stop when the job was cancelled or the process is to end; the latter writes nothing
 * and is like a kill. No third-party queue: see ARCHITECTURE.md, "Queued work".
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import type { Database } from "../db/database.ts";
import { countAttempts, isDue, type Job } from "./job.ts";
import { queueLimits } from "./limits.ts";
import { isCancelled } from "./queue.ts";
import * as store from "./store.ts";

/** What is done for a kind of job. Awaits `goOn` between its steps and lets what that throws through. */
export interface Work {
  run(subject: string, goOn: () => Promise<void>): Promise<void>;
  /** Codes of faults that no repetition mends. */
  readonly finalCodes: readonly string[];
}

export interface WorkerParts {
  readonly register: Database;
  /** By the job's kind. */
  readonly works: ReadonlyMap<string, Work>;
  readonly now: () => Date;
  /** Told of each attempt that failed, with a code. */
  readonly onFailed: (kind: string, code: string) => void;
}

export class QueueWorker {
  readonly #parts: WorkerParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the job under way has come to the end of its step. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Does what is due now, oldest first. Exported for whoever runs without a loop. */
  async turn(): Promise<void> {
    const { register, now } = this.#parts;
    const open = await store.listOpen(register, queueLimits.open);
    for (const job of open.toReversed()) {
      if (this.#stopping.signal.aborted) return;
      if (isDue(job, now())) await register.withLock(lockOf(job), () => this.#take(job.jobId));
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.turn().catch((thrown: unknown) => {
        this.#parts.onFailed("queue", codeOf(thrown) ?? "failed");
      });
      await sleep(queueLimits.pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  /** Under the job's lock: nobody else begins it, though somebody may cancel it. */
  async #take(jobId: string): Promise<void> {
    const { register, works, now, onFailed } = this.#parts;
    const job = await store.findJob(register, jobId);
    const work = works.get(job?.kind ?? "");
    if (job === undefined || work === undefined || !isDue(job, now())) return;
    if (countAttempts(job) >= queueLimits.attempts) {
      // Begun so often and never ended: it took its process with it each time.
      await store.appendEvent(register, jobId, { kind: "failed", code: "too-many-attempts", at: now() });
      return;
    }
    await store.appendEvent(register, jobId, { kind: "begun", at: now() });
    try {
      await work.run(job.subject, () => this.#goOn(jobId));
      await store.appendEvent(register, jobId, { kind: "finished", at: now() });
    } catch (thrown) {
      const code = codeOf(thrown) ?? "failed";
      if (code === "job-cancelled" || code === "worker-stopping") return;
      onFailed(job.kind, code);
      const kind = work.finalCodes.includes(code) ? "refused" : "failed";
      await store.appendEvent(register, jobId, { kind, code, at: now() });
    }
  }

  async #goOn(jobId: string): Promise<void> {
    if (this.#stopping.signal.aborted) throw new Fault("worker-stopping", "the custodian is stopping");
    if (await isCancelled(this.#parts.register, jobId))
      throw new Fault("job-cancelled", "the job was cancelled");
  }
}

/** Of what is to be done, not of the job: two jobs about one thing are done one after the other. */
function lockOf({ kind, subject }: Job): bigint {
  return createHash("sha256").update(`kura/queue/1/${kind}/${subject}`).digest().readBigInt64BE();
}
