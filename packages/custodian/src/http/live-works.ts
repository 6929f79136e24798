/** Watches how far long work is, whichever process does it, and tells browsers when it has come further; while any listens. */
import type { Reader } from "../db/database.ts";
import { getMark } from "../works/store.ts";
import type { LiveEvents } from "./live-events.ts";

export class LiveWorks {
  readonly #reader: Reader;
  readonly #live: LiveEvents;
  /** As it was last seen; none before the first listener. */
  #mark: string | undefined;

  constructor(reader: Reader, live: LiveEvents) {
    this.#reader = reader;
    this.#live = live;
  }

  async step(): Promise<void> {
    if (this.#live.listeners === 0) {
      this.#mark = undefined;
      return;
    }
    const mark = await getMark(this.#reader);
    if (this.#mark !== undefined && mark !== this.#mark) this.#live.publish("works");
    this.#mark = mark;
  }
}
