/**
 * Fairness on one thread: long calls work in slices, and between two slices of all of them the sockets are looked at.
 *
 * However many long calls are under way, one slice runs in each turn of the loop, so a small `open` waits for one
 * slice (`limits.sliceBytes`), not for one of each.
 */
import { limits } from "./limits.ts";

export class Slices {
  readonly #queue: (() => void)[] = [];
  #scheduled = false;

  /** A long call's own account of work. */
  begin(): Slice {
    return new Slice(() => this.#turn());
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#queue.shift()?.();
      this.#schedule();
    });
  }
}

export class Slice {
  readonly #turn: () => Promise<void>;
  #spentBytes = 0;

  constructor(turn: () => Promise<void>) {
    this.#turn = turn;
  }

  /** Whether the slice is used up after work on `bytes` more; then {@link Slice.next} is to be awaited. */
  spend(bytes: number): boolean {
    this.#spentBytes += bytes;
    return this.#spentBytes >= limits.sliceBytes;
  }

  async next(): Promise<void> {
    this.#spentBytes = 0;
    await this.#turn();
  }
}
