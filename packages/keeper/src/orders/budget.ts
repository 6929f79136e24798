/**
 * How many distinct persons an actor, an office and the agency have seen, over an hour, a day and thirty days at once.
 *
 * Counts persons, not requests: a person seen again within a window is no further person, and one seen again by the
 * same actor in the same case within thirty days costs nothing in any window. Each window is cut into buckets and a
 * person leaves it with the bucket: up to one bucket late, never early. Time is the journal's, which never goes back.
 * Rebuilt from the journal at every start, so that a restart resets nothing.
 *
 * Memory is bounded by the budgets themselves (a window holds each person once), not by the number of looks.
 *
 * INVARIANT: equals a count over the whole history (budget.test.ts).
 */
import type { Budget, ExtractBudgets } from "./roster.ts";

const hourMs = 60 * 60_000;
/** Window lengths in buckets of `bucketMs`. */
const windows = {
  hour: { bucketMs: hourMs / 12, buckets: 12 },
  day: { bucketMs: hourMs, buckets: 24 },
  days30: { bucketMs: 24 * hourMs, buckets: 30 },
} as const;
export type WindowName = keyof typeof windows;
const windowNames: readonly WindowName[] = ["hour", "day", "days30"];
/** Persons in cases remembered of one actor; with more, the older half is forgotten and paid for again. */
const casesKept = 100_000;

/** Who looks, and whose budgets it is to be in. */
export interface Spender {
  readonly actor: string;
  readonly office: string;
  readonly caseId: string;
}

export interface Budgets {
  readonly actor: Budget;
  readonly office: Budget;
  readonly agency: Budget;
}

export type Scope = keyof Budgets;

export type BudgetOutcome =
  | { readonly outcome: "within"; readonly isNear: boolean }
  | { readonly outcome: "exhausted"; readonly scope: Scope; readonly window: WindowName };

export class BudgetBook {
  readonly #scopes = new Map<string, Record<WindowName, PersonWindow>>();
  /** Of each actor, the persons in cases that were paid for, with the bucket in which they were. */
  readonly #paid = new Map<string, Map<string, number>>();

  /**
   * Whether these persons, each once, may be seen now. Charges nothing.
   *
   * @param persons numbers of `PersonIndex`; `undefined` for somebody nobody looked at yet.
   */
  decide(
    spender: Spender,
    persons: readonly (number | undefined)[],
    budgets: Budgets,
    nowMs: number,
  ): BudgetOutcome {
    const unpaid = persons.filter((person) => !this.#isPaid(spender, person, nowMs));
    let isNear = false;
    for (const [scope, key] of keysOf(spender)) {
      for (const name of windowNames) {
        const window = this.#scopes.get(key)?.[name];
        const further = unpaid.filter(
          (person) => person === undefined || window?.has(person, nowMs) !== true,
        );
        const used = (window?.count(nowMs) ?? 0) + further.length;
        const budget = budgets[scope];
        if (further.length > 0 && used > budget[name]) return { outcome: "exhausted", scope, window: name };
        if (used * 100 > budget[name] * budget.softPercent) isNear = true;
      }
    }
    return { outcome: "within", isNear };
  }

  /** Counts the persons as seen at `nowMs`, whatever the budgets say: it has happened. */
  charge(spender: Spender, persons: readonly number[], nowMs: number): void {
    const unpaid = persons.filter((person) => !this.#isPaid(spender, person, nowMs));
    for (const [, key] of keysOf(spender)) {
      const scope = this.#scopes.get(key) ?? newScope();
      this.#scopes.set(key, scope);
      for (const name of windowNames) for (const person of unpaid) scope[name].add(person, nowMs);
    }
    const paid = this.#paid.get(spender.actor) ?? new Map<string, number>();
    this.#paid.set(spender.actor, paid);
    for (const person of unpaid) {
      paid.delete(paidKey(spender, person));
      paid.set(paidKey(spender, person), bucketOf("days30", nowMs));
    }
    if (paid.size > casesKept)
      dropOldest(paid, bucketOf("days30", nowMs) - windows.days30.buckets, casesKept / 2);
  }

  #isPaid(spender: Spender, person: number | undefined, nowMs: number): boolean {
    if (person === undefined) return false;
    const bucket = this.#paid.get(spender.actor)?.get(paidKey(spender, person));
    return bucket !== undefined && bucket >= bucketOf("days30", nowMs) - windows.days30.buckets;
  }
}

/** The persons of one window: each once, the longest unseen first. */
class PersonWindow {
  readonly #name: WindowName;
  readonly #buckets = new Map<number, number>();
  /** The bucket before which nobody is left: a walk for each look would cross every gap that the last one made. */
  #expiredTo = 0;

