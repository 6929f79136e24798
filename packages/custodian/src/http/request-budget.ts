/**
 * So many requests a minute, for each name: a bucket that fills evenly.
 *
 * Named by session, never by address: an office behind one gateway is many people with one address.
 */
const minuteMs = 60_000;
/** Buckets kept; the one unused longest gives way, and would be full again by then. */
const bucketsMax = 20_000;

export class RequestBudget {
  readonly #perMinute: number;
  readonly #now: () => Date;
  readonly #buckets: Map<string, { left: number; atMs: number }> = new Map();

  constructor(perMinute: number, now: () => Date) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Whether one more is within the budget; it is counted. */
  take(name: string): boolean {
    const atMs = this.#now().getTime();
    const bucket = this.#buckets.get(name) ?? { left: this.#perMinute, atMs };
    const filled = bucket.left + (Math.max(0, atMs - bucket.atMs) / minuteMs) * this.#perMinute;
    const left = Math.min(this.#perMinute, filled);
    const isWithin = left >= 1;
    this.#buckets.delete(name);
    this.#buckets.set(name, { left: isWithin ? left - 1 : left, atMs });
    if (this.#buckets.size > bucketsMax) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return isWithin;
  }
}
