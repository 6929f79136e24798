/**
 * Keeps the published log up to date while the custodian runs: tiles on every beat, then the checkpoint.
 *
 * Without a policy the keeper's checkpoint is published as it is. With one, a checkpoint is published when enough witnesses
 * cosigned it, and the last one stands until then: whoever reads the log never meets one that the policy does not accept.
 * After a {@link Breach} nothing more is published and `isSound` is false until an operator has seen to it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { parseNote } from "@kura/tlog/note.ts";
import type { Policy } from "@kura/tlog/policy.ts";
import { TileReader } from "@kura/tlog/tile-reader.ts";
import { cosignLog, type WitnessLine } from "./cosign-log.ts";
import { logLimits } from "./limits.ts";
import type { LogFolder } from "./log-folder.ts";
import { LogPublisher, type LogSource, type SignedTree } from "./publish-log.ts";

export interface LogParts {
  readonly folder: LogFolder;
  readonly source: LogSource;
  /** Witnesses and quorum; without one nobody is asked. */
  readonly policy?: Policy;
  readonly lineOf: (url: string) => WitnessLine;
  /** Milliseconds of a clock that only goes forward. */
  readonly clockMs: () => number;
  readonly events: LogEvents;
}

export interface LogEvents {
  breached(breach: Breach): void;
  /** Once for each time that it begins to fail. */
  failing(code: string | undefined): void;
  /** Once for each time that too few witnesses cosign. */
  unwitnessed(missing: readonly { readonly witness: string; readonly code: string }[]): void;
}

export class LogFollower {
  readonly #parts: LogParts;
  readonly #publisher: LogPublisher;
  readonly #stopping = new AbortController();
  readonly #sizes = new Map<string, bigint>();
  #running: Promise<void> | undefined;
  #breach: Breach | undefined;
  #isFailing = false;
  #isUnwitnessed = false;
  #nextRoundMs = 0;

  constructor(parts: LogParts) {
    this.#parts = parts;
    this.#publisher = new LogPublisher(parts.folder, parts.source);
  }

  get isSound(): boolean {
    return this.#breach === undefined;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** One beat. */
  async step(): Promise<void> {
    try {
      await this.#publish(await this.#publisher.writeTiles());
      this.#isFailing = false;
    } catch (thrown) {
      if (thrown instanceof Breach) {
        this.#breach = thrown;
        this.#parts.events.breached(thrown);
        return;
      }
      if (!this.#isFailing) this.#parts.events.failing(codeOf(thrown));
      this.#isFailing = true;
    }
  }

  async #publish(tree: SignedTree): Promise<void> {
    const { folder, policy, clockMs } = this.#parts;
    const published = await folder.findCheckpoint();
    if (published !== undefined && parseCheckpoint(parseNote(published).text).size >= tree.size) return;
    if (policy === undefined) return folder.publish(tree.note);
    if (clockMs() < this.#nextRoundMs) return;
    this.#nextRoundMs = clockMs() + logLimits.witnessPauseMs;
    const reader = new TileReader(tree, (id) => folder.findTile(id));
    const cosigned = await cosignLog(tree, policy, reader, this.#parts.lineOf, this.#sizes);
    if (cosigned.isEnough) await folder.publish(cosigned.note);
    else if (!this.#isUnwitnessed) this.#parts.events.unwitnessed(cosigned.missing);
    this.#isUnwitnessed = !cosigned.isEnough;
  }

  async #run(): Promise<void> {
    while (this.isSound && !this.#stopping.signal.aborted) {
      await this.step();
      await sleep(logLimits.beatMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}
