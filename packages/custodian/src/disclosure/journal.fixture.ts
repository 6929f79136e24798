/** A journal as a keeper would write it, for tests of its copy: a real chain of hashes over events of nobody. */
import { createHash } from "node:crypto";
import type { JournalPage } from "./journal-copy.ts";
import type { JournalSource } from "./project-journal.ts";

export interface FixtureEvent {
  readonly kind: string;
  readonly [member: string]: unknown;
}

/** Events in the order of writing, and the keeper's answer to `events`. */
export class FixtureJournal implements JournalSource {
  readonly #events: { chainHash: Uint8Array; json: string }[] = [];
  readonly #last = new Map<string, number>();
  /** What is called before each answer: a place to stop, or to let another go first. */
  beforeAnswer: () => Promise<void> = async () => undefined;

  get length(): number {
    return this.#events.length;
  }

  /** `number` is its place unless the test says otherwise. */
  append(event: FixtureEvent, number: number = this.length + 1): void {
    const json = JSON.stringify({
      ...event,
      number,
      time: new Date(1_790_000_000_000 + number).toISOString(),
    });
    const previous = this.#events.at(-1)?.chainHash ?? new Uint8Array(32);
    const chainHash = new Uint8Array(createHash("sha256").update(previous).update(json).digest());
    this.#events.push({ chainHash, json });
  }

  /** A look at these persons, in hexadecimal. */
  look(persons: readonly string[], actor = "test-clerk"): void {
    const links = persons.map((person) => {
      const n = (this.#last.get(person) ?? 0) + 1;
      this.#last.set(person, n);
      return { n, hash: createHash("sha256").update(`${person} ${n}`).digest("hex") };
    });
    const order = {
      session: "ab".repeat(16),
      actor,
      office: "test-office",
      orderNumber: 1,
      purpose: "claim",
    };
    this.append({ kind: "opened", ...order, caseId: "c", caseKind: "claim", fields: [3, 7], persons, links });
  }

  /** A sign-in that expires after twelve hours. */
  signIn(session: string, actor: string, workstation: string): void {
    const expiresMs = 1_790_000_000_000 + 12 * 60 * 60_000;
    const credential = `${actor}-key`;
    this.append({
      kind: "signed-in",
      session,
      actor,
      office: "test-office",
      credential,
      workstation,
      expiresMs,
    });
  }

  /** Leaves a person's next number out. */
  skipLink(person: string): void {
    this.#last.set(person, (this.#last.get(person) ?? 0) + 1);
  }

  cut(length: number): void {
    this.#events.length = length;
  }

  /** Puts other bytes in the place of an event without mending the chain. */
  forge(index: number, json: string): void {
    const event = this.#events[index];
    if (event !== undefined) this.#events[index] = { ...event, json };
  }

  textOf(index: number): string {
    return this.#events[index]?.json ?? "";
  }

  async events(from: bigint, limit: number): Promise<JournalPage> {
    await this.beforeAnswer();
    const start = Number(from) - 1;
    return {
      journalEvents: BigInt(this.#events.length),
      events: this.#events.slice(start, start + Math.min(limit, this.pageMax)),
    };
  }

  /** An answer may hold fewer events than were asked for. */
  pageMax = 7;
}
