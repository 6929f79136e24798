/** What a benchmark reports: a ratio against a named thing measured in the same run. */

export interface Figure {
  readonly name: string;
  /** Ours and theirs in the same unit. */
  readonly ours: number;
  readonly theirs: number;
  /** ours / theirs. */
  readonly ratio: number;
  readonly unit: string;
  /** What `theirs` is, and what bounds `ours`, in a sentence. */
  readonly note?: string;
}

export interface BenchOptions {
  readonly json: boolean;
  readonly args: readonly string[];
}

/** Each file of this folder that is a benchmark exports `run`. */
export type Bench = (options: BenchOptions) => Promise<readonly Figure[]>;

export function figure(name: string, ours: number, theirs: number, unit: string, note?: string): Figure {
  return { name, ours, theirs, ratio: ours / theirs, unit, ...(note !== undefined && { note }) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
