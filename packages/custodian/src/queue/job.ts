/**
 * A queued job as its events tell it. Pure; asked by whoever shows it, and by the worker before it begins.
 *
 *   queued ─▶ running ─▶ done │ refused (will never succeed) │ cancelled
 *                └─▶ waiting (failed; again after a pause) ─▶ running … ─▶ given-up
 *
 * A worker that was killed leaves `begun` as the last event: the job is `running` to who reads, and whoever gets its lock
 * takes it up again (`worker.ts`).
 */
import { queueLimits } from "./limits.ts";

export type JobEventKind = "begun" | "failed" | "refused" | "finished" | "cancelled";

export interface JobEvent {
  readonly kind: JobEventKind;
  /** Of a failure or a refusal. */
  readonly code: string | undefined;
  readonly at: Date;
}

export interface Job {
  readonly jobId: string;
  readonly kind: string;
  /** What it is about. */
  readonly subject: string;
  readonly actor: string;
  readonly office: string;
  readonly queuedAt: Date;
  /** In their order. */
  readonly events: readonly JobEvent[];
}

export type JobState =
  | { readonly state: "queued" | "running" | "done" | "cancelled" }
  | { readonly state: "waiting"; readonly code: string; readonly retryAt: Date }
  | { readonly state: "refused" | "given-up"; readonly code: string };

export function decideState({ events }: Pick<Job, "events">): JobState {
  const last = events.at(-1);
  if (last === undefined) return { state: "queued" };
  const { kind, code = "", at } = last;
  if (kind === "begun") return { state: "running" };
  if (kind === "finished") return { state: "done" };
  if (kind === "cancelled") return { state: "cancelled" };
  if (kind === "refused") return { state: "refused", code };
  const attempts = countAttempts({ events });
  if (attempts >= queueLimits.attempts) return { state: "given-up", code };
  return { state: "waiting", code, retryAt: new Date(at.getTime() + backOffMs(attempts)) };
}

/** How often somebody began with it. */
export function countAttempts({ events }: Pick<Job, "events">): number {
  return events.filter(({ kind }) => kind === "begun").length;
}

/** Whether a worker may take it now, if it gets its lock. */
export function isDue(job: Pick<Job, "events">, now: Date): boolean {
  const state = decideState(job);
  if (state.state === "waiting") return state.retryAt <= now;
  return state.state === "queued" || state.state === "running";
}

/** Whether nothing will happen to it any more. */
export function isEnded(job: Pick<Job, "events">): boolean {
  return !["queued", "running", "waiting"].includes(decideState(job).state);
}

function backOffMs(attempts: number): number {
  return Math.min(queueLimits.backOffMaxMs, queueLimits.backOffMs * 2 ** (attempts - 1));
}