  constructor(name: WindowName) {
    this.#name = name;
  }

  count(nowMs: number): number {
    this.#expire(nowMs);
    return this.#buckets.size;
  }

  has(person: number, nowMs: number): boolean {
    this.#expire(nowMs);
    return this.#buckets.has(person);
  }

  add(person: number, nowMs: number): void {
    this.#expire(nowMs);
    this.#buckets.delete(person);
    this.#buckets.set(person, bucketOf(this.#name, nowMs));
  }

  #expire(nowMs: number): void {
    const bucket = bucketOf(this.#name, nowMs) - windows[this.#name].buckets;
    if (bucket <= this.#expiredTo) return;
    this.#expiredTo = bucket;
    dropOldest(this.#buckets, bucket);
  }
}

/** Drops what is older than `bucket`, and the oldest above `max`. The map is in the order of buckets. */
function dropOldest<Key>(buckets: Map<Key, number>, bucket: number, max = Infinity): void {
  for (const [key, of] of buckets) {
    if (of >= bucket && buckets.size <= max) return;
    buckets.delete(key);
  }
}

function bucketOf(window: WindowName, timeMs: number): number {
  return Math.floor(timeMs / windows[window].bucketMs);
}

function keysOf({ actor, office }: Spender): readonly (readonly [Scope, string])[] {
  return [
    ["actor", `actor ${actor}`],
    ["office", `office ${office}`],
    ["agency", "agency"],
  ];
}

function paidKey({ caseId }: Spender, person: number): string {
  return `${person} ${caseId}`;
}

function newScope(): Record<WindowName, PersonWindow> {
  return {
    hour: new PersonWindow("hour"),
    day: new PersonWindow("day"),
    days30: new PersonWindow("days30"),
  };
}

/** A sum over one window (what ingest tickets allowed), in buckets, as bounded and as late as the windows above. */
export class WindowTotal {
  readonly #window: WindowName;
  readonly #buckets = new Map<number, number>();

  constructor(window: WindowName) {
    this.#window = window;
  }

  total(nowMs: number): number {
    dropBefore(this.#buckets, bucketOf(this.#window, nowMs) - windows[this.#window].buckets);
    return this.#buckets.values().reduce((sum, amount) => sum + amount, 0);
  }

  add(amount: number, nowMs: number): void {
    const bucket = bucketOf(this.#window, nowMs);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + amount);
    dropBefore(this.#buckets, bucket - windows[this.#window].buckets);
  }
}

/** Whom the rows of an extract, or the candidates of a screen, count for. */
export interface RowSpender {
  readonly holder: string;
  readonly office: string;
  readonly rows: number;
}

/**
 * Rows of approved extracts and candidates of screens, of a holder, an office and the agency. Rows and not persons: a person in
 * ten extracts counts ten times, so that many small extracts cost what a large one does, and a birth date is not found by halves.
 */
export class RowBook {
  readonly #totals = new Map<string, WindowTotal>();

  decide(spender: RowSpender, budgets: ExtractBudgets | undefined, nowMs: number): BudgetOutcome {
    let isNear = false;
    for (const [scope, of, key] of rowKeysOf(spender)) {
      for (const window of windowNames) {
        const used = (this.#totals.get(`${key} ${window}`)?.total(nowMs) ?? 0) + spender.rows;
        const budget = budgets?.[of];
        if (budget === undefined || used > budget[window]) return { outcome: "exhausted", scope, window };
        if (used * 100 > budget[window] * budget.softPercent) isNear = true;
      }
    }
    return { outcome: "within", isNear };
  }

  charge(spender: RowSpender, nowMs: number): void {
    for (const [, , key] of rowKeysOf(spender)) {
      for (const window of windowNames) {
        const total = this.#totals.get(`${key} ${window}`) ?? new WindowTotal(window);
        this.#totals.set(`${key} ${window}`, total);
        total.add(spender.rows, nowMs);
      }
    }
  }
}

function rowKeysOf({
  holder,
  office,
}: RowSpender): readonly (readonly [Scope, keyof ExtractBudgets, string])[] {
  return [
    ["actor", "holder", `holder ${holder}`],
    ["office", "office", `office ${office}`],
    ["agency", "agency", "agency"],
  ];
}

function dropBefore(buckets: Map<number, number>, bucket: number): void {
  for (const key of buckets.keys()) if (key < bucket) buckets.delete(key);
}
