/** Bounds of the queue. */
export const queueLimits = {
  /** Between two looks for work, in milliseconds: one small query by an index. */
  pauseMs: 1_000,
  /** A job that ended so often without an end is left alone: ten back-offs are more than an hour. */
  attempts: 10,
  /** After the first failure, in milliseconds; doubled after each further one. */
  backOffMs: 5_000,
  backOffMaxMs: 15 * 60_000,
  /** Jobs looked at in one turn, and in one list. */
  open: 50,
  listed: 100,
} as const;
