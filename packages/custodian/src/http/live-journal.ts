/** Looks in the journal's copy for what browsers are told of, while any browser listens; and keeps their connections alive. */
import type { Reader } from "../db/database.ts";
import { getNewest, listNew } from "../disclosure/live/store.ts";
import { httpLimits } from "./limits.ts";
import type { LiveEvents } from "./live-events.ts";
import { topicOfEvent } from "./live-topics.ts";

export class LiveJournal {
  readonly #reader: Reader;
  readonly #live: LiveEvents;
  readonly #now: () => Date;
  /** The last event that was told of; none before the first listener. */
  #told: bigint | undefined;

  constructor(reader: Reader, live: LiveEvents, now: () => Date) {
    this.#reader = reader;
    this.#live = live;
    this.#now = now;
  }

  /** Tells of each topic once, however many events there were since the last step. */
  async step(): Promise<void> {
    this.#live.beat(this.#now().getTime());
    if (this.#live.listeners === 0) {
      this.#told = undefined;
      return;
    }
    this.#told ??= await getNewest(this.#reader);
    const events = await listNew(this.#reader, this.#told, httpLimits.liveKept);
    this.#told = events.at(-1)?.eventNumber ?? this.#told;
    const topics = events.flatMap(({ kind, actor }) => {
      const topic = topicOfEvent(kind);
      if (topic === undefined) return [];
      return [JSON.stringify(topic === "budget" ? [topic, actor] : [topic])];
    });
    for (const told of new Set(topics)) {
      const [topic, actor] = JSON.parse(told) as Parameters<LiveEvents["publish"]>;
      this.#live.publish(topic, actor);
    }
  }
}
