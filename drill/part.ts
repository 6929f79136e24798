/** What a part of the drill is: attacks on real processes that it starts itself, and what they got. */

export interface DrillOptions {
  /** `--persons N`; the part's own size unless given. */
  readonly persons: number | undefined;
  /** Arguments that the entry did not take. */
  readonly args: readonly string[];
  /** Progress for whoever waits, on standard error. */
  readonly say: (line: string) => void;
}

export interface DrillReport {
  /** What `--json` prints, in one object with the part's name. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** What is printed otherwise. */
  readonly text: string;
  /** Invariants that did not hold, in words; none when all is well. */
  readonly broken: readonly string[];
}

/** Each file of this folder that is a part exports `run`. */
export type DrillPart = (options: DrillOptions) => Promise<DrillReport>;
