/**
 * What has changed, told to browsers as it happens (server-sent events, HTML Standard section 9.2): a topic, and nothing else.
 *
 * A topic says which list to ask for again; the list is asked for as ever, with its own denial. No name, number, count or id
 * is in an event. A listener is a session's, hears the topics that its lists would be answered for, and ends with the
 * session. Behind a gap (`Last-Event-ID`) what was missed is told again, or, when that is not kept any more, everything.
 */
import type { StaffSession } from "./staff-sessions.ts";
import { httpLimits } from "./limits.ts";
import { type Happening, type LiveTopic, mayHear } from "./live-topics.ts";

interface Kept extends Happening {
  readonly id: number;
}

interface Listener {
  readonly session: StaffSession;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
}

const encoder = new TextEncoder();

export class LiveEvents {
  /** Of this run: an id of another one says nothing here. */
  readonly #run: string;
  readonly #listeners: Set<Listener> = new Set();
  #kept: Kept[] = [];
  #last = 0;
  #beatAtMs = 0;

  constructor(run: string) {
    this.#run = run;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Tells whoever may hear of it. */
  publish(topic: LiveTopic, actor?: string): void {
    this.#last += 1;
    const happening = { id: this.#last, topic, ...(actor !== undefined && { actor }) };
    this.#kept = [...this.#kept, happening].slice(-httpLimits.liveKept);
    for (const listener of this.#listeners) {
      if (mayHear(listener.session, happening)) this.#tell(listener, this.#text(happening.id, topic));
    }
  }

  /** The body of an answer, or none where this session, or everybody together, listens too often. */
  open(session: StaffSession, lastEventId: string | undefined): ReadableStream<Uint8Array> | undefined {
    const own = [...this.#listeners].filter((one) => one.session.session === session.session);
    if (this.#listeners.size >= httpLimits.listeners || own.length >= httpLimits.listenersOfSession) {
      return undefined;
    }
    let listener: Listener | undefined;
    return new ReadableStream({
      start: (controller) => {
        listener = { session, controller };
        this.#listeners.add(listener);
        this.#tell(listener, `retry: ${httpLimits.liveRetryMs}\n\n`);
        for (const text of this.#missed(session, lastEventId)) this.#tell(listener, text);
      },
      cancel: () => {
        if (listener !== undefined) this.#listeners.delete(listener);
      },
    });
  }

  /** Of a session that is at its end. */
  end(session: string): void {
    for (const listener of this.#listeners) {
      if (listener.session.session === session) this.#close(listener);
    }
  }

  /** Called again and again: keeps idle connections open, and ends those of sessions whose time is over. */
  beat(nowMs: number): void {
    const isDue = nowMs - this.#beatAtMs >= httpLimits.liveBeatMs;
    if (isDue) this.#beatAtMs = nowMs;
    for (const listener of this.#listeners) {
      if (listener.session.expiresMs <= nowMs) this.#close(listener);
      else if (isDue) this.#tell(listener, ":\n\n");
    }
  }

  close(): void {
    for (const listener of this.#listeners) this.#close(listener);
  }

  #missed(session: StaffSession, lastEventId: string | undefined): string[] {
    const seen = new RegExp(`^${this.#run}-([0-9]{1,15})$`, "u").exec(lastEventId ?? "")?.[1];
    // A first visit asked for its lists just now.
    if (lastEventId === undefined) return [this.#text(this.#last, "hello")];
    const from = Number(seen);
    const isKept = seen !== undefined && from <= this.#last && from >= this.#last - this.#kept.length;
    if (!isKept) return [this.#text(this.#last, "all")];
    return this.#kept
      .filter((one) => one.id > from && mayHear(session, one))
      .map(({ id, topic }) => this.#text(id, topic));
  }

  #text(id: number, topic: LiveTopic): string {
    return `id: ${this.#run}-${id}\ndata: ${topic}\n\n`;
  }

  /** Who does not read is let go of, and comes back with the last event they have. */
  #tell(listener: Listener, text: string): void {
    if ((listener.controller.desiredSize ?? 0) < -httpLimits.liveUnread) this.#close(listener);
    else listener.controller.enqueue(encoder.encode(text));
  }

  #close(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.controller.close();
  }
}
