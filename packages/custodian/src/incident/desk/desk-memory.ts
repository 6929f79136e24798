/**
 * What a process remembers between two answers: the newest revision of each incident as it was proved, and when everybody was
 * counted last. One for each process. A revision is never changed, so what is remembered of one cannot be wrong.
 */
import { incidentLimits } from "../limits.ts";
import type { Revision } from "../revision.ts";

export class DeskMemory {
  readonly #revisions = new Map<string, Revision>();
  readonly #countedMs = new Map<string, number>();

  findRevision(incidentId: string): Revision | undefined {
    return this.#revisions.get(incidentId);
  }

  keepRevision(revision: Revision): void {
    this.#revisions.set(revision.incidentId, revision);
  }

  /** Whether everybody is to be counted again; says so once, to whoever asks first. */
  takeCount(incidentId: string, now: Date): boolean {
    const before = this.#countedMs.get(incidentId);
    const isDue = before === undefined || now.getTime() - before >= incidentLimits.recountMs;
    if (isDue) this.#countedMs.set(incidentId, now.getTime());
    return isDue;
  }
}
