/**
 * What the keeper holds between two calls, in memory only: nonces, tickets, searches. A restart forgets all of it, and
 * whoever waited asks anew. Each kind is bounded; the oldest gives way.
 */
import type { Term } from "./protocol/protocol.ts";
import type { Ordered, OrderEvidence } from "./journal/journal-event.ts";
import { limits } from "./limits.ts";
import type { PersonFeatures } from "./reading/person-features.ts";

/** Leave to ask for so much more. */
export interface TicketLeft {
  readonly kind: "ingest" | "rewrap" | "match";
  readonly session: string;
  readonly actor: string;
  readonly expiresMs: number;
  terms: number;
  records: number;
}

/** A search whose candidates have not come yet. */
export interface SearchBegun {
  readonly ordered: Ordered & OrderEvidence;
  /** The text of its order, to which the answer is sealed. */
  readonly text: string;
  readonly terms: readonly Term[];
  readonly expiresMs: number;
}

export interface FeaturesBegun {
  readonly features: PersonFeatures;
  readonly expiresMs: number;
}

export class Waiting {
  /** Keys are in hexadecimal. */
  readonly challenges = new Expiring<{ readonly expiresMs: number }>(limits.challenges);
  readonly tickets = new Expiring<TicketLeft>(limits.tickets);
  /** Of `match` tickets, by ticket: the run's key, and what it has learned of readings. */
  readonly features = new Expiring<FeaturesBegun>(limits.matchRuns);
  readonly searches = new Expiring<SearchBegun>(limits.searchesWaiting);
}

/** A bounded map whose values expire. */
export class Expiring<Value extends { readonly expiresMs: number }> {
  readonly #max: number;
  readonly #values = new Map<string, Value>();

  constructor(max: number) {
    this.#max = max;
  }

  put(id: string, value: Value): void {
    this.#values.set(id, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#max) return;
      this.#values.delete(oldest);
    }
  }

  find(id: string, nowMs: number): Value | undefined {
    const value = this.#values.get(id);
    if (value === undefined || value.expiresMs > nowMs) return value;
    this.#values.delete(id);
    return undefined;
  }

  /** As {@link Expiring.find}, and only once. */
  take(id: string, nowMs: number): Value | undefined {
    const value = this.find(id, nowMs);
    this.#values.delete(id);
    return value;
  }
}
