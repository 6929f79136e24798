/**
 * Keeps the published log up to date, step by step: tiles, then the checkpoint.
 *
 * Without a policy the keeper's checkpoint is published as it is. With one, a checkpoint is published when enough witnesses
 * cosigned it, and the last one stands until then: whoever reads the log never meets one that the policy does not accept.
 */
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
  /** Told once for each time that too few witnesses cosign. */
  readonly unwitnessed: (missing: readonly { readonly witness: string; readonly code: string }[]) => void;
}

export class LogFollower {
  readonly #parts: LogParts;
  readonly #publisher: LogPublisher;
  readonly #sizes = new Map<string, bigint>();
  #isUnwitnessed = false;
  #nextRoundMs = 0;

  constructor(parts: LogParts) {
    this.#parts = parts;
    this.#publisher = new LogPublisher(parts.folder, parts.source);
  }

  /** @throws {Breach} when keeper, folder or a witness contradict each other: nothing is published then. */
  async step(): Promise<void> {
    await this.#publish(await this.#publisher.writeTiles());
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
    else if (!this.#isUnwitnessed) this.#parts.unwitnessed(cosigned.missing);
    this.#isUnwitnessed = !cosigned.isEnough;
  }
}
