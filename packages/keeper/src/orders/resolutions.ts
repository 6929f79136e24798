/**
 * Words about incidents and who said them. Pure but for {@link Resolutions}, which `state.ts` changes by events.
 *
 * INVARIANT: words are seconded by another actor than the first, within {@link limits.resolveMs}, or not at all
 * (operations/resolve.abuse.test.ts).
 */
import type { JournalEvent } from "../journal/journal-event.ts";
import { limits } from "../limits.ts";
import type { ResolveSubject } from "../protocol/incidents.ts";

type Resolved = Extract<JournalEvent, { readonly kind: "resolved" }>;

/** What was said, of which incident. */
export interface Words {
  readonly caseId: string;
  readonly subject: ResolveSubject;
  /** In hexadecimal. */
  readonly digest: string;
}

export class Resolutions {
  readonly #first = new Map<string, { readonly event: Resolved; readonly timeMs: number }>();
  readonly #seconded = new Map<string, Resolved>();

  apply(event: Resolved, timeMs: number): void {
    const key = keyOf(event);
    if (event.seconds === "") {
      this.#first.set(key, { event, timeMs });
      return;
    }
    this.#seconded.set(key, event);
    // A word is seconded once: to say the same again takes two again.
    this.#first.delete(key);
  }

  /** The order that these words of this actor second, in hexadecimal; empty when they are the first. */
  findFirst(words: Words, actor: string, nowMs: number): string {
    const first = this.#first.get(keyOf(words));
    if (first === undefined || first.event.actor === actor) return "";
    return nowMs - first.timeMs <= limits.resolveMs ? first.event.order : "";
  }

  /** The event that seconded them. */
  findSeconded(words: Words): Resolved | undefined {
    return this.#seconded.get(keyOf(words));
  }
}

function keyOf({ caseId, subject, digest }: Words): string {
  return `${caseId} ${subject} ${digest}`;
}
