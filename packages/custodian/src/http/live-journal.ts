/** Watches the journal's copy for what browsers are told of, while any browser listens; and keeps their connections alive. */
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "@kura/kernel/fault.ts";
import type { Reader } from "../db/database.ts";
import { getNewest, listNew } from "../disclosure/live/store.ts";
import { httpLimits } from "./limits.ts";
import type { LiveEvents } from "./live-events.ts";
import { topicOfEvent } from "./live-topics.ts";

export class LiveJournal {
  readonly #reader: Reader;
  readonly #live: LiveEvents;
  readonly #failing: (code: string | undefined) => void;
  readonly #now: () => Date;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  /** The last event that was told of; none before the first listener. */
  #told: bigint | undefined;

  constructor(
    reader: Reader,
    live: LiveEvents,
    now: () => Date,
    failing: (code: string | undefined) => void,
  ) {
    this.#reader = reader;
    this.#live = live;
    this.#now = now;
    this.#failing = failing;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Each topic once, however many events there were. */
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

  async #run(): Promise<void> {
    let isFailing = false;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.step();
        isFailing = false;
      } catch (thrown) {
        if (!isFailing) this.#failing(codeOf(thrown));
        isFailing = true;
      }
      const { signal } = this.#stopping;
      await sleep(httpLimits.livePauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
